//! Archives that are to become directories again.

use std::fmt;
use std::io::BufReader;
use std::path::Path;

use super::error::ArchiveError;
use super::limits::MOST_INFLATED_BYTES;
use super::metadata::{Draft, Overlay};
use super::{Error, File, PathError, archive, assemble, disk, shapes};
use crate::system;
use go_text_template::Compat;
use go_text_template::data::{Str, quoted};

/// The content of an archive.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The chart's name: that of the directory to be.
    pub name: Str,
    /// The files, by their names below it.
    pub files: Vec<File>,
}

/// Why an archive cannot become a directory; the `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "Display says what each is")]
pub enum ArchiveFault {
    Open(PathError),
    Archive(ArchiveError),
    Metadata(Error),
    NoName,
    /// `.` or `..`.
    DisallowedName(Str),
    Separator(Str),
}

impl fmt::Display for ArchiveFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(f),
            Self::Archive(error) => error.fmt(f),
            Self::Metadata(error) => error.fmt(f),
            Self::NoName => f.write_str("chart name not specified"),
            Self::DisallowedName(name) => write!(f, "chart name {} is not allowed", quoted(name)),
            Self::Separator(name) => {
                write!(f, "chart name {} must not contain path separators", quoted(name))
            }
        }
    }
}

impl std::error::Error for ArchiveFault {}

/// Reads the archive at `path` and checks that it can become a directory of its own.
pub fn read_archive(path: &Path, compat: Compat) -> Result<Archive, ArchiveFault> {
    let file = disk::open(system::bytes_of(path.as_os_str())).map_err(ArchiveFault::Open)?;
    let input = BufReader::with_capacity(1 << 16, file);
    let mut inflatable = MOST_INFLATED_BYTES;
    let files = archive::files(input, compat, &mut inflatable).map_err(ArchiveFault::Archive)?;
    let name = name(&files, compat)?;
    if name.is_empty() {
        return Err(ArchiveFault::NoName);
    }
    if name == "." || name == ".." {
        return Err(ArchiveFault::DisallowedName(name));
    }
    if name.contains(&b'/') {
        return Err(ArchiveFault::Separator(name));
    }
    Ok(Archive { name, files })
}

/// The name in the last Chart.yaml.
fn name(files: &[File], compat: Compat) -> Result<Str, ArchiveFault> {
    let mut name = Str::default();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        let table = assemble::decode("Chart.yaml", file.data(), shapes::metadata(compat));
        let mut draft = Draft::default();
        draft.overlay(&*table.map_err(ArchiveFault::Metadata)?);
        name = draft.name().clone();
    }
    Ok(name)
}
