//! TOML as the library that Helm uses reads and writes it.
//!
//! In: text, or a value of a template. Out: a map, or text. Layout and error texts are the
//! library's, with its oddities.

mod lexer;
mod read;
mod write;

pub use read::{Error, read};
pub use write::write;
