//! What can be wrong with a JSON text, in Go's words.

use std::fmt;

use crate::data::{Tree, quoted};

/// Why a text could not be read; `Display` gives what `encoding/json` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    problem: Box<Problem>,
    offset: usize,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// There is nothing but white space, and a decoder of a stream was asked for a value.
    NothingThere,
    /// The text ends inside a value.
    UnexpectedEnd {
        /// A decoder of a stream says it in other words.
        stream: bool,
    },
    /// This byte cannot stand here.
    Invalid {
        /// The byte.
        byte: u8,
        /// What it was met in, or what was looked for.
        context: &'static str,
    },
    /// A value does not fit the Go type; what did fit is there all the same.
    Mismatch {
        /// The kind of value: `array`, or `number 1e400`.
        found: String,
        /// Go's name of the type.
        go_type: &'static str,
        /// What Go has stored in spite of the error.
        stored: Tree,
    },
}

impl Error {
    pub(super) fn new(problem: Problem, offset: usize) -> Self {
        Self { problem: Box::new(problem), offset }
    }

    /// What is wrong.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The offset of the byte where the text is wrong.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What Go has stored in spite of the error.
    pub fn into_stored(self) -> Tree {
        match *self.problem {
            Problem::Mismatch { stored, .. } => stored,
            _ => Tree::Null,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.problem {
            Problem::NothingThere => f.write_str("EOF"),
            Problem::UnexpectedEnd { stream: true } => f.write_str("unexpected EOF"),
            Problem::UnexpectedEnd { stream: false } => f.write_str("unexpected end of JSON input"),
            Problem::Invalid { byte, context } => {
                write!(f, "invalid character {} {context}", quote_byte(*byte))
            }
            Problem::Mismatch { found, go_type, .. } => {
                write!(f, "json: cannot unmarshal {found} into Go value of type {go_type}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// The byte between single quotes, as the Latin-1 character that Go takes it for.
fn quote_byte(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_string(),
        b'"' => "'\"'".to_string(),
        byte => {
            let text = quoted(char::from(byte).to_string().as_bytes());
            format!("'{}'", &text[1..text.len() - 1])
        }
    }
}
