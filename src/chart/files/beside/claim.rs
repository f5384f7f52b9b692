//! Paths that are ours until something has taken its place.
//!
//! As long as a claim is held, what is there is locked, so that other runs know it from what a run
//! has left that was killed; and it is on the list of what goes when the process is told to end.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::lock::open;
use super::{ending, stale};
use crate::model::passing_name;
use crate::system;

/// A path that is ours.
#[derive(Debug)]
pub(super) struct Claim {
    path: PathBuf,
    /// Holds the lock of a folder; a file holds its own.
    lock: Option<File>,
}

/// What cannot be made, and why.
type Failed = (PathBuf, io::Error);

/// So many names are tried.
const ATTEMPTS: u32 = 100;

impl Claim {
    /// Makes a file with a name like `near`, and the permissions `mode` as far as the system lets.
    pub(super) fn file(near: &Path, mode: u32) -> Result<(Self, File), Failed> {
        let mut options = system::files(mode);
        options.write(true).create_new(true);
        let (path, file) = made(near, |path| options.open(path))?;
        Ok((Self { path, lock: None }, file))
    }

    /// Makes a folder with a name like `near`.
    pub(super) fn folder(near: &Path) -> Result<Self, Failed> {
        let (path, lock) = made(near, |path| {
            system::folders(0o700).create(path)?;
            open(path).map_err(taken_away)
        })?;
        Ok(Self { path, lock: Some(lock) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What was here has taken its place.
    pub(super) fn release(mut self) {
        ending::forget(&self.path);
        self.path = PathBuf::new();
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        let _ = match self.lock {
            None => fs::remove_file(&self.path),
            Some(_) => fs::remove_dir_all(&self.path),
        };
        ending::forget(&self.path);
    }
}

/// What `make` makes at a path like `near` that nobody else has, locked.
fn made(near: &Path, make: impl Fn(&Path) -> io::Result<File>) -> Result<(PathBuf, File), Failed> {
    let mut failed = None;
    for _ in 0..ATTEMPTS {
        let path = near.with_file_name(name(near));
        match ending::remember(&path, || make(&path)) {
            // Whoever clears up may have been here before the lock was.
            Ok(file) if is_locked_at(&path, &file) => {
                stale::clear(&path, &file);
                return Ok((path, file));
            }
            Ok(_) => ending::forget(&path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                failed = Some((path, error));
            }
            Err(error) => return Err((path, error)),
        }
    }
    Err(failed.unwrap_or_else(|| (near.to_owned(), io::ErrorKind::AlreadyExists.into())))
}

/// Another run that clears up can remove a new folder before it is locked: then another name is tried.
fn taken_away(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => io::ErrorKind::AlreadyExists.into(),
        _ => error,
    }
}

fn name(near: &Path) -> std::ffi::OsString {
    let mut random = [0; 8];
    getrandom::fill(&mut random).expect("the operating system has randomness");
    let name = near.file_name().unwrap_or_default();
    let name = passing_name(system::bytes_of(name), u64::from_ne_bytes(random));
    system::name_of(name)
}

/// Locks `file` and looks whether it is still at `path`. Where there are no locks nobody clears up.
fn is_locked_at(path: &Path, file: &File) -> bool {
    let _ = file.lock();
    match (path.symlink_metadata(), file.metadata()) {
        (Ok(there), Ok(ours)) => system::identity(&there) == system::identity(&ours),
        _ => false,
    }
}
