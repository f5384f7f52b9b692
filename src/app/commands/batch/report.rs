//! `--report`: a line of JSON for each release.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::release::Done;
use crate::batch::Entry;
use crate::commands::Error;
use crate::commands::output::failed;
use crate::files::beside::{Access, Beside};
use go_text_template::json::append_string;

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
        let mut line = start(entry, status(done));
        let milliseconds = done.nanoseconds as f64 / 1e6;
        line.extend_from_slice(format!(r#","milliseconds":{milliseconds:.3}"#).as_bytes());
        if let Some(digest) = done.digest {
            let Done { bytes, objects, .. } = done;
            let facts = format!(r#","bytes":{bytes},"sha256":"{digest}","objects":{objects}"#);
            line.extend_from_slice(facts.as_bytes());
        }
        append_schemas(&mut line, &done.schemas);
        if let Some(error) = &done.error {
            line.extend_from_slice(br#","error":"#);
            append_string(&mut line, error.as_bytes(), false);
        }
        self.end(line)
    }

    /// Adds the releases that were not tried, and puts the report into its place.
    pub(super) fn finish(mut self, skipped: &[Entry]) -> Result<(), Error> {
        for entry in skipped {
            self.end(start(entry, "skipped"))?;
        }
        let target = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        let moved = target.and_then(Target::finish);
        moved.map_err(|error| failed("write", &self.path, &error))
    }

    fn end(&mut self, mut line: Vec<u8>) -> Result<(), Error> {
        line.extend_from_slice(b"}\n");
        self.file.write_all(&line).map_err(|error| failed("write", &self.path, &error))
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

fn start(entry: &Entry, status: &str) -> Vec<u8> {
    let mut line = br#"{"release":"#.to_vec();
    append_string(&mut line, entry.id.as_bytes(), false);
    line.extend_from_slice(format!(r#","status":"{status}""#).as_bytes());
    line
}

/// Adds the schemas that came from outside, if there are such.
fn append_schemas(line: &mut Vec<u8>, schemas: &[(String, String)]) {
    for (number, (address, digest)) in schemas.iter().enumerate() {
        line.extend_from_slice(if number == 0 {
            br#","schemas":[{"url":"#
        } else {
            br#",{"url":"#
        });
        append_string(line, address.as_bytes(), false);
        line.extend_from_slice(format!(r#","sha256":"{digest}"}}"#).as_bytes());
    }
    if !schemas.is_empty() {
        line.push(b']');
    }
}

fn status(done: &Done) -> &'static str {
    match done {
        Done { error: Some(_), .. } => "failed",
        Done { cached: true, .. } => "cached",
        _ => "rendered",
    }
}
