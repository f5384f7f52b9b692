//! Keywords for strings.

use super::checker::{Checker, Visit};
use crate::schema::program::Keyword;
use crate::schema::quoting::single_quoted;
use go_text_template::data::{Failure, Str};

impl Checker<'_> {
    pub(super) fn string_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        text: &Str,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        match keyword {
            Keyword::MinLength(min) => {
                self.at_least(visit, "minLength", text.runes().count() as i64, *min)
            }
            Keyword::MaxLength(max) => {
                self.at_most(visit, "maxLength", text.runes().count() as i64, *max)
            }
            Keyword::Pattern(pattern) if !self.matches(pattern, text)? => self.fail(visit, || {
                let (text, pattern) = (single_quoted(text), single_quoted(&pattern.text));
                format!("{text} does not match pattern {pattern}")
            }),
            _ => Ok(()),
        }
    }
}
