//! How Helm words what is wrong with templates.
use crate::compat::Compat;
use crate::data::Str;
use crate::template::{Error, ParseError};
pub(super) fn parse_error(name: &Str, error: &ParseError) -> String {
    error.named(name).to_string()
}
pub(super) fn execution_error(error: &Error, _compat: Compat) -> String {
    error.to_string()
}
