//! What the evaluator tells a recorder, if there is one.

use bstr::BStr;

use super::Evaluator;
use super::item::Item;
use crate::data::{Str, Value, append_value};
use crate::template::ast::{Control, Operand};
use crate::template::display::NodeRef;
use crate::template::flow::{DataStep, Flow, Read};
use crate::template::{Callable, Error};

/// Functions that call a template with data of its own.
const CALLS: [&str; 2] = ["include", "tpl"];

/// So many bytes of a decision's value are kept.
const MOST_SHOWN: usize = 200;

impl<'a> Evaluator<'a, '_, '_> {
    /// Where the reads of a node begin that begins now.
    pub(super) fn read_mark(&mut self) -> usize {
        self.cx.recorder.as_mut().map_or(0, |recorder| recorder.flow().mark())
    }

    /// How many texts calls have given.
    pub(super) fn captures(&self) -> usize {
        self.cx.recorder.as_ref().map_or(0, |recorder| recorder.captures())
    }

    /// What has been read since `mark`, by a node that ends now.
    pub(super) fn reads_since(&mut self, mark: usize) -> Vec<Read> {
        let recorder = self.cx.recorder.as_mut();
        recorder.map(|recorder| recorder.flow().take(mark)).unwrap_or_default()
    }

    /// Runs a control structure, which is over then.
    pub(super) fn control<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let depth = self.cx.recorder.as_ref().map(|recorder| recorder.depth());
        let result = self.deeper(run);
        if let (Some(recorder), Some(depth)) = (&mut self.cx.recorder, depth) {
            recorder.end_controls(depth);
        }
        result
    }

    /// A control structure got `item` and goes into its body, or not; gives what its pipeline read.
    pub(super) fn decided(
        &mut self,
        control: &Control,
        item: &Item,
        is_held: bool,
        mark: usize,
    ) -> Vec<Read> {
        let Some(recorder) = &mut self.cx.recorder else { return Vec::new() };
        let reads = recorder.flow().take(mark);
        recorder.decide(self.template, control.span, shown(&item.value), is_held, reads.clone());
        reads
    }

    /// Runs something whose dot is what `reads` give.
    pub(super) fn with_dot<T>(&mut self, reads: Vec<Read>, run: impl FnOnce(&mut Self) -> T) -> T {
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.flow().enter_dot(reads);
        }
        let result = run(self);
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.flow().leave_dot();
        }
        result
    }

    /// Runs a loop through `item`, which `reads` gave.
    pub(super) fn in_loop<T>(
        &mut self,
        item: &Item,
        reads: Vec<Read>,
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.enter_loop(item.value.clone(), reads);
        }
        let result = run(self);
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.leave_loop();
        }
        result
    }

    /// What the element behind `index` of what a loop goes through was read from.
    pub(super) fn element_reads(&mut self, index: &Item, element: &Item) -> Vec<Read> {
        let Some(recorder) = &mut self.cx.recorder else { return Vec::new() };
        let step = match &index.value {
            Value::Int(_, index) => DataStep::Index(usize::try_from(*index).unwrap_or_default()),
            Value::String(key) => DataStep::Key(key.clone()),
            _ => return Vec::new(),
        };
        recorder.element(step, &element.value)
    }

    /// A call whose arguments and result are followed.
    pub(super) fn recorded(
        &mut self,
        dot: &Item,
        callable: &'static dyn Callable,
        name: &BStr,
        node: NodeRef<'a>,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        let mark = self.read_mark();
        let mut argv = self.arguments(dot, callable.signature(), name, args, last)?;
        let given = argv.to_vec();
        let ends = self.argument_ends(args.len());
        if let Some(recorder) = &mut self.cx.recorder
            && CALLS.iter().any(|call| *name == *call)
        {
            recorder.flow().pass(mark);
        }
        let item = self.invoke(callable, &mut argv, name, node)?;
        let Some(recorder) = &mut self.cx.recorder else { return Ok(item) };
        let flow = recorder.flow();
        match &**name {
            b"dict" => {
                for (pair, ends) in given.chunks_exact(2).zip(ends.chunks_exact(2)) {
                    let Value::String(key) = &pair[0] else { continue };
                    flow.part(&item.value, key, ends[0], ends[1]);
                }
                flow.made_of_parts(&item.value, mark);
            }
            b"set" => {
                if let ([_, Value::String(key), _], [_, start, end]) = (&given[..], &ends[..]) {
                    flow.part(&item.value, key, *start, *end);
                }
            }
            b"index" => look_up(flow, given.first(), given.get(1..), &item),
            b"get" => look_up(flow, given.first(), given.get(1..2), &item),
            b"dig" => {
                look_up(flow, given.last(), given.get(..given.len().saturating_sub(2)), &item);
            }
            _ => {}
        }
        recorder.flow().returned(&item.value);
        Ok(item)
    }

    /// Where the reads of the arguments that were just evaluated end.
    fn argument_ends(&mut self, count: usize) -> Vec<usize> {
        let Some(recorder) = &mut self.cx.recorder else { return Vec::new() };
        recorder.argument_ends(count)
    }

    /// An argument has been evaluated.
    pub(super) fn argument_read(&mut self) {
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.argument_read();
        }
    }
}

/// A function found `item` in `container` by `keys`.
fn look_up(flow: &mut Flow, container: Option<&Value>, keys: Option<&[Value]>, item: &Item) {
    let step = |key: &Value| match key {
        Value::String(key) => Some(DataStep::Key(key.clone())),
        Value::Int(_, index) => Some(DataStep::Index(usize::try_from(*index).ok()?)),
        _ => None,
    };
    let steps: Option<Vec<DataStep>> = keys.unwrap_or_default().iter().map(step).collect();
    if let (Some(container), Some(steps)) = (container, steps) {
        flow.looked_up(container, steps, &item.value);
    }
}

/// The value as a template prints it, or its beginning.
fn shown(value: &Value) -> Str {
    let mut text = Vec::new();
    // What cannot be printed is not shown.
    let _ = append_value(&mut text, value);
    let end = text.len().min(MOST_SHOWN);
    let end = (0..=end).rev().find(|&end| std::str::from_utf8(&text[..end]).is_ok()).unwrap_or(0);
    text.truncate(end);
    text.into()
}
