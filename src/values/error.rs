//! Why values cannot be had.

use std::fmt;

use crate::data::Failure;

/// Why the values of a chart cannot be had; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A flag or a file is at fault.
    Supplied(Failure),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Supplied(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
