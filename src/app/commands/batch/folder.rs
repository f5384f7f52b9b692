//! A folder for each release.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::batch::Parts;
use crate::commands::Error;
use crate::commands::output::{self, Folder, failed};
use crate::files::beside::{Temporary, make_folders, undisturbed};

/// The folders of all releases, below one.
///
/// A release is written somewhere else, and what was in its place is replaced at once, when all of
/// it is there; so no release is ever half new, and one that fails stays as it was.
pub(super) struct Folders {
    root: PathBuf,
    /// Where releases are written before they are moved to their places.
    beside: Temporary,
}

impl Folders {
    /// Folders below `root`, which is made.
    pub(super) fn make(root: &Path) -> Result<Self, Error> {
        make_folders(root).map_err(|error| failed("mkdir", root, &error))?;
        let beside = Temporary::near(&root.join(".partial-"));
        let beside = beside.map_err(|fault| failed("mkdir", root, &fault.error))?;
        Ok(Self { root: root.to_owned(), beside })
    }

    /// Writes the files of the release `number`, which has the name `id`.
    pub(super) fn write(&self, number: usize, id: &str, parts: &Parts) -> Result<(), Error> {
        let new = self.beside.path().join(number.to_string());
        let made = make_folders(&new).map_err(|error| failed("mkdir", &new, &error));
        let folder = Folder { definitions: new.clone(), manifests: new.clone() };
        let written = made.and_then(|()| output::write_files(parts, &folder, &mut io::sink()));
        let place = self.root.join(id);
        let moved = written.and_then(|()| {
            let old = self.beside.path().join(format!("{number}.old"));
            replace(&place, &new, &old).map_err(|error| failed("rename", &place, &error))
        });
        if moved.is_err() {
            let _ = fs::remove_dir_all(&new);
        }
        moved
    }
}

/// Puts `new` into `place`; what was there goes away by way of `old`. Others may do the same.
fn replace(place: &Path, new: &Path, old: &Path) -> io::Result<()> {
    /// Each of them shows that somebody else was faster.
    const ATTEMPTS: usize = 20;
    let mut moved = fs::rename(new, place);
    for _ in 0..ATTEMPTS {
        match &moved {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                place.parent().map_or(Ok(()), make_folders)?;
                moved = fs::rename(new, place);
            }
            Err(_) => moved = exchange(place, new, old),
        }
    }
    moved
}

fn exchange(place: &Path, new: &Path, old: &Path) -> io::Result<()> {
    // Between the two the old one lies where everything goes when the process is told to end.
    let moved = undisturbed(|| {
        fs::rename(place, old)?;
        let moved = fs::rename(new, place);
        // If somebody else has put one there, that one stays.
        moved.or_else(|error| fs::rename(old, place).and(Err(error)))
    });
    let _ = fs::remove_dir_all(old);
    moved
}
