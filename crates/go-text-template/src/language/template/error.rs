//! Failures of templates: where, in which template, at which node, and why.

use std::fmt;

use bstr::ByteSlice;

use super::ast::Place;
use super::set::Template;
use crate::data::{Failure, Str, quoted};
use crate::diagnostics::{LineColumn, Span};

/// An execution error: a chain of frames, one word wide.
#[derive(Debug)]
pub struct Error(Box<Chain>);

/// The innermost frame stands first, so that callers can be added.
#[derive(Debug)]
struct Chain {
    frames: Vec<Frame>,
}

/// One template that could not go on.
#[derive(Debug)]
pub struct Frame {
    template: Option<Template>,
    place: Place,
    context: String,
    cause: Cause,
    missing: Option<Box<Missing>>,
}

/// A key that is not there, as a reason for what happened later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// How the map was reached from where the chain of fields began.
    pub path: Vec<Str>,
    /// The key that the map does not have.
    pub key: Str,
    /// The keys that it has.
    pub known: Vec<Str>,
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
    pub(super) fn new(frame: Frame) -> Self {
        Self(Box::new(Chain { frames: vec![frame] }))
    }

    /// There is no template `name` among those of `root`.
    pub fn unassociated(name: Str, root: &'static str) -> Self {
        let cause = Cause::Unassociated { name, root };
        let place = Place::default();
        Self::new(Frame { template: None, place, context: String::new(), cause, missing: None })
    }

    /// The same error, with the key that is missing where it happened.
    pub(super) fn missing(mut self, missing: Option<Missing>) -> Self {
        let innermost = &mut self.0.frames[0];
        innermost.missing = innermost.missing.take().or(missing.map(Box::new));
        self
    }

    /// The same error, seen from the template that called the one it happened in.
    pub(super) fn within(mut self, frame: Frame) -> Self {
        self.0.frames.push(frame);
        self
    }

    /// The frames, outermost first; there is at least one.
    pub fn frames(&self) -> impl DoubleEndedIterator<Item = &Frame> + ExactSizeIterator {
        self.0.frames.iter().rev()
    }

    /// The frame of the file that was being rendered.
    pub fn outermost(&self) -> &Frame {
        &self.0.frames[self.0.frames.len() - 1]
    }

    /// The frame where it happened.
    pub fn innermost(&self) -> &Frame {
        &self.0.frames[0]
    }
}

impl Frame {
    pub(super) fn new(template: Template, place: Place, context: String, cause: Cause) -> Self {
        Self { template: Some(template), place, context, cause, missing: None }
    }

    /// The template that was executing; `None` if it was not found.
    pub fn template(&self) -> Option<&Template> {
        self.template.as_ref()
    }

    /// Go's line and column: the line counts from 1, the column in bytes from 0 (on the first line
    /// as well as on all others).
    pub fn go_place(&self) -> LineColumn {
        let text = self.template.as_ref().map_or(&[][..], |template| template.text().as_bytes());
        let before = &text[..(self.place.go as usize).min(text.len())];
        let line_start = before.rfind_byte(b'\n').map_or(0, |at| at + 1);
        LineColumn { line: 1 + before.find_iter(b"\n").count(), column: before.len() - line_start }
    }

    /// What the guilty node really spans in the template's text.
    pub fn span(&self) -> Span {
        self.place.span
    }

    /// The guilty node, printed from the tree.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// The key that was missing, if that is why.
    pub fn missing(&self) -> Option<&Missing> {
        self.missing.as_deref()
    }

    /// Why this template could not go on.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// `FILE:LINE:COLUMN` as Go prints it.
    pub fn location(&self) -> String {
        let LineColumn { line, column } = self.go_place();
        match &self.template {
            Some(template) => format!("{}:{line}:{column}", template.file_name()),
            None => String::new(),
        }
    }
}

impl fmt::Display for Frame {
    /// Go's text of this frame up to where the next frame's text begins, if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(template) = &self.template {
            let name = quoted(template.name());
            let (location, name, context) = (self.location(), name, &self.context);
            write!(f, "template: {location}: executing {name} at <{context}>: ")?;
        }
        write!(f, "{}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evaluator(message) => f.write_str(message),
            Self::Exhausted(failure) => failure.fmt(f),
            Self::Function { name, failure } => write!(f, "error calling {name}: {failure}"),
            Self::Template { name, prefix } => write!(f, "error calling {name}: {prefix}"),
            Self::Stop { name, message } => write!(f, "error calling {name}: {message}"),
            Self::Unassociated { name, root } => {
                let (name, root) = (quoted(name), quoted(root.as_bytes()));
                write!(f, "template: no template {name} associated with template {root}")
            }
        }
    }
}

impl fmt::Display for Error {
    /// Go's text, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frames().try_for_each(|frame| frame.fmt(f))
    }
}

impl std::error::Error for Error {}
