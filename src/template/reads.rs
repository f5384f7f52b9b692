//! What a node of a template reads: for those who ask where its output came from.

use super::ast::{Control, Kind, List, Node, Operand, Pipe};
use crate::data::Str;
use crate::diagnostics::Span;

/// The chains of fields that the node at `span` of `list` reads from `.` or `$`, in the order of
/// the text.
pub(super) fn chains(list: &List, span: Span) -> Vec<&[Str]> {
    let mut found = Vec::new();
    if let Some(pipe) = list.nodes.iter().find_map(|node| pipe_at(node, span)) {
        collect(pipe, &mut found);
    }
    found
}

fn pipe_at(node: &Node, span: Span) -> Option<&Pipe> {
    match node {
        Node::Action(action) => (action.place.span == span).then_some(&action.pipe),
        Node::Template(call) if call.place.span == span => call.pipe.as_ref(),
        Node::If(control) | Node::With(control) | Node::Range(control) => inside(control, span),
        Node::Text(_) | Node::Template(_) | Node::Break(_) | Node::Continue(_) => None,
    }
}

fn inside(control: &Control, span: Span) -> Option<&Pipe> {
    let branches = [Some(&control.body), control.otherwise.as_ref()];
    let mut nodes = branches.into_iter().flatten().flat_map(|list| &list.nodes);
    nodes.find_map(|node| pipe_at(node, span))
}

fn collect<'p>(pipe: &'p Pipe, found: &mut Vec<&'p [Str]>) {
    let words = pipe.commands.iter().flat_map(|command| &command.words);
    words.for_each(|word| collect_operand(word, found));
}

fn collect_operand<'p>(operand: &'p Operand, found: &mut Vec<&'p [Str]>) {
    match &operand.kind {
        Kind::Field(fields) => found.push(fields),
        Kind::Variable(variable) if variable.name == "$" => found.push(&variable.fields),
        Kind::Chain(chain) => collect_operand(&chain.start, found),
        Kind::Pipe(pipe) => collect(pipe, found),
        _ => {}
    }
}
