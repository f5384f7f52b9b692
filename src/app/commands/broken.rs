//! A release that broke off.

use super::Error;
use crate::manifest::Hook;
use crate::pipeline::{self, Partial};

/// Why there is no release, and as much of it as there is.
pub(super) struct Broken {
    /// Why.
    pub(super) error: Error,
    /// What `--debug` shows; nothing if it did not come to rendering.
    pub(super) partial: Option<Box<Partial>>,
}

impl Broken {
    /// A release that broke off with nothing to show but `hooks`.
    pub(super) fn with_hooks(error: Error, hooks: &[Hook]) -> Self {
        let hooks = hooks.to_vec();
        Self { error, partial: Some(Box::new(Partial { files: Vec::new(), hooks })) }
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self { error, partial: None }
    }
}

impl From<pipeline::Error> for Broken {
    fn from(error: pipeline::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        broken.error
    }
}
