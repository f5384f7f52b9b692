//! The charts whose dependencies are managed.

use std::path::Path;

use super::super::{Error, Session};
use crate::files;
use crate::model::{self, Chart};

/// The chart in the folder `path`.
pub(super) fn load(path: &Path, session: &mut Session<'_>) -> Result<Chart, Error> {
    let folder = path;
    let found = folder.metadata().map_err(|error| {
        Error::from(files::failed("stat", folder, &error))
            .within(format!("could not find {}", path.display()))
    })?;
    if !found.is_dir() {
        return Err(Error::said("only unpacked charts can be updated"));
    }
    load_folder(folder, session)
}

/// The chart in a folder, as those parts of Helm load it that know one loader only.
pub(super) fn load_folder(folder: &Path, session: &mut Session<'_>) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let loaded = model::load_undetected(folder, session.compat, &mut notices);
    session.say_all(&mut notices);
    Ok(loaded?)
}
