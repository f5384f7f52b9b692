//! A folder for each release.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::batch::Parts;
use crate::commands::output::{self, Folder, failed};
use crate::commands::{Error, token};
use crate::template::World;

/// The folders of all releases, below one.
///
/// A release is written somewhere else, and what was in its place is replaced at once, when all of
/// it is there; so no release is ever half new, and one that fails stays as it was.
pub(super) struct Folders {
    root: PathBuf,
    /// Where releases are written before they are moved to their places.
    beside: PathBuf,
}

impl Folders {
    /// Folders below `root`, which is made.
    pub(super) fn make(root: &Path, world: &dyn World) -> Result<Self, Error> {
        let beside = root.join(format!(".partial-{}", token(world)));
        fs::create_dir_all(&beside).map_err(|error| failed("mkdir", root, &error))?;
        Ok(Self { root: root.to_owned(), beside })
    }

    /// Writes the files of the release `number`, which has the name `id`.
    pub(super) fn write(&self, number: usize, id: &str, parts: &Parts) -> Result<(), Error> {
        let new = self.beside.join(number.to_string());
        let made = fs::create_dir_all(&new).map_err(|error| failed("mkdir", &new, &error));
        let folder = new.to_string_lossy().into_owned();
        let folder = Folder { definitions: folder.clone(), manifests: folder };
        let written = made.and_then(|()| output::write_files(parts, &folder, &mut io::sink()));
        let place = self.root.join(id);
        let moved = written.and_then(|()| {
            let old = self.beside.join(format!("{number}.old"));
            replace(&place, &new, &old).map_err(|error| failed("rename", &place, &error))
        });
        if moved.is_err() {
            let _ = fs::remove_dir_all(&new);
        }
        moved
    }

    /// Removes what is only there while releases are written.
    pub(super) fn clean(&self) {
        let _ = fs::remove_dir_all(&self.beside);
    }
}

/// Puts `new` into `place`; what was there goes away by way of `old`.
fn replace(place: &Path, new: &Path, old: &Path) -> io::Result<()> {
    let Err(error) = fs::rename(new, place) else { return Ok(()) };
    if error.kind() == io::ErrorKind::NotFound {
        place.parent().map_or(Ok(()), fs::create_dir_all)?;
        return fs::rename(new, place);
    }
    fs::rename(place, old)?;
    fs::rename(new, place)?;
    fs::remove_dir_all(old)
}
