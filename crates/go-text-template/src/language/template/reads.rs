//! What a node of a template reads: for those who ask where its output came from.

use super::ast::{Control, Kind, Many, Name, Node, Operand, Parsed, Pipe};
use crate::data::Str;
use crate::diagnostics::Span;

/// The chains of fields that the node at `span` of `list` reads from `.` or `$`, in the order of
/// the text.
pub(super) fn chains(parsed: &Parsed, list: Many<Node>, span: Span) -> Vec<Vec<Str>> {
    let mut reader = Reader { parsed, span, found: Vec::new() };
    if let Some(pipe) = reader.pipe_in(list) {
        reader.collect(pipe);
    }
    reader.found
}

struct Reader<'p> {
    parsed: &'p Parsed,
    span: Span,
    found: Vec<Vec<Str>>,
}

impl<'p> Reader<'p> {
    fn pipe_in(&self, list: Many<Node>) -> Option<&'p Pipe> {
        self.parsed.arena.all(list).iter().find_map(|node| self.pipe_at(node))
    }

    fn pipe_at(&self, node: &Node) -> Option<&'p Pipe> {
        let arena = &self.parsed.arena;
        match *node {
            Node::Action(action) => {
                let action = arena.get(action);
                (action.span == self.span).then_some(&action.pipe)
            }
            Node::Template(call) => {
                let call = arena.get(call);
                call.pipe.as_ref().filter(|_| call.place.span == self.span)
            }
            Node::If(control) | Node::With(control) | Node::Range(control) => {
                self.inside(arena.get(control))
            }
            Node::Text(_) | Node::Break(_) | Node::Continue(_) => None,
        }
    }

    fn inside(&self, control: &Control) -> Option<&'p Pipe> {
        let branches = [Some(control.body), control.otherwise];
        branches.into_iter().flatten().find_map(|list| self.pipe_in(list))
    }

    fn collect(&mut self, pipe: &Pipe) {
        let arena = &self.parsed.arena;
        let words = arena.all(pipe.commands).iter().flat_map(|command| arena.all(command.words));
        words.for_each(|word| self.collect_operand(word));
    }

    fn collect_operand(&mut self, operand: &Operand) {
        let arena = &self.parsed.arena;
        match operand.kind {
            Kind::Field(fields) => self.add(fields),
            Kind::Variable(variable) => {
                let variable = arena.get(variable);
                if variable.name.of(&self.parsed.text) == b"$" {
                    self.add(variable.fields);
                }
            }
            Kind::Chain(chain) => self.collect_operand(&arena.get(chain).start),
            Kind::Pipe(pipe) => self.collect(arena.get(pipe)),
            _ => {}
        }
    }

    fn add(&mut self, fields: Many<Name>) {
        let names = self.parsed.arena.all(fields).iter();
        self.found.push(names.map(|name| name.of(&self.parsed.text).into()).collect());
    }
}
