//! Keywords for numbers, and bounds of anything that is counted.

use super::checker::{Checker, Visit};
use crate::schema::number::{self, Decimal};
use crate::schema::program::Keyword;
use go_text_template::data::{Failure, Str};

impl Checker<'_> {
    pub(super) fn number_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        text: &Str,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        let (name, bound) = match keyword {
            Keyword::Minimum(bound) => ("minimum", bound),
            Keyword::Maximum(bound) => ("maximum", bound),
            Keyword::ExclusiveMinimum(bound) => ("exclusiveMinimum", bound),
            Keyword::ExclusiveMaximum(bound) => ("exclusiveMaximum", bound),
            Keyword::MultipleOf(bound) => ("multipleOf", bound),
            _ => return Ok(()),
        };
        let Some(value) = Decimal::parse(text) else {
            // Go reads no such number, and Helm does not look whether it did.
            return Err("unable to validate schema: runtime error: invalid memory address or nil \
                        pointer dereference"
                .into());
        };
        let fits = match keyword {
            Keyword::Minimum(_) => value >= bound.value,
            Keyword::Maximum(_) => value <= bound.value,
            Keyword::ExclusiveMinimum(_) => value > bound.value,
            Keyword::ExclusiveMaximum(_) => value < bound.value,
            _ => value.is_multiple_of(&bound.value),
        };
        if fits {
            return Ok(());
        }
        let got = || number::spoken(text);
        self.fail(visit, || format!("{name}: got {}, want {}", got(), number::spoken(&bound.text)))
    }

    pub(super) fn at_least(
        &mut self,
        visit: &mut Visit<'_>,
        name: &str,
        got: i64,
        want: i64,
    ) -> Result<(), Failure> {
        if got >= want { Ok(()) } else { self.fail_count(visit, name, got, want) }
    }

    pub(super) fn at_most(
        &mut self,
        visit: &mut Visit<'_>,
        name: &str,
        got: i64,
        want: i64,
    ) -> Result<(), Failure> {
        if got <= want { Ok(()) } else { self.fail_count(visit, name, got, want) }
    }

    fn fail_count(
        &mut self,
        visit: &mut Visit<'_>,
        name: &str,
        got: i64,
        want: i64,
    ) -> Result<(), Failure> {
        let (got, want) = (number::grouped(got), number::grouped(want));
        self.fail(visit, || format!("{name}: got {got}, want {want}"))
    }
}
