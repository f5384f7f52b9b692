//! Makes nodes of tokens.
//!
//! In: a text and the functions it may call. Out: what it defines, or the first error in Go's
//! words. The order in which tokens are looked at is Go's, since an error names the line of the
//! token read last.

use std::collections::HashMap;
use std::sync::Arc;

use bstr::ByteSlice;
use smallvec::SmallVec;

use super::ast::{
    Action, Arena, Callee, Chain, Command, Control, Definition, Kind, Many, Name, Node, One,
    Operand, Parsed, Pipe, Place, Slot, Target, TemplateCall, Variable, index, line_of,
};
use super::lexer::{Keyword, Lexer, Token, TokenKind};
use super::scope::Scope;
use super::{Callable, ParseError, builtins, constant, display, last_read};
use crate::data::{Str, quoted};
use crate::diagnostics::Span;

/// The functions a template may call besides Go's own.
pub type Functions<'f> = dyn Fn(&str) -> Option<&'static dyn Callable> + 'f;

/// Parses `text`, which may call `functions` and those that Go brings.
pub fn parse(text: &Str, functions: &Functions<'_>) -> Result<Parsed, ParseError> {
    let mut parser = Parser::new(text, functions, Storage::default());
    let draft = parser.parse().map_err(|error| *error)?;
    Ok(draft.with(&Arc::new(parser.storage.arena)))
}

/// Parses `texts`, whose nodes then stand together, up to the first that has an error.
pub fn parse_all(texts: &[&Str], functions: &Functions<'_>) -> Vec<Result<Parsed, ParseError>> {
    let mut drafts = Vec::new();
    let bytes = texts.iter().map(|text| text.len()).sum();
    let mut storage = Storage { arena: Arena::for_texts(bytes), ..Storage::default() };
    for text in texts {
        let mut parser = Parser::new(text, functions, storage);
        drafts.push(parser.parse().map_err(|error| *error));
        storage = parser.storage;
        if drafts.last().is_some_and(Result::is_err) {
            break;
        }
    }
    let arena = Arc::new(storage.arena);
    drafts.into_iter().map(|draft| Ok(draft?.with(&arena))).collect()
}

/// What was parsed, but for the nodes, which others may join.
struct Draft {
    text: Str,
    definitions: Vec<Definition>,
    winners: Vec<u32>,
    end: u32,
}

impl Draft {
    fn with(self, arena: &Arc<Arena>) -> Parsed {
        let Self { text, definitions, winners, end } = self;
        Parsed { text, definitions, winners, arena: arena.clone(), end }
    }
}

/// Go's limit for parentheses in parentheses.
const MAX_PAREN_DEPTH: u32 = 10_000;
/// Our limit for nodes in nodes; Go goes on until its stack of 1 GB is full.
const MAX_DEPTH: u32 = 100_000;

struct Parser<'t> {
    text: &'t Str,
    functions: &'t Functions<'t>,
    lexer: Lexer<'t>,
    /// Tokens to be read again, the next one last; the first is also the one read last.
    tokens: [Token; 2],
    pending: usize,
    tree: Tree<'t>,
    storage: Storage,
    definitions: Vec<Definition>,
    /// The definition that counts for each name.
    by_name: HashMap<Str, u32>,
    depth: u32,
}

/// What grows with the texts.
#[derive(Default)]
struct Storage {
    arena: Arena,
    open: Open,
}

/// The nodes of lists and commands that have not ended, the innermost one's last.
#[derive(Default)]
struct Open {
    nodes: Vec<Node>,
    commands: Vec<Command>,
    words: Vec<Operand>,
}

/// What each template has for itself while it is parsed.
struct Tree<'t> {
    scope: Scope<'t>,
    /// Where the action under way began.
    action_start: u32,
    inside_action: bool,
    range_depth: u32,
    paren_depth: u32,
}

impl Tree<'_> {
    fn new() -> Self {
        Self {
            scope: Scope::new(),
            action_start: 0,
            inside_action: false,
            range_depth: 0,
            paren_depth: 0,
        }
    }
}

/// What stands next in a list.
enum Item {
    Node(Node),
    End,
    Else,
}

/// What ends a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Terminator {
    End,
    Else,
}

impl Terminator {
    fn name(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// What a pipeline stands in: Go's name of it, and the token that ends it.
#[derive(Clone, Copy)]
struct Clause {
    name: &'static str,
    end: TokenKind,
}

impl Clause {
    const COMMAND: Self = Self::action("command");
    const IF: Self = Self::action("if");
    const WITH: Self = Self::action("with");
    const RANGE: Self = Self::action("range");
    const BLOCK: Self = Self::action("block clause");
    const TEMPLATE: Self = Self::action("template clause");
    const PARENS: Self = Self { name: "parenthesized pipeline", end: TokenKind::RightParen };

    const fn action(name: &'static str) -> Self {
        Self { name, end: TokenKind::RightDelimiter }
    }
}

/// The variables in front of a pipeline.
#[derive(Default)]
struct Targets {
    names: SmallVec<[Name; 2]>,
    /// True for `=`, false for `:=`.
    assigns: bool,
}

/// Errors are boxed: what there is instead fits into a few registers.
type Parsing<T> = Result<T, Box<ParseError>>;

impl<'t> Parser<'t> {
    fn new(text: &'t Str, functions: &'t Functions<'t>, storage: Storage) -> Self {
        let nothing = Token { kind: TokenKind::End, is_spaced: false, start: 0, end: 0 };
        Self {
            text,
            functions,
            lexer: Lexer::new(text),
            tokens: [nothing; 2],
            pending: 0,
            tree: Tree::new(),
            storage,
            definitions: Vec::new(),
            by_name: HashMap::new(),
            depth: 0,
        }
    }

    fn parse(&mut self) -> Parsing<Draft> {
        let body = self.top_level()?;
        let mut winners: Vec<u32> = self.by_name.values().copied().collect();
        winners.sort_unstable();
        self.definitions.push(Definition {
            name: None,
            empty: is_empty(self.text, self.storage.arena.all(body)),
            slots: self.tree.scope.most_slots(),
            body,
        });
        Ok(Draft {
            text: self.text.clone(),
            definitions: std::mem::take(&mut self.definitions),
            winners,
            end: self.tokens[0].start,
        })
    }

    /// The whole text: a list that may also hold definitions.
    fn top_level(&mut self) -> Parsing<Many<Node>> {
        let mark = self.storage.open.nodes.len();
        while self.peek().kind != TokenKind::End {
            if self.peek().kind == TokenKind::LeftDelimiter {
                let delimiter = self.next();
                if self.next().kind == TokenKind::Keyword(Keyword::Define) {
                    self.definition(delimiter.start)?;
                    continue;
                }
                self.back_up_two(delimiter);
            }
            match self.text_or_action()? {
                Item::Node(node) => self.storage.open.nodes.push(node),
                Item::End => return self.fail("unexpected {{end}}"),
                Item::Else => return self.fail("unexpected {{else}}"),
            }
        }
        Ok(self.storage.arena.add_open(&mut self.storage.open.nodes, mark))
    }

    /// The rest of a `define` behind that word.
    fn definition(&mut self, start: u32) -> Parsing<()> {
        const CLAUSE: &str = "define clause";
        let outer = std::mem::replace(&mut self.tree, Tree::new());
        let token = self.next();
        let name = self.template_name(token, CLAUSE)?;
        self.expect(TokenKind::RightDelimiter, CLAUSE)?;
        self.named_body(name, CLAUSE, start, None)?;
        self.tree = outer;
        Ok(())
    }

    /// The body of a `define` or `block`, up to its end; a wrong end is blamed on `opening`, or on
    /// itself.
    fn named_body(
        &mut self,
        name: Str,
        clause: &str,
        start: u32,
        opening: Option<Token>,
    ) -> Parsing<()> {
        let (body, terminator) = self.list(self.span_since(start))?;
        if terminator != Terminator::End {
            let blamed = opening.unwrap_or(self.tokens[0]);
            let message = format!("unexpected {} in {clause}", terminator.name());
            return Err(ParseError::new(self.line(blamed), self.tokens[0].span(), message).into());
        }
        let definition = Definition {
            name: Some(name.clone()),
            empty: is_empty(self.text, self.storage.arena.all(body)),
            slots: self.tree.scope.most_slots(),
            body,
        };
        self.add(name, definition)
    }

    /// Of two definitions with one name, one must be empty.
    fn add(&mut self, name: Str, definition: Definition) -> Parsing<()> {
        let older = self.by_name.get(&name).map(|&at| &self.definitions[at as usize]);
        let replaces = older.is_none_or(|older| older.empty);
        if !replaces && !definition.empty {
            let last = self.tokens[0];
            return Err(ParseError::multiple_definition(self.line(last), last.span(), &name).into());
        }
        if replaces {
            self.by_name.insert(name, index(self.definitions.len()));
        }
        self.definitions.push(definition);
        Ok(())
    }

    /// Text and actions up to an `end` or `else`, in the block that `opened` begins.
    fn list(&mut self, opened: Span) -> Parsing<(Many<Node>, Terminator)> {
        let mark = self.storage.open.nodes.len();
        let terminator = loop {
            if self.peek().kind == TokenKind::End {
                let last = self.tokens[0];
                let error = ParseError::new(self.line(last), last.span(), "unexpected EOF");
                return Err(error.of_block(opened).into());
            }
            match self.text_or_action()? {
                Item::Node(node) => self.storage.open.nodes.push(node),
                Item::End => break Terminator::End,
                Item::Else => break Terminator::Else,
            }
        };
        Ok((self.storage.arena.add_open(&mut self.storage.open.nodes, mark), terminator))
    }

    fn text_or_action(&mut self) -> Parsing<Item> {
        let token = self.next();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text(token.span()))),
            TokenKind::LeftDelimiter => {
                self.tree.action_start = token.start;
                self.tree.inside_action = true;
                let item = self.action();
                self.tree.inside_action = false;
                item
            }
            _ => self.unexpected(token, "input"),
        }
    }

    /// What stands between delimiters; the left one is passed.
    fn action(&mut self) -> Parsing<Item> {
        let start = self.tree.action_start;
        let token = self.next();
        let node = match token.kind {
            TokenKind::Keyword(Keyword::Block) => self.nested(|parser| parser.block(start))?,
            TokenKind::Keyword(Keyword::Break) => {
                Node::Break(self.jump(token, "{{break}}", start)?)
            }
            TokenKind::Keyword(Keyword::Continue) => {
                Node::Continue(self.jump(token, "{{continue}}", start)?)
            }
            TokenKind::Keyword(Keyword::Else) => return self.else_control(),
            TokenKind::Keyword(Keyword::End) => {
                self.expect(TokenKind::RightDelimiter, "end")?;
                return Ok(Item::End);
            }
            TokenKind::Keyword(Keyword::If) => self.nested(|parser| parser.if_control(start))?,
            TokenKind::Keyword(Keyword::Range) => {
                self.nested(|parser| parser.range_control(start))?
            }
            TokenKind::Keyword(Keyword::Template) => self.template(start)?,
            TokenKind::Keyword(Keyword::With) => {
                self.nested(|parser| parser.with_control(start))?
            }
            _ => {
                self.back_up();
                let pipe = self.pipeline(Clause::COMMAND)?;
                let span = self.span_since(start);
                Node::Action(self.storage.arena.add(Action { span, pipe }))
            }
        };
        Ok(Item::Node(node))
    }

    /// The rest of a `break` or `continue`.
    fn jump(&mut self, word: Token, name: &str, start: u32) -> Parsing<One<Place>> {
        self.expect(TokenKind::RightDelimiter, name)?;
        if self.tree.range_depth == 0 {
            return self.fail(format!("{name} outside {{{{range}}}}"));
        }
        let place = self.place(word, start);
        Ok(self.storage.arena.add(place))
    }

    /// The rest of an `else`; an `if` or `with` behind it is left for the control it belongs to.
    fn else_control(&mut self) -> Parsing<Item> {
        let next = self.peek().kind;
        if next != TokenKind::Keyword(Keyword::If) && next != TokenKind::Keyword(Keyword::With) {
            self.expect(TokenKind::RightDelimiter, "else")?;
        }
        Ok(Item::Else)
    }

    fn if_control(&mut self, start: u32) -> Parsing<Node> {
        let control = self.control(Clause::IF, start, |parser, start| {
            parser.continues_with(Keyword::If).then(|| parser.nested(|p| p.if_control(start)))
        })?;
        Ok(Node::If(self.storage.arena.add(control)))
    }

    fn with_control(&mut self, start: u32) -> Parsing<Node> {
        let control = self.control(Clause::WITH, start, |parser, start| {
            parser.continues_with(Keyword::With).then(|| parser.nested(|p| p.with_control(start)))
        })?;
        Ok(Node::With(self.storage.arena.add(control)))
    }

    fn range_control(&mut self, start: u32) -> Parsing<Node> {
        let control = self.control(Clause::RANGE, start, |_, _| None)?;
        Ok(Node::Range(self.storage.arena.add(control)))
    }

    /// A pipeline with one or two lists; `chain` reads the control behind `else`, if one is there.
    ///
    /// `{{else if x}}` means `{{else}}{{if x}}` with an `{{end}}` of its own.
    fn control(
        &mut self,
        clause: Clause,
        start: u32,
        chain: impl FnOnce(&mut Self, u32) -> Option<Parsing<Node>>,
    ) -> Parsing<Control> {
        let mark = self.tree.scope.mark();
        let pipe = self.pipeline(clause)?;
        let behind_pipe = self.tree.scope.mark();
        let span = self.span_since(start);
        let ranges = u32::from(clause.name == Clause::RANGE.name);
        self.tree.range_depth += ranges;
        let (body, terminator) = self.list(span)?;
        self.tree.range_depth -= ranges;
        let otherwise = match terminator {
            Terminator::End => None,
            Terminator::Else => {
                self.tree.scope.skip(behind_pipe);
                Some(match chain(self, self.tree.action_start) {
                    Some(node) => self.storage.arena.add_alone(node?),
                    None => self.else_list(span)?,
                })
            }
        };
        self.tree.scope.leave(mark);
        Ok(Control { span, pipe, body, otherwise })
    }

    /// Passes the keyword if it comes next.
    fn continues_with(&mut self, keyword: Keyword) -> bool {
        let found = self.peek().kind == TokenKind::Keyword(keyword);
        if found {
            self.next();
        }
        found
    }

    fn else_list(&mut self, opened: Span) -> Parsing<Many<Node>> {
        match self.list(opened)? {
            (list, Terminator::End) => Ok(list),
            (_, terminator) => self.fail(format!("expected end; found {}", terminator.name())),
        }
    }

    /// A definition and its use in one.
    fn block(&mut self, start: u32) -> Parsing<Node> {
        let token = self.next();
        let name = self.template_name(token, Clause::BLOCK.name)?;
        let pipe = self.pipeline(Clause::BLOCK)?;
        let place = self.place(token, start);
        let opening = self.tokens[0];
        let outer = std::mem::replace(&mut self.tree, Tree::new());
        self.named_body(name.clone(), Clause::BLOCK.name, start, Some(opening))?;
        self.tree = outer;
        Ok(Node::Template(self.storage.arena.add(TemplateCall { place, name, pipe: Some(pipe) })))
    }

    fn template(&mut self, start: u32) -> Parsing<Node> {
        let token = self.next();
        let name = self.template_name(token, Clause::TEMPLATE.name)?;
        let mut pipe = None;
        if self.next().kind != TokenKind::RightDelimiter {
            self.back_up();
            pipe = Some(self.pipeline(Clause::TEMPLATE)?);
        }
        let place = self.place(token, start);
        Ok(Node::Template(self.storage.arena.add(TemplateCall { place, name, pipe })))
    }

    fn template_name(&mut self, token: Token, clause: &str) -> Parsing<Str> {
        match token.kind {
            TokenKind::String | TokenKind::RawString => self.unquoted(token),
            _ => self.unexpected(token, clause),
        }
    }

    fn unquoted(&mut self, token: Token) -> Parsing<Str> {
        match constant::unquote(self.text, token.start as usize..token.end as usize) {
            Some(text) => Ok(text),
            None => self.fail("invalid syntax"),
        }
    }

    /// Commands joined by `|` up to the end of `clause`, perhaps with variables in front.
    fn pipeline(&mut self, clause: Clause) -> Parsing<Pipe> {
        let mut span = self.peek().span();
        let mut targets = Targets::default();
        while self.target(&mut targets, clause)? {}
        let mark = self.storage.open.commands.len();
        loop {
            let token = self.next();
            if token.kind == clause.end {
                break;
            }
            if !begins_operand(token.kind) {
                return self.unexpected(token, clause.name);
            }
            self.back_up();
            let command = self.command()?;
            span = span.to(command.span(&self.storage.arena));
            self.storage.open.commands.push(command);
        }
        let commands = self.storage.arena.add_open(&mut self.storage.open.commands, mark);
        self.check(commands, clause)?;
        let Targets { names, assigns } = targets;
        let targets = if names.is_empty() { Many::NONE } else { self.bind(&names, assigns) };
        let pipe = Pipe { span, targets, assigns, commands };
        last_read::mark(&pipe, &mut self.storage.arena);
        Ok(pipe)
    }

    /// The variables `names`, declared or found.
    fn bind(&mut self, names: &[Name], assigns: bool) -> Many<Target> {
        let mut targets: SmallVec<[Target; 2]> = SmallVec::new();
        for &name in names {
            let text = name.of(self.text.as_bytes());
            let scope = &mut self.tree.scope;
            let found = if assigns { scope.lookup(text) } else { Some(scope.declare(text)) };
            targets.push(Target { name, slot: found.unwrap_or(Slot::NONE) });
        }
        self.storage.arena.add_all(&targets)
    }

    /// Reads a variable in front of `,`, `:=` or `=`; true if another one may follow.
    ///
    /// Its name is known from here on, but until the pipeline ends it still means the older one.
    fn target(&mut self, targets: &mut Targets, clause: Clause) -> Parsing<bool> {
        let variable = self.peek();
        if variable.kind != TokenKind::Variable {
            return Ok(false);
        }
        self.next();
        let next = self.peek();
        match next.kind {
            TokenKind::Assign | TokenKind::Declare => {
                targets.assigns = next.kind == TokenKind::Assign;
                self.next();
                self.add_target(targets, variable);
                Ok(false)
            }
            TokenKind::Char if next.of(self.text) == b"," => {
                self.next();
                self.add_target(targets, variable);
                self.another_target(targets, clause)
            }
            _ => {
                self.back_up_two(variable);
                Ok(false)
            }
        }
    }

    fn add_target(&mut self, targets: &mut Targets, variable: Token) {
        self.tree.scope.mention(variable.of(self.text.as_bytes()));
        targets.names.push(Name(variable.span()));
    }

    fn another_target(&mut self, targets: &Targets, clause: Clause) -> Parsing<bool> {
        if clause.name != Clause::RANGE.name || targets.names.len() >= 2 {
            return self.fail(format!("too many declarations in {}", clause.name));
        }
        match self.peek().kind {
            TokenKind::Variable | TokenKind::RightDelimiter | TokenKind::RightParen => Ok(true),
            _ => self.fail("range can only initialize variables"),
        }
    }

    /// Only the first command of a pipeline can begin with something that takes no value.
    fn check(&mut self, commands: Many<Command>, clause: Clause) -> Parsing<()> {
        if commands.is_empty() {
            return self.fail(format!("missing value for {}", clause.name));
        }
        for (stage, command) in self.storage.arena.all(commands).iter().enumerate().skip(1) {
            if is_constant(&self.storage.arena.all(command.words)[0].kind) {
                let stage = stage + 1;
                return self.fail(format!("non executable command in pipeline stage {stage}"));
            }
        }
        Ok(())
    }

    /// Operands separated by spaces; the pipe behind them is passed, any other end is not.
    fn command(&mut self) -> Parsing<Command> {
        let mark = self.storage.open.words.len();
        let mut may_skip = false;
        loop {
            let operand = self.operand()?;
            if self.storage.open.words.len() == mark && self.may_skip_arguments(&operand) {
                may_skip = true;
                self.tree.scope.enter_call();
            }
            self.storage.open.words.push(operand);
            let token = self.peek();
            match token.kind {
                TokenKind::RightDelimiter | TokenKind::RightParen => break,
                TokenKind::Pipe => {
                    self.next();
                    break;
                }
                kind if token.is_spaced && begins_operand(kind) => {}
                _ => return self.unexpected(token, "operand"),
            }
        }
        let skippable = if may_skip { self.tree.scope.leave_call() } else { Vec::new() };
        Ok(Command {
            words: self.storage.arena.add_open(&mut self.storage.open.words, mark),
            skippable: self.storage.arena.add_all(&skippable),
        })
    }

    /// True for what may leave its arguments alone: two functions, and methods, since nothing at all
    /// has every field and method.
    fn may_skip_arguments(&self, operand: &Operand) -> bool {
        match operand.kind {
            Kind::Function(function) => {
                matches!(self.storage.arena.get(function), Callee::And | Callee::Or)
            }
            Kind::Field(_) | Kind::Variable(_) | Kind::Chain(_) => true,
            _ => false,
        }
    }

    /// A term and the fields behind it.
    fn operand(&mut self) -> Parsing<Operand> {
        let term = self.term()?;
        if !is_chained(self.peek()) {
            return Ok(term);
        }
        let mut fields = if let Kind::Field(names) = term.kind { names } else { Many::NONE };
        let mut span = term.span;
        while is_chained(self.peek()) {
            let field = self.next();
            fields = self.storage.arena.add_behind(fields, field_name(field));
            span = span.to(field.span());
        }
        let kind = match term.kind {
            Kind::Field(_) => Kind::Field(fields),
            Kind::Variable(variable) => {
                self.storage.arena.get_mut(variable).fields = fields;
                Kind::Variable(variable)
            }
            kind if is_constant(&kind) => {
                let text = display::operand(&term, self.text, &self.storage.arena);
                let text = quoted(text.as_bytes());
                return self.fail(format!("unexpected . after term {text}"));
            }
            _ => Kind::Chain(self.storage.arena.add(Chain { start: term, fields })),
        };
        Ok(Operand { span, kind })
    }

    fn term(&mut self) -> Parsing<Operand> {
        let token = self.next();
        let kind = match token.kind {
            TokenKind::Identifier => self.function(token)?,
            TokenKind::Keyword(Keyword::Dot) => Kind::Dot,
            TokenKind::Keyword(Keyword::Nil) => Kind::Nil,
            TokenKind::Variable => self.variable(token)?,
            TokenKind::Field => Kind::Field(self.storage.arena.add_alone(field_name(token))),
            TokenKind::Bool => Kind::Bool(token.of(self.text) == b"true"),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => {
                self.number(token)?
            }
            TokenKind::LeftParen => self.parenthesized()?,
            TokenKind::String | TokenKind::RawString => {
                let text = self.unquoted(token)?;
                Kind::Text(self.storage.arena.add(text))
            }
            _ => return self.unexpected(token, "operand"),
        };
        Ok(Operand { span: self.span_since(token.start), kind })
    }

    fn function(&mut self, token: Token) -> Parsing<Kind> {
        let name = token.of(self.text);
        // The lexer lets no byte pass that is not UTF-8.
        let text = name.to_str().unwrap_or_default();
        let callee = (self.functions)(text).map(Callee::Plain).or_else(|| builtins::lookup(text));
        match callee {
            Some(callee) => Ok(Kind::Function(self.storage.arena.add(callee))),
            None => {
                let failed = self.fail(format!("function {} not defined", quoted(name)));
                failed.map_err(|error: Box<ParseError>| error.of_function(name.into()).into())
            }
        }
    }

    fn variable(&mut self, token: Token) -> Parsing<Kind> {
        let name = token.of(self.text);
        match self.tree.scope.lookup(name) {
            Some(slot) => {
                let variable = Variable {
                    name: Name(token.span()),
                    slot,
                    fields: Many::NONE,
                    is_last_read: false,
                };
                Ok(Kind::Variable(self.storage.arena.add(variable)))
            }
            None => {
                // Go has read on by now, and names the line it has come to.
                let (line, name) = (self.line(self.tokens[0]), quoted(name));
                let message = format!("undefined variable {name}");
                Err(ParseError::new(line, token.span(), message).into())
            }
        }
    }

    fn number(&mut self, token: Token) -> Parsing<Kind> {
        let text = token.of(self.text);
        let number = match token.kind {
            TokenKind::CharConstant => constant::character(text),
            TokenKind::Complex => constant::complex(text),
            _ => constant::number(text),
        };
        match number {
            Ok(number) => Ok(Kind::Number(self.storage.arena.add(number))),
            Err(message) => self.fail(message),
        }
    }

    fn parenthesized(&mut self) -> Parsing<Kind> {
        if self.tree.paren_depth >= MAX_PAREN_DEPTH {
            return self.fail("max expression depth exceeded");
        }
        self.tree.paren_depth += 1;
        let pipe = self.nested(|parser| parser.pipeline(Clause::PARENS))?;
        self.tree.paren_depth -= 1;
        Ok(Kind::Pipe(self.storage.arena.add(pipe)))
    }

    /// Reads something that may hold itself.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsing<T>) -> Parsing<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail("max nesting depth exceeded");
        }
        let read = stacker::maybe_grow(64 * 1024, 1024 * 1024, || read(self));
        self.depth -= 1;
        read
    }

    // Tokens.

    #[inline]
    fn next(&mut self) -> Token {
        if self.pending == 0 {
            self.read();
        }
        self.pending -= 1;
        self.tokens[self.pending]
    }

    #[inline]
    fn peek(&mut self) -> Token {
        if self.pending == 0 {
            self.read();
        }
        self.tokens[self.pending - 1]
    }

    /// Reads one more token, for [`Self::next`].
    fn read(&mut self) {
        self.tokens[0] = self.lexer.next();
        self.pending = 1;
    }

    fn back_up(&mut self) {
        self.pending += 1;
    }

    /// Backs up to `token`, which stands before the one read last.
    fn back_up_two(&mut self, token: Token) {
        self.tokens[1] = token;
        self.pending = 2;
    }

    fn expect(&mut self, kind: TokenKind, clause: &str) -> Parsing<Token> {
        let token = self.next();
        if token.kind == kind { Ok(token) } else { self.unexpected(token, clause) }
    }

    /// The place of a node that Go puts at `token` and that began at `start`.
    fn place(&self, token: Token, start: u32) -> Place {
        Place { go: token.start, span: self.span_since(start) }
    }

    /// From `start` to the end of the token read last.
    fn span_since(&self, start: u32) -> Span {
        Span { start, end: self.tokens[self.pending].end }
    }

    // Errors.

    /// The line of the token's first byte.
    #[cold]
    fn line(&self, token: Token) -> u32 {
        line_of(self.text, token.start)
    }

    #[cold]
    fn fail<T>(&self, message: impl Into<String>) -> Parsing<T> {
        let last = self.tokens[0];
        Err(ParseError::new(self.line(last), last.span(), message).into())
    }

    #[cold]
    fn unexpected<T>(&self, token: Token, clause: &str) -> Parsing<T> {
        let line = self.line(self.tokens[0]);
        if token.kind != TokenKind::Error {
            let message = format!("unexpected {} in {clause}", self.describe(token));
            return Err(ParseError::new(line, token.span(), message).into());
        }
        let error = ParseError::new(line, token.span(), self.lexer.trouble());
        let begun = line_of(self.text, self.tree.action_start);
        if !self.tree.inside_action || begun == self.line(token) {
            return Err(error.into());
        }
        Err(error.in_action_since(begun).into())
    }

    /// A token as messages name it.
    fn describe(&self, token: Token) -> String {
        const SHOWN: usize = 10;
        let text = token.of(self.text);
        match token.kind {
            TokenKind::End => "EOF".to_owned(),
            TokenKind::Keyword(_) => format!("<{}>", text.as_bstr()),
            _ if text.len() <= SHOWN => quoted(text),
            _ => {
                let end = text.char_indices().nth(SHOWN).map_or(text.len(), |(start, ..)| start);
                format!("{}...", quoted(&text[..end]))
            }
        }
    }
}

fn begins_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Bool
            | TokenKind::CharConstant
            | TokenKind::Complex
            | TokenKind::Keyword(Keyword::Dot | Keyword::Nil)
            | TokenKind::Field
            | TokenKind::Identifier
            | TokenKind::Number
            | TokenKind::RawString
            | TokenKind::String
            | TokenKind::Variable
            | TokenKind::LeftParen
    )
}

/// True for a field that belongs to the operand in front of it.
fn is_chained(token: Token) -> bool {
    token.kind == TokenKind::Field && !token.is_spaced
}

fn is_constant(kind: &Kind) -> bool {
    matches!(kind, Kind::Bool(_) | Kind::Dot | Kind::Nil | Kind::Number(_) | Kind::Text(_))
}

/// A field's name, without its period.
fn field_name(token: Token) -> Name {
    Name(Span { start: token.start + 1, end: token.end })
}

/// True if there is nothing but white space.
fn is_empty(text: &Str, list: &[Node]) -> bool {
    list.iter().all(|node| match node {
        Node::Text(span) => text[span.start as usize..span.end as usize].trim().is_empty(),
        _ => false,
    })
}
