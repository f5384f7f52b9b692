//! The globs of `.Files.Glob`, as the library that Helm uses for them reads and matches them.
//!
//! `*` and `?` stop at `/`, `**` does not; `[a-z]`, `[!abc]` and `{a,b}` are known. The library
//! matches by cutting the name at its longest fixed part, and some of its short cuts match more, or
//! less, than the pattern says (`a/**/b` matches `a/b`). So the same short cuts are taken here.

mod compile;
mod matcher;
mod parse;

use std::cell::Cell;

use super::meter::Meter;
use matcher::{Fuel, Matcher};

/// A compiled glob.
#[derive(Debug)]
pub struct Glob {
    matcher: Matcher,
    /// How large the pattern is.
    size: u64,
}

impl Glob {
    /// Compiles `pattern`; nothing if it is bad.
    pub fn new(pattern: &[u8]) -> Option<Self> {
        let matcher = compile::compile(&parse::parse(pattern)?);
        Some(Self { matcher, size: pattern.len() as u64 })
    }

    /// Compiles `pattern` as `.Files.Glob` does: a bad one matches everything.
    pub fn lenient<M: Meter>(pattern: &[u8], meter: &M) -> Result<Self, M::Refusal> {
        meter.work(steps_to_compile(pattern))?;
        let everything = || Self { matcher: Matcher::Super, size: 1 };
        Ok(Self::new(pattern).unwrap_or_else(everything))
    }

    /// True if `name` matches.
    pub fn matches<M: Meter>(&self, name: &[u8], meter: &M) -> Result<bool, M::Refusal> {
        let steps = 1 + self.size * name.len() as u64 / BYTES_PER_STEP;
        let refusal = Cell::new(None);
        let pay = || {
            let paid = meter.work(steps);
            paid.map_err(|refused| refusal.set(Some(refused))).is_ok()
        };
        let matches = pay() && self.matcher.matches(name, &Fuel::new(&pay));
        refusal.into_inner().map_or(Ok(matches), Err)
    }
}

/// So many bytes of a name, for each of the pattern, are looked at in a step.
const BYTES_PER_STEP: u64 = 64;

/// What it takes to read a glob and to glue its parts again and again.
fn steps_to_compile(pattern: &[u8]) -> u64 {
    let parts = pattern.len().min(parse::MAX_LEN) as u64;
    (pattern.len() as u64).saturating_add(parts * parts)
}

#[cfg(test)]
mod tests {
    use super::super::meter::Free;
    use super::*;

    #[test]
    fn names_match_as_in_the_library() {
        let cases = [
            ("conf/*.yaml", "conf/a.yaml", true),
            ("conf/*.yaml", "conf/d/a.yaml", false),
            ("conf/**", "conf/d/a.yaml", true),
            ("**/*.yaml", "a.yaml", false),
            ("{a,b}/?.[!x]", "b/c.y", true),
            ("[a-c]*", "dx", false),
            // The separators of the two fixed parts may be the same one.
            ("a/**/b", "a/b", true),
            // A multi-byte character in a row counts as one byte.
            ("a?b", "aéb", false),
            ("", "a", false),
        ];
        for (pattern, name, expected) in cases {
            let glob = Glob::new(pattern.as_bytes()).unwrap();
            assert_eq!(glob.matches(name.as_bytes(), &Free), Ok(expected), "{pattern} {name}");
        }
    }

    #[test]
    fn hostile_globs_come_to_an_end() {
        let glob = Glob::new("*a".repeat(30).as_bytes()).unwrap();
        let name = format!("{}/{}", "a".repeat(60), "a".repeat(60));
        assert_eq!(glob.matches(name.as_bytes(), &Free), Ok(false));
    }

    #[test]
    fn bad_globs_match_everything() {
        for pattern in ["[", "[]", "[c-a]", "[a-b-c]", "a\u{fffd}"] {
            assert!(Glob::new(pattern.as_bytes()).is_none(), "{pattern}");
            let Ok(glob) = Glob::lenient(pattern.as_bytes(), &Free);
            assert_eq!(glob.matches(b"x/y", &Free), Ok(true), "{pattern}");
        }
    }
}
