//! What a text says, as a tree to walk: for those who ask what templates do without executing them.

use super::ast::{self, Arena, Kind, Many, Name, Parsed};
use crate::data::Str;
use crate::diagnostics::Span;

/// A template of a text.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Its name; the text's own body has none.
    pub name: Option<Str>,
    /// What is in it.
    pub body: Vec<Node>,
    /// False if it is nested so deep that a part of it was left out.
    pub is_whole: bool,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Node {
    /// Plain text.
    Text(Span),
    /// `{{ pipeline }}`.
    Action(Span, Pipe),
    /// `if`, `with` or `range`.
    Branch(Branch),
    /// `{{ template "name" pipeline }}`.
    Template(Span, Str, Option<Pipe>),
    /// `break` or `continue`.
    Jump,
}

/// What a branch does with its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// Asks whether it is true.
    If,
    /// The same, and takes it for the dot.
    With,
    /// Takes each of its elements for the dot.
    Range,
}

/// `if`, `with` or `range`.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Which of them.
    pub kind: BranchKind,
    /// All of it.
    pub span: Span,
    /// What it asks.
    pub pipe: Pipe,
    /// What is done if it is so.
    pub body: Vec<Node>,
    /// What is done if it is not.
    pub otherwise: Vec<Node>,
}

/// Commands joined by `|`.
#[derive(Clone, Debug)]
pub struct Pipe {
    /// Its place.
    pub span: Span,
    /// The variables in front, with their `$`.
    pub variables: Vec<Str>,
    /// True for `=`, false for `:=`.
    pub assigns: bool,
    /// The commands.
    pub commands: Vec<Command>,
}

/// Words separated by spaces.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its words; there is at least one, unless it was left out.
    pub words: Vec<Word>,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: WordKind,
}

/// What a word is.
#[derive(Clone, Debug)]
pub enum WordKind {
    /// `.`.
    Dot,
    /// A text.
    Text(Str),
    /// Any other constant.
    Constant,
    /// `.a.b`.
    Field(Vec<Str>),
    /// `$x.a.b`: the name with its `$`, and the fields.
    Variable(Str, Vec<Str>),
    /// A function.
    Function(Str),
    /// `(pipeline).a.b`.
    Chain(Box<Word>, Vec<Str>),
    /// `(pipeline)`.
    Pipe(Box<Pipe>),
}

/// What is nested deeper is left out.
const DEEPEST: usize = 200;

impl Parsed {
    /// All templates of the text, in the order of their ends.
    pub fn outlines(&self) -> Vec<Outline> {
        self.definitions.iter().map(|definition| self.outline(definition)).collect()
    }

    fn outline(&self, definition: &ast::Definition) -> Outline {
        let mut reader = Reader { text: &self.text, arena: &self.arena, depth: 0, is_whole: true };
        let body = reader.nodes(definition.body);
        Outline { name: definition.name.clone(), body, is_whole: reader.is_whole }
    }
}

struct Reader<'p> {
    text: &'p Str,
    arena: &'p Arena,
    depth: usize,
    is_whole: bool,
}

impl Reader<'_> {
    fn nodes(&mut self, nodes: Many<ast::Node>) -> Vec<Node> {
        if self.depth == DEEPEST {
            self.is_whole = false;
            return Vec::new();
        }
        self.depth += 1;
        let nodes = self.arena.all(nodes).iter().map(|node| self.node(*node)).collect();
        self.depth -= 1;
        nodes
    }

    fn node(&mut self, node: ast::Node) -> Node {
        match node {
            ast::Node::Text(span) => Node::Text(span),
            ast::Node::Action(action) => {
                let action = self.arena.get(action);
                Node::Action(action.span, self.pipe(&action.pipe))
            }
            ast::Node::If(control) => self.branch(BranchKind::If, control),
            ast::Node::With(control) => self.branch(BranchKind::With, control),
            ast::Node::Range(control) => self.branch(BranchKind::Range, control),
            ast::Node::Template(call) => {
                let call = self.arena.get(call);
                let pipe = call.pipe.as_ref().map(|pipe| self.pipe(pipe));
                Node::Template(call.place.span, call.name.clone(), pipe)
            }
            ast::Node::Break(_) | ast::Node::Continue(_) => Node::Jump,
        }
    }

    fn branch(&mut self, kind: BranchKind, control: ast::One<ast::Control>) -> Node {
        let control = self.arena.get(control);
        let pipe = self.pipe(&control.pipe);
        let body = self.nodes(control.body);
        let otherwise = control.otherwise.map(|nodes| self.nodes(nodes)).unwrap_or_default();
        Node::Branch(Branch { kind, span: control.span, pipe, body, otherwise })
    }

    fn pipe(&mut self, pipe: &ast::Pipe) -> Pipe {
        let targets = self.arena.all(pipe.targets).iter();
        let variables = targets.map(|target| self.name(target.name)).collect();
        let commands = if self.depth == DEEPEST {
            self.is_whole = false;
            Vec::new()
        } else {
            self.depth += 1;
            let commands = self.arena.all(pipe.commands).iter();
            let commands = commands.map(|command| self.command(*command)).collect();
            self.depth -= 1;
            commands
        };
        Pipe { span: pipe.span, variables, assigns: pipe.assigns, commands }
    }

    fn command(&mut self, command: ast::Command) -> Command {
        Command {
            words: self.arena.all(command.words).iter().map(|word| self.word(word)).collect(),
        }
    }

    fn word(&mut self, word: &ast::Operand) -> Word {
        let kind = match word.kind {
            Kind::Dot => WordKind::Dot,
            Kind::Nil | Kind::Bool(_) | Kind::Number(_) => WordKind::Constant,
            Kind::Text(text) => WordKind::Text(self.arena.get(text).clone()),
            Kind::Field(names) => WordKind::Field(self.names(names)),
            Kind::Variable(variable) => {
                let variable = self.arena.get(variable);
                WordKind::Variable(self.name(variable.name), self.names(variable.fields))
            }
            Kind::Function(_) => WordKind::Function(word.of(self.text).into()),
            Kind::Chain(chain) => {
                let chain = self.arena.get(chain);
                WordKind::Chain(Box::new(self.word(&chain.start)), self.names(chain.fields))
            }
            Kind::Pipe(pipe) => WordKind::Pipe(Box::new(self.pipe(self.arena.get(pipe)))),
        };
        Word { span: word.span, kind }
    }

    fn names(&self, names: Many<Name>) -> Vec<Str> {
        self.arena.all(names).iter().map(|name| self.name(*name)).collect()
    }

    fn name(&self, name: Name) -> Str {
        name.of(self.text).into()
    }
}
