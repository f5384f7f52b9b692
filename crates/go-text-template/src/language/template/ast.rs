//! What the parser makes of a template: immutable, without file names, fit for any thread.
//!
//! Every node has two places: Go's position, which messages show, and its true span, which we
//! show. Where one follows from the other, or from the nodes inside, it is not kept. Variables are
//! slots of a frame and functions are what they call; nothing is looked up by name later.
//!
//! Nodes do not own each other: each kind stands in a row of its own in the [`Arena`] and is named
//! by its index. So a template of any size and depth takes a dozen allocations.

use std::marker::PhantomData;
use std::sync::Arc;

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
    /// All nodes, and those of the texts that were parsed together with this one.
    pub(super) arena: Arc<Arena>,
    /// Where the text ends: behind it, or in front of what is wrong with it.
    pub(super) end: u32,
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
    pub(super) body: Many<Node>,
}

/// The nodes of texts, each kind in a row of its own.
#[derive(Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    actions: Vec<Action>,
    controls: Vec<Control>,
    jumps: Vec<Place>,
    calls: Vec<TemplateCall>,
    targets: Vec<Target>,
    commands: Vec<Command>,
    operands: Vec<Operand>,
    names: Vec<Name>,
    skippables: Vec<Skippable>,
    numbers: Vec<Number>,
    texts: Vec<Str>,
    variables: Vec<Variable>,
    functions: Vec<Callee>,
    chains: Vec<Chain>,
    pipes: Vec<Pipe>,
}

/// A node in the arena.
pub(super) struct One<T>(u32, PhantomData<fn() -> T>);

/// Nodes one behind the other in the arena.
pub(super) struct Many<T>(u32, u32, PhantomData<fn() -> T>);

impl<T> Clone for One<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for One<T> {}

impl<T> std::fmt::Debug for One<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl<T> Clone for Many<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Many<T> {}

impl<T> std::fmt::Debug for Many<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}..{}", self.0, self.1)
    }
}

impl<T> Many<T> {
    /// No nodes.
    pub(super) const NONE: Self = Self(0, 0, PhantomData);

    pub(super) fn is_empty(self) -> bool {
        self.0 == self.1
    }

    pub(super) fn len(self) -> usize {
        (self.1 - self.0) as usize
    }
}

/// A kind of node, and its row in the arena.
pub(super) trait Stored: Sized {
    fn row(arena: &Arena) -> &Vec<Self>;
    fn row_mut(arena: &mut Arena) -> &mut Vec<Self>;
}

/// Says that nodes of the given kind stand in the given row.
macro_rules! stored {
    ($row:ident, $kind:ty) => {
        impl Stored for $kind {
            fn row(arena: &Arena) -> &Vec<Self> {
                &arena.$row
            }

            fn row_mut(arena: &mut Arena) -> &mut Vec<Self> {
                &mut arena.$row
            }
        }
    };
}

stored!(nodes, Node);
stored!(actions, Action);
stored!(controls, Control);
stored!(jumps, Place);
stored!(calls, TemplateCall);
stored!(targets, Target);
stored!(commands, Command);
stored!(operands, Operand);
stored!(names, Name);
stored!(skippables, Skippable);
stored!(numbers, Number);
stored!(texts, Str);
stored!(variables, Variable);
stored!(functions, Callee);
stored!(chains, Chain);
stored!(pipes, Pipe);

impl Arena {
    /// An arena with room for what texts of that length usually hold. What is not needed costs
    /// nothing: the system has it until it is touched.
    pub(super) fn for_texts(bytes: usize) -> Self {
        const BYTES_PER_ACTION: usize = 96;
        let actions = bytes / BYTES_PER_ACTION;
        Self {
            nodes: Vec::with_capacity(actions * 2),
            actions: Vec::with_capacity(actions),
            controls: Vec::with_capacity(actions / 2),
            commands: Vec::with_capacity(actions * 2),
            operands: Vec::with_capacity(actions * 3),
            names: Vec::with_capacity(actions * 2),
            functions: Vec::with_capacity(actions),
            ..Self::default()
        }
    }

    pub(super) fn get<T: Stored>(&self, one: One<T>) -> &T {
        &T::row(self)[one.0 as usize]
    }

    pub(super) fn all<T: Stored>(&self, many: Many<T>) -> &[T] {
        &T::row(self)[many.0 as usize..many.1 as usize]
    }

    pub(super) fn get_mut<T: Stored>(&mut self, one: One<T>) -> &mut T {
        &mut T::row_mut(self)[one.0 as usize]
    }

    pub(super) fn add<T: Stored>(&mut self, node: T) -> One<T> {
        let row = T::row_mut(self);
        row.push(node);
        One(index(row.len() - 1), PhantomData)
    }

    /// Adds nodes that stand together.
    pub(super) fn add_all<T: Stored + Copy>(&mut self, nodes: &[T]) -> Many<T> {
        let row = T::row_mut(self);
        let start = index(row.len());
        row.extend_from_slice(nodes);
        Many(start, index(row.len()), PhantomData)
    }

    /// Moves here what stands behind `mark`.
    pub(super) fn add_open<T: Stored + Copy>(&mut self, open: &mut Vec<T>, mark: usize) -> Many<T> {
        let nodes = match &open[mark..] {
            &[node] => self.add_alone(node),
            nodes => self.add_all(nodes),
        };
        open.truncate(mark);
        nodes
    }

    /// Adds a node that stands alone.
    pub(super) fn add_alone<T: Stored>(&mut self, node: T) -> Many<T> {
        self.add_behind(Many::NONE, node)
    }

    /// Adds a node behind `before`, which was the last of its row.
    pub(super) fn add_behind<T: Stored>(&mut self, before: Many<T>, node: T) -> Many<T> {
        let One(at, _) = self.add(node);
        Many(if before.is_empty() { at } else { before.0 }, at + 1, PhantomData)
    }
}

/// The place of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Go's position.
    pub(super) go: u32,
    /// What the node really spans.
    pub(super) span: Span,
}

/// A name, where it stands in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name(pub(super) Span);

impl Name {
    /// The name itself; `text` is what it was parsed from.
    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        &text[self.0.start as usize..self.0.end as usize]
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    /// Plain text: where it is in the file.
    Text(Span),
    Action(One<Action>),
    If(One<Control>),
    With(One<Control>),
    Range(One<Control>),
    Template(One<TemplateCall>),
    Break(One<Place>),
    Continue(One<Place>),
}

/// `{{ pipeline }}`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Action {
    /// With the delimiters; for Go it is where its pipeline is.
    pub(super) span: Span,
    pub(super) pipe: Pipe,
}

/// `if`, `with` or `range` with its branches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Control {
    /// From the left delimiter on; for Go it is where its pipeline is.
    pub(super) span: Span,
    pub(super) pipe: Pipe,
    pub(super) body: Many<Node>,
    pub(super) otherwise: Option<Many<Node>>,
}

/// `{{ template "name" pipeline }}`.
#[derive(Debug)]
pub(super) struct TemplateCall {
    pub(super) place: Place,
    pub(super) name: Str,
    pub(super) pipe: Option<Pipe>,
}

/// Commands joined by `|`, perhaps with variables in front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pipe {
    pub(super) span: Span,
    pub(super) targets: Many<Target>,
    /// True for `=`, false for `:=`.
    pub(super) assigns: bool,
    pub(super) commands: Many<Command>,
}

/// A variable that a pipeline declares or assigns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) name: Name,
    pub(super) slot: Slot,
}

/// A slot of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(pub(super) u32);

impl Slot {
    /// Where a variable is that the parser knows and the executor does not.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// A variable whose declaration may not be executed, and where its name leads then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Skippable {
    pub(super) slot: Slot,
    pub(super) older: Slot,
}

/// Words separated by spaces; there is at least one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Command {
    pub(super) words: Many<Operand>,
    /// What is declared in arguments that are not evaluated in all cases.
    pub(super) skippable: Many<Skippable>,
}

impl Command {
    pub(super) fn span(self, arena: &Arena) -> Span {
        match arena.all(self.words) {
            [] => Span::default(),
            [first, rest @ ..] => first.span.to(rest.last().unwrap_or(first).span),
        }
    }
}

/// A word of a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

impl Operand {
    /// Go's position: of a chain, that of its second part.
    pub(super) fn go(&self, arena: &Arena) -> u32 {
        let chained = match self.kind {
            Kind::Field(names) => arena.all(names).get(1),
            Kind::Variable(variable) => arena.all(arena.get(variable).fields).first(),
            Kind::Chain(chain) => arena.all(arena.get(chain).fields).first(),
            _ => None,
        };
        // The name of a field is behind its period.
        chained.map_or(self.span.start, |name| name.0.start - 1)
    }

    /// Its text; what it is a part of was parsed from `text`.
    pub(super) fn of<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        Name(self.span).of(text)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Dot,
    Nil,
    Bool(bool),
    Number(One<Number>),
    Text(One<Str>),
    /// `.a.b`.
    Field(Many<Name>),
    /// `$x.a.b`.
    Variable(One<Variable>),
    Function(One<Callee>),
    /// `(pipeline).a.b` or `function.a.b`.
    Chain(One<Chain>),
    /// `(pipeline)`.
    Pipe(One<Pipe>),
}

/// A numeric constant under every type that can represent it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Number {
    pub(super) int: Option<i64>,
    pub(super) uint: Option<u64>,
    pub(super) float: Option<f64>,
    pub(super) complex: Option<(f64, f64)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    pub(super) name: Name,
    pub(super) slot: Slot,
    pub(super) fields: Many<Name>,
    /// True if the variable gets another value before it is read again.
    pub(super) is_last_read: bool,
}

/// What an identifier calls.
pub(super) enum Callee {
    /// Goes from left to right and stops at the first false value.
    And,
    /// Goes from left to right and stops at the first true value.
    Or,
    /// Tells an absent value from one that is nil.
    Len,
    /// Names its first argument in its message.
    Call,
    Plain(&'static dyn Callable),
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::And => "And",
            Self::Or => "Or",
            Self::Len => "Len",
            Self::Call => "Call",
            Self::Plain(_) => "Plain",
        })
    }
}

/// An operand and the fields read from its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    pub(super) start: Operand,
    pub(super) fields: Many<Name>,
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
                let line = line_of(&self.text, self.end);
                return Err(ParseError::multiple_definition(line, end, file));
            }
        }
        Ok(installed)
    }
}

/// The line, from 1, in which the byte at `offset` stands.
pub(super) fn line_of(text: &[u8], offset: u32) -> u32 {
    let before = &text[..(offset as usize).min(text.len())];
    1 + index(before.iter().filter(|&&byte| byte == b'\n').count())
}

/// The index of a node: there are fewer of them than bytes of text.
pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).expect("a template is smaller than 4 GiB")
}
