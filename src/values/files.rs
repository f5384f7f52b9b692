//! The files that flags name: this is where values touch the disk and stdin.

use crate::data::{Failure, Str};

/// Where the texts of `-f` and `--set-file` come from.
pub trait ReadFile {
    /// The text of `name`: a path, `-` for stdin, or a URL.
    fn read(&mut self, name: &Str) -> Result<Str, Failure>;
}

/// Files of this machine, and stdin.
#[derive(Debug, Default)]
pub struct LocalFiles;

impl ReadFile for LocalFiles {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        todo!()
    }
}
