//! Files that a user names: either as they were or all new.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::beside::{self, Access, Beside};
use super::error::failed;
use crate::model::{PathError, read_all};

/// Who may read a file that there was not before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whom the system lets, as for any file.
    Usual,
    /// Nobody else.
    Owner,
}

/// Writes `bytes` to `path`: beside it first, then in its place, so that whatever happens on the
/// way leaves the old file as it was.
pub fn replace(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), PathError> {
    // A link stays one: what it names is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let access = match target.metadata() {
        Ok(about) if !about.is_file() => return write_through(&target, bytes),
        Ok(about) => Access::As(about.permissions()),
        Err(_) if readers == Readers::Owner => Access::Owner,
        Err(_) => Access::Usual,
    };
    let written = write_new(&target, bytes, access);
    written.map_err(|error| failed("write", path, &error))
}

/// Pipes and devices are written to as they are.
fn write_through(path: &Path, bytes: &[u8]) -> Result<(), PathError> {
    let file = OpenOptions::new().write(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed("write", path, &error))
}

fn write_new(target: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let cause = |fault: beside::Failed| fault.error;
    let mut file = Beside::begin(target, access).map_err(cause)?;
    file.write_all(bytes)?;
    file.sync()?;
    file.finish().map_err(cause)
}

/// The text of the file `path` if there is one.
#[expect(clippy::disallowed_methods, reason = "commands read the files that they write")]
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, PathError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("open", path, &error)),
    };
    read_all(file).map(Some).map_err(|error| failed("read", path, &error))
}
