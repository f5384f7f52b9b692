//! What goes wrong with files, in Go's words.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::model::PathError;

/// Why a file or folder is not as it should be; the `Display` is Go's text.
#[derive(Clone, Debug)]
pub enum Error {
    /// An operation on a path.
    Path(PathError),
    /// What is complete cannot take its place.
    Rename {
        /// Where it is.
        from: PathBuf,
        /// Where it belongs.
        to: PathBuf,
        /// Why it stays.
        cause: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(error) => error.fmt(f),
            Self::Rename { from, to, cause } => {
                write!(f, "rename {} {}: {cause}", from.display(), to.display())
            }
        }
    }
}

/// The failure of `operation` on `path`, in Go's words.
pub fn failed(operation: &'static str, path: &Path, error: &io::Error) -> PathError {
    PathError::new(operation, path.as_os_str().as_encoded_bytes(), error)
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::Path(error)
    }
}
