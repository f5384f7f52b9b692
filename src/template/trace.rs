//! Which node wrote which bytes: recorded only in a render that is done for this.

use std::ops::Range;

use bstr::ByteSlice;

use super::set::Template;
use crate::data::Str;
use crate::diagnostics::Span;

/// A part of a text, and the node that wrote it.
#[derive(Clone, Debug)]
struct Piece {
    /// Where it stands in the text.
    range: Range<usize>,
    template: Template,
    span: Span,
    /// True for plain text of the template, whose bytes stand there one by one.
    verbatim: bool,
    /// How many texts other templates had made by then.
    made: usize,
}

/// A text that `include` or `tpl` made.
#[derive(Clone, Debug)]
struct Made {
    text: Str,
    pieces: Vec<Piece>,
}

/// What is recorded while templates are executed.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The pieces of the output under way, in its order.
    pieces: Vec<Piece>,
    made: Vec<Made>,
}

/// A place in a template that took part in writing a byte.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The template.
    pub template: Template,
    /// The node, or the very byte if the template has it as plain text.
    pub span: Span,
}

impl Trace {
    /// A node wrote `range` of the output.
    pub(super) fn wrote(
        &mut self,
        range: Range<usize>,
        template: &Template,
        span: Span,
        verbatim: bool,
    ) {
        let made = self.made.len();
        self.pieces.push(Piece { range, template: template.clone(), span, verbatim, made });
    }

    /// The output from `start` on is cut off and becomes the text `text` of a function.
    pub(super) fn cut(&mut self, start: usize, text: &Str) {
        let first = self.pieces.partition_point(|piece| piece.range.start < start);
        let shift = |piece: Piece| Piece {
            range: piece.range.start - start..piece.range.end - start,
            ..piece
        };
        let pieces = self.pieces.split_off(first).into_iter().map(shift).collect();
        self.made.push(Made { text: text.clone(), pieces });
    }

    /// The places that wrote the byte at `offset` of `output`: the file's own first, then, as far
    /// as they can be told, those in the templates that it includes.
    ///
    /// A text that was changed on its way (by `indent`, `trim`, `quote` …) is found again by its
    /// lines.
    pub fn origins(&self, output: &[u8], offset: usize) -> Vec<Origin> {
        let mut origins = Vec::new();
        let (mut text, mut pieces, mut offset) = (output, self.pieces.as_slice(), offset);
        while let Some(piece) = pieces.iter().find(|piece| piece.range.contains(&offset)) {
            origins.push(piece.origin(offset));
            let made = &self.made[..piece.made];
            let written = &text[piece.range.clone()];
            if piece.verbatim {
                break;
            }
            match find_line(made, written, offset - piece.range.start) {
                Some((inner, at)) => {
                    (text, pieces, offset) = (inner.text.as_bytes(), inner.pieces.as_slice(), at);
                }
                None => break,
            }
        }
        origins
    }
}

impl Piece {
    fn origin(&self, offset: usize) -> Origin {
        let mut span = self.span;
        if self.verbatim {
            let start = span.start as usize + offset - self.range.start;
            span = Span::new(start, start + 1);
        }
        Origin { template: self.template.clone(), span }
    }
}

/// The text among `made` in which the line of `written` around `offset` stands, and where there.
///
/// Of equal lines the one is meant that comes as late among its equals as here.
fn find_line<'m>(made: &'m [Made], written: &[u8], offset: usize) -> Option<(&'m Made, usize)> {
    let start = written[..offset].rfind_byte(b'\n').map_or(0, |at| at + 1);
    let end = written[offset..].find_byte(b'\n').map_or(written.len(), |at| offset + at);
    let line = written[start..end].trim();
    if line.is_empty() {
        return None;
    }
    let indent = written[start..end].len() - written[start..end].trim_start().len();
    let column = offset.saturating_sub(start + indent).min(line.len() - 1);
    let earlier = written[..start].lines().filter(|other| other.trim() == line).count();
    // The texts made last are the outermost ones: what they include was made before them.
    made.iter().rev().find_map(|made| {
        let equal =
            line_starts(&made.text).filter(|&at| first_line(&made.text[at..]).trim() == line);
        let at = equal.take(earlier + 1).last()?;
        let inner = first_line(&made.text[at..]);
        Some((made, at + (inner.len() - inner.trim_start().len()) + column))
    })
}

fn line_starts(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    std::iter::once(0).chain(text.find_iter(b"\n").map(|at| at + 1))
}

fn first_line(text: &[u8]) -> &[u8] {
    text.find_byte(b'\n').map_or(text, |at| &text[..at])
}
