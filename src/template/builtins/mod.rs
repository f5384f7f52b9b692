//! The functions that Go brings itself.

use super::ast::Callee;

/// What Go's own function `name` is.
pub(super) fn lookup(name: &str) -> Option<Callee> {
    let _ = name;
    None
}
