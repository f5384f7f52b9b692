//! YAML as Helm reads and writes it: go-yaml v2 behind `sigs.k8s.io/yaml`.
//!
//! In: text. Out: a [`Tree`] in which every number is a float, or an [`Error`] in Go's words; and
//! back from values to text.
//!
//! * [`read`] gives a document of any type, [`read_as`] one of a known Go type: a [`Shape`].
//! * [`read_head`] checks a rendered document and gives what Helm wants to know of it.
//! * [`Parser`] gives the events of a text with their places, [`locate`] the place of a key.
//! * [`write`] and [`write_pretty`] give the text of a value.
//! * [`split`] cuts a stream into documents as Kubernetes' `YAMLReader` does.
//!
//! Bytes become tokens in `scanner`, tokens events in `parser`, events nodes in `node`, nodes a
//! tree in `decode`.

mod analysis;
mod decode;
mod emitter;
mod error;
mod fast;
mod go_syntax;
mod head;
mod input;
mod locate;
mod node;
mod order;
mod parser;
mod plain;
mod resolve;
mod scalars;
mod scanner;
mod shape;
mod split;
mod timestamp;
mod token;
mod write;

pub use error::{Error, Step};
pub use head::{Head, HeadError, read_head};
pub use locate::locate;
pub use parser::{Event, EventKind, Parser, Properties, Scalar};
pub use shape::{ANY_LIST, ANY_MAP, Shape, StructShape};
pub use split::{BadSeparator, Part, split};
pub use token::{Mark, ScalarStyle};
pub use write::{write, write_pretty};

use crate::data::{Str, Tree};
use node::Document;

/// The first document of `text`, as `yaml.Unmarshal` into an `interface{}` gives it.
pub fn read(text: &Str) -> Result<Tree, Error> {
    match plain::read(text) {
        Some(tree) => Ok(tree),
        None => read_exactly(text, &Shape::Any),
    }
}

/// The first document of `text`, as `yaml.Unmarshal` into a variable of the type `shape` gives it.
pub fn read_as(text: &Str, shape: &Shape) -> Result<Tree, Error> {
    let tree = match shape.is_untyped() {
        true => read(text)?,
        false => read_exactly(text, shape)?,
    };
    shape::fit(tree, shape)
}

/// Reads without the shortcut for plain texts.
fn read_exactly(text: &Str, shape: &Shape) -> Result<Tree, Error> {
    match Document::first(text.as_bytes())? {
        Some(document) => decode::decode(&document, shape),
        None => Ok(Tree::Null),
    }
}

/// For tests.
#[doc(hidden)]
pub fn probe(text: &Str) -> (Option<Tree>, Result<Tree, Error>) {
    (plain::read(text), read_exactly(text, &Shape::Any))
}
