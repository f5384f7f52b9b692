//! What the user supplies: files and flags, in Helm's order.

use std::sync::Arc;

use super::{Error, ReadFile};
use crate::compat::Compat;
use crate::data::{Str, TreeMap};

/// The words of the flags that set values, each family in the order of the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-f`, already split at commas.
    pub files: Vec<Str>,
    /// `--set-json`.
    pub json: Vec<Str>,
    /// `--set`.
    pub set: Vec<Str>,
    /// `--set-string`.
    pub string: Vec<Str>,
    /// `--set-file`.
    pub file: Vec<Str>,
    /// `--set-literal`.
    pub literal: Vec<Str>,
}

/// The values of all `flags` together: files first, then the families in Helm's order, whatever
/// their order on the command line.
pub fn supplied(
    flags: &Flags,
    files: &mut dyn ReadFile,
    compat: Compat,
) -> Result<Arc<TreeMap>, Error> {
    todo!()
}
