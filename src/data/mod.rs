//! The values of templates and of YAML, as Go sees them.
//!
//! [`Tree`] is what a reader makes of YAML, JSON or `--set`: immutable, shareable between threads.
//! [`Value`] is what a template works with: cheap handles on one thread, mutable through every
//! alias, made lazily from a `Tree`. Printing follows Go's `fmt`.
//!
//! Invariant: a value never knows where it came from; places are found again by those who ask.

mod failure;
mod go_type;
mod list;
mod map;
mod object;
mod quote;
mod text;
mod tree;
mod value;

pub use failure::Failure;
pub use go_type::{IntKind, Kind, Signature, Type};
pub use list::List;
pub use map::{ANY_MAP, Map, MapClass, STRING_MAP};
pub use object::Object;
pub use quote::quoted;
pub use text::{Runes, Str};
pub use tree::{Tree, TreeMap};
pub use value::Value;
