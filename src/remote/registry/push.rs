//! A chart's archive into a registry.

use super::client::{Action, same_origin};
use super::manifest::Descriptor;
use super::refused::refused;
use super::{CHART, CONFIG, Client, Error, MANIFEST, PROVENANCE, Reference, annotations};
use crate::model::Metadata;
use crate::network::{Request, Response};
use go_text_template::json;

/// What is pushed.
#[derive(Clone, Debug)]
pub struct Push<'p> {
    /// Where to: `host/path/name:version`.
    pub reference: &'p str,
    /// What the chart's Chart.yaml says.
    pub metadata: &'p Metadata,
    /// The archive.
    pub archive: &'p [u8],
    /// Its signature.
    pub provenance: Option<&'p [u8]>,
    /// When the archive was written, as RFC 3339 has it.
    pub created: &'p str,
}

/// What was pushed.
#[derive(Clone, Debug, Default)]
pub struct Pushed {
    /// The reference, as messages have it.
    pub reference: String,
    /// The tag.
    pub tag: String,
    /// The digest of the manifest.
    pub digest: String,
}

impl Client<'_> {
    /// Pushes a chart.
    pub fn push(&self, push: &Push<'_>) -> Result<Pushed, Error> {
        let reference = Reference::parse(push.reference)?;
        let Metadata { name, version, .. } = push.metadata;
        if !push.reference.ends_with(&format!("/{name}:{version}")) {
            return Err(Error::Strict);
        }
        let config = json::write_ordered(
            &push.metadata.to_tree(),
            json::Style::COMPACT,
            &crate::model::FIELD_ORDER,
        );
        let config_part = Descriptor::of(CONFIG, &config);
        let mut layers = vec![(Descriptor::of(CHART, push.archive), push.archive)];
        layers.extend(push.provenance.map(|text| (Descriptor::of(PROVENANCE, text), text)));
        layers.sort_by(|(a, _), (b, _)| a.digest.cmp(&b.digest));
        let parts: Vec<&Descriptor> = layers.iter().map(|(part, _)| part).collect();
        let manifest = manifest(&config_part, &parts, push);
        let descriptor = Descriptor::of(MANIFEST, manifest.as_bytes());
        if !self.has(&reference, "manifests", &descriptor)? {
            for (part, bytes) in layers.iter().map(|(part, bytes)| (part, *bytes)) {
                self.push_blob(&reference, part, bytes)?;
            }
            self.push_blob(&reference, &config_part, &config)?;
        }
        self.push_manifest(&reference, manifest)?;
        let (tag, digest) = (reference.tag.clone(), descriptor.digest);
        Ok(Pushed { reference: reference.to_string(), tag, digest })
    }

    /// True if the registry has the part already.
    fn has(&self, reference: &Reference, kind: &str, part: &Descriptor) -> Result<bool, Error> {
        let url = self.url(reference, &format!("{kind}/{}", part.digest));
        let mut request = Request { method: "HEAD", ..Request::get(url) };
        if kind == "manifests" {
            request = request.header("Accept", MANIFEST);
        }
        let response = self.send(&request, reference, Action::Push)?;
        match response.status {
            200 => Ok(true),
            404 => Ok(false),
            _ => Err(refused("HEAD", response)),
        }
    }

    fn push_blob(
        &self,
        reference: &Reference,
        part: &Descriptor,
        bytes: &[u8],
    ) -> Result<(), Error> {
        if self.has(reference, "blobs", part)? {
            return Ok(());
        }
        let start = self.url(reference, "blobs/uploads/");
        let request = Request { method: "POST", ..Request::get(&start) };
        let response = self.send(&request, reference, Action::Push)?;
        if response.status != 202 {
            return Err(refused("POST", response));
        }
        let target = upload_target(&response, &start, &part.digest)?;
        let mut request = Request { method: "PUT", ..Request::get(target) }
            .header("Content-Type", "application/octet-stream");
        request.body = bytes.to_vec();
        let response = self.send(&request, reference, Action::Push)?;
        if response.status == 201 { Ok(()) } else { Err(refused("PUT", response)) }
    }

    fn push_manifest(&self, reference: &Reference, manifest: String) -> Result<(), Error> {
        let url = self.url(reference, &format!("manifests/{}", reference.tag));
        let mut request =
            Request { method: "PUT", ..Request::get(url) }.header("Content-Type", MANIFEST);
        request.body = manifest.into_bytes();
        let response = self.send(&request, reference, Action::Push)?;
        if response.status == 201 { Ok(()) } else { Err(refused("PUT", response)) }
    }
}

/// Where the registry wants the blob, which has to be the registry itself.
fn upload_target(response: &Response, start: &str, digest: &str) -> Result<String, Error> {
    let location = response.header("Location").unwrap_or_default();
    let target = if location.starts_with('/') {
        let origin_end = start.find("/v2/").unwrap_or(start.len());
        format!("{}{location}", &start[..origin_end])
    } else {
        location.to_owned()
    };
    if !same_origin(start, &target) {
        return Err(Error::Answer(format!(
            "blob upload Location {target:?} is on a different host than the registry"
        )));
    }
    let sign = if target.contains('?') { '&' } else { '?' };
    Ok(format!("{target}{sign}digest={}", digest.replace(':', "%3A")))
}

/// The manifest's text, its fields in Go's order.
fn manifest(config: &Descriptor, layers: &[&Descriptor], push: &Push<'_>) -> String {
    let layers: Vec<String> = layers.iter().map(|part| part.to_json()).collect();
    let annotations = annotations::of(push.metadata, push.created);
    let annotations = annotations.iter().map(|(name, value)| {
        let mut text = Vec::new();
        json::append_string(&mut text, name.as_bytes(), true);
        text.push(b':');
        json::append_string(&mut text, value.as_bytes(), true);
        String::from_utf8_lossy(&text).into_owned()
    });
    format!(
        "{{\"schemaVersion\":2,\"config\":{},\"layers\":[{}],\"annotations\":{{{}}}}}",
        config.to_json(),
        layers.join(","),
        annotations.collect::<Vec<_>>().join(",")
    )
}
