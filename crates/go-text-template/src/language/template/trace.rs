//! Which node of which template wrote each byte of an output.
//!
//! Nothing of this happens in a normal render. Who wants to know renders again with a recorder:
//! it notes what text and actions write, and through which calls. What `include` gives is text
//! like any other to the functions behind it; when an action prints lines that such a text had,
//! indented or not, they are taken for the lines of that text.

use std::ops::Range;

use bstr::ByteSlice;

use super::flow::{DataRead, DataStep, Flow, Read};
use super::reads;
use super::set::Template;
use crate::data::{Str, Value};
use crate::diagnostics::Span;

/// The origin of every byte of one output.
#[derive(Debug, Default)]
pub struct Trace {
    /// In the order of the output, without overlaps.
    pieces: Vec<Piece>,
    writers: Vec<Writer>,
    controls: Vec<Control>,
    flow: Flow,
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
    /// The innermost control structure around it in its template.
    control: Option<usize>,
    reads: Vec<Read>,
}

/// A decision of an `if`, a `with` or a `range`.
#[derive(Debug)]
struct Control {
    template: Template,
    span: Span,
    /// What its pipeline gave, printed.
    value: Str,
    /// Whether its body was taken, or what stands behind `else`.
    is_held: bool,
    reads: Vec<Read>,
    outer: Option<usize>,
}

/// A decision that a node depends on.
#[derive(Clone, Copy, Debug)]
pub struct Condition<'t> {
    trace: &'t Trace,
    control: &'t Control,
}

impl<'t> Condition<'t> {
    /// The template it is in.
    pub fn template(&self) -> &'t Template {
        &self.control.template
    }

    /// The `if`, `with` or `range`.
    pub fn span(&self) -> Span {
        self.control.span
    }

    /// What its pipeline gave, as a template prints it; long values are cut.
    pub fn value(&self) -> &'t Str {
        &self.control.value
    }

    /// Whether the body was taken; else what stands behind `else`.
    pub fn is_held(&self) -> bool {
        self.control.is_held
    }

    /// What its pipeline read of the data.
    pub fn reads(&self) -> Vec<DataRead> {
        self.trace.flow.shown(&self.control.reads)
    }
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

    /// The parts of the output that one node wrote each, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Origin<'_>)> {
        self.pieces.iter().map(|piece| {
            let Piece { writer, literal, .. } = *piece;
            (piece.output.clone(), Origin { trace: self, writer, literal })
        })
    }

    /// The nodes that wrote the bytes of `range`.
    pub fn within(&self, range: Range<usize>) -> impl Iterator<Item = Origin<'_>> {
        self.pieces_within(range).map(|(_, origin)| origin)
    }

    /// The bytes of `range` in parts that one node wrote each.
    pub fn pieces_within(
        &self,
        range: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Origin<'_>)> {
        let first = self.pieces.partition_point(|piece| piece.output.end <= range.start);
        let pieces = self.pieces[first..].iter();
        let Range { start, end } = range;
        pieces.take_while(move |piece| piece.output.start < end).map(move |piece| {
            let Piece { ref output, writer, literal } = *piece;
            let literal = literal.map(|at| at + start.saturating_sub(output.start));
            let part = output.start.max(start)..output.end.min(end);
            (part, Origin { trace: self, writer, literal })
        })
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

    /// How many calls led to the node.
    pub fn depth(&self) -> usize {
        std::iter::successors(self.caller(), Self::caller).count()
    }

    /// True for plain text of a template.
    pub fn is_text(&self) -> bool {
        self.literal.is_some()
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

    /// What the node read of the data that the template was given, wherever the values came by.
    pub fn reads(&self) -> Vec<DataRead> {
        self.trace.flow.shown(&self.writer().reads)
    }

    /// The decisions around the node in its template, innermost first.
    pub fn conditions(&self) -> impl Iterator<Item = Condition<'t>> + use<'t> {
        let trace = self.trace;
        let next = move |control: &usize| trace.controls[*control].outer;
        std::iter::successors(self.writer().control, next)
            .map(move |control| Condition { trace, control: &trace.controls[control] })
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
    /// The control structures under way, innermost last.
    controls: Vec<usize>,
    /// How many of them are around the templates under way.
    outer_controls: Vec<usize>,
    /// What the loops under way go through, and what that was read from.
    loops: Vec<(Value, Vec<Read>)>,
    /// Where the reads of the arguments that were evaluated end.
    argument_ends: Vec<usize>,
}

/// A text that a call gave, and where its bytes came from.
#[derive(Debug)]
struct Captured {
    text: Str,
    pieces: Vec<Piece>,
    /// What the nodes that wrote it have read.
    reads: Vec<Read>,
}

/// How many of the newest captured texts are compared with what an action prints.
const COMPARED: usize = 64;

/// How many lines of a captured text an action may leave out in one place.
const LOOKAHEAD: usize = 64;

impl Recorder {
    /// A recorder of a template that is given `data`.
    pub(super) fn new(data: &Value) -> Self {
        let trace = Trace { flow: Flow::new(data), ..Trace::default() };
        Self { trace, ..Self::default() }
    }

    pub(super) fn finish(self) -> Trace {
        self.trace
    }

    /// What is read and by which ways.
    pub(super) fn flow(&mut self) -> &mut Flow {
        &mut self.trace.flow
    }

    /// A template begins, whose decisions are its own.
    pub(super) fn enter_template(&mut self) {
        self.outer_controls.push(self.controls.len());
        let passed = self.trace.flow.passed();
        self.trace.flow.enter_dot(passed);
    }

    pub(super) fn leave_template(&mut self) {
        let outer = self.outer_controls.pop().unwrap_or_default();
        self.controls.truncate(outer);
        self.trace.flow.leave_dot();
    }

    /// A loop through `value` begins, which `reads` gave.
    pub(super) fn enter_loop(&mut self, value: Value, reads: Vec<Read>) {
        self.loops.push((value, reads));
    }

    pub(super) fn leave_loop(&mut self) {
        self.loops.pop();
    }

    /// What the element behind `step` of the innermost loop was read from.
    pub(super) fn element(&mut self, step: DataStep, value: &Value) -> Vec<Read> {
        let Some((container, reads)) = self.loops.last() else { return Vec::new() };
        self.trace.flow.element(container, step, value, reads)
    }

    /// An argument of a call has been evaluated.
    pub(super) fn argument_read(&mut self) {
        let end = self.trace.flow.mark();
        self.argument_ends.push(end);
    }

    /// The ends of the last `count` arguments, which belong to a call that is made now.
    pub(super) fn argument_ends(&mut self, count: usize) -> Vec<usize> {
        self.argument_ends.split_off(self.argument_ends.len().saturating_sub(count))
    }

    /// How many texts calls have given.
    pub(super) fn captures(&self) -> usize {
        self.captured.len()
    }

    /// How many control structures are under way.
    pub(super) fn depth(&self) -> usize {
        self.controls.len()
    }

    /// The control structure at `span` has decided.
    pub(super) fn decide(
        &mut self,
        template: &Template,
        span: Span,
        value: Str,
        is_held: bool,
        reads: Vec<Read>,
    ) {
        let outer = self.control();
        let template = template.clone();
        self.trace.controls.push(Control { template, span, value, is_held, reads, outer });
        self.controls.push(self.trace.controls.len() - 1);
    }

    /// Ends all control structures but the outermost `depth`.
    pub(super) fn end_controls(&mut self, depth: usize) {
        self.controls.truncate(depth);
    }

    /// The innermost control structure of the template under way.
    fn control(&self) -> Option<usize> {
        let outer = self.outer_controls.last().copied().unwrap_or_default();
        self.controls[outer.min(self.controls.len())..].last().copied()
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
        let mut reads = Vec::new();
        for piece in &pieces {
            let writer = &self.trace.writers[piece.writer];
            reads.extend_from_slice(&writer.reads);
        }
        self.trace.flow.add(&reads);
        self.captured.push(Captured { text: text.clone(), pieces, reads });
    }

    /// Plain text at `span` of the template was written behind `start`.
    pub(super) fn text(&mut self, template: &Template, span: Span, start: usize) {
        let writer = self.writer(template, span);
        let output = start..start + (span.end - span.start) as usize;
        let literal = Some(span.start as usize);
        self.push(Piece { output, writer, literal });
    }

    /// The action at `span` of the template wrote `written` behind `start`.
    pub(super) fn action(
        &mut self,
        template: &Template,
        span: Span,
        start: usize,
        written: &[u8],
        mut reads: Vec<Read>,
        mark: usize,
    ) {
        // What was called for this action may be anywhere in what it writes; of earlier texts, which
        // variables may hold, whole lines have to be there.
        let (earlier, own) = self.captured.split_at(mark.min(self.captured.len()));
        let newest = own.iter().rev().map(|captured| (captured, true));
        let newest = newest.chain(earlier.iter().rev().map(|captured| (captured, false)));
        let newest = newest.take(COMPARED);
        let inner = newest
            .filter_map(|(captured, is_own)| Some((captured, captured.found_in(written, is_own)?)))
            .next();
        // What the called template has read is told where it was read.
        if let Some((captured, _)) = &inner {
            reads.retain(|read| !captured.reads.contains(read));
        }
        let inner = inner.map(|(_, pieces)| pieces);
        let writer = self.writer(template, span);
        self.trace.writers[writer].reads = reads;
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
        let control = self.control();
        let template = template.clone();
        self.trace.writers.push(Writer { template, span, caller, control, reads: Vec::new() });
        self.trace.writers.len() - 1
    }
}

impl Captured {
    /// The pieces of this text that stand in `written`, if most of `written` is made of its lines.
    fn found_in(&self, written: &[u8], is_own: bool) -> Option<Vec<Piece>> {
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
        match found > missed {
            true => Some(pieces),
            false if is_own => self.within(written),
            false => None,
        }
    }

    /// The pieces of this text, if it stands in `written` as a whole, or `written` is a part of it:
    /// it was quoted, say, put between other texts, or cut.
    fn within(&self, written: &[u8]) -> Option<Vec<Piece>> {
        /// Shorter texts stand in others by chance.
        const LEAST: usize = 3;
        let text = self.text.trim();
        let start = text.as_ptr() as usize - self.text.as_ptr() as usize;
        let bare = written.trim_with(|letter| letter.is_whitespace() || "\"'".contains(letter));
        if text.len() >= LEAST
            && let Some(at) = written.find(text)
        {
            return Some(self.moved(start..start + text.len(), at).collect());
        }
        let at = self.text.find(bare).filter(|_| bare.len() >= LEAST)?;
        let to = bare.as_ptr() as usize - written.as_ptr() as usize;
        Some(self.moved(at..at + bare.len(), to).collect())
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
