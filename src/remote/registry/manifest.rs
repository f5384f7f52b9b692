//! Manifests: what a reference leads to.

use super::Error;
use super::reference::is_digest;
use crate::files::sha256;
use go_text_template::data::{Str, Tree};
use go_text_template::json;

/// What something is, and how it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Descriptor {
    pub(super) media_type: String,
    pub(super) digest: String,
    pub(super) size: u64,
}

impl Descriptor {
    /// The descriptor of `bytes`.
    pub(super) fn of(media_type: &str, bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        Self { media_type: media_type.to_owned(), digest: digest(bytes), size }
    }

    fn read(tree: &Tree) -> Result<Self, Error> {
        let text = |name: &str| {
            let found = tree.at(&[name]).and_then(Tree::as_str);
            found.map(Str::to_string).unwrap_or_default()
        };
        let descriptor = Self {
            media_type: text("mediaType"),
            digest: text("digest"),
            size: match tree.at(&["size"]) {
                Some(Tree::Float(size)) if *size >= 0.0 => *size as u64,
                _ => 0,
            },
        };
        if is_digest(&descriptor.digest) {
            return Ok(descriptor);
        }
        Err(Error::Answer(format!("invalid digest {:?} in the manifest", descriptor.digest)))
    }

    pub(super) fn to_json(&self) -> String {
        let Self { media_type, digest, size } = self;
        format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{digest}\",\"size\":{size}}}")
    }

    /// Checks that `bytes` are what is described.
    pub(super) fn verify(&self, bytes: &[u8]) -> Result<(), Error> {
        let found = match self.digest.starts_with("sha512:") {
            true => sha512(bytes),
            false => digest(bytes),
        };
        if found == self.digest {
            return Ok(());
        }
        Err(Error::Mismatch { wanted: self.digest.clone(), found })
    }
}

/// The SHA-256 of `bytes` as registries write it.
pub(super) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}

fn sha512(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, bytes);
    format!("sha512:{}", data_encoding::HEXLOWER.encode(digest.as_ref()))
}

/// A manifest, as far as plugins need it.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest {
    pub(super) artifact_type: String,
    pub(super) config_type: String,
    pub(super) layers: Vec<Layer>,
}

/// A layer that has a title.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    pub(super) descriptor: Descriptor,
    pub(super) title: String,
}

/// Reads a manifest whose layers have titles.
pub(super) fn read(text: &[u8]) -> Result<Manifest, Error> {
    let tree = parse(text)?;
    let text = |path: &[&str]| {
        tree.at(path).and_then(Tree::as_str).map(Str::to_string).unwrap_or_default()
    };
    let layers = match tree.at(&["layers"]) {
        Some(Tree::List(layers)) => layers.as_slice(),
        _ => &[],
    };
    let layer = |tree: &Tree| {
        let title = tree.at(&["annotations", "org.opencontainers.image.title"])?.as_str()?;
        let descriptor = Descriptor::read(tree);
        Some(descriptor.map(|descriptor| Layer { descriptor, title: title.to_string() }))
    };
    Ok(Manifest {
        artifact_type: text(&["artifactType"]),
        config_type: text(&["config", "mediaType"]),
        layers: layers.iter().filter_map(layer).collect::<Result<_, _>>()?,
    })
}

fn parse(text: &[u8]) -> Result<Tree, Error> {
    json::read(&text.into())
        .map_err(|error| Error::Answer(format!("the manifest is no JSON: {error}")))
}

/// What a manifest, or a list of manifests, consists of: the config first.
pub(super) fn children(text: &[u8]) -> Result<Vec<Descriptor>, Error> {
    let tree = parse(text)?;
    let mut found = Vec::new();
    if let Some(config @ Tree::Map(_)) = tree.at(&["config"]) {
        found.push(Descriptor::read(config)?);
    }
    for list in ["layers", "manifests"] {
        if let Some(Tree::List(items)) = tree.at(&[list]) {
            for item in items.iter() {
                found.push(Descriptor::read(item)?);
            }
        }
    }
    Ok(found)
}
