//! Linux, macOS and their relatives.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{
    DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink,
};
use std::path::Path;

/// The bytes of a name or a path.
pub fn bytes_of(name: &OsStr) -> &[u8] {
    name.as_bytes()
}

/// The bytes of a name or a path, taken over.
pub fn into_bytes(name: OsString) -> Vec<u8> {
    name.into_vec()
}

/// The name or path of these bytes.
pub fn name_of(bytes: Vec<u8>) -> OsString {
    OsString::from_vec(bytes)
}

/// The path of these bytes.
pub fn path_of(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// When a file was changed last: seconds since 1970, and nanoseconds within that second.
pub fn modified(found: &Metadata) -> (i64, u32) {
    (found.mtime(), u32::try_from(found.mtime_nsec()).unwrap_or_default())
}

/// Who owns a file; nothing where the system does not tell.
pub fn owner(found: &Metadata) -> Option<u32> {
    Some(found.uid())
}

/// What tells a file from all others; nothing where the system does not tell.
pub fn identity(found: &Metadata) -> Option<(u64, u64)> {
    Some((found.dev(), found.ino()))
}

/// The permissions of a file, set-user-id and its like included.
pub fn mode(found: &Metadata) -> u32 {
    found.permissions().mode() & 0o7777
}

/// True if somebody may execute it.
pub fn is_executable(found: &Metadata) -> bool {
    found.permissions().mode() & 0o111 != 0
}

/// True for a pipe with a name, or a socket: who opens one may wait for ever.
pub fn is_pipe(found: &Metadata) -> bool {
    found.file_type().is_fifo() || found.file_type().is_socket()
}

/// True if standard input is a pipe.
pub fn stdin_is_piped() -> bool {
    Path::new("/dev/stdin").metadata().is_ok_and(|found| found.file_type().is_fifo())
}

/// The permissions `mode`.
pub fn permissions(mode: u32) -> Option<Permissions> {
    Some(Permissions::from_mode(mode))
}

/// A maker of folders with the permissions `mode`.
pub fn folders(mode: u32) -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(mode);
    builder
}

/// What opens a file, and makes it with the permissions `mode`.
pub fn files(mode: u32) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(mode);
    options
}

/// Makes a symbolic link at `place` that leads to `target`.
pub fn link(target: &Path, place: &Path) -> io::Result<()> {
    symlink(target, place)
}
