//! Failures of templates: where, in which template, at which node, and why.

use std::fmt;

/// An execution error: a chain of frames, innermost cause last.
#[derive(Debug)]
pub struct Error {}

impl fmt::Display for Error {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
