//! Archives of plugins, written to the disk.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::files::beside::undisturbed;
use crate::model::PathError;
use crate::plugins::{Entry, each_entry};
use crate::system;
use go_text_template::Compat;

/// Writes what is in the archive `bytes` to the folder `target`, which is made and in which nothing is;
/// messages call it `shown`.
pub(super) fn unpack(
    bytes: &[u8],
    target: &Path,
    shown: &str,
    compat: Compat,
) -> Result<(), String> {
    let mut folder = Folder { target, shown, compat, file: None };
    folder.make(target, "").map_err(|error| folder.failed("mkdir", "", &error))?;
    each_entry(bytes, &mut |entry| folder.put(entry))
}

/// A folder that is filled.
struct Folder<'f> {
    target: &'f Path,
    shown: &'f str,
    compat: Compat,
    /// The file that comes, and its path.
    file: Option<(File, String)>,
}

impl Folder<'_> {
    fn put(&mut self, entry: Entry<'_>) -> Result<(), String> {
        match entry {
            Entry::Folder(path) => {
                let made = self.make(&self.place(path), path);
                made.map_err(|error| self.failed("mkdir", path, &error))
            }
            Entry::File(path, mode) => {
                let file = self.begin(path, mode);
                let file = file.map_err(|error| self.failed("open", path, &error))?;
                self.file = Some((file, path.to_owned()));
                Ok(())
            }
            Entry::Bytes(bytes) => self.append(bytes),
        }
    }

    fn place(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.target.to_owned() } else { self.target.join(path) }
    }

    /// Makes a folder. Helm 3 wants it to be new, and to have a place.
    fn make(&self, place: &Path, path: &str) -> io::Result<()> {
        let is_root = path.is_empty() && !place.exists();
        let makes_parents = is_root || !self.compat.is_helm3();
        undisturbed(|| system::folders(0o755).recursive(makes_parents).create(place))
    }

    /// Begins a file. Helm 3 wants its folder to be there.
    fn begin(&self, path: &str, mode: u32) -> io::Result<File> {
        let place = self.place(path);
        if let (Compat::Helm4, Some(parent)) = (self.compat, place.parent()) {
            undisturbed(|| system::folders(0o755).recursive(true).create(parent))?;
        }
        system::files(mode).write(true).create(true).truncate(true).open(&place)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        let Some((file, path)) = &mut self.file else { return Ok(()) };
        let written = file.write_all(bytes);
        let path = path.clone();
        written.map_err(|error| self.failed("write", &path, &error))
    }

    fn failed(&self, operation: &'static str, path: &str, error: &io::Error) -> String {
        let path = match path {
            "" => self.shown.to_owned(),
            path => format!("{}/{path}", self.shown),
        };
        PathError::new(operation, path.as_bytes(), error).to_string()
    }
}
