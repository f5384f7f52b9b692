//! Stand-in for the regular expressions of `crate::pattern`.

use crate::data::Failure;

#[derive(Debug)]
pub(super) struct Regexp(String);

impl Regexp {
    pub(super) fn new(text: &str) -> Result<Self, Failure> {
        Ok(Self(text.to_owned()))
    }
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        let _ = text;
        true
    }
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
