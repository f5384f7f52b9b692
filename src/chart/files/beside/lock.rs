//! Files and folders that are opened for their locks.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens what is at `path`, to lock it.
#[expect(clippy::disallowed_methods, reason = "a folder is opened for its lock")]
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}
