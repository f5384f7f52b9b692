//! Windows, and what else is no Unix: names are Unicode, and there are no modes.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The bytes of a name or a path.
pub fn bytes_of(name: &OsStr) -> &[u8] {
    name.as_encoded_bytes()
}

/// The bytes of a name or a path, taken over.
pub fn into_bytes(name: OsString) -> Vec<u8> {
    name.into_encoded_bytes()
}

/// The name or path of these bytes.
pub fn name_of(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The path of these bytes; one that is not Unicode names nothing that is there.
pub fn path_of(bytes: &[u8]) -> &Path {
    Path::new(std::str::from_utf8(bytes).unwrap_or("\u{fffd}"))
}

/// When a file was changed last: seconds since 1970, and nanoseconds within that second.
pub fn modified(found: &Metadata) -> (i64, u32) {
    let since = found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let since = since.unwrap_or_default();
    (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}

/// Who owns a file: the system does not tell.
pub fn owner(_found: &Metadata) -> Option<u32> {
    None
}

/// What tells a file from all others: the system does not tell.
pub fn identity(_found: &Metadata) -> Option<(u64, u64)> {
    None
}

/// The permissions that stand for those of the system, as in Go.
pub fn mode(found: &Metadata) -> u32 {
    match (found.is_dir(), found.permissions().readonly()) {
        (true, _) => 0o777,
        (false, true) => 0o444,
        (false, false) => 0o666,
    }
}

/// True if somebody may execute it: nothing says that nobody may.
pub fn is_executable(_found: &Metadata) -> bool {
    true
}

/// True for a pipe with a name: here these are no files.
pub fn is_pipe(_found: &Metadata) -> bool {
    false
}

/// True if standard input is a pipe, or anything else but a terminal.
pub fn stdin_is_piped() -> bool {
    !io::stdin().is_terminal()
}

/// The permissions `mode`: there are none.
pub fn permissions(_mode: u32) -> Option<Permissions> {
    None
}

/// A maker of folders.
pub fn folders(_mode: u32) -> DirBuilder {
    DirBuilder::new()
}

/// What opens a file, and makes it.
pub fn files(_mode: u32) -> OpenOptions {
    OpenOptions::new()
}

/// Symbolic links are for administrators there: nobody makes one.
pub fn link(_target: &Path, _place: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
