//! The globs of `.Files.Glob`, as the library that Helm uses for them reads and matches them.
//!
//! `*` and `?` stop at `/`, `**` does not; `[a-z]`, `[!abc]` and `{a,b}` are known. The library
//! matches by cutting the name at its longest fixed part, and some of its short cuts match more, or
//! less, than the pattern says (`a/**/b` matches `a/b`). So the same short cuts are taken here.

mod compile;
mod matcher;
mod parse;

use matcher::{Fuel, Matcher};

/// A compiled glob.
#[derive(Debug)]
pub struct Glob(Matcher);

impl Glob {
    /// Compiles `pattern`; nothing if it is bad.
    pub fn new(pattern: &[u8]) -> Option<Self> {
        Some(Self(compile::compile(&parse::parse(pattern)?)))
    }

    /// Compiles `pattern` as `.Files.Glob` does: a bad one matches everything.
    pub fn lenient(pattern: &[u8]) -> Self {
        Self::new(pattern).unwrap_or(Self(Matcher::Super))
    }

    /// True if `name` matches.
    pub fn matches(&self, name: &[u8]) -> bool {
        self.0.matches(name, &Fuel::new())
    }
}

#[cfg(test)]
mod tests {
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
            assert_eq!(glob.matches(name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn hostile_globs_come_to_an_end() {
        let glob = Glob::new("*a".repeat(30).as_bytes()).unwrap();
        assert!(!glob.matches(format!("{}/{}", "a".repeat(60), "a".repeat(60)).as_bytes()));
    }

    #[test]
    fn bad_globs_match_everything() {
        for pattern in ["[", "[]", "[c-a]", "[a-b-c]", "a\u{fffd}"] {
            assert!(Glob::new(pattern.as_bytes()).is_none(), "{pattern}");
            assert!(Glob::lenient(pattern.as_bytes()).matches(b"x/y"), "{pattern}");
        }
    }
}
