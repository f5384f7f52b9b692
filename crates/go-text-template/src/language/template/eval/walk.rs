//! Goes through nodes and writes their output.

use super::Evaluator;
use super::item::{Item, Origin};
use crate::data::{IntKind, Str, Value, append_action, append_value, is_true, quoted};
use crate::diagnostics::Span;
use crate::template::Error;
use crate::template::ast::{Action, Control, Name, Node, TemplateCall};
use crate::template::display::NodeRef;
use crate::template::flow::Flow as Reads;

/// How a list of nodes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl<'a> Evaluator<'a, '_, '_> {
    pub(super) fn list(&mut self, dot: &Item, list: &'a [Node]) -> Result<Flow, Error> {
        for node in list {
            self.at = NodeRef::Node(node);
            self.step()?;
            let flow = match *node {
                Node::Text(span) => {
                    self.text(span)?;
                    Flow::Next
                }
                Node::Action(action) => self.action(dot, node, self.get(action))?,
                Node::If(control) => self.control(|e| e.if_control(dot, e.get(control)))?,
                Node::With(control) => self.control(|e| e.with_control(dot, e.get(control)))?,
                Node::Range(control) => self.control(|e| e.range(dot, e.get(control)))?,
                Node::Template(call) => self.template_call(dot, self.get(call))?,
                Node::Break(_) => Flow::Break,
                Node::Continue(_) => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn action(&mut self, dot: &Item, node: &'a Node, action: &'a Action) -> Result<Flow, Error> {
        let (mark, captures) = (self.read_mark(), self.captures());
        let item = self.pipeline(dot, &action.pipe)?;
        let reads = self.reads_since(mark);
        if action.pipe.targets.is_empty() {
            self.at = NodeRef::Node(node);
            let start = self.cx.out.len();
            self.print(&item)?;
            if let Some(recorder) = &mut self.cx.recorder {
                let written = &self.cx.out[start..];
                recorder.action(self.template, action.span, start, written, reads, captures);
            }
        }
        Ok(Flow::Next)
    }

    fn text(&mut self, span: Span) -> Result<(), Error> {
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.text(self.template, span, self.cx.out.len());
        }
        self.write(self.name(Name(span)))
    }

    fn print(&mut self, item: &Item) -> Result<(), Error> {
        if let Value::String(text) = &item.value {
            return self.write(text.as_bytes());
        }
        let start = self.cx.out.len();
        if let Some(text) = addressed_string(item) {
            self.cx.out.extend_from_slice(text.as_bytes());
        } else if let Err(failure) = append_action(&mut self.cx.out, &item.value) {
            return Err(self.exhausted(failure));
        }
        self.wrote(start)
    }

    /// `else if` chains are gone through without going deeper.
    fn if_control(&mut self, dot: &Item, mut control: &'a Control) -> Result<Flow, Error> {
        loop {
            let mark = self.read_mark();
            let item = self.pipeline(dot, &control.pipe)?;
            let is_held = is_true(&item.value);
            self.decided(control, &item, is_held, mark);
            if is_held {
                return self.list(dot, self.all(control.body));
            }
            match control.otherwise.map(|list| self.all(list)) {
                None => return Ok(Flow::Next),
                Some([node @ Node::If(next)]) => {
                    self.at = NodeRef::Node(node);
                    self.step()?;
                    control = self.get(*next);
                }
                Some(_) => return self.otherwise(dot, control),
            }
        }
    }

    fn with_control(&mut self, dot: &Item, control: &'a Control) -> Result<Flow, Error> {
        let mark = self.read_mark();
        let item = self.pipeline(dot, &control.pipe)?;
        let is_held = is_true(&item.value);
        let reads = self.decided(control, &item, is_held, mark);
        if is_held {
            return self.with_dot(reads, |e| e.list(&item, e.all(control.body)));
        }
        self.otherwise(dot, control)
    }

    fn otherwise(&mut self, dot: &Item, control: &'a Control) -> Result<Flow, Error> {
        match control.otherwise {
            Some(list) => self.list(dot, self.all(list)),
            None => Ok(Flow::Next),
        }
    }

    fn range(&mut self, dot: &Item, control: &'a Control) -> Result<Flow, Error> {
        let mark = self.read_mark();
        let item = self.pipeline(dot, &control.pipe)?;
        let reads = self.decided(control, &item, is_true(&item.value), mark);
        if self.in_loop(&item, reads, |e| e.range_over(&item.value, control))? {
            return Ok(Flow::Next);
        }
        // A `break` behind `else` ends this loop, which has not begun, and none around it.
        match self.otherwise(dot, control)? {
            Flow::Break => Ok(Flow::Next),
            flow => Ok(flow),
        }
    }

    /// False if there was nothing to go through.
    fn range_over(&mut self, value: &Value, control: &'a Control) -> Result<bool, Error> {
        match value {
            Value::Nil => Ok(false),
            Value::Int(kind, count) => self.range_int(*kind, *count, control),
            Value::List(list) => {
                let element = list.element_type();
                let items = list.iter().map(|value| Item::element(value, element));
                self.turns(control, indexed(items))
            }
            Value::Map(map) => {
                let element = map.class().element;
                // The entries are copied, although the loop may soon break off.
                self.steps(map.len() as u64)?;
                let entries = map.entries().into_iter();
                self.turns(
                    control,
                    entries.map(|(key, value)| {
                        (Item::plain(Value::String(key)), Item::element(value, element))
                    }),
                )
            }
            Value::Bytes(bytes) => {
                let byte = |byte: &u8| Value::Int(IntKind::Uint8, i64::from(*byte));
                self.turns(control, indexed(bytes.iter().map(|b| Item::plain(byte(b)))))
            }
            Value::Object(object) => match object.underlying() {
                Some(plain) => self.range_over(&plain, control),
                None => Err(self.cannot_range(value)),
            },
            other => Err(self.cannot_range(other)),
        }
    }

    fn cannot_range(&mut self, value: &Value) -> Error {
        let message = format!("range can't iterate over {}", printed(value));
        self.error(message)
    }

    /// The numbers below `count`, all of its type; they have no index.
    fn range_int(
        &mut self,
        kind: IntKind,
        count: i64,
        control: &'a Control,
    ) -> Result<bool, Error> {
        if control.pipe.targets.len() > 1 {
            let count = printed(&Value::Int(kind, count));
            let message = format!("can't use {count} to iterate over more than one variable");
            return Err(self.error(message));
        }
        let count = if kind.is_unsigned() { i128::from(count as u64) } else { i128::from(count) };
        let numbers = (0..count.max(0)).map(|number| Value::Int(kind, number as i64));
        self.turns(control, numbers.map(|number| (Item::ABSENT, Item::plain(number))))
    }

    /// Runs the body for each index and element; false if there was none.
    fn turns(
        &mut self,
        control: &'a Control,
        elements: impl Iterator<Item = (Item, Item)>,
    ) -> Result<bool, Error> {
        let mut ran = false;
        for (index, element) in elements {
            ran = true;
            self.step()?;
            if self.turn(control, index, element)? == Flow::Break {
                break;
            }
        }
        Ok(ran)
    }

    /// One turn of a loop; the only variable, or the second of two, is the element.
    fn turn(&mut self, control: &'a Control, index: Item, element: Item) -> Result<Flow, Error> {
        let pipe = &control.pipe;
        let reads = self.element_reads(&index, &element);
        self.with_dot(reads, |e| {
            match e.all(pipe.targets) {
                [] => {}
                [one] => {
                    e.store(pipe, one, element.clone())?;
                    e.note(pipe, one, Reads::assign_dot)?;
                }
                [first, second, ..] => {
                    e.store(pipe, first, index)?;
                    e.store(pipe, second, element.clone())?;
                    e.note(pipe, second, Reads::assign_dot)?;
                }
            }
            e.list(&element, e.all(control.body))
        })
    }

    fn template_call(&mut self, dot: &Item, call: &'a TemplateCall) -> Result<Flow, Error> {
        /// Go's limit.
        const MAX_DEPTH: u32 = 100_000;
        let Some(template) = self.cx.template(&call.name) else {
            let name = quoted(&call.name);
            return Err(self.error(format!("template {name} not defined")));
        };
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("exceeded maximum template depth ({MAX_DEPTH})")));
        }
        let data = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Item::ABSENT,
        };
        let depth = self.depth + 1;
        self.traced(call.place.span, &call.name, |e| e.cx.run(&template, data, depth))?;
        Ok(Flow::Next)
    }
}

/// Elements with the index that Go gives them.
fn indexed(elements: impl Iterator<Item = Item>) -> impl Iterator<Item = (Item, Item)> {
    (0..).map(|index| Item::plain(Value::int(index))).zip(elements)
}

/// What the `String` method of a pointer type makes of a struct that a pointer led to.
fn addressed_string(item: &Item) -> Option<Str> {
    match &item.value {
        Value::Object(object) if item.origin == Origin::Addressed => object.addressed_string(),
        _ => None,
    }
}

/// Go's `%v`.
fn printed(value: &Value) -> String {
    let mut out = Vec::new();
    // Go has gone through the pointer here.
    let printed = match value {
        Value::Object(_) => append_action(&mut out, value),
        value => append_value(&mut out, value),
    };
    match printed {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(failure) => failure.message().to_owned(),
    }
}
