//! `--report`: a line of JSON for each release.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::release::Done;
use crate::batch::Entry;
use crate::commands::Error;
use crate::commands::output::failed;
use crate::json::append_string;

/// The report of a run. It has its name when it is complete; until then it is a file beside.
pub(super) struct Report {
    file: BufWriter<File>,
    path: PathBuf,
    /// Where it is written, if that is not its own place.
    beside: Option<PathBuf>,
}

impl Report {
    /// Begins the report that is to be at `path`.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        // What is there and no file, such as a pipe, is written to as it is.
        let in_place = path.metadata().is_ok_and(|found| !found.is_file());
        let mut beside = path.as_os_str().to_owned();
        beside.push(".partial");
        let beside = (!in_place).then(|| PathBuf::from(beside));
        let target = beside.as_deref().unwrap_or(path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let file = made
            .and_then(|()| File::create(target))
            .map_err(|error| failed("open", path, &error))?;
        Ok(Self { file: BufWriter::new(file), path: path.to_owned(), beside })
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
        let flushed = self.file.flush();
        let moved = flushed.and_then(|()| match &self.beside {
            Some(beside) => fs::rename(beside, &self.path),
            None => Ok(()),
        });
        moved.map_err(|error| failed("write", &self.path, &error))
    }

    fn end(&mut self, mut line: Vec<u8>) -> Result<(), Error> {
        line.extend_from_slice(b"}\n");
        self.file.write_all(&line).map_err(|error| failed("write", &self.path, &error))
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
