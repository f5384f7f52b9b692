//! Which node of which template wrote each byte of an output.
//!
//! Nothing of this happens in a normal render. Who wants to know renders again with a recorder:
//! it notes what text and actions write, and through which calls. What `include` gives is text
//! like any other to the functions behind it; when an action prints lines that such a text had,
//! indented or not, they are taken for the lines of that text.

use std::ops::Range;

use bstr::ByteSlice;

use super::reads;
use super::set::Template;
use crate::data::Str;
use crate::diagnostics::Span;

/// The origin of every byte of one output.
#[derive(Debug, Default)]
pub struct Trace {
    /// In the order of the output, without overlaps.
    pieces: Vec<Piece>,
    writers: Vec<Writer>,
}

/// A part of an output that one node wrote.
#[derive(Clone, Debug)]
struct Piece {
    output: Range<usize>,
    writer: usize,
    /// Where the first byte stands in the template, if it is plain text of it.
    literal: Option<usize>,
}

/// A node that wrote something, or that called the template it is in.
#[derive(Debug)]
struct Writer {
    template: Template,
    span: Span,
    caller: Option<usize>,
}

/// A node that had a part in writing a byte.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'t> {
    trace: &'t Trace,
    writer: usize,
    literal: Option<usize>,
}

impl Trace {
    /// The node that wrote the byte at `offset` of the output.
    pub fn at(&self, offset: usize) -> Option<Origin<'_>> {
        let at = self.pieces.partition_point(|piece| piece.output.end <= offset);
        let piece = self.pieces.get(at).filter(|piece| piece.output.start <= offset)?;
        let literal = piece.literal.map(|start| start + (offset - piece.output.start));
        Some(Origin { trace: self, writer: piece.writer, literal })
    }

    /// Makes this the trace of `output` without any `pattern` in it.
    pub fn remove_all(&mut self, output: &[u8], pattern: &[u8]) {
        let gaps: Vec<usize> = output.find_iter(pattern).collect();
        if gaps.is_empty() {
            return;
        }
        let shifted = |offset: usize| {
            let before = gaps.partition_point(|&gap| gap < offset);
            let inside = before
                .checked_sub(1)
                .map_or(0, |last| (gaps[last] + pattern.len()).saturating_sub(offset));
            offset + inside - before * pattern.len()
        };
        for piece in &mut self.pieces {
            piece.output = shifted(piece.output.start)..shifted(piece.output.end);
        }
        self.pieces.retain(|piece| !piece.output.is_empty());
    }
}

impl<'t> Origin<'t> {
    /// The template the node is in.
    pub fn template(&self) -> &'t Template {
        &self.writer().template
    }

    /// The node; for plain text the very byte.
    pub fn span(&self) -> Span {
        self.literal.map_or(self.writer().span, |at| Span::new(at, at + 1))
    }

    /// The chains of fields that the node reads from `.` or `$`; plain text reads none.
    pub fn chains(&self) -> Vec<Vec<Str>> {
        let writer = self.writer();
        let template = &writer.template;
        reads::chains(template.parsed(), template.definition().body, writer.span)
    }

    /// The node that called the template: an `include`, `tpl` or `template`.
    pub fn caller(&self) -> Option<Self> {
        let writer = self.writer().caller?;
        Some(Self { trace: self.trace, writer, literal: None })
    }

    fn writer(&self) -> &'t Writer {
        &self.trace.writers[self.writer]
    }
}

/// Notes what is written while a template is executed.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    trace: Trace,
    /// The calls under way, innermost last.
    calls: Vec<usize>,
    /// What calls have given so far.
    captured: Vec<Captured>,
}

/// A text that a call gave, and where its bytes came from.
#[derive(Debug)]
struct Captured {
    text: Str,
    pieces: Vec<Piece>,
}

/// How many of the newest captured texts are compared with what an action prints.
const COMPARED: usize = 64;

/// How many lines of a captured text an action may leave out in one place.
const LOOKAHEAD: usize = 64;

impl Recorder {
    pub(super) fn finish(self) -> Trace {
        self.trace
    }

    /// A node begins to call other templates.
    pub(super) fn enter(&mut self, template: &Template, span: Span) {
        let writer = self.writer(template, span);
        self.calls.push(writer);
    }

    pub(super) fn leave(&mut self) {
        self.calls.pop();
    }

    /// How many pieces there are: what comes later belongs to a call that begins now.
    pub(super) fn mark(&self) -> usize {
        self.trace.pieces.len()
    }

    /// What has been written since `mark` is cut off from the output, whose length is `start`
    /// then, and becomes the text that a call gives.
    pub(super) fn capture(&mut self, mark: usize, start: usize, text: &Str) {
        let mut pieces = self.trace.pieces.split_off(mark);
        for piece in &mut pieces {
            piece.output = piece.output.start - start..piece.output.end - start;
        }
        self.captured.push(Captured { text: text.clone(), pieces });
    }

    /// Plain text at `span` of the template was written behind `start`.
    pub(super) fn text(&mut self, template: &Template, span: Span, start: usize) {
        let writer = self.writer(template, span);
        let output = start..start + (span.end - span.start) as usize;
        let literal = Some(span.start as usize);
        self.push(Piece { output, writer, literal });
    }

    /// The action at `span` of the template wrote `written` behind `start`.
    pub(super) fn action(&mut self, template: &Template, span: Span, start: usize, written: &[u8]) {
        let writer = self.writer(template, span);
        let newest = self.captured.iter().rev().take(COMPARED);
        let inner = newest.filter_map(|captured| captured.found_in(written)).next();
        let mut at = start;
        for mut piece in inner.unwrap_or_default() {
            let output = start + piece.output.start..start + piece.output.end;
            self.push(Piece { output: at..output.start, writer, literal: None });
            at = output.end;
            piece.output = output;
            self.push(piece);
        }
        self.push(Piece { output: at..start + written.len(), writer, literal: None });
    }

    fn push(&mut self, piece: Piece) {
        if !piece.output.is_empty() {
            self.trace.pieces.push(piece);
        }
    }

    fn writer(&mut self, template: &Template, span: Span) -> usize {
        let caller = self.calls.last().copied();
        self.trace.writers.push(Writer { template: template.clone(), span, caller });
        self.trace.writers.len() - 1
    }
}

impl Captured {
    /// The pieces of this text that stand in `written`, if most of `written` is made of its lines.
    fn found_in(&self, written: &[u8]) -> Option<Vec<Piece>> {
        let mut own = lines(&self.text);
        let (mut found, mut missed, mut pieces) = (0_usize, 0_usize, Vec::new());
        for line in lines(written) {
            let mut rest = own.clone();
            let mut near = rest.by_ref().take(LOOKAHEAD);
            match near.find(|known| self.text[known.clone()] == written[line.clone()]) {
                Some(known) => {
                    found += 1;
                    own = rest;
                    pieces.extend(self.moved(known, line.start));
                }
                None => missed += 1,
            }
        }
        (found > missed).then_some(pieces)
    }

    /// The pieces within a line of this text, moved to where the line now begins.
    fn moved(&self, line: Range<usize>, to: usize) -> impl Iterator<Item = Piece> {
        let first = self.pieces.partition_point(|piece| piece.output.end <= line.start);
        let (start, end) = (line.start, line.end);
        let pieces = self.pieces[first..].iter().take_while(move |piece| piece.output.start < end);
        pieces.map(move |piece| {
            let from = piece.output.start.max(start);
            let cut = from - piece.output.start;
            let output = to + from - start..to + piece.output.end.min(end) - start;
            Piece { output, writer: piece.writer, literal: piece.literal.map(|at| at + cut) }
        })
    }
}

/// Where the lines of `text` are, without the blanks around them; empty lines are left out.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> + Clone {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        (!line.is_empty()).then_some(start..start + line.len())
    })
}
