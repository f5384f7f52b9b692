//! A stream of documents, cut at its `---` lines.

use std::fmt;

use crate::data::Str;

/// A line that begins with `---` goes on with something that is neither blank nor a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSeparator {
    /// What the line goes on with.
    pub rest: Str,
    /// Where the line begins.
    pub offset: usize,
}

impl fmt::Display for BadSeparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid Yaml document separator: {}", self.rest)
    }
}

impl std::error::Error for BadSeparator {}

/// A document of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The text: all lines end in a line feed, the last one too.
    pub text: Str,
    /// Where it begins in the stream.
    pub offset: usize,
}

/// The documents of `text`, as Kubernetes' `YAMLReader` reads them. Stops at the first error.
///
/// A separator ends a document only if there is one; otherwise it becomes its first line.
pub fn split(text: &Str) -> impl Iterator<Item = Result<Part, BadSeparator>> + '_ {
    Documents { text, rest: text.as_bytes() }
}

struct Documents<'t> {
    text: &'t Str,
    rest: &'t [u8],
}

impl Iterator for Documents<'_> {
    type Item = Result<Part, BadSeparator>;

    fn next(&mut self) -> Option<Self::Item> {
        let document = self.rest;
        while let Some((line, rest)) = next_line(self.rest) {
            let end = document.len() - self.rest.len();
            if let Some(behind) = line.strip_prefix(b"---") {
                if let Some(junk) = junk(behind) {
                    self.rest = &[];
                    let offset = self.text.len() - document.len() + end;
                    return Some(Err(BadSeparator { rest: Str::from(junk), offset }));
                }
                if end > 0 {
                    self.rest = rest;
                    return Some(Ok(self.part(document, end)));
                }
            }
            self.rest = rest;
        }
        (!document.is_empty()).then(|| Ok(self.part(document, document.len())))
    }
}

impl Documents<'_> {
    /// The first `length` bytes of `document`, which is the end of the stream.
    fn part(&self, document: &[u8], length: usize) -> Part {
        let text = with_line_feeds(self.text.slice_ref(&document[..length]));
        Part { text, offset: self.text.len() - document.len() }
    }
}

/// The first line with its end, and what follows.
fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1);
    Some(text.split_at(end))
}

/// What stands behind a separator and must not.
fn junk(behind: &[u8]) -> Option<&[u8]> {
    use bstr::ByteSlice as _;
    let trimmed = behind.trim();
    (!trimmed.is_empty() && trimmed[0] != b'#').then_some(trimmed)
}

fn with_line_feeds(text: Str) -> Str {
    use bstr::ByteSlice as _;
    let complete = text.ends_with(b"\n");
    if complete && text.find(b"\r\n").is_none() {
        return text;
    }
    let mut lines = text.replace(b"\r\n", b"\n");
    if !complete {
        lines.push(b'\n');
    }
    Str::from(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        let show = |part: Result<Part, BadSeparator>| match part {
            Ok(part) => format!("{}:{}", part.offset, part.text),
            Err(error) => format!("{}!{error}", error.offset),
        };
        split(&text.into()).map(show).collect()
    }

    #[test]
    fn streams_are_cut_at_separators() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("a: 1", &["0:a: 1\n"]),
            ("a\r\n--- # x\nb\n", &["0:a\n", "11:b\n"]),
            ("---\na\n---\nb\n", &["0:---\na\n", "10:b\n"]),
            ("a\n---\n---\n", &["0:a\n", "6:---\n"]),
            ("a\n---\n", &["0:a\n"]),
            ("a\n---x\nb\n", &["2!invalid Yaml document separator: x"]),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text:?}");
        }
    }
}
