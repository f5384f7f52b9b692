//! What runs have left that were killed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::lock;
use crate::model::is_passing;
use crate::system;

/// So many entries of a folder are looked at.
const MOST_ENTRIES: usize = 100_000;

/// Removes what is beside `own`, has such a name and the same owner, and is nobody's any more: its
/// lock is free. Each folder is looked at once.
pub(super) fn clear(own: &Path, file: &File) {
    static CLEARED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let folder = match own.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !CLEARED.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned()) {
        return;
    }
    let (Ok(entries), Ok(ours)) = (fs::read_dir(folder), file.metadata()) else { return };
    for entry in entries.take(MOST_ENTRIES).flatten() {
        if is_passing(system::bytes_of(&entry.file_name())) && entry.path() != own {
            clear_one(&entry.path(), system::owner(&ours));
        }
    }
}

fn clear_one(path: &Path, owner: Option<u32>) {
    let Ok(found) = path.symlink_metadata() else { return };
    // A pipe would keep us waiting, a link leads elsewhere.
    let is_plain = found.is_file() || found.is_dir();
    if !is_plain || system::owner(&found) != owner {
        return;
    }
    let Ok(file) = lock::open(path) else { return };
    if file.try_lock().is_err() {
        return;
    }
    let _ = if found.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}
