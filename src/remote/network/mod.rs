//! The one room that opens sockets: HTTP requests to their answers.
//!
//! In: a [`Request`]. Out: a [`Response`] whose body is read as it comes, or an [`Error`] in Go's
//! words. Everything above knows only the trait [`Network`], which a test can stand in for.
//! Every request has limits of time, every reader of a body one of size; a redirect to another
//! origin takes no credentials along.

mod address;
mod answer;
mod connect;
mod engine;
mod error;
mod internet;
mod limits;
mod link;
mod offline;
mod proxy;
mod status;
mod tls;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::time::Duration;

pub use address::{Address, join, resolve, same};
pub use error::{Cause, Error};
pub use internet::{Internet, Settings};
pub use limits::{Limits, Patience};
pub use offline::Offline;
pub use status::status_text;
pub use tls::{Tls, TlsFault};

/// What carries requests.
pub trait Network: Sync {
    /// Sends `request` and gives the answer, its body still to be read.
    fn send(&self, request: &Request) -> Result<Response, Error>;

    /// Says whether `tls` can be used at all: whether its files are there and hold what they should.
    fn check(&self, tls: &Tls) -> Result<(), TlsFault>;

    /// Lets `duration` pass.
    fn wait(&self, duration: Duration);

    /// True if every request is refused, so that nothing else may ask other machines either.
    fn is_offline(&self) -> bool {
        false
    }
}

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `PUT` and so on.
    pub method: &'static str,
    /// Where to.
    pub url: String,
    /// Names and values, besides those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Vec<u8>,
    /// How the server is verified, and what it is shown.
    pub tls: Tls,
    /// How long it may take.
    pub limits: Limits,
}

impl Request {
    /// A request for what is at `url`.
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: "GET", url: url.into(), ..Self::default() }
    }

    /// The request with one header more.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The request with a user's name and password for its server.
    #[must_use]
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        let value = data_encoding::BASE64.encode(format!("{user}:{password}").as_bytes());
        self.header("Authorization", format!("Basic {value}"))
    }
}

/// An answer.
pub struct Response {
    /// The status: 200, 404, …
    pub status: u16,
    /// What stands behind the status: ` Not Found`.
    pub reason: String,
    /// Names and values of the head.
    pub headers: Vec<(String, String)>,
    /// Where it came from in the end.
    pub url: String,
    /// What follows the head.
    pub body: Box<dyn Read + Send>,
}

impl Response {
    /// The value of the header `name`.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Status and words, as Go shows them: `404 Not Found`.
    pub fn status_line(&self) -> String {
        format!("{}{}", self.status, self.reason)
    }

    /// The whole body, if it is not longer than `most` bytes.
    pub fn bytes(mut self, most: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.copy(&mut bytes, most)?;
        Ok(bytes)
    }

    /// Copies the body to `out` if it is not longer than `most` bytes, and gives its length.
    pub fn copy(&mut self, out: &mut dyn std::io::Write, most: u64) -> Result<u64, Error> {
        let copied = std::io::copy(&mut (&mut self.body).take(most.saturating_add(1)), out);
        match copied {
            Ok(length) if length > most => Err(Error::body(&self.url, Cause::TooLong(most))),
            Ok(length) => Ok(length),
            Err(error) => Err(Error::body(&self.url, Cause::of_io(&error))),
        }
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response").field("url", &self.url).field("status", &self.status).finish()
    }
}
