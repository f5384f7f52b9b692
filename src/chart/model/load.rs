//! From a path to a chart.

use std::io::{BufReader, Read, Seek};
use std::path::Path;

use super::assemble::Loading;
use super::error::ArchiveError;
use super::limits::MOST_INFLATED_BYTES;
use super::{Chart, Error, File, Notice, archive, assemble, directory, disk, shapes};
use crate::system;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree};
use go_text_template::path::{PathError, join};

/// Loads the chart at `path`, a directory or an archive, as the Helm of `compat` does.
///
/// What Helm would say on stderr goes to `notices`, also when loading fails.
pub fn load(path: &Path, compat: Compat, notices: &mut Vec<Notice>) -> Result<Chart, Error> {
    load_as(path, compat, !compat.is_helm3(), notices)
}

/// Loads the chart at `path` as those commands do for which even Helm 4 knows one loader only.
pub fn load_undetected(
    path: &Path,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    load_as(path, compat, false, notices)
}

/// Loads the chart at `path` as if it were a directory, whatever it is.
pub fn load_directory(
    path: &Path,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let path = disk::absolute(path)?;
    if !compat.is_helm3() {
        detect_directory(&path)?;
    }
    let files = directory::files(&path, compat, notices)?;
    assemble::chart(files, &mut Loading { compat, notices, inflatable: MOST_INFLATED_BYTES })
}

/// Loads the chart at `path`, after a look at which loader it needs if `detects`.
fn load_as(
    path: &Path,
    compat: Compat,
    detects: bool,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let mut inflatable = MOST_INFLATED_BYTES;
    let files = files_as(path, compat, detects, notices, &mut inflatable)?;
    assemble::chart(files, &mut Loading { compat, notices, inflatable })
}

/// The files that make up the chart at `path`, those of its subcharts included, in the order in
/// which they were read.
pub fn files(path: &Path, compat: Compat, notices: &mut Vec<Notice>) -> Result<Vec<File>, Error> {
    let mut inflatable = MOST_INFLATED_BYTES;
    files_as(path, compat, !compat.is_helm3(), notices, &mut inflatable)
}

fn files_as(
    path: &Path,
    compat: Compat,
    detects: bool,
    notices: &mut Vec<Notice>,
    inflatable: &mut u64,
) -> Result<Vec<File>, Error> {
    let given = Str::from(system::bytes_of(path.as_os_str()));
    if !disk::stat(&given)?.is_dir() {
        return archive_files(&given, compat, detects, inflatable);
    }
    let path = disk::absolute(path)?;
    if detects {
        detect_directory(&path)?;
    }
    directory::files(&path, compat, notices)
}

/// Helm 4 reads Chart.yaml beforehand, to see which loader it needs.
fn detect_directory(directory: &Str) -> Result<(), Error> {
    let path = join(directory, b"Chart.yaml");
    let text = disk::read(&path).map_err(|error| Error::Undetected { path, error })?;
    detect(&text)
}

pub(super) fn detect(text: &Str) -> Result<(), Error> {
    let base = assemble::decode("Chart.yaml", text, &shapes::BASE)?;
    let version = base.get(b"apiVersion").and_then(Tree::as_str).cloned().unwrap_or_default();
    let known = ["", "v1", "v2", "v3"].iter().any(|known| version == *known);
    if known { Ok(()) } else { Err(Error::UnsupportedVersion) }
}

fn archive_files(
    path: &Str,
    compat: Compat,
    detects: bool,
    inflatable: &mut u64,
) -> Result<Vec<File>, Error> {
    let mut file = disk::open(path)?;
    check_type(&mut file, path)?;
    let input = BufReader::with_capacity(1 << 16, file);
    let files = archive::files(input, compat, inflatable);
    let files = files.map_err(|error| match error {
        ArchiveError::GzipHeader => Error::NotGzip(path.clone()),
        ArchiveError::TooMuchInflated => error.into(),
        _ if detects => Error::UnreadableArchive,
        error => error.into(),
    })?;
    if detects {
        let found = files.iter().find(|file| file.name == "Chart.yaml");
        detect(found.ok_or(Error::NoChartInArchive)?.data())?;
    }
    Ok(files)
}

/// Looks at the first bytes, so that whoever gives a values file for a chart is told so.
fn check_type(file: &mut std::fs::File, path: &Str) -> Result<(), Error> {
    let mut start = [0; archive::SNIFFED];
    let failed = |error| PathError::new("read", path, &error);
    let _ = file.read(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    if archive::is_gzip(&start) {
        return Ok(());
    }
    if path.ends_with(b".yml") || path.ends_with(b".yaml") {
        return Err(Error::YamlFile(path.clone()));
    }
    Err(Error::NotAnArchive { path: path.clone(), content_type: archive::content_type(&start) })
}
