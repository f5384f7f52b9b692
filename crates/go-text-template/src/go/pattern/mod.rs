//! Patterns for text: Go's regular expressions, and the two glob dialects that Helm uses.
//!
//! In: a pattern and a text. Out: if, and where, they match. Each dialect is read here as its Go
//! original reads it; only the search itself is left to a regular expression engine.

mod classes;
mod error;
mod extent;
mod glob;
mod meter;
mod path_match;
mod regexp;
mod syntax;
mod template;

pub use error::SyntaxError;
pub use glob::Glob;
pub use meter::{Free, Meter};
pub use path_match::{BadPattern, path_match};
pub use regexp::{Regexp, quote_meta};
