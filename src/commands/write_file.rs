//! Files that are either as they were or all new.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Error;
use crate::chart::{PathError, read_all};
use crate::data::Failure;

/// Who may read a file that there was not before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Whom the system lets, as for any file.
    Usual,
    /// Nobody else.
    Owner,
}

/// Writes `bytes` to `path`: beside it first, then in its place, so that whatever happens on the
/// way leaves the old file as it was.
pub(super) fn replace(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Error> {
    // A link stays one: what it names is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let about = target.metadata().ok();
    if about.as_ref().is_some_and(|about| !about.is_file()) {
        return write_through(&target, bytes);
    }
    let beside = beside(&target);
    let written = write_new(&beside, bytes, readers)
        .and_then(|()| {
            about.map_or(Ok(()), |about| fs::set_permissions(&beside, about.permissions()))
        })
        .and_then(|()| fs::rename(&beside, &target));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed("write", path, &error)
    })
}

/// Pipes and devices are written to as they are.
fn write_through(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let file = OpenOptions::new().write(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed("write", path, &error))
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> std::io::Result<()> {
    let mode = if readers == Readers::Owner { 0o600 } else { 0o666 };
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The text of the file `path` if there is one.
#[expect(clippy::disallowed_methods, reason = "commands read the files that they write")]
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("open", path, &error)),
    };
    read_all(file).map(Some).map_err(|error| failed("read", path, &error))
}

/// The failure of `operation` on `path`; nothing that `--debug` could show more of.
pub(super) fn failed(operation: &'static str, path: &Path, error: &std::io::Error) -> Error {
    let error = PathError::new(operation, path.to_string_lossy().as_bytes(), error);
    Failure::from(error.to_string()).into()
}
