//! Files that other programs read while we write: each is written beside its place, then moved there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::Error;
use crate::chart::PathError;
use crate::data::Failure;

/// A file that takes its place once it is complete; until then nobody sees it.
#[derive(Debug)]
pub(super) struct Beside {
    file: Option<File>,
    beside: PathBuf,
    place: PathBuf,
    mode: u32,
}

impl Beside {
    /// Begins a file that will be at `place` with the permissions `mode`.
    pub(super) fn begin(place: &Path, mode: u32) -> Result<Self, Error> {
        let beside = random_name(place);
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&beside);
        let file = file.map_err(|error| failed("open", &beside, &error))?;
        Ok(Self { file: Some(file), beside, place: place.to_owned(), mode })
    }

    /// Where the file is until it takes its place.
    pub(super) fn path(&self) -> &Path {
        &self.beside
    }

    /// Moves the file to its place.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        drop(self.file.take());
        let permissions = fs::Permissions::from_mode(self.mode);
        fs::set_permissions(&self.beside, permissions)
            .map_err(|error| failed("chmod", &self.beside, &error))?;
        fs::rename(&self.beside, &self.place).map_err(|error| self.rename_failed(&error))?;
        self.beside = PathBuf::new();
        Ok(())
    }

    fn rename_failed(&self, error: &io::Error) -> Error {
        let cause = PathError::new("", b"", error).cause;
        let (from, to) = (self.beside.display(), self.place.display());
        Failure::from(format!("rename {from} {to}: {cause}")).into()
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file
            .as_mut()
            .map_or_else(|| Err(io::ErrorKind::NotFound.into()), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.beside.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Writes `bytes` to `place`, which is either complete or not touched.
pub(super) fn write(place: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let mut file = Beside::begin(place, mode)?;
    file.write_all(bytes).map_err(|error| failed("write", place, &error))?;
    file.finish()
}

/// Writes `bytes` to `place`, or to where a symbolic link there leads.
pub(super) fn write_through(place: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let target = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    write(&target, bytes, mode)
}

/// Makes `folder` and what is above it.
pub(super) fn make_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| failed("mkdir", first_missing(folder), &error))
}

/// The first folder on the way to `folder` that is none, which Go names.
fn first_missing(folder: &Path) -> &Path {
    let missing = |part: &&Path| !part.as_os_str().is_empty() && !part.is_dir();
    folder.ancestors().take_while(missing).last().unwrap_or(folder)
}

/// The content of a file, or the system's reason why there is none.
pub(super) fn read(path: &Path) -> Result<crate::data::Str, PathError> {
    use std::os::unix::ffi::OsStrExt;
    crate::chart::read_file(path.as_os_str().as_bytes())
}

/// The failure of `operation` on `path`, in Go's words.
pub(super) fn failed(operation: &'static str, path: &Path, error: &io::Error) -> Error {
    use std::os::unix::ffi::OsStrExt;
    Error::File(PathError::new(operation, path.as_os_str().as_bytes(), error))
}

/// A name beside `place` that nobody else uses: `place` with digits behind it.
fn random_name(place: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = place.as_os_str().to_owned();
    name.push(format!("{}{count:04}", 100_000 + std::process::id()));
    name.into()
}

/// A folder that is gone when nobody needs it any more.
#[derive(Debug)]
pub(super) struct Temporary(PathBuf);

impl Temporary {
    /// Makes the folder `path`.
    pub(super) fn at(path: PathBuf) -> Result<Self, Error> {
        make_folder(&path)?;
        Ok(Self(path))
    }

    /// Makes a folder where temporary things are.
    pub(super) fn new() -> Result<Self, Error> {
        let path = random_name(&std::env::temp_dir().join("helm-"));
        fs::DirBuilder::new()
            .recursive(false)
            .create(&path)
            .map_err(|error| failed("mkdir", &path, &error))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
