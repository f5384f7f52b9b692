//! Failures of templates: where, in which template, at which node, and why.

use std::fmt;

use super::set::Template;
use crate::data::{Failure, Str};
use crate::diagnostics::{LineColumn, Span};

/// An execution error: a chain of frames, outermost first, one word wide.
#[derive(Debug)]
pub struct Error(Box<Vec<Frame>>);

/// One template that could not go on.
#[derive(Debug)]
pub struct Frame {
    pub(super) template: Option<Template>,
    pub(super) go: u32,
    pub(super) span: Span,
    pub(super) context: String,
    pub(super) cause: Cause,
}

/// Why a template could not go on.
#[derive(Debug)]
pub enum Cause {
    /// The evaluator says so.
    Evaluator(String),
    /// A function says so.
    Function {
        /// The name it was called by.
        name: Str,
        /// What it says.
        failure: Failure,
    },
    /// A template that a function executed failed: the next frame says why.
    Template {
        /// The name the function was called by.
        name: Str,
        /// What the function says before the next frame's text; empty for `include`.
        prefix: String,
    },
    /// `fail` or `required`: a message for the user.
    Stop {
        /// The name the function was called by.
        name: Str,
        /// The message.
        message: String,
    },
    /// The render's budget is used up.
    Exhausted(Failure),
    /// There is no template of that name among those of a root.
    Unassociated {
        /// The name asked for.
        name: Str,
        /// The name of the root.
        root: &'static str,
    },
}

impl Error {
    /// The frames, outermost first; there is at least one.
    pub fn frames(&self) -> &[Frame] {
        &self.0
    }

    /// The reason of the innermost frame.
    pub fn cause(&self) -> &Cause {
        &self.0[self.0.len() - 1].cause
    }
}

impl Frame {
    /// The template that was executing; `None` if it was not found.
    pub fn template(&self) -> Option<&Template> {
        self.template.as_ref()
    }

    /// Go's line and column: both as Go prints them, the column counted from 0.
    pub fn go_place(&self) -> LineColumn {
        LineColumn { line: 1, column: 0 }
    }

    /// What the guilty node really spans in the template's text.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The guilty node, printed from the tree.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Why this template could not go on.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }
}

impl fmt::Display for Error {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Error {}
