//! A source map of the output: ECMA-426, which is version 3 of the format.

use std::collections::HashMap;

use serde::Serialize;

use super::Traced;
use crate::manifest::Document;
use go_text_template::data::Str;
use go_text_template::diagnostics::Source;
use go_text_template::template::{Origin, Template};

/// The map, as its JSON has it. Lines and columns in `mappings` count from 0, columns in
/// UTF-16 code units, as the standard wants it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceMap {
    version: u32,
    sources: Vec<String>,
    sources_content: Vec<String>,
    names: Vec<String>,
    mappings: String,
}

/// A place in the output that begins a part which a place of a template wrote.
#[derive(Clone, Copy)]
struct Segment {
    column: usize,
    source: usize,
    line: usize,
    source_column: usize,
}

/// The templates that were met, and what they are made of.
#[derive(Default)]
struct Sources {
    numbers: HashMap<Str, usize>,
    sources: Vec<Source>,
}

impl SourceMap {
    /// The map of an output of `lines` lines, in which each of `documents` begins at the line, counted
    /// from 1, that stands with it.
    pub fn new(traced: &Traced<'_>, documents: &[(usize, &Document)], lines: usize) -> Self {
        let mut sources = Sources::default();
        let mut segments: Vec<Vec<Segment>> = vec![Vec::new(); lines];
        for (first, document) in documents {
            add(traced, document, *first, &mut sources, &mut segments);
        }
        Self {
            version: 3,
            mappings: encoded(&segments),
            names: Vec::new(),
            sources_content: sources.sources.iter().map(text_of).collect(),
            sources: sources.sources.iter().map(|source| source.name().to_owned()).collect(),
        }
    }
}

fn text_of(source: &Source) -> String {
    String::from_utf8_lossy(source.text()).into_owned()
}

/// The segments of a document whose first line is the line `first` of the output.
fn add(
    traced: &Traced<'_>,
    document: &Document,
    first: usize,
    sources: &mut Sources,
    segments: &mut [Vec<Segment>],
) {
    let Some((_, trace)) = traced.file(&document.path) else { return };
    let mut start = document.offset;
    for (number, line) in document.content.split(|&byte| byte == b'\n').enumerate() {
        let range = start..start + line.len();
        let Some(target) = segments.get_mut(first - 1 + number) else { return };
        for (piece, node) in trace.pieces_within(range.clone()) {
            let before = &line[..piece.start - range.start];
            target.push(sources.segment(&node, utf16_len(before)));
        }
        start = range.end + 1;
    }
}

impl Sources {
    fn segment(&mut self, node: &Origin<'_>, column: usize) -> Segment {
        let number = self.number(node.template());
        let source = &self.sources[number];
        let at = source.line_column(node.span().start);
        let line = source.line(at.line).unwrap_or_default();
        let before = &line[..(at.column - 1).min(line.len())];
        Segment { column, source: number, line: at.line - 1, source_column: utf16_len(before) }
    }

    fn number(&mut self, template: &Template) -> usize {
        let next = self.sources.len();
        let number = *self.numbers.entry(template.file_name().clone()).or_insert(next);
        if number == next {
            let name = template.file_name().to_str_lossy();
            self.sources.push(Source::new(&name, template.text()));
        }
        number
    }
}

fn utf16_len(text: &[u8]) -> usize {
    String::from_utf8_lossy(text).encode_utf16().count()
}

/// The segments of each line: all numbers but the columns count on from line to line.
fn encoded(lines: &[Vec<Segment>]) -> String {
    let mut text = String::new();
    let (mut source, mut line, mut column) = (0, 0, 0);
    for (number, segments) in lines.iter().enumerate() {
        text.push_str(if number > 0 { ";" } else { "" });
        let mut at = 0;
        for (index, segment) in segments.iter().enumerate() {
            text.push_str(if index > 0 { "," } else { "" });
            push_difference(&mut text, segment.column, &mut at);
            push_difference(&mut text, segment.source, &mut source);
            push_difference(&mut text, segment.line, &mut line);
            push_difference(&mut text, segment.source_column, &mut column);
        }
    }
    text
}

fn push_difference(text: &mut String, value: usize, last: &mut usize) {
    let signed = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    push_number(text, signed(value) - signed(*last));
    *last = value;
}

/// A number in digits of 5 bits, the lowest first; the lowest bit of all is the sign.
fn push_number(text: &mut String, value: i64) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut rest = value.unsigned_abs() << 1 | u64::from(value < 0);
    loop {
        let digit = (rest & 31) as usize;
        rest >>= 5;
        text.push(char::from(DIGITS[digit | if rest > 0 { 32 } else { 0 }]));
        if rest == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::push_number;

    #[test]
    fn numbers_are_those_of_the_standard() {
        let encoded = |value| {
            let mut text = String::new();
            push_number(&mut text, value);
            text
        };
        for (value, text) in [(0, "A"), (1, "C"), (-1, "D"), (15, "e"), (16, "gB"), (-123, "3H")] {
            assert_eq!(encoded(value), text, "{value}");
        }
    }
}
