//! Prints nodes as Go does: the `<.Values.x>` of its messages.

use std::fmt::Write;

use super::ast::{Command, Control, Kind, List, Node, Operand, Pipe, Place, TemplateCall};
use crate::data::{Str, quoted};

/// What a message can be about.
#[derive(Clone, Copy)]
pub(super) enum NodeRef<'a> {
    List(&'a List),
    Node(&'a Node),
    Pipe(&'a Pipe),
    Command(&'a Command),
    Operand(&'a Operand),
}

impl NodeRef<'_> {
    /// Where the node is.
    pub(super) fn place(self) -> Place {
        match self {
            Self::List(list) => list.nodes.first().map(place).unwrap_or_default(),
            Self::Node(node) => place(node),
            Self::Pipe(pipe) => pipe.place,
            Self::Command(command) => command.place,
            Self::Operand(operand) => operand.place,
        }
    }
}

fn place(node: &Node) -> Place {
    match node {
        Node::Text(span) => Place { go: span.start, span: *span },
        Node::Action(action) => action.place,
        Node::If(control) | Node::With(control) | Node::Range(control) => control.place,
        Node::Template(call) => call.place,
        Node::Break(place) | Node::Continue(place) => *place,
    }
}

/// The node in canonical form; `text` is what it was parsed from.
pub(super) fn node(node: NodeRef<'_>, text: &Str) -> String {
    let mut printer = Printer { text, out: String::new() };
    match node {
        NodeRef::List(list) => printer.list(list),
        NodeRef::Node(node) => printer.node(node),
        NodeRef::Pipe(pipe) => printer.pipe(pipe),
        NodeRef::Command(command) => printer.command(command),
        NodeRef::Operand(operand) => printer.kind(&operand.kind),
    }
    printer.out
}

/// The operand in canonical form.
pub(super) fn kind(kind: &Kind) -> String {
    let mut printer = Printer { text: &Str::EMPTY, out: String::new() };
    printer.kind(kind);
    printer.out
}

struct Printer<'a> {
    text: &'a Str,
    out: String,
}

impl Printer<'_> {
    fn list(&mut self, list: &List) {
        for node in &list.nodes {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Text(span) => {
                let text = self.text.slice(span.start as usize..span.end as usize);
                self.push(&text);
            }
            Node::Action(action) => {
                self.out.push_str("{{");
                self.pipe(&action.pipe);
                self.out.push_str("}}");
            }
            Node::If(control) => self.control("if", control),
            Node::With(control) => self.control("with", control),
            Node::Range(control) => self.control("range", control),
            Node::Template(call) => self.template(call),
            Node::Break(_) => self.out.push_str("{{break}}"),
            Node::Continue(_) => self.out.push_str("{{continue}}"),
        }
    }

    fn control(&mut self, name: &str, control: &Control) {
        self.push_fmt(format_args!("{{{{{name} "));
        self.pipe(&control.pipe);
        self.out.push_str("}}");
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.list(&control.body);
            if let Some(otherwise) = &control.otherwise {
                self.out.push_str("{{else}}");
                self.list(otherwise);
            }
        });
        self.out.push_str("{{end}}");
    }

    fn template(&mut self, call: &TemplateCall) {
        self.push_fmt(format_args!("{{{{template {}", quoted(&call.name)));
        if let Some(pipe) = &call.pipe {
            self.out.push(' ');
            self.pipe(pipe);
        }
        self.out.push_str("}}");
    }

    fn pipe(&mut self, pipe: &Pipe) {
        for (at, target) in pipe.targets.iter().enumerate() {
            self.out.push_str(if at > 0 { ", " } else { "" });
            self.push(&target.name);
        }
        if !pipe.targets.is_empty() {
            self.out.push_str(if pipe.assigns { " = " } else { " := " });
        }
        for (at, command) in pipe.commands.iter().enumerate() {
            self.out.push_str(if at > 0 { " | " } else { "" });
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        for (at, word) in command.words.iter().enumerate() {
            self.out.push_str(if at > 0 { " " } else { "" });
            self.word(&word.kind);
        }
    }

    /// An operand inside a command or chain: a pipeline keeps its parentheses there.
    fn word(&mut self, kind: &Kind) {
        let Kind::Pipe(pipe) = kind else { return self.kind(kind) };
        self.out.push('(');
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pipe(pipe));
        self.out.push(')');
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Dot => self.out.push('.'),
            Kind::Nil => self.out.push_str("nil"),
            Kind::Bool(value) => self.push_fmt(format_args!("{value}")),
            Kind::Number(number) => self.push(&number.text),
            Kind::Text(text) => self.push(&text.quoted),
            Kind::Field(names) => self.fields(names),
            Kind::Variable(variable) => {
                self.push(&variable.name);
                self.fields(&variable.fields);
            }
            Kind::Function(function) => self.push(&function.name),
            Kind::Chain(chain) => {
                self.word(&chain.start.kind);
                self.fields(&chain.fields);
            }
            Kind::Pipe(pipe) => self.pipe(pipe),
        }
    }

    fn fields(&mut self, names: &[Str]) {
        for name in names {
            self.out.push('.');
            self.push(name);
        }
    }

    fn push(&mut self, text: &Str) {
        self.out.push_str(&text.to_str_lossy());
    }

    fn push_fmt(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.out.write_fmt(arguments).expect("a string takes any text");
    }
}
