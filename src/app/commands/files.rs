//! Files and folders as Helm has them, with its words for what goes wrong.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::Error;
use super::beside::{self, Access, Beside, Step, Temporary};
use crate::model::PathError;
use go_text_template::data::Failure;

/// Begins a file that will be at `place` with the permissions `mode`.
pub(super) fn begin(place: &Path, mode: u32) -> Result<Beside, Error> {
    Beside::begin(place, Access::Exactly(mode)).map_err(worded)
}

/// Moves a file to its place.
pub(super) fn finish(file: Beside) -> Result<(), Error> {
    file.finish().map_err(worded)
}

/// Writes `bytes` to `place`, which is either complete or not touched.
pub(super) fn write(place: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let mut file = begin(place, mode)?;
    file.write_all(bytes).map_err(|error| failed("write", place, &error))?;
    finish(file)
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

/// A folder with a name like `near`, gone when nobody needs it any more.
pub(super) fn temporary_near(near: &Path) -> Result<Temporary, Error> {
    Temporary::near(near).map_err(|fault| failed("mkdir", &fault.path, &fault.error))
}

/// A folder where temporary things are.
pub(super) fn temporary() -> Result<Temporary, Error> {
    temporary_near(&std::env::temp_dir().join("helm-"))
}

/// Keeps others from working in `folder` until the result goes; waits for those who do. Where there
/// are no locks nobody waits.
#[expect(clippy::disallowed_methods, reason = "a folder is opened for its lock")]
pub(super) fn lock_folder(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// The content of a file, or the system's reason why there is none.
pub(super) fn read(path: &Path) -> Result<go_text_template::data::Str, PathError> {
    crate::model::read_file(crate::system::bytes_of(path.as_os_str()))
}

/// The failure of `operation` on `path`, in Go's words.
pub(super) fn failed(operation: &'static str, path: &Path, error: &io::Error) -> Error {
    Error::File(PathError::new(operation, crate::system::bytes_of(path.as_os_str()), error))
}

fn worded(fault: beside::Failed) -> Error {
    let beside::Failed { step, path, error } = fault;
    match step {
        Step::Open => failed("open", &path, &error),
        Step::Permissions => failed("chmod", &path, &error),
        Step::Rename(place) => {
            let cause = PathError::new("", b"", &error).cause;
            let (from, to) = (path.display(), place.display());
            Failure::from(format!("rename {from} {to}: {cause}")).into()
        }
    }
}
