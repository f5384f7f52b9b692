//! `--report`: a line of JSON for each release.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::release::Done;
use crate::batch::Entry;
use crate::commands::Error;
use crate::commands::output::failed;
use crate::files::beside::{Access, Beside};
use serde::Serialize;

/// The report of a run. It has its name when it is complete; until then it is a file beside.
pub(super) struct Report {
    file: BufWriter<Target>,
    path: PathBuf,
}

/// Where a report is written.
enum Target {
    /// Beside its place.
    Beside(Beside),
    /// Where it is to be: into a pipe, for example.
    InPlace(File),
}

impl Report {
    /// Begins the report that is to be at `path`.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let target = made.and_then(|()| Target::at(path));
        let target = target.map_err(|error| failed("open", path, &error))?;
        Ok(Self { file: BufWriter::new(target), path: path.to_owned() })
    }

    /// Adds what came out of `entry`.
    pub(super) fn add(&mut self, entry: &Entry, done: &Done) -> Result<(), Error> {
        let schemas = done.schemas.iter().map(|(url, sha256)| Schema { url, sha256 });
        self.write(&Line {
            milliseconds: Some((done.nanoseconds as f64 / 1e3).round() / 1e3),
            bytes: done.digest.map(|_| done.bytes),
            sha256: done.digest.map(|digest| digest.to_string()),
            objects: done.digest.map(|_| done.objects),
            schemas: schemas.collect(),
            error: done.error.as_deref(),
            ..Line::new(entry, status(done))
        })
    }

    /// Adds the releases that were not tried, and puts the report into its place.
    pub(super) fn finish(mut self, skipped: &[Entry]) -> Result<(), Error> {
        for entry in skipped {
            self.write(&Line::new(entry, "skipped"))?;
        }
        let target = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        let moved = target.and_then(Target::finish);
        moved.map_err(|error| failed("write", &self.path, &error))
    }

    fn write(&mut self, line: &Line<'_>) -> Result<(), Error> {
        let written = serde_json::to_writer(&mut self.file, line).map_err(io::Error::from);
        let written = written.and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|error| failed("write", &self.path, &error))
    }
}

/// What is reported of a release: docs/batch.md.
#[derive(Default, Serialize)]
struct Line<'l> {
    release: &'l str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    schemas: Vec<Schema<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'l str>,
}

/// A schema that came from outside.
#[derive(Serialize)]
struct Schema<'s> {
    url: &'s str,
    sha256: &'s str,
}

impl<'l> Line<'l> {
    fn new(entry: &'l Entry, status: &'static str) -> Self {
        Self { release: &entry.id, status, ..Self::default() }
    }
}

impl Target {
    fn at(path: &Path) -> io::Result<Self> {
        // What is there and no file, such as a pipe, is written to as it is.
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return File::create(path).map(Self::InPlace);
        }
        let begun = Beside::begin(path, Access::Usual);
        begun.map(Self::Beside).map_err(|fault| fault.error)
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.finish().map_err(|fault| fault.error),
            Self::InPlace(_) => Ok(()),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file) => file.write(bytes),
            Self::InPlace(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn status(done: &Done) -> &'static str {
    match done {
        Done { error: Some(_), .. } => "failed",
        Done { cached: true, .. } => "cached",
        _ => "rendered",
    }
}
