//! Prints nodes as Go does: the `<.Values.x>` of its messages.

use std::fmt::Write;

use bstr::ByteSlice;

use super::ast::{
    Action, Arena, Command, Control, Kind, Many, Name, Node, Operand, Parsed, Pipe, Place,
    TemplateCall,
};
use crate::data::quoted;
use crate::diagnostics::Span;

/// What a message can be about.
#[derive(Clone, Copy)]
pub(super) enum NodeRef<'a> {
    List(&'a [Node]),
    Node(&'a Node),
    Pipe(&'a Pipe),
    Command(&'a Command),
    Operand(&'a Operand),
}

impl NodeRef<'_> {
    /// Where the node is.
    pub(super) fn place(self, arena: &Arena) -> Place {
        match self {
            Self::List(list) => list.first().map(|node| place(node, arena)).unwrap_or_default(),
            Self::Node(node) => place(node, arena),
            Self::Pipe(pipe) => beginning(pipe.span),
            Self::Command(command) => beginning(command.span(arena)),
            Self::Operand(operand) => Place { go: operand.go(arena), span: operand.span },
        }
    }
}

fn place(node: &Node, arena: &Arena) -> Place {
    match *node {
        Node::Text(span) => beginning(span),
        Node::Action(action) => {
            let Action { span, pipe } = arena.get(action);
            Place { go: pipe.span.start, span: *span }
        }
        Node::If(control) | Node::With(control) | Node::Range(control) => {
            let Control { span, pipe, .. } = arena.get(control);
            Place { go: pipe.span.start, span: *span }
        }
        Node::Template(call) => arena.get(call).place,
        Node::Break(place) | Node::Continue(place) => *arena.get(place),
    }
}

/// The place of a node that for Go is where it begins.
fn beginning(span: Span) -> Place {
    Place { go: span.start, span }
}

/// The node of `parsed` in canonical form.
pub(super) fn node(node: NodeRef<'_>, parsed: &Parsed) -> String {
    let mut printer = Printer { text: &parsed.text, arena: &parsed.arena, out: String::new() };
    match node {
        NodeRef::List(list) => printer.list(list),
        NodeRef::Node(node) => printer.node(node),
        NodeRef::Pipe(pipe) => printer.pipe(pipe),
        NodeRef::Command(command) => printer.command(*command),
        NodeRef::Operand(operand) => printer.operand(operand),
    }
    printer.out
}

/// The operand in canonical form; `text` is what it was parsed from.
pub(super) fn operand(operand: &Operand, text: &[u8], arena: &Arena) -> String {
    let mut printer = Printer { text, arena, out: String::new() };
    printer.operand(operand);
    printer.out
}

struct Printer<'a> {
    text: &'a [u8],
    arena: &'a Arena,
    out: String,
}

impl<'a> Printer<'a> {
    fn list(&mut self, list: &[Node]) {
        for node in list {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        match *node {
            Node::Text(span) => self.name(Name(span)),
            Node::Action(action) => {
                self.out.push_str("{{");
                self.pipe(&self.arena.get(action).pipe);
                self.out.push_str("}}");
            }
            Node::If(control) => self.control("if", self.arena.get(control)),
            Node::With(control) => self.control("with", self.arena.get(control)),
            Node::Range(control) => self.control("range", self.arena.get(control)),
            Node::Template(call) => self.template(self.arena.get(call)),
            Node::Break(_) => self.out.push_str("{{break}}"),
            Node::Continue(_) => self.out.push_str("{{continue}}"),
        }
    }

    fn control(&mut self, name: &str, control: &'a Control) {
        self.push_fmt(format_args!("{{{{{name} "));
        self.pipe(&control.pipe);
        self.out.push_str("}}");
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.list(self.arena.all(control.body));
            if let Some(otherwise) = control.otherwise {
                self.out.push_str("{{else}}");
                self.list(self.arena.all(otherwise));
            }
        });
        self.out.push_str("{{end}}");
    }

    fn template(&mut self, call: &'a TemplateCall) {
        self.push_fmt(format_args!("{{{{template {}", quoted(&call.name)));
        if let Some(pipe) = &call.pipe {
            self.out.push(' ');
            self.pipe(pipe);
        }
        self.out.push_str("}}");
    }

    fn pipe(&mut self, pipe: &Pipe) {
        for (at, target) in self.arena.all(pipe.targets).iter().enumerate() {
            self.out.push_str(if at > 0 { ", " } else { "" });
            self.name(target.name);
        }
        if !pipe.targets.is_empty() {
            self.out.push_str(if pipe.assigns { " = " } else { " := " });
        }
        for (at, command) in self.arena.all(pipe.commands).iter().enumerate() {
            self.out.push_str(if at > 0 { " | " } else { "" });
            self.command(*command);
        }
    }

    fn command(&mut self, command: Command) {
        for (at, word) in self.arena.all(command.words).iter().enumerate() {
            self.out.push_str(if at > 0 { " " } else { "" });
            self.word(word);
        }
    }

    /// An operand inside a command or chain: a pipeline keeps its parentheses there.
    fn word(&mut self, word: &Operand) {
        let Kind::Pipe(pipe) = word.kind else { return self.operand(word) };
        self.out.push('(');
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pipe(self.arena.get(pipe)));
        self.out.push(')');
    }

    fn operand(&mut self, operand: &Operand) {
        match operand.kind {
            Kind::Dot => self.out.push('.'),
            Kind::Nil => self.out.push_str("nil"),
            Kind::Bool(value) => self.push_fmt(format_args!("{value}")),
            Kind::Number(_) | Kind::Text(_) | Kind::Function(_) => self.push(operand.of(self.text)),
            Kind::Field(names) => self.fields(names),
            Kind::Variable(variable) => {
                let variable = self.arena.get(variable);
                self.name(variable.name);
                self.fields(variable.fields);
            }
            Kind::Chain(chain) => {
                let chain = self.arena.get(chain);
                self.word(&chain.start);
                self.fields(chain.fields);
            }
            Kind::Pipe(pipe) => self.pipe(self.arena.get(pipe)),
        }
    }

    fn fields(&mut self, names: Many<Name>) {
        for &name in self.arena.all(names) {
            self.out.push('.');
            self.name(name);
        }
    }

    fn name(&mut self, name: Name) {
        self.push(name.of(self.text));
    }

    fn push(&mut self, text: &[u8]) {
        self.out.push_str(&text.to_str_lossy());
    }

    fn push_fmt(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.out.write_fmt(arguments).expect("a string takes any text");
    }
}
