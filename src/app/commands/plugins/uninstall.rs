//! `chart plugin uninstall`.

use std::fs;
use std::io;
use std::path::Path;

use super::super::{Error, Session};
use super::place::path_in;
use super::{find, hooks};
use crate::files;
use crate::plugins::Plugin;
use go_text_template::Compat;

/// Removes the plugins called `names` and runs their hooks.
pub fn uninstall(names: &[String], session: &mut Session<'_>) -> Result<(), Error> {
    each("uninstall", "Uninstalled", "loading installer plugins", "dir", names, session, remove)
}

/// Does `work`, which messages call by `verb` and `done`, for each of the plugins called `names`, and
/// tells at the end what failed.
pub(super) fn each(
    verb: &str,
    done: &str,
    logged: &str,
    key: &str,
    names: &[String],
    session: &mut Session<'_>,
    work: fn(&Plugin, &mut Session<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    if names.is_empty() {
        return Err(Error::said(format!("please provide plugin name to {verb}")));
    }
    let folders = session.settings.plugins.clone();
    session.debug(logged, &[(key, &folders)]);
    let plugins = installed(session)?;
    let mut failed = Vec::new();
    for name in names {
        match plugins.iter().find(|plugin| plugin.name == *name.as_str()) {
            None => failed.push(not_found(name, session.compat)),
            Some(plugin) => match work(plugin, session) {
                Ok(()) => writeln!(session.out, "{done} plugin: {name}")
                    .and_then(|()| session.out.flush())
                    .map_err(Error::Stdout)?,
                Err(error) => failed.push(why_not(verb, name, &error, session.compat)),
            },
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Error::said(failed.join("\n"))) }
}

/// The plugins that can be changed. Helm 4 takes the list of folders for a single one.
fn installed(session: &mut Session<'_>) -> Result<Vec<Plugin>, Error> {
    let found = match session.compat {
        Compat::Helm3 => find(&session.settings, session.compat),
        Compat::Helm4 => {
            find::find_in(&[&session.settings.plugins], &session.settings, session.compat)
        }
    };
    session.say_found(found)
}

fn not_found(name: &str, compat: Compat) -> String {
    let what = if compat.is_helm3() { "Plugin" } else { "plugin" };
    format!("{what}: {name} not found")
}

fn why_not(verb: &str, name: &str, error: &Error, compat: Compat) -> String {
    let what = if compat.is_helm3() { "Failed" } else { "failed" };
    format!("{what} to {verb} plugin {name}, got error ({})", error.message(compat))
}

fn remove(plugin: &Plugin, session: &mut Session<'_>) -> Result<(), Error> {
    remove_all(Path::new(&plugin.folder))?;
    if !session.compat.is_helm3() && !plugin.version.is_empty() {
        remove_archive(plugin, session);
    }
    hooks::run(plugin, "delete", session)
}

/// Removes a folder with all that is in it, or the link that leads to one.
fn remove_all(path: &Path) -> Result<(), Error> {
    let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
    let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(files::failed("unlinkat", path, &error).into())
        }
        _ => Ok(()),
    }
}

/// Removes the archive that Helm 4 has kept, and its signature.
fn remove_archive(plugin: &Plugin, session: &mut Session<'_>) {
    let name = format!("{}-{}.tgz", plugin.name, plugin.version);
    for (name, what) in [
        (name.clone(), "removing versioned tarball"),
        (format!("{name}.prov"), "removing versioned provenance"),
    ] {
        let path = path_in(&session.settings.plugins, &name);
        if path.metadata().is_ok() {
            session.debug(what, &[("path", &path.to_string_lossy())]);
            let _ = fs::remove_file(&path);
        }
    }
}
