//! JSON as Go's `encoding/json` reads and writes it.
//!
//! In: text, and out a [`Tree`](crate::data::Tree) in which every number is a float; or a value,
//! and out its text. Errors are in Go's words.

mod error;
mod number;
mod ordered;
mod read;
mod write;

pub use error::{Error, Problem};
pub use number::append_number;
pub use ordered::write_ordered;
pub use read::{read, read_list, read_map, read_prefix};
pub(crate) use write::{CycleTrap, append_int};
pub use write::{Room, Style, WriteError, append_string, write};
