//! Why a chart cannot be loaded.

use std::fmt;

use crate::data::Failure;

/// Why a chart cannot be loaded; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// To be split up.
    Other(Failure),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
