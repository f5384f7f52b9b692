//! The values of templates and of YAML, as Go sees them.
//!
//! [`Tree`] is what a reader makes of YAML, JSON or `--set`: immutable, shareable between threads.
//! [`Value`] is what a template works with: cheap handles on one thread, mutable through every
//! alias, made lazily from a `Tree`. Printing follows Go's `fmt`.
//!
//! Invariant: a value never knows where it came from; places are found again by those who ask.

mod by_text;
mod capacity;
mod cast;
mod compare;
mod digits;
mod failure;
mod flags;
mod float;
mod go_type;
mod list;
mod map;
mod number;
mod object;
mod print;
mod printer;
mod printf;
mod quote;
mod runes;
mod snapshot;
mod text;
mod tree;
mod truth;
mod value;

pub use by_text::ByText;
pub use cast::{float_to_integer, to_float, to_integer};
pub use compare::Comparison;
pub use failure::Failure;
pub use float::{Form, append_float, append_float_as, append_float32, append_integer};
pub use go_type::{IntKind, Kind, Signature, Type};
pub use list::List;
pub use map::{ANY_MAP, Map, MapClass, MapMethod, STRING_MAP};
pub use number::{NumberError, parse_float, parse_integer, parse_unsigned};
pub use object::{Object, Pointer, Purse, Struct};
pub use print::{append_action, append_value, sprint, sprint_behind, sprintln, to_text};
pub use printf::{sprintf, sprintf_behind};
pub use quote::{Charset, append_quoted, append_quoted_rune, can_backquote, quoted};
pub use runes::{
    is_letter, is_lower, is_number, is_printable, is_punctuation, is_title, is_upper, lower_rune,
    title_rune, upper_rune,
};
pub use snapshot::Snapshot;
pub use text::{Runes, Str};
pub use tree::{Tree, TreeMap};
pub use truth::is_true;
pub use value::Value;
