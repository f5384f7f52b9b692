//! Files and folders that are written, with Helm's words for what goes wrong, and digests of them.
//!
//! What others read, or somebody keeps, is written beside its place and moved when it is complete.

pub mod beside;
mod digest;
mod error;
mod replace;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

pub use digest::{digits, sha256};
pub use error::{Error, failed};
pub use replace::{Readers, read_if_there, replace};

use crate::model::PathError;
use beside::{Access, Beside, Step, Temporary};

/// Begins a file that will be at `place` with the permissions `mode`.
pub fn begin(place: &Path, mode: u32) -> Result<Beside, Error> {
    Beside::begin(place, Access::Exactly(mode)).map_err(worded)
}

/// Moves a file to its place.
pub fn finish(file: Beside) -> Result<(), Error> {
    file.finish().map_err(worded)
}

/// Writes `bytes` to `place`, which is either complete or not touched.
pub fn write(place: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let mut file = begin(place, mode)?;
    file.write_all(bytes).map_err(|error| failed("write", place, &error))?;
    finish(file)
}

/// Writes `bytes` to `place`, or to where a symbolic link there leads.
pub fn write_through(place: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let target = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    write(&target, bytes, mode)
}

/// Makes `folder` and what is above it.
pub fn make_folder(folder: &Path) -> Result<(), Error> {
    beside::make_folders(folder)
        .map_err(|error| failed("mkdir", first_missing(folder), &error).into())
}

/// The first folder on the way to `folder` that is none, which Go names.
pub fn first_missing(folder: &Path) -> &Path {
    let missing = |part: &&Path| !part.as_os_str().is_empty() && !part.is_dir();
    folder.ancestors().take_while(missing).last().unwrap_or(folder)
}

/// A folder with a name like `near`, gone when nobody needs it any more.
pub fn temporary_near(near: &Path) -> Result<Temporary, Error> {
    Temporary::near(near).map_err(|fault| failed("mkdir", &fault.path, &fault.error).into())
}

/// A folder where temporary things are.
pub fn temporary() -> Result<Temporary, Error> {
    temporary_near(&std::env::temp_dir().join("helm-"))
}

/// Keeps others from working in `folder` until the result goes; waits for those who do. Where there
/// are no locks nobody waits.
#[expect(clippy::disallowed_methods, reason = "a folder is opened for its lock")]
pub fn lock_folder(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// The content of a file, or the system's reason why there is none.
pub fn read(path: &Path) -> Result<go_text_template::data::Str, PathError> {
    crate::model::read_file(path.as_os_str().as_encoded_bytes())
}

/// The path of what belongs to `path` and lies beside it.
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

fn worded(fault: beside::Failed) -> Error {
    let beside::Failed { step, path, error } = fault;
    match step {
        Step::Open => failed("open", &path, &error).into(),
        Step::Permissions => failed("chmod", &path, &error).into(),
        Step::Rename(place) => {
            let cause = PathError::new("", b"", &error).cause.to_string();
            Error::Rename { from: path, to: place, cause }
        }
    }
}
