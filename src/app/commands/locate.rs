//! From what names a chart to its path: on this machine, or fetched.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Error, Session};
use crate::sources;

pub use crate::sources::Source;

/// The path of the chart that `name` means, fetched into the cache if it is not on this machine.
pub fn locate(name: &OsStr, source: &Source, session: &mut Session<'_>) -> Result<PathBuf, Error> {
    let client = session.registry(&source.registry)?;
    if let Some(path) = sources::local(name, source, &mut session.sources())? {
        return Ok(path);
    }
    session.find_getters();
    if !source.repository.is_empty() {
        // Helm looks for plugins once more, for the index.
        session.find_getters();
    }
    Ok(sources::fetched(name, source, &client, &mut session.sources())?)
}

/// The address of a chart's archive in the repository that `--repo` names, and its digest.
pub(super) fn in_repository_at(
    name: &str,
    version: &str,
    source: &Source,
    session: &mut Session<'_>,
) -> Result<(String, String), Error> {
    session.find_getters();
    Ok(sources::in_repository_at(name, version, source, &mut session.sources())?)
}
