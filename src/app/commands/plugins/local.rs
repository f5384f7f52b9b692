//! Plugins in folders of this machine: a link leads there.

use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use super::git::NO_PLUGIN;
use super::place::{is_plugin, link_failed};
use crate::files;
use crate::model::clean_path;

/// The path of a plugin, made absolute by its text.
pub(super) fn absolute(source: &str) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(source)
        .map_err(|error| files::failed("getwd", Path::new(source), &error))?;
    Ok(PathBuf::from(clean_path(&absolute.to_string_lossy())))
}

/// Makes `place` a link to the plugin at `source`.
pub(super) fn link(source: &Path, place: &Path, session: &mut Session<'_>) -> Result<(), Error> {
    let found = source.metadata().map_err(|error| files::failed("stat", source, &error))?;
    if !found.is_dir() {
        return Err(Error::said(match session.compat.is_helm3() {
            true => "expected plugin to be a folder",
            false => "expected plugin to be a directory (containing a file 'plugin.yaml')",
        }));
    }
    if !is_plugin(source) {
        return Err(Error::said(NO_PLUGIN));
    }
    let shown = (source.to_string_lossy(), place.to_string_lossy());
    session.debug("symlinking", &[("source", &shown.0), ("path", &shown.1)]);
    crate::system::link(source, place).map_err(|error| link_failed(source, place, &error))
}
