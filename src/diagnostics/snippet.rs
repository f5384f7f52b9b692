//! The picture of a place: a few lines of source with carets under the guilty part.

use std::fmt;

use super::{Source, Span};

/// A place in a source, drawn by its `Display` as numbered lines with carets below the span.
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
        writeln!(f, "{:width$}--> {}:{}:{}", "", self.source.name(), at.line, at.column)?;
        writeln!(f, "{:width$} |", "")?;
        for number in at.line.saturating_sub(LINES_BEFORE).max(1)..=at.line {
            let line = self.source.line(number).unwrap_or_default();
            writeln!(f, "{number:width$} | {}", String::from_utf8_lossy(line).trim_end())?;
        }
        let line = self.source.line(at.line).unwrap_or_default();
        let (indent, carets) =
            underline(line, at.column - 1, (self.span.end - self.span.start) as usize);
        write!(f, "{:width$} | {indent}{carets}", "")?;
        if !self.label.is_empty() {
            write!(f, " {}", self.label)?;
        }
        writeln!(f)
    }
}

/// The blanks before the carets (tabs stay tabs, so that they align) and the carets themselves.
fn underline(line: &[u8], start: usize, len: usize) -> (String, String) {
    let start = start.min(line.len());
    let end = (start + len).min(line.len());
    let before = String::from_utf8_lossy(&line[..start]);
    let indent = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let carets = String::from_utf8_lossy(&line[start..end]).chars().count().max(1);
    (indent, "^".repeat(carets))
}
