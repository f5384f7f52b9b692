//! The place of a plugin: it is put together beside it, and moved there when it is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use crate::files;
use crate::files::beside::Temporary;
use crate::model::{PathError, clean_path};
use crate::system;

/// The last part of a path or an address, as Go's `filepath.Base` finds it.
pub(super) fn base_of(path: &str) -> &str {
    let bare = path.trim_end_matches('/');
    match bare.rsplit('/').next().unwrap_or_default() {
        "" if path.is_empty() => ".",
        "" => "/",
        last => last,
    }
}

/// The place of the plugin `name` in the folder `plugins`, of which there may be a whole list.
pub(super) fn path_in(plugins: &str, name: &str) -> PathBuf {
    let path = if plugins.is_empty() { name.to_owned() } else { format!("{plugins}/{name}") };
    PathBuf::from(clean_path(&path))
}

/// The place of the plugin `name` where Helm keeps data, whatever the folders of plugins are.
pub(super) fn path_in_data(name: &str, session: &Session<'_>) -> PathBuf {
    path_in(&data_folder(session), name)
}

/// The folder of plugins where Helm keeps data.
pub(super) fn data_folder(session: &Session<'_>) -> String {
    clean_path(&format!("{}/plugins", session.settings.data_home))
}

/// Makes sure that `place` can be taken.
pub(super) fn check(place: &Path, name: &str, session: &mut Session<'_>) -> Result<(), Error> {
    files::make_folder(place.parent().unwrap_or(Path::new(".")))?;
    // Such a place would be the folder of all plugins, or the one above.
    let is_name = !matches!(name, "" | "." | ".." | "/");
    let error = match place.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_name => return Ok(()),
        Err(error) => files::failed("stat", place, &error).to_string(),
        Ok(_) => "<nil>".to_owned(),
    };
    session.warn("plugin already exists", &[("path", &place.to_string_lossy()), ("error", &error)]);
    Err(Error::said("plugin already exists"))
}

/// A plugin that nobody finds before it is whole: what looks for plugins does not look two folders
/// deep.
#[derive(Debug)]
pub(super) struct Draft {
    holder: Temporary,
    place: PathBuf,
}

impl Draft {
    /// Begins a plugin that will be at `place`.
    pub(super) fn begin(place: &Path) -> Result<Self, Error> {
        let holder = files::temporary_near(&place.with_file_name(".new-"))?;
        Ok(Self { holder, place: place.to_owned() })
    }

    /// Where it is put together; nothing is there yet.
    pub(super) fn path(&self) -> PathBuf {
        self.holder.path().join("plugin")
    }

    /// Moves `folder`, which is at or below [`Draft::path`], to the plugin's place.
    pub(super) fn finish(self, folder: &Path) -> Result<(), Error> {
        fs::rename(folder, &self.place).map_err(|error| {
            let cause = PathError::new("", b"", &error).cause;
            let (from, to) = (folder.display(), self.place.display());
            Error::said(format!("rename {from} {to}: {cause}"))
        })
    }
}

/// Copies the folder `from` to `to`, where nothing is. Symbolic links stay what they are.
pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    let metadata = from.symlink_metadata().map_err(|error| files::failed("lstat", from, &error))?;
    if !metadata.is_dir() {
        return Err(Error::said("source is not a directory"));
    }
    let made = system::folders(system::mode(&metadata) & 0o777 | 0o700).create(to);
    made.map_err(|error| files::failed("mkdir", to, &error))?;
    let entries = from.read_dir().map_err(|error| files::failed("open", from, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| files::failed("open", from, &error))?;
        let kind = entry.file_type().map_err(|error| files::failed("lstat", from, &error))?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match kind {
            kind if kind.is_dir() => deeper(|| copy_folder(&from, &to))?,
            kind if kind.is_symlink() => copy_link(&from, &to)?,
            kind if kind.is_file() => {
                fs::copy(&from, &to).map_err(|error| files::failed("open", &from, &error))?;
            }
            // Sockets and their like are nothing that a plugin consists of.
            _ => {}
        }
    }
    Ok(())
}

/// A folder may be as deep as the system lets it be.
fn deeper(copy: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, copy)
}

fn copy_link(from: &Path, to: &Path) -> Result<(), Error> {
    let target = fs::read_link(from).map_err(|error| files::failed("readlink", from, &error))?;
    system::link(&target, to).map_err(|error| link_failed(&target, to, &error))
}

/// The failure to make a symbolic link, in Go's words.
pub(super) fn link_failed(target: &Path, place: &Path, error: &io::Error) -> Error {
    let cause = PathError::new("", b"", error).cause;
    Error::said(format!("symlink {} {}: {cause}", target.display(), place.display()))
}

/// True if there is a plugin.yaml in `folder`.
pub(super) fn is_plugin(folder: &Path) -> bool {
    folder.join(crate::plugins::FILE_NAME).metadata().is_ok()
}

impl Session<'_> {
    /// Writes what Helm 4 logs as a warning; Helm 3 says nothing there.
    pub(super) fn warn(&mut self, message: &str, attributes: &[(&str, &str)]) {
        if self.compat.is_helm3() {
            return;
        }
        let attributes: Vec<(&[u8], &[u8])> =
            attributes.iter().map(|(key, value)| (key.as_bytes(), value.as_bytes())).collect();
        self.say(crate::model::log_line(b"WARN", message.as_bytes(), &attributes));
    }
}
