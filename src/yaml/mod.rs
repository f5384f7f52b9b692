//! YAML as Helm reads and writes it: go-yaml v2 behind `sigs.k8s.io/yaml`.
//!
//! In: text. Out: a [`Tree`] in which every number is a float, or an [`Error`] in Go's words; and
//! back from values to text.
//!
//! * [`read`] gives a document of any type, [`read_as`] one of a known Go type: a [`Shape`].
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
mod go_syntax;
mod input;
mod locate;
mod node;
mod order;
mod parser;
mod resolve;
mod scalars;
mod scanner;
mod shape;
mod split;
mod timestamp;
mod token;
mod write;

pub use error::{Error, Step};
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
    read_as(text, &Shape::Any)
}

/// The first document of `text`, as `yaml.Unmarshal` into a variable of the type `shape` gives it.
pub fn read_as(text: &Str, shape: &Shape) -> Result<Tree, Error> {
    match Document::first(text.as_bytes())? {
        Some(document) => decode::decode(&document, shape),
        None => Ok(Tree::Null),
    }
}

/// Stand-in.
#[derive(Debug, Default)]
pub struct Head {
    /// a
    pub api_version: Str,
    /// a
    pub kind: Str,
    /// a
    pub name: Str,
    /// a
    pub annotations: Vec<(Str, Str)>,
}
/// Stand-in.
#[derive(Debug)]
pub struct HeadError;
impl HeadError {
    /// a
    pub fn message(&self, _compat: crate::Compat) -> String {
        String::new()
    }
}
/// Stand-in.
pub fn read_head(text: &Str) -> Result<Head, HeadError> {
    let tree = read(text).map_err(|_| HeadError)?;
    let get = |path: &[&str]| tree.at(path).and_then(Tree::as_str).cloned().unwrap_or_default();
    Ok(Head {
        api_version: get(&["apiVersion"]),
        kind: get(&["kind"]),
        name: get(&["metadata", "name"]),
        annotations: Vec::new(),
    })
}
