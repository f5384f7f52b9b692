//! What schemas refer to outside of themselves.

use crate::model::Chart;
use go_text_template::data::{Failure, Str};

/// Gives what schemas refer to outside of themselves.
pub trait Loader {
    /// The text of the file that a `file:` reference names, or why it cannot be read: Go's words.
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure>;

    /// What is at the `http:` or `https:` address `address`, or why nothing is: Go's words.
    fn fetch(&self, address: &str) -> Result<Fetched, Failure>;

    /// Takes note that nothing is known about `urn`; anything is valid there.
    fn unresolved_urn(&self, urn: &str);

    /// Takes note of how far the check is.
    fn step(&self, _: Step<'_>) {}
}

/// What Helm tells of a check while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Step<'s> {
    /// The values of the chart of this name are held against its schema.
    Chart(&'s Str),
    /// This text of a schema is JSON.
    Read(&'s [u8]),
    /// The subcharts of a chart are next.
    Subcharts(&'s Chart),
}

/// What is at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The text, or the start of it.
    pub text: Str,
    /// Why there is no more of it, if it broke off.
    pub broken: Option<Failure>,
}

/// A loader of nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLoader;

impl Loader for NoLoader {
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        Err(format!("open {path}: no such file or directory").into())
    }

    fn fetch(&self, _: &str) -> Result<Fetched, Failure> {
        Err("nothing is fetched here".into())
    }

    fn unresolved_urn(&self, _: &str) {}
}
