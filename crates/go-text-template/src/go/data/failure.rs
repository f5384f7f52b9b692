//! What went wrong, without a place.

use std::borrow::Cow;
use std::fmt;

/// A sentence that says what went wrong; whoever knows the place adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Box<Cow<'static, str>>);

impl Failure {
    /// The failure that `message` describes: lower case, no full stop, or Go's own words.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(message.into()))
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&'static str> for Failure {
    fn from(message: &'static str) -> Self {
        Self::new(message)
    }
}
