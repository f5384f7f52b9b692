//! Patterns that are compiled when a text is first matched: most schemas have more than values meet.

use std::sync::{Arc, OnceLock};

use go_text_template::data::{Failure, Str};
use go_text_template::pattern::{Free, Regexp, SyntaxError};

/// A regular expression of which nothing but the syntax is known yet; clones are compiled together.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) text: Str,
    compiled: Arc<OnceLock<Result<Regexp, SyntaxError>>>,
}

impl Pattern {
    /// Checks the syntax of `text`.
    pub(super) fn new(text: Str) -> Result<Self, SyntaxError> {
        Regexp::check(&text)?;
        Ok(Self { text, compiled: Arc::default() })
    }

    /// True if the pattern matches somewhere in `text`; fails if the pattern is too large.
    pub(super) fn is_match(&self, text: &[u8]) -> Result<bool, Failure> {
        let Ok(found) = self.compiled()?.is_match(text, &Free);
        Ok(found)
    }

    /// What it takes to match a text of so many bytes, in steps of a check; fails if the pattern is
    /// too large.
    pub(super) fn steps(&self, length: usize) -> Result<u64, Failure> {
        /// Steps of a check are longer than those of a render.
        const LONGER: u64 = 16;
        Ok(self.compiled()?.steps(length) / LONGER)
    }

    fn compiled(&self) -> Result<&Regexp, Failure> {
        let compiled = self.compiled.get_or_init(|| Regexp::new(&self.text));
        compiled.as_ref().map_err(|error| format!("unable to validate schema: {error}").into())
    }
}
