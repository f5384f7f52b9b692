//! What schemas refer to: this is where schemas touch the disk and the network.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use flate2::read::MultiGzDecoder;

use super::cache::{ContentCache, Kind};
use super::outside::{Answer, Outside};
use crate::files;
use crate::model::{Log, PathError, log_line};
use crate::network::{self, Cause, Network, Patience, Request, status_text};
use crate::schema::{Fetched, Loader, Step};
use crate::system;
use go_text_template::Compat;
use go_text_template::data::{Failure, quoted};
use go_text_template::json;

/// The longest schema that is read from a file, in bytes; a device may have no end.
const MOST_FILE: u64 = 16 << 20;
/// The longest schema that is fetched, in bytes.
const MOST_FETCHED: u64 = 8 << 20;
/// How long Helm waits for a schema.
const EACH: Duration = Duration::from_secs(15);
/// How long we wait for all of them.
const ALL: Duration = Duration::from_secs(120);

/// Files of this machine and what is at addresses; of names that lead nowhere it only takes note.
pub struct SchemaFiles<'s> {
    /// What Helm says of it, in its order.
    lines: RefCell<Vec<String>>,
    /// Whether Helm would say more.
    debug: bool,
    outside: Outside,
    network: &'s dyn Network,
    compat: Compat,
    copies: ContentCache,
    patience: Patience,
}

impl<'s> SchemaFiles<'s> {
    /// Files of this machine, and what `network` has at addresses; copies are kept in `cache`.
    pub fn new(
        network: &'s dyn Network,
        cache: &str,
        outside: Outside,
        compat: Compat,
        is_debug: bool,
    ) -> Self {
        Self {
            lines: RefCell::default(),
            // Helm 3's lines hold the time of day.
            debug: is_debug && !compat.is_helm3(),
            outside,
            network,
            compat,
            copies: ContentCache::new(cache),
            patience: Patience::new(ALL, EACH),
        }
    }

    /// Says which names lead nowhere, each once, and with `--debug` what was done.
    pub fn say_all(&self, log: &mut Log<'_>) {
        self.lines.take().into_iter().for_each(|line| log.say(line));
    }

    /// Asks for what is at `address`.
    fn ask(&self, address: &str) -> Answer {
        let limits = self.patience.left().ok_or_else(|| {
            format!("schemas are not fetched for more than {} seconds", ALL.as_secs())
        })?;
        match self.network.send(&Request { limits, ..Request::get(address) }) {
            Ok(response) if response.status == 200 => {
                Ok(self.kept(address, self.fetched(response)?))
            }
            Ok(response) => {
                let (status, words) = (response.status, status_text(response.status));
                let what = format!("HTTP request to {address} returned status {status} ({words})");
                Err(what.into())
            }
            Err(error) if matches!(error.cause(), Cause::Offline) => self.copy(address),
            Err(error) => {
                let error = error.message(self.compat);
                Err(format!("HTTP request failed for {address}: {error}").into())
            }
        }
    }

    /// What was fetched, with its digest; a copy is kept if it is whole and JSON.
    fn kept(&self, address: &str, fetched: Fetched) -> (Fetched, String) {
        let digest = files::sha256(&fetched.text);
        if fetched.broken.is_none() && json::read(&fetched.text).is_ok() {
            // A cache that cannot be written fails nobody.
            let _ = self.copies.keep_at(address, &digest, &fetched.text, Kind::Schema);
        }
        (fetched, digest)
    }

    /// The body of an answer, as far as it came.
    fn fetched(&self, mut response: network::Response) -> Result<Fetched, Failure> {
        let mut text = Vec::new();
        let packing = response.header("Content-Encoding").unwrap_or_default();
        if packing.eq_ignore_ascii_case("gzip") {
            // Nobody asked for it, but some servers know nothing else.
            response.body = Box::new(MultiGzDecoder::new(response.body));
        }
        let broken = match response.copy(&mut text, MOST_FETCHED) {
            Ok(_) => None,
            Err(error) => match error.cause() {
                Cause::TooLong(_) => return Err(error.message(self.compat).into()),
                _ => Some(error.message(self.compat).into()),
            },
        };
        Ok(Fetched { text: text.into(), broken })
    }

    /// What was at `address` when it was fetched last: all there is without a network.
    fn copy(&self, address: &str) -> Answer {
        let cure = "--skip-schema-validation renders without a look at the values";
        let none =
            || format!("it is not fetched: --offline was given, and there is no copy; {cure}");
        let (digest, text) = self.copies.recall(address, Kind::Schema).ok_or_else(none)?;
        Ok((Fetched { text: text.into(), broken: None }, digest))
    }
}

impl Loader for SchemaFiles<'_> {
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.outside.note_file();
        read(path).map_err(|error| error.to_string().into())
    }

    fn fetch(&self, address: &str) -> Result<Fetched, Failure> {
        self.outside.answer(address, || self.ask(address)).map(|(fetched, _)| fetched)
    }

    fn unresolved_urn(&self, urn: &str) {
        if self.outside.is_new_name(urn) {
            self.lines.borrow_mut().push(unresolved_urn(urn, self.compat));
        }
    }

    fn step(&self, step: Step<'_>) {
        if self.debug {
            self.lines.borrow_mut().push(step_line(step));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "schemas may refer to files, as with Helm")]
fn read(path: &str) -> Result<Vec<u8>, PathError> {
    let failed =
        |operation| move |error: std::io::Error| PathError::new(operation, path.as_bytes(), &error);
    // Opening a pipe waits for somebody to write to it, perhaps for ever.
    if Path::new(path).metadata().is_ok_and(|found| system::is_pipe(&found)) {
        return Err(failed("open")(std::io::Error::other("is a named pipe")));
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(failed("open"))?;
    file.take(MOST_FILE).read_to_end(&mut text).map_err(failed("read"))?;
    Ok(text)
}

/// What Helm 4 logs about a step.
fn step_line(step: Step<'_>) -> String {
    let line = match step {
        Step::Chart(name) => log_line(b"DEBUG", b"chart name", &[(b"chart-name", name)]),
        // Bytes, unlike texts, are quoted in any case.
        Step::Read(text) => {
            return format!("level=DEBUG msg=\"unmarshalled JSON schema\" schema={}", quoted(text));
        }
        Step::Subcharts(chart) => {
            let count = chart.dependencies.len().to_string();
            let attributes: [(&[u8], &[u8]); 2] =
                [(b"chart", chart.name()), (b"dependencies", count.as_bytes())];
            log_line(b"DEBUG", b"number of dependencies in the chart", &attributes)
        }
    };
    line.to_string()
}

/// What Helm logs about a name that leads nowhere.
fn unresolved_urn(urn: &str, compat: Compat) -> String {
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
