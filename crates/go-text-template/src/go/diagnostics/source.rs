//! A named text, and places in it.

use std::sync::Arc;

/// A half-open range of bytes in a [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, but not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that holds this one and `other`.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Offsets beyond 4 GiB all name the last place; nothing of that size is ever loaded.
fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A line and a column, both counted from 1; the column counts bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Byte column, from 1.
    pub column: usize,
}

/// A text with the name under which users know it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<[u8]>,
}

impl Source {
    /// The text `text` known as `name`.
    pub fn new(name: &str, text: &[u8]) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The name, usually a path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of the text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Line and column of the byte at `offset`.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let before = &self.text[..(offset as usize).min(self.text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        LineColumn { line, column: before.len() - line_start + 1 }
    }

    /// Where line `number` (from 1) begins.
    pub(super) fn line_start(&self, number: usize) -> usize {
        let lines = self.text.split_inclusive(|&byte| byte == b'\n');
        lines.take(number.saturating_sub(1)).map(<[u8]>::len).sum()
    }

    /// The text of line `number` (from 1) without its end of line; `None` behind the last line.
    pub fn line(&self, number: usize) -> Option<&[u8]> {
        let line = self.text.split(|&byte| byte == b'\n').nth(number.checked_sub(1)?)?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}
