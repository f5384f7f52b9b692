//! Writes a bundle as a folder of files, and takes away what is not in it any more.

use std::fs;
use std::path::Path;

use super::ready::Ready;
use crate::bundle::{KUSTOMIZATION, listed, split};
use crate::commands::{Error, Session};
use crate::files::{self, Readers};
use go_text_template::data::Failure;

/// Writes the files of the bundle into `folder`: those that differ from what is there. Then the
/// list of files, and only then are files deleted that an older list of ours has.
pub(super) fn write(ready: &Ready, folder: &Path, session: &mut Session<'_>) -> Result<(), Error> {
    let mut files = split(&ready.bundle);
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    files.push(("bundle.lock".to_owned(), ready.receipt.to_yaml().into_bytes()));
    files.iter().try_for_each(|(path, _)| check(folder, path))?;
    let old = files::read_if_there(&folder.join(KUSTOMIZATION))?.unwrap_or_default();
    let mut gone = listed(&old);
    gone.retain(|path| !paths.contains(path));
    // A link itself may go; what it leads to may not.
    let parents = gone.iter().filter_map(|path| path.rsplit_once('/'));
    parents.map(|(parent, _)| parent).try_for_each(|parent| check(folder, parent))?;
    for (path, bytes) in &files {
        let place = folder.join(path);
        if files::read_if_there(&place)?.as_ref() == Some(bytes) {
            continue;
        }
        let parent = place.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| files::failed("mkdir", parent, &error))?;
        files::replace(&place, bytes, Readers::Usual)?;
        let _ = writeln!(session.out, "wrote {}", place.display());
    }
    gone.iter().try_for_each(|path| remove(folder, path, session))
}

/// Refuses a symbolic link on the way to `path` in `folder`, or at its end: it may lead anywhere.
fn check(folder: &Path, path: &str) -> Result<(), Error> {
    let mut place = folder.to_path_buf();
    for part in path.split('/') {
        place.push(part);
        if place.symlink_metadata().is_ok_and(|found| found.file_type().is_symlink()) {
            let place = place.display();
            let text = format!(
                "{place} is a symbolic link, which may lead anywhere: the folder is left as it is"
            );
            return Err(Failure::from(text).into());
        }
    }
    Ok(())
}

/// Deletes a file, and its folder if nothing is left in it.
fn remove(folder: &Path, path: &str, session: &mut Session<'_>) -> Result<(), Error> {
    let place = folder.join(path);
    match fs::remove_file(&place) {
        Ok(()) => drop(writeln!(session.out, "deleted {}", place.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(files::failed("remove", &place, &error).into()),
    }
    if let Some(parent) = place.parent().filter(|parent| *parent != folder) {
        // It stays if something is in it.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}
