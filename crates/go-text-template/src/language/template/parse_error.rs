//! Why a text is not a template.

use std::fmt;

use crate::data::{Str, quoted};
use crate::diagnostics::Span;

/// What is wrong with a template, and where; it does not know the name of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Go's line: that of the token read last.
    pub line: u32,
    /// Where the trouble is.
    pub span: Span,
    /// Go's message.
    message: String,
    /// The line where the unfinished action began, if Go mentions it.
    started: Option<u32>,
    /// The function that there is not, if that is the trouble.
    unknown_function: Option<Str>,
    /// Where the block that has no end was opened, if that is the trouble.
    opened: Option<Span>,
}

impl ParseError {
    pub(super) fn new(line: u32, span: Span, message: impl Into<String>) -> Self {
        Self {
            line,
            span,
            message: message.into(),
            started: None,
            unknown_function: None,
            opened: None,
        }
    }

    pub(super) fn multiple_definition(line: u32, span: Span, name: &Str) -> Self {
        let name = quoted(name);
        let message = format!("template: multiple definition of template {name}");
        Self::new(line, span, message)
    }

    pub(super) fn of_function(self, name: Str) -> Self {
        Self { unknown_function: Some(name), ..self }
    }

    /// The same trouble, because of the block that was opened at `opened`, unless an inner one is
    /// known.
    pub(super) fn of_block(self, opened: Span) -> Self {
        Self { opened: self.opened.or(Some(opened)), ..self }
    }

    /// Where the block that has no end was opened, if that is the trouble.
    pub fn opened(&self) -> Option<Span> {
        self.opened
    }

    /// The name of a function that there is not, if that is the trouble.
    pub fn unknown_function(&self) -> Option<&Str> {
        self.unknown_function.as_ref()
    }

    pub(super) fn in_action_since(self, line: u32) -> Self {
        Self { started: Some(line), ..self }
    }

    /// Go's message, in the file `name`: some messages mention it.
    pub fn message(&self, name: &Str) -> String {
        let Some(line) = self.started else { return self.message.clone() };
        let action = if self.message.ends_with(" action") { "" } else { " in action" };
        format!("{}{action} started at {name}:{line}", self.message)
    }

    /// Go's text for the error in the file `name`: `template: NAME:LINE: MESSAGE`.
    pub fn named<'e>(&'e self, name: &'e Str) -> impl fmt::Display + 'e {
        Named { error: self, name }
    }
}

struct Named<'e> {
    error: &'e ParseError,
    name: &'e Str,
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, name } = self;
        write!(f, "template: {name}:{}: {}", error.line, error.message(name))
    }
}
