//! Stand-in for the regular expressions of `crate::pattern`.

use crate::data::Failure;

#[derive(Debug)]
pub(super) struct Regexp;

impl Regexp {
    pub(super) fn new(text: &[u8]) -> Result<Self, Failure> {
        let _ = text;
        Ok(Self)
    }
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        let _ = text;
        true
    }
}
