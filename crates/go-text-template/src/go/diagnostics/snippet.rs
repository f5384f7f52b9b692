//! The picture of a place: a few lines of source with carets under the guilty part.

use std::fmt;
use std::ops::Range;

use super::secret::{MASK, secrets};
use super::visible::{push, push_byte, visible};
use super::{Source, Span};

/// A place in a source, drawn by its `Display` as numbered lines with carets below the span.
/// Secrets are masked, and what a terminal would obey is written out.
#[derive(Clone, Debug)]
pub struct Snippet<'s> {
    /// The text to quote from.
    pub source: &'s Source,
    /// The part to underline; only its first line is underlined.
    pub span: Span,
    /// What is said beside the carets; may be empty.
    pub label: &'s str,
}

/// Lines shown before the guilty one.
const LINES_BEFORE: usize = 2;

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.source.line_column(self.span.start);
        let width = at.line.to_string().len();
        let name = visible(self.source.name().as_bytes());
        writeln!(f, "{:width$}--> {name}:{}:{}", "", at.line, at.column)?;
        writeln!(f, "{:width$} |", "")?;
        let hidden = secrets(self.source.text());
        for number in at.line.saturating_sub(LINES_BEFORE).max(1)..at.line {
            let shown = self.line(number, &hidden, 0..0);
            writeln!(f, "{number:width$} | {}", shown.text.trim_end())?;
        }
        let start = at.column - 1;
        let marked = start..start + (self.span.end - self.span.start) as usize;
        let shown = self.line(at.line, &hidden, marked);
        writeln!(f, "{:width$} | {}", at.line, shown.text.trim_end())?;
        write!(f, "{:width$} | {}", "", shown.carets())?;
        if !self.label.is_empty() {
            write!(f, " {}", visible(self.label.as_bytes()))?;
        }
        writeln!(f)
    }
}

impl Snippet<'_> {
    /// The line `number` without what is `hidden`, and where `marked` is in it.
    fn line(&self, number: usize, hidden: &[Range<usize>], marked: Range<usize>) -> Shown {
        let line = self.source.line(number).unwrap_or_default();
        let start = self.source.line_start(number);
        let mut shown = Shown::default();
        let mut at = 0;
        for chunk in line.utf8_chunks() {
            for rune in chunk.valid().chars() {
                shown.add(at, start + at, hidden, &marked, |text| push(text, rune));
                at += rune.len_utf8();
            }
            for byte in chunk.invalid() {
                shown.add(at, start + at, hidden, &marked, |text| push_byte(text, *byte));
                at += 1;
            }
        }
        shown
    }
}

/// A line as it is shown.
#[derive(Default)]
struct Shown {
    text: String,
    /// How many characters of it stand before the marked part, and how many are in that.
    before: usize,
    marked: usize,
}

impl Shown {
    /// Adds what is at `at` in the line and at `offset` in the source.
    fn add(
        &mut self,
        at: usize,
        offset: usize,
        hidden: &[Range<usize>],
        marked: &Range<usize>,
        push: impl FnOnce(&mut String),
    ) {
        let len = self.text.len();
        match hidden.iter().find(|range| range.contains(&offset)) {
            Some(range) if range.start == offset => self.text.push_str(MASK),
            Some(_) => {}
            None => push(&mut self.text),
        }
        let added = self.text[len..].chars().count();
        self.before += if at < marked.start { added } else { 0 };
        self.marked += if marked.contains(&at) { added } else { 0 };
    }

    /// The blanks before the carets (tabs stay tabs, so that they align) and the carets themselves.
    fn carets(&self) -> String {
        let before = self.text.chars().take(self.before);
        let mut text: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        text.push_str(&"^".repeat(self.marked.max(1)));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, marked: &str) -> String {
        let source = Source::new("a\x1b.yaml", text.as_bytes());
        let at = text.find(marked).unwrap();
        let span = Span::new(at, at + marked.len());
        Snippet { source: &source, span, label: "\x07no" }.to_string()
    }

    #[test]
    fn carets_stand_below_what_is_shown() {
        let picture = drawn("password: hunter2\n\ta\x1b[2J\u{202e}: bad\n", "bad");
        let expected = [
            " --> a\\x1b.yaml:2:12",
            "  |",
            "1 | password: ***",
            "2 | \ta\\x1b[2J\\u202e: bad",
            "  | \t                ^^^ \\x07no",
            "",
        ];
        assert_eq!(picture, expected.join("\n"));
        let picture = drawn("a: 1\npassword: hunter2: x\n", ": x");
        assert!(picture.ends_with("2 | password: ***\n  |              ^ \\x07no\n"), "{picture}");
    }
}
