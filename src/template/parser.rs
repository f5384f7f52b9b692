//! Makes nodes of tokens.

use super::ast::Parsed;
use super::{Callable, ParseError};
use crate::data::Str;

/// The functions a template may call besides Go's own.
pub type Functions<'f> = dyn Fn(&str) -> Option<&'static dyn Callable> + 'f;

/// Parses `text`, which may call `functions` and those that Go brings.
pub fn parse(text: &Str, functions: &Functions<'_>) -> Result<Parsed, ParseError> {
    let _ = (text, functions);
    todo!()
}
