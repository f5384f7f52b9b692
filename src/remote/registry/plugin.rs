//! From a reference to the archive of a plugin.

use super::client::Client;
use super::manifest::{self, Layer};
use super::pull::fetch_failed;
use super::{Error, MANIFEST, Reference};

/// The type of artifacts that are plugins.
const PLUGIN: &str = "application/vnd.helm.plugin.v1+json";
/// The media types of layers that are looked at.
const LAYERS: [&str; 2] =
    ["application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip"];

/// A plugin that was pulled.
#[derive(Clone, Debug, Default)]
pub struct PulledPlugin {
    /// Its archive.
    pub archive: Vec<u8>,
    /// The signature, if there is one.
    pub provenance: Option<Vec<u8>>,
}

impl Client<'_> {
    /// Pulls the plugin at `reference`.
    pub fn pull_plugin(&self, reference: &str) -> Result<PulledPlugin, Error> {
        let name = name_of(reference)?.to_owned();
        let reference = Reference::parse(reference)?;
        if reference.target().is_empty() {
            return Err(fetch_failed(Error::Answer("invalid reference".to_owned())));
        }
        Reference::parse_tagged(&reference.to_string())?;
        let (root, text) = self.manifest(&reference).map_err(fetch_failed)?;
        if root.media_type != MANIFEST {
            let what = format!("unable to retrieve manifest: {}", root.media_type);
            return Err(Error::Answer(format!("{what} is not the type of one")));
        }
        let parsed = manifest::read(&text)?;
        check_type(&parsed)?;
        let titled = |ending: &str| {
            let is_titled = |layer: &&Layer| {
                layer.title.starts_with(&format!("{name}-")) && layer.title.ends_with(ending)
            };
            parsed.layers.iter().find(is_titled)
        };
        let archive = titled(".tgz").ok_or_else(|| {
            let pattern = format!("{name}-VERSION.tgz");
            Error::Answer(format!(
                "required layer matching pattern {pattern} not found in manifest"
            ))
        })?;
        let signature = titled(".tgz.prov");
        Ok(PulledPlugin {
            archive: self.layer(&reference, archive, "plugin")?,
            provenance: signature
                .map(|layer| self.layer(&reference, layer, "provenance"))
                .transpose()?,
        })
    }

    fn layer(&self, reference: &Reference, layer: &Layer, what: &str) -> Result<Vec<u8>, Error> {
        let Layer { descriptor, .. } = layer;
        if LAYERS.contains(&descriptor.media_type.as_str()) {
            return self.blob(reference, descriptor);
        }
        let digest = &descriptor.digest;
        let media_type = &descriptor.media_type;
        Err(Error::Answer(format!(
            "unable to retrieve {what} data with digest {digest}: {digest}: {media_type}: not found"
        )))
    }
}

/// The last part of the reference, without tag and digest.
fn name_of(reference: &str) -> Result<&str, Error> {
    let bare = reference.strip_prefix("oci://").unwrap_or(reference);
    let (_, last) = bare
        .rsplit_once('/')
        .ok_or_else(|| Error::Answer(format!("invalid OCI reference: {bare}")))?;
    let without = |text: &str, sign: char| text.rfind(sign).filter(|&at| at > 0);
    let end = without(last, '@').or_else(|| without(last, ':'));
    Ok(&last[..end.unwrap_or(last.len())])
}

fn check_type(manifest: &manifest::Manifest) -> Result<(), Error> {
    let wrong = |text: String| Err(Error::Answer(text));
    match (manifest.artifact_type.as_str(), manifest.config_type.as_str()) {
        (PLUGIN, _) | ("", PLUGIN) => Ok(()),
        ("", other) => wrong(format!(
            "expected config media type {PLUGIN} for legacy compatibility, got {other}"
        )),
        (other, _) => wrong(format!("expected artifact type {PLUGIN}, got {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_called_as_their_repository() {
        for (reference, name) in [
            ("oci://h:5000/a/diff:1.0", "diff"),
            ("h/diff", "diff"),
            ("h/diff@sha256:00", "diff"),
            ("h/diff:1.0@sha256:00", "diff:1.0"),
        ] {
            assert_eq!(name_of(reference).ok(), Some(name), "{reference}");
        }
        assert!(name_of("oci://h").is_err());
    }
}
