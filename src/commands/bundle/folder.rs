//! Writes a bundle as a folder of files, and takes away what is not in it any more.

use std::fs;
use std::path::Path;

use super::Ready;
use crate::bundle::{KUSTOMIZATION, listed, split};
use crate::commands::write_file::{self, Readers};
use crate::commands::{Error, Session};

/// Writes the files of the bundle into `folder`: those that differ from what is there. Then the
/// list of files, and only then are files deleted that an older list of ours has.
pub(super) fn write(ready: &Ready, folder: &Path, session: &mut Session<'_>) -> Result<(), Error> {
    let old = write_file::read_if_there(&folder.join(KUSTOMIZATION))?.unwrap_or_default();
    let mut files = split(&ready.bundle);
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    files.push(("bundle.lock".to_owned(), ready.receipt.to_yaml().into_bytes()));
    for (path, bytes) in &files {
        let place = folder.join(path);
        if write_file::read_if_there(&place)?.as_ref() == Some(bytes) {
            continue;
        }
        let parent = place.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| write_file::failed("mkdir", parent, &error))?;
        write_file::replace(&place, bytes, Readers::Usual)?;
        let _ = writeln!(session.out, "wrote {}", place.display());
    }
    for path in listed(&old).iter().filter(|path| !paths.contains(path)) {
        remove(folder, path, session)?;
    }
    Ok(())
}

/// Deletes a file, and its folder if nothing is left in it.
fn remove(folder: &Path, path: &str, session: &mut Session<'_>) -> Result<(), Error> {
    let place = folder.join(path);
    match fs::remove_file(&place) {
        Ok(()) => drop(writeln!(session.out, "deleted {}", place.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(write_file::failed("remove", &place, &error)),
    }
    if let Some(parent) = place.parent().filter(|parent| *parent != folder) {
        // It stays if something is in it.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}
