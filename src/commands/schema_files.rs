//! The files that schemas refer to: this is where schemas touch the disk.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::chart::log_line;
use crate::compat::Compat;
use crate::data::Failure;
use crate::values::schema::Loader;

/// The longest schema that is read, in bytes; a device may have no end.
const MAX_SIZE: u64 = 16 << 20;

/// Files of this machine; of names that lead nowhere it only takes note.
#[derive(Debug, Default)]
pub(super) struct SchemaFiles {
    pub(super) unresolved: RefCell<Vec<String>>,
    /// Whether a file was asked for.
    pub(super) read: Cell<bool>,
}

impl Loader for SchemaFiles {
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.read.set(true);
        read(path).map_err(|error| {
            crate::chart::PathError::new("open", path.as_bytes(), &error).to_string().into()
        })
    }

    fn unresolved_urn(&self, urn: &str) {
        self.unresolved.borrow_mut().push(urn.to_owned());
    }
}

#[expect(clippy::disallowed_methods, reason = "schemas may refer to files, as with Helm")]
fn read(path: &str) -> std::io::Result<Vec<u8>> {
    // Opening a pipe waits for somebody to write to it, perhaps for ever.
    if is_pipe(Path::new(path)) {
        return Err(std::io::Error::other("is a named pipe"));
    }
    let mut text = Vec::new();
    File::open(path)?.take(MAX_SIZE).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|found| found.file_type().is_fifo() || found.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_pipe(_path: &Path) -> bool {
    false
}

/// What Helm logs about a name that leads nowhere.
pub(super) fn unresolved_urn(urn: &str, compat: Compat) -> String {
    match compat {
        Compat::Helm3 => {
            let what = "unresolved URN reference ignored; using permissive schema";
            // Helm 3 logs with the place in its own source.
            format!("jsonschema.go:192: WARNING: {what}: {urn}")
        }
        Compat::Helm4 => log_line(
            b"WARN",
            b"unresolved URN reference ignored; using permissive schema",
            &[(b"urn", urn.as_bytes())],
        )
        .to_string(),
    }
}
