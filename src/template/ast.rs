//! What the parser makes of a template: immutable, without file names, fit for any thread.
//!
//! Every node has two places: Go's position, which messages show, and its true span, which we
//! show. Variables are slots of a frame and functions are what they call; nothing is looked up by
//! name later.

use std::ops::Range;

use smallvec::SmallVec;

use super::{Callable, ParseError};
use crate::data::Str;
use crate::diagnostics::Span;

/// What a text defines.
#[derive(Debug)]
pub struct Parsed {
    /// The text; nodes point into it.
    pub(super) text: Str,
    /// Every `define` and `block` in the order of their ends; the file's own body is the last.
    pub(super) definitions: Vec<Definition>,
    /// Of those with a name, the ones that count: of equal names the last that is not empty.
    pub(super) winners: Vec<u32>,
    /// How deep nodes nest.
    pub(super) depth: u32,
    /// The line of the end of the text.
    pub(super) last_line: u32,
}

impl Parsed {
    /// The text it was parsed from.
    pub fn text(&self) -> &Str {
        &self.text
    }
}

/// A template.
#[derive(Debug)]
pub(super) struct Definition {
    /// Its name; the file's own body has none.
    pub(super) name: Option<Str>,
    /// True if it holds nothing but white space and comments.
    pub(super) empty: bool,
    /// How many variables live at the same time.
    pub(super) slots: u32,
    pub(super) body: List,
}

/// The place of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Go's position.
    pub(super) go: u32,
    /// What the node really spans.
    pub(super) span: Span,
}

/// Nodes one after the other.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    /// Plain text: where it is in the file.
    Text(Span),
    Action(Box<Action>),
    If(Box<Control>),
    With(Box<Control>),
    Range(Box<Control>),
    Template(Box<TemplateCall>),
    Break(Place),
    Continue(Place),
}

/// `{{ pipeline }}`.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) place: Place,
    pub(super) pipe: Pipe,
}

/// `if`, `with` or `range` with its branches.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) place: Place,
    pub(super) pipe: Pipe,
    pub(super) body: List,
    pub(super) otherwise: Option<List>,
}

/// `{{ template "name" pipeline }}`.
#[derive(Debug)]
pub(super) struct TemplateCall {
    pub(super) place: Place,
    pub(super) name: Str,
    pub(super) pipe: Option<Pipe>,
}

/// Commands joined by `|`, perhaps with variables in front.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) place: Place,
    pub(super) targets: SmallVec<[Target; 1]>,
    /// True for `=`, false for `:=`.
    pub(super) assigns: bool,
    pub(super) commands: SmallVec<[Command; 1]>,
}

/// A variable that a pipeline declares or assigns.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: Str,
    pub(super) slot: Lookup,
}

/// Where a variable lives: the first of these slots that is set.
///
/// One slot, unless the declaration stands in an argument of `and` or `or`, which may skip it; no
/// slot at all for a variable that was only ever assigned.
pub(super) type Lookup = SmallVec<[u32; 2]>;

/// Words separated by spaces; there is at least one.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) place: Place,
    pub(super) words: SmallVec<[Operand; 2]>,
}

/// A word of a command.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) place: Place,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Dot,
    Nil,
    Bool(bool),
    Number(Box<Number>),
    Text(Box<Text>),
    /// `.a.b`.
    Field(Box<[Str]>),
    /// `$x.a.b`.
    Variable(Box<Variable>),
    Function(Box<Function>),
    /// `(pipeline).a.b` or `function.a.b`.
    Chain(Box<Chain>),
    /// `(pipeline)`.
    Pipe(Box<Pipe>),
}

/// A string constant.
#[derive(Debug)]
pub(super) struct Text {
    /// With its quotes, as written.
    pub(super) quoted: Str,
    pub(super) value: Str,
}

/// A numeric constant under every type that can represent it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Number {
    /// As written.
    pub(super) text: Str,
    pub(super) int: Option<i64>,
    pub(super) uint: Option<u64>,
    pub(super) float: Option<f64>,
    pub(super) complex: Option<(f64, f64)>,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Str,
    pub(super) slot: Lookup,
    pub(super) fields: Box<[Str]>,
    /// True if the variable gets another value before it is read again.
    pub(super) is_last_read: bool,
}

#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: Str,
    pub(super) callee: Callee,
}

/// What an identifier calls.
pub(super) enum Callee {
    /// Goes from left to right and stops at the first false value; forgets these slots before.
    And(Range<u32>),
    /// Goes from left to right and stops at the first true value; forgets these slots before.
    Or(Range<u32>),
    /// Tells an absent value from one that is nil.
    Len,
    /// Names its first argument in its message.
    Call,
    Plain(&'static dyn Callable),
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::And(_) => "And",
            Self::Or(_) => "Or",
            Self::Len => "Len",
            Self::Call => "Call",
            Self::Plain(_) => "Plain",
        })
    }
}

/// An operand and the fields read from its value.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) start: Operand,
    pub(super) fields: Box<[Str]>,
}

impl Parsed {
    /// The definitions to install for a file called `file`, each name once.
    ///
    /// Go adds the file's own body last, under the file's name, which a `define` may have taken.
    pub(super) fn installed(&self, file: &Str) -> Result<Vec<u32>, ParseError> {
        let body = self.definitions.len() - 1;
        let mut installed = self.winners.clone();
        let same_name = |&at: &u32| self.definitions[at as usize].name.as_ref() == Some(file);
        match installed.iter().position(same_name) {
            None => installed.push(index(body)),
            Some(at) if self.definitions[installed[at] as usize].empty => {
                installed[at] = index(body);
            }
            Some(_) if self.definitions[body].empty => {}
            Some(_) => {
                let end = Span::new(self.text.len(), self.text.len());
                return Err(ParseError::multiple_definition(self.last_line, end, file));
            }
        }
        Ok(installed)
    }
}

/// The index of a definition: there are fewer of them than bytes of text.
pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).expect("a template is smaller than 4 GiB")
}

impl Drop for Parsed {
    /// Deep trees are taken apart on a stack that is as deep as they are.
    fn drop(&mut self) {
        const SHALLOW: u32 = 100;
        const BYTES_PER_LEVEL: usize = 2048;
        if self.depth > SHALLOW {
            let definitions = std::mem::take(&mut self.definitions);
            stacker::grow(self.depth as usize * BYTES_PER_LEVEL, || drop(definitions));
        }
    }
}
