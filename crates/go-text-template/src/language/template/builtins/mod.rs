//! The functions that Go brings itself; `slice` is not here, since sprig has one of its own.

mod compare;
mod escape;
mod index;
mod logic;
mod print;

use super::Function;
use super::ast::Callee;

static TABLES: &[&[Function]] =
    &[compare::TABLE, escape::TABLE, index::TABLE, logic::TABLE, print::TABLE];

/// What Go's own function `name` is.
pub(super) fn lookup(name: &str) -> Option<Callee> {
    match name {
        "and" => Some(Callee::And),
        "or" => Some(Callee::Or),
        "len" => Some(Callee::Len),
        "call" => Some(Callee::Call),
        _ => {
            let mut functions = TABLES.iter().copied().flatten();
            let (_, callable) = functions.find(|(known, _)| *known == name)?;
            Some(Callee::Plain(*callable))
        }
    }
}
