//! Go's `filepath.Match`: the globs of `.helmignore` and `--show-only`.

use std::fmt;

use crate::data::{Failure, Runes};

const SEPARATOR: u8 = b'/';

/// A pattern that is not well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPattern;

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

impl std::error::Error for BadPattern {}

impl From<BadPattern> for Failure {
    fn from(error: BadPattern) -> Self {
        Self::from(error.to_string())
    }
}

/// True if all of `name` matches `pattern`: `*` and `?` stop at `/`, classes are `[a-z]` or `[^a]`.
///
/// As in Go, a mistake in a part of the pattern that is not reached goes unnoticed.
pub fn path_match(mut pattern: &[u8], mut name: &[u8]) -> Result<bool, BadPattern> {
    'pattern: while !pattern.is_empty() {
        let (star, chunk, rest) = split_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&SEPARATOR));
        }
        // The last chunk has to match up to the end of the name.
        let is_enough = |left: &&[u8]| left.is_empty() || !pattern.is_empty();
        if let Some(left) = match_chunk(chunk, name)?.filter(is_enough) {
            name = left;
            continue;
        }
        if !star {
            return Ok(false);
        }
        let skippable = name.iter().take_while(|&&byte| byte != SEPARATOR).count();
        for skipped in 1..=skippable {
            if let Some(left) = match_chunk(chunk, &name[skipped..])?.filter(is_enough) {
                name = left;
                continue 'pattern;
            }
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// Splits a pattern into leading stars, what stands up to the next star, and the rest.
fn split_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&byte| byte == b'*').count();
    let pattern = &pattern[stars..];
    let mut in_class = false;
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at.min(pattern.len()));
    (stars > 0, chunk, rest)
}

/// Matches a chunk without stars at the start of `name` and gives what is behind the match.
///
/// The chunk is read to its end even if it does not match, to find mistakes.
fn match_chunk<'n>(mut chunk: &[u8], name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
    let mut left = Some(name);
    while let Some((&sign, rest)) = chunk.split_first() {
        left = left.filter(|left| !left.is_empty());
        chunk = rest;
        match sign {
            b'[' => {
                let (rune, size) = left.map_or(('\0', 0), first_rune);
                let (matched, rest) = match_class(chunk, rune)?;
                chunk = rest;
                left = left.filter(|_| matched).map(|left| &left[size..]);
            }
            b'?' => {
                let not_separator = left.filter(|left| left[0] != SEPARATOR);
                left = not_separator.map(|left| &left[first_rune(left).1..]);
            }
            _ => {
                let literal = if sign == b'\\' {
                    let (&escaped, rest) = chunk.split_first().ok_or(BadPattern)?;
                    chunk = rest;
                    escaped
                } else {
                    sign
                };
                left = left.and_then(|left| left.strip_prefix(&[literal]));
            }
        }
    }
    Ok(left)
}

/// Matches `rune` against the class that starts behind a `[`; gives what is behind its `]`, too.
fn match_class(class: &[u8], rune: char) -> Result<(bool, &[u8]), BadPattern> {
    let negated = class.first() == Some(&b'^');
    let mut rest = if negated { &class[1..] } else { class };
    let mut matched = false;
    let mut ranges = 0;
    while !(ranges > 0 && rest.first() == Some(&b']')) {
        let (low, behind) = class_rune(rest)?;
        let (high, behind) = match behind.strip_prefix(b"-") {
            Some(behind) => class_rune(behind)?,
            None => (low, behind),
        };
        matched |= (low..=high).contains(&rune);
        rest = behind;
        ranges += 1;
    }
    Ok((matched != negated, &rest[1..]))
}

/// Reads a rune of a class; something has to stand behind it.
fn class_rune(text: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    if matches!(text.first(), None | Some(b'-' | b']')) {
        return Err(BadPattern);
    }
    let text = text.strip_prefix(b"\\").unwrap_or(text);
    let (rune, size) = first_rune(text);
    if (rune == char::REPLACEMENT_CHARACTER && size <= 1) || text.len() == size {
        return Err(BadPattern);
    }
    Ok((rune, &text[size..]))
}

fn first_rune(text: &[u8]) -> (char, usize) {
    Runes::new(text).next().unwrap_or((char::REPLACEMENT_CHARACTER, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_as_in_go() {
        let cases = [
            ("*.txt", "a.txt", Ok(true)),
            ("*.txt", "d/a.txt", Ok(false)),
            ("templates/*.yaml", "templates/a.yaml", Ok(true)),
            ("a*b?c", "axxbyc", Ok(true)),
            ("[^a-c]", "d", Ok(true)),
            ("\\*", "*", Ok(true)),
            ("", "", Ok(true)),
            ("[", "a", Err(BadPattern)),
            ("a\\", "a", Err(BadPattern)),
            ("[]a]", "a", Err(BadPattern)),
            ("abc", "abc", Ok(true)),
            ("*", "abc", Ok(true)),
            ("*c", "abc", Ok(true)),
            ("a*", "ab/c", Ok(false)),
            ("a*/b", "abc/b", Ok(true)),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", Ok(true)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
            ("a*b?c*x", "abxbbxdbxebxczzy", Ok(false)),
            ("ab[c]", "abc", Ok(true)),
            ("ab[^c]", "abc", Ok(false)),
            ("ab[b-d]", "abc", Ok(true)),
            ("a?b", "a\u{263a}b", Ok(true)),
            ("a[^a]b", "a\u{263a}b", Ok(true)),
            ("a\\*b", "a*b", Ok(true)),
            ("[\\]a]", "]", Ok(true)),
            ("[]a]", "]", Err(BadPattern)),
            ("[x-]", "x", Err(BadPattern)),
            ("a[", "ab", Err(BadPattern)),
            ("a[", "x", Err(BadPattern)),
            ("*x", "xxx", Ok(true)),
            // The mistake is behind the place where the match fails.
            ("b*[", "a", Ok(false)),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(
                path_match(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{pattern} {name}"
            );
        }
    }
}
