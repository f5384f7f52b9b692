//! What a template works with.

use std::rc::Rc;

use super::{IntKind, Kind, List, Map, Object, Str, Tree, Type};

/// A value of a template: a Go value of some type, cheap to clone.
///
/// Lists, maps and objects are handles: clones share what they hold, as in Go.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// A nil interface: JSON's `null`, a key that is not there, Go's literal `nil`.
    #[default]
    Nil,
    /// A `bool`.
    Bool(bool),
    /// An integer of the given type; unsigned ones hold their bits.
    Int(IntKind, i64),
    /// A `float64`: every number that came out of YAML or JSON.
    Float(f64),
    /// A `complex128`: real and imaginary part.
    Complex(f64, f64),
    /// A `string`.
    String(Str),
    /// A `[]byte`.
    Bytes(Str),
    /// A slice.
    List(List),
    /// A map with string keys.
    Map(Map),
    /// Anything with fields or methods of its own.
    Object(Rc<dyn Object>),
}

impl Value {
    /// A Go `int`.
    pub fn int(value: i64) -> Self {
        Self::Int(IntKind::Int, value)
    }

    /// A Go `int64`.
    pub fn int64(value: i64) -> Self {
        Self::Int(IntKind::Int64, value)
    }

    /// A string.
    pub fn string(text: impl Into<Str>) -> Self {
        Self::String(text.into())
    }

    /// A `[]interface {}`.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(List::new(items))
    }

    /// A handle of `object`.
    pub fn object(object: impl Object) -> Self {
        Self::Object(Rc::new(object))
    }

    /// True for the nil interface.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The dynamic type; `interface {}` for nil.
    pub fn go_type(&self) -> Type {
        match self {
            Self::Nil => Type::Any,
            Self::Bool(_) => Type::Bool,
            Self::Int(kind, _) => Type::Int(*kind),
            Self::Float(_) => Type::Float64,
            Self::Complex(..) => Type::Complex128,
            Self::String(_) => Type::String,
            Self::Bytes(_) => Type::Bytes,
            Self::List(list) => list.go_type(),
            Self::Map(map) => map.go_type(),
            Self::Object(object) => object.go_type(),
        }
    }

    /// The kind of the dynamic type; [`Kind::Invalid`] for nil.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Nil => Kind::Invalid,
            value => value.go_type().kind(),
        }
    }

    /// The object behind the handle, if it is a `T`.
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        match self {
            Self::Object(object) => (object.as_ref() as &dyn std::any::Any).downcast_ref(),
            _ => None,
        }
    }

    /// A copy that shares nothing which can change; nil stays nil. Cycles must be excluded before.
    pub fn deep_copy(&self) -> Self {
        match self {
            Self::List(list) => Self::List(list.deep_copy()),
            Self::Map(map) => Self::Map(map.deep_copy()),
            value => value.clone(),
        }
    }
}

impl From<&Tree> for Value {
    fn from(tree: &Tree) -> Self {
        match tree {
            Tree::Null => Self::Nil,
            Tree::Bool(value) => Self::Bool(*value),
            Tree::Int(value) => Self::int64(*value),
            Tree::Float(value) => Self::Float(*value),
            Tree::String(text) => Self::String(text.clone()),
            Tree::List(items) => Self::List(List::from_tree(items)),
            Tree::Map(map) => Self::Map(Map::from_tree(map)),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Self::String(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Self::list(items)
    }
}

impl From<Vec<Str>> for Value {
    fn from(items: Vec<Str>) -> Self {
        Self::List(List::strings(items))
    }
}
