//! The parts of a template.

use crate::data::Str;

/// What stands between two braces: each node goes on from where the one before leads to.
pub(super) type List = Vec<Node>;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(Str),
    /// `.name` or `['name']`.
    Field(Str),
    /// `range`, `end`, or a word that means nothing.
    Identifier(String),
    /// `[from:to:step]`.
    Slice([Bound; 3]),
    /// `[?(left operator right)]`; the operator is `exists` for a path alone.
    Filter {
        left: List,
        operator: String,
        right: List,
    },
    Int(i64),
    Float(f64),
    Bool(bool),
    /// `.*`.
    Wildcard,
    /// `..`.
    Recursive,
    /// `[a,b]`.
    Union(Vec<List>),
}

/// A bound of a slice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bound {
    pub(super) value: i64,
    pub(super) known: bool,
    /// True for the end of `[n]`, which nobody wrote.
    pub(super) derived: bool,
}
