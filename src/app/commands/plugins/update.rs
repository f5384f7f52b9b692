//! `chart plugin update`: plugins that are copies of a repository of git.

use std::path::Path;

use super::super::{Error, Session};
use super::git::{NoRepository, Repository};
use super::place::{base_of, path_in};
use super::{hooks, uninstall};
use crate::files;
use crate::plugins::Plugin;

/// Updates the plugins called `names` and runs their hooks.
pub fn update(names: &[String], session: &mut Session<'_>) -> Result<(), Error> {
    uninstall::each("update", "Updated", "loading installed plugins", "path", names, session, one)
}

fn one(plugin: &Plugin, session: &mut Session<'_>) -> Result<(), Error> {
    let folder = Path::new(&plugin.folder);
    let folder = folder.canonicalize().map_err(|error| files::failed("lstat", folder, &error))?;
    let repository = match Repository::open("", &folder, session) {
        Err(NoRepository::Unknown) => return Err(no_source(&folder, session)),
        repository => repository?,
    };
    let place = path_in(&session.settings.plugins, base_of(&repository.remote));
    if let Err(error) = place.metadata()
        && error.kind() == std::io::ErrorKind::NotFound
    {
        let shown = place.to_string_lossy();
        let error = files::failed("stat", &place, &error).to_string();
        session.warn("plugin does not exist", &[("path", &shown), ("error", &error)]);
        return Err(Error::said("plugin does not exist"));
    }
    repository.update_plugin(session)?;
    let updated = session.load_plugin(&place)?.map_err(Error::said)?;
    hooks::run(&updated, "update", session)
}

fn no_source(folder: &Path, session: &mut Session<'_>) -> Error {
    const WHAT: &str = "cannot get information about plugin source";
    let error = Error::from(NoRepository::Unknown).message(session.compat);
    session.warn(WHAT, &[("location", &folder.to_string_lossy()), ("error", &error)]);
    Error::said(WHAT)
}
