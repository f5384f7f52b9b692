//! `chart push`: a chart's archive into a registry.

use std::path::PathBuf;

use super::{Error, Session};
use crate::files;
use crate::model;
use crate::registry::{Push, UNDERSCORE};
use crate::sources::RegistryArgs;
use go_text_template::dates::Time;
use go_text_template::url::Url;

/// What `push` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The archive.
    pub chart: PathBuf,
    /// Where to: `oci://…`.
    pub remote: String,
    /// How the registry is reached.
    pub registry: RegistryArgs,
}

/// Pushes the archive, and its signature if there is one beside it.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let client = session.registry(&args.registry)?;
    check_remote(&args.remote)?;
    let path = args.chart.as_path();
    let found = path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::said(format!("{}: no such file", path.display())),
        _ => files::failed("stat", path, &error).into(),
    })?;
    if found.is_dir() {
        return Err(Error::said("cannot push directory, must provide chart archive (.tgz)"));
    }
    let mut notices = Vec::new();
    let loaded = model::load(path, session.compat, &mut notices);
    session.say_all(&mut notices);
    let metadata = loaded?.metadata;
    let archive = files::read(path).map_err(Error::File)?;
    let provenance = files::with_ending(path, ".prov");
    let provenance = match provenance.exists() {
        true => Some(files::read(&provenance).map_err(Error::File)?),
        false => None,
    };
    let base = model::clean_path(args.remote.strip_prefix("oci://").unwrap_or_default());
    let reference = format!("{base}/{}:{}", metadata.name, metadata.version);
    let pushed = client.push(&Push {
        reference: &reference,
        metadata: &metadata,
        archive: &archive,
        provenance: provenance.as_ref().map(go_text_template::data::Str::as_bytes),
        created: &written(&found, session),
    })?;
    let mut text = format!("Pushed: {}\nDigest: {}\n", pushed.reference, pushed.digest);
    if pushed.tag.contains('_') {
        text.push_str(&format!("{} contains an underscore.\n{UNDERSCORE}\n", pushed.reference));
    }
    session.registry_note(&text, true)
}

fn check_remote(remote: &str) -> Result<(), Error> {
    let url = Url::parse(remote.as_bytes())
        .map_err(|_| Error::said(format!("invalid chart URL format: {remote}")))?;
    match url.scheme.to_string().as_str() {
        "oci" => Ok(()),
        "" => Err(Error::said("scheme prefix missing from remote (e.g. \"oci://\")")),
        scheme => Err(Error::said(format!("scheme {scheme:?} not supported"))),
    }
}

/// When the file was written, as RFC 3339 has it in the local zone.
fn written(found: &std::fs::Metadata, session: &Session<'_>) -> String {
    let zone = session.world.local_zone();
    let time = Time::from_unix(crate::system::modified(found).0, zone);
    String::from_utf8_lossy(&time.format(b"2006-01-02T15:04:05Z07:00")).into_owned()
}
