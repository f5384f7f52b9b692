//! The disk, with Go's words for what goes wrong: the one place where charts and values meet it.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use super::limits::MOST_READ_BYTES;
use super::moment::Moment;
use super::passing::is_passing;
use crate::system;
use go_text_template::data::Str;
use go_text_template::path::{PathError, clean, join};

/// A path as the operating system takes it.
pub(super) fn as_path(path: &[u8]) -> &Path {
    system::path_of(path)
}

/// The absolute form of `path`, lexically cleaned, as `filepath.Abs` gives it.
pub(super) fn absolute(path: &Path) -> Result<Str, PathError> {
    let bytes = system::bytes_of(path.as_os_str());
    if path.is_absolute() {
        return Ok(clean(bytes).into());
    }
    let here = std::env::current_dir().map_err(|error| PathError::new("getwd", b"", &error))?;
    Ok(join(&system::into_bytes(here.into_os_string()), bytes))
}

/// What `path` is, with symbolic links followed.
pub(super) fn stat(path: &[u8]) -> Result<Metadata, PathError> {
    as_path(path).metadata().map_err(|error| PathError::new("stat", path, &error))
}

/// What `path` is, without following a symbolic link at its end.
pub(super) fn lstat(path: &[u8]) -> Result<Metadata, PathError> {
    as_path(path).symlink_metadata().map_err(|error| PathError::new("lstat", path, &error))
}

/// Opens the file `path`.
#[allow(clippy::disallowed_methods, reason = "this is the edge to the disk")]
pub(super) fn open(path: &[u8]) -> Result<File, PathError> {
    File::open(as_path(path)).map_err(|error| PathError::new("open", path, &error))
}

/// When it was changed last.
pub(super) fn modified(metadata: &Metadata) -> Option<Moment> {
    let (seconds, nanoseconds) = system::modified(metadata);
    Some(Moment { seconds, nanoseconds })
}

/// The whole content of the file `path`.
pub fn read(path: &[u8]) -> Result<Str, PathError> {
    let file = open(path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let content = read_open(file, size, MOST_READ_BYTES, path)?;
    check_read(&content).map_err(|error| PathError::new("read", path, &error))?;
    Ok(content)
}

/// Everything that `input` gives; an error if that is too much.
pub fn read_all(input: impl Read) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    input.take(MOST_READ_BYTES).read_to_end(&mut content)?;
    check_read(&content)?;
    Ok(content)
}

/// Devices and pipes may never end; what has been read up to the limit is not everything.
fn check_read(content: &[u8]) -> io::Result<()> {
    let is_all = (content.len() as u64) < MOST_READ_BYTES;
    if is_all { Ok(()) } else { Err(io::ErrorKind::FileTooLarge.into()) }
}

/// The content of `file`, opened as `path` and `size` bytes long; at most `limit` bytes of it.
pub(super) fn read_open(file: File, size: u64, limit: u64, path: &[u8]) -> Result<Str, PathError> {
    let mut content = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0));
    // Files of /proc say that they are empty. Others need not be asked twice for their end.
    let most = if size == 0 { limit } else { size.min(limit) };
    let result = file.take(most).read_to_end(&mut content);
    result.map_err(|error| PathError::new("read", path, &error))?;
    Ok(content.into())
}

/// An entry of a directory.
#[derive(Debug)]
pub(super) struct Entry {
    /// The name, without the directory.
    pub(super) name: Vec<u8>,
    /// What it is, a symbolic link being just that; `None` where one has to ask.
    pub(super) kind: Option<std::fs::FileType>,
}

/// The entries of the directory `path`, in byte order of their names, without those that are just
/// being written: they may be gone at any time.
pub(super) fn entries(path: &[u8]) -> Result<Vec<Entry>, PathError> {
    let failed = |error: io::Error| PathError::new("open", path, &error);
    let mut entries = Vec::new();
    for entry in as_path(path).read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = system::into_bytes(entry.file_name());
        entries.push(Entry { name, kind: entry.file_type().ok() });
    }
    entries.retain(|entry| !is_passing(&entry.name));
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Where a chain of symbolic links does not lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// A part of the way cannot be looked at.
    Path(PathError),
    /// A part of the way that has to be a directory is none.
    NotADirectory,
    /// More than 255 links.
    TooManyLinks,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(error) => error.fmt(f),
            Self::NotADirectory => f.write_str("not a directory"),
            Self::TooManyLinks => f.write_str("EvalSymlinks: too many links"),
        }
    }
}

impl From<PathError> for LinkError {
    fn from(error: PathError) -> Self {
        Self::Path(error)
    }
}

/// Go gives up behind this number of links.
const MOST_LINKS: usize = 255;

/// The absolute path `path` without symbolic links, as `filepath.EvalSymlinks` finds it.
pub(super) fn resolve(path: &[u8]) -> Result<Str, LinkError> {
    // The parts still to go, the next one last.
    let mut rest: Vec<Vec<u8>> = parts_reversed(path);
    let mut done: Vec<u8> = Vec::new();
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part == b".." {
            done.truncate(done.iter().rposition(|&byte| byte == b'/').unwrap_or(0));
            continue;
        }
        let parent = done.len();
        done.push(b'/');
        done.extend_from_slice(&part);
        let kind = lstat(&done)?.file_type();
        if !kind.is_symlink() {
            if !kind.is_dir() && !rest.is_empty() {
                return Err(LinkError::NotADirectory);
            }
            continue;
        }
        links += 1;
        if links > MOST_LINKS {
            return Err(LinkError::TooManyLinks);
        }
        let target = read_link(&done)?;
        done.truncate(if target.starts_with(b"/") { 0 } else { parent });
        rest.append(&mut parts_reversed(&target));
    }
    if done.is_empty() {
        done.push(b'/');
    }
    Ok(done.into())
}

fn read_link(path: &[u8]) -> Result<Vec<u8>, PathError> {
    let target = as_path(path).read_link();
    let target = target.map_err(|error| PathError::new("readlink", path, &error))?;
    Ok(system::into_bytes(target.into_os_string()))
}

fn parts_reversed(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path.split(|&byte| byte == b'/').filter(|part| !part.is_empty() && part != b".");
    parts.rev().map(<[u8]>::to_vec).collect()
}
