//! Why something cannot be had.

use crate::model::PathError;
use crate::{files, network, registry};
use go_text_template::Compat;
use go_text_template::data::Failure;

/// Why a chart, an index or a signature cannot be had.
#[derive(Debug)]
pub enum Error {
    /// The chart's path leads nowhere.
    PathNotFound(String),
    /// Nobody knows where this process is.
    Here(PathError),
    /// A file cannot be read or written.
    File(files::Error),
    /// A request has no answer.
    Network(Box<network::Error>),
    /// A registry does not do what it is asked.
    Registry(Box<registry::Error>),
    /// A failure with Helm's words in front of it.
    Context(String, Box<Self>),
    /// Anything that is one sentence.
    Other(Failure),
    /// Standard output is gone.
    Stdout(std::io::Error),
}

impl Error {
    /// Helm's sentence.
    pub fn message(&self, compat: Compat) -> String {
        match self {
            Self::PathNotFound(path) => format!("path {path:?} not found"),
            Self::Here(error) => error.to_string(),
            Self::File(error) => error.to_string(),
            Self::Network(error) => error.message(compat),
            Self::Registry(error) => error.message(compat),
            Self::Context(context, error) => format!("{context}: {}", error.message(compat)),
            Self::Other(failure) => failure.to_string(),
            Self::Stdout(error) => error.to_string(),
        }
    }

    /// The failure with Helm's words in front of it.
    pub fn within(self, context: impl Into<String>) -> Self {
        Self::Context(context.into(), Box::new(self))
    }

    /// A failure that is one sentence.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Other(Failure::from(text.into()))
    }
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::File(error.into())
    }
}

impl From<files::Error> for Error {
    fn from(error: files::Error) -> Self {
        Self::File(error)
    }
}

impl From<network::Error> for Error {
    fn from(error: network::Error) -> Self {
        Self::Network(Box::new(error))
    }
}

impl From<registry::Error> for Error {
    fn from(error: registry::Error) -> Self {
        Self::Registry(Box::new(error))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}
