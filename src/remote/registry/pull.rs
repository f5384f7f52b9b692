//! From a reference to the bytes of a chart.

use super::client::Action;
use super::manifest::{self, Descriptor};
use super::refused::refused;
use super::{CHART, CONFIG, Client, Error, INDEX, LEGACY_CHART, MANIFEST, PROVENANCE, Reference};
use crate::network::Request;

/// Which parts of a chart are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// The archive.
    Chart,
    /// The signature.
    Provenance,
}

/// What was pulled.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// The archive, or the signature.
    pub data: Vec<u8>,
    /// The digest of the manifest.
    pub digest: String,
    /// The reference, as messages have it.
    pub reference: String,
    /// Whether the archive has a media type of the past.
    pub is_legacy: bool,
}

/// The media types of manifests that are understood.
const ACCEPT: &str = "application/vnd.docker.distribution.manifest.v2+json, \
                      application/vnd.docker.distribution.manifest.list.v2+json, \
                      application/vnd.oci.image.manifest.v1+json, \
                      application/vnd.oci.image.index.v1+json, \
                      application/vnd.oci.artifact.manifest.v1+json";
/// The largest manifest that is taken, in bytes.
const MOST_MANIFEST: u64 = 4 << 20;
/// The largest archive that is taken, in bytes.
const MOST_BLOB: u64 = 512 << 20;
/// The most that one pull looks at.
const MOST_DESCRIPTORS: usize = 1000;

impl Client<'_> {
    /// Pulls a part of the chart at `reference`.
    pub fn pull(&self, reference: &str, parts: Parts) -> Result<Pulled, Error> {
        let reference = Reference::parse(reference)?;
        let (root, text) = self.manifest(&reference).map_err(fetch_failed)?;
        let layer = match parts {
            Parts::Chart => CHART,
            Parts::Provenance => PROVENANCE,
        };
        let mut found = Vec::new();
        self.collect(&reference, &root, &text, layer, &mut found)?;
        check_count(&found)?;
        let config = found.iter().rfind(|part| part.media_type == CONFIG).ok_or(Error::NoConfig)?;
        let fits = |part: &&Descriptor| {
            part.media_type == layer || (layer == CHART && part.media_type == LEGACY_CHART)
        };
        let wanted = found.iter().rfind(fits).ok_or(Error::NoLayer(layer))?;
        self.blob(&reference, config)?;
        Ok(Pulled {
            data: self.blob(&reference, wanted)?,
            digest: root.digest,
            reference: reference.to_string(),
            is_legacy: wanted.media_type == LEGACY_CHART,
        })
    }

    /// The digest of the manifest at `reference`.
    pub fn resolve(&self, reference: &Reference) -> Result<String, Error> {
        let url = self.url(reference, &format!("manifests/{}", reference.target()));
        let request = Request { method: "HEAD", ..Request::get(url) }.header("Accept", ACCEPT);
        let response = self.send(&request, reference, Action::Pull)?;
        match response.status {
            200 => Ok(response.header("Docker-Content-Digest").unwrap_or_default().to_owned()),
            404 => Err(Error::NotFound(reference.to_string())),
            _ => Err(refused("HEAD", response)),
        }
    }

    /// The manifest at `reference`, verified against whatever digest is known.
    pub(super) fn manifest(&self, reference: &Reference) -> Result<(Descriptor, Vec<u8>), Error> {
        let url = self.url(reference, &format!("manifests/{}", reference.target()));
        let request = Request::get(url).header("Accept", ACCEPT);
        let response = self.send(&request, reference, Action::Pull)?;
        match response.status {
            200 => {}
            404 => return Err(Error::NotFound(reference.to_string())),
            _ => return Err(refused("GET", response)),
        }
        let media_type = response.header("Content-Type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
        let claimed = response.header("Docker-Content-Digest").map(str::to_owned);
        let text = response.bytes(MOST_MANIFEST)?;
        let descriptor = Descriptor::of(&media_type, &text);
        let asked = Some(reference.digest.clone()).filter(|_| reference.tag.is_empty());
        for digest in asked.into_iter().chain(claimed).filter(|digest| !digest.is_empty()) {
            Descriptor { digest, ..descriptor.clone() }.verify(&text)?;
        }
        Ok((descriptor, text))
    }

    /// Adds what the manifest `text` consists of and what its kind allows.
    fn collect(
        &self,
        reference: &Reference,
        root: &Descriptor,
        text: &[u8],
        layer: &str,
        found: &mut Vec<Descriptor>,
    ) -> Result<(), Error> {
        let legacy = if layer == CHART { LEGACY_CHART } else { CHART };
        let allowed = [INDEX, MANIFEST, CONFIG, layer, legacy];
        let is_allowed = |part: &Descriptor| {
            allowed.contains(&part.media_type.as_str())
                && !(layer != CHART && part.media_type == CHART)
        };
        if !is_allowed(root) {
            return Ok(());
        }
        for part in manifest::children(text)? {
            if found.len() > MOST_DESCRIPTORS {
                return Err(Error::Answer("the manifest has too many parts".to_owned()));
            }
            if !is_allowed(&part) {
                continue;
            }
            if root.media_type == INDEX && part.media_type == MANIFEST {
                let child = Reference {
                    tag: String::new(),
                    digest: part.digest.clone(),
                    ..reference.clone()
                };
                let (descriptor, text) = self.manifest(&child)?;
                self.collect(reference, &descriptor, &text, layer, found)?;
            } else {
                found.push(part);
            }
        }
        found.push(root.clone());
        Ok(())
    }

    /// The blob that `part` describes, verified.
    pub(super) fn blob(&self, reference: &Reference, part: &Descriptor) -> Result<Vec<u8>, Error> {
        if part.size > MOST_BLOB {
            return Err(Error::TooLarge { digest: part.digest.clone(), size: part.size });
        }
        let url = self.url(reference, &format!("blobs/{}", part.digest));
        let response = self.send(&Request::get(url), reference, Action::Pull)?;
        match response.status {
            200 => {}
            404 => return Err(copy("Fetch", Error::NotFound(part.digest.clone()))),
            _ => return Err(copy("Fetch", refused("GET", response))),
        }
        let bytes = response.bytes(part.size)?;
        part.verify(&bytes)?;
        Ok(bytes)
    }
}

/// The failure to have what a reference leads to.
pub(super) fn fetch_failed(error: Error) -> Error {
    copy("FetchReference", error)
}

fn copy(step: &'static str, error: Error) -> Error {
    Error::Copy { step, origin: "source", error: Box::new(error) }
}

/// Manifest, config and layer: the manifest counts as one part.
fn check_count(found: &[Descriptor]) -> Result<(), Error> {
    if found.len() < 2 {
        return Err(Error::TooFew { least: 2, found: found.len() });
    }
    Ok(())
}
