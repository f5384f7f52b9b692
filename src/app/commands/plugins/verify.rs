//! `chart plugin verify`: is an archive of a plugin what its provenance file says, and who says so?

use std::path::Path;

use super::super::{Error, Session};
use super::install::{tell, verification};
use super::place::base_of;
use crate::files;

/// Verifies the archive at `path` with the keys in the file `keyring`, and says who has signed it.
pub fn verify(path: &str, keyring: &str, session: &mut Session<'_>) -> Result<(), Error> {
    let place = Path::new(path);
    let found = place.metadata().map_err(|error| files::failed("stat", place, &error))?;
    if found.is_dir() {
        return Err(Error::said(
            "directory verification not supported - only plugin tarballs can be verified",
        ));
    }
    if !is_archive(path) {
        return Err(Error::said("plugin file must be a gzipped tarball (.tar.gz or .tgz)"));
    }
    let signature = format!("{path}.prov");
    let signature_place = Path::new(&signature);
    signature_place.metadata().map_err(|error| {
        let error = files::failed("stat", signature_place, &error);
        Error::from(error).within(format!("could not find provenance file {signature}"))
    })?;
    let read = |path: &Path, what: &str| {
        files::read(path).map_err(|error| Error::File(error).within(what))
    };
    let archive = read(place, "failed to read plugin file")?;
    let text = read(signature_place, "failed to read provenance file")?;
    let found = verification(&archive, &text, base_of(path), keyring, session)?;
    tell(&found, session)
}

/// True for the endings `.gz` and `.tgz`.
fn is_archive(path: &str) -> bool {
    let ending = base_of(path).rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, Some("gz" | "tgz"))
}
