//! A value as Go's `reflect` sees it.

use crate::data::{Kind, List, Map, Str, Type, Value};
use crate::template::ast::Slot;

/// A value together with what Go knows of where it came from.
///
/// Three things show in results and messages: nothing at all is not the same as a nil in a map, a
/// value that came out of a map of anything has the static type `interface {}`, and a struct that
/// was reached from a pointer has the methods of the pointer.
#[derive(Clone, Debug, Default)]
pub(in crate::language::template) struct Item {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    /// The value itself; with [`Value::Nil`], Go's invalid value, whose fields are all empty.
    #[default]
    Plain,
    /// Inside an `interface {}`; with [`Value::Nil`], a nil interface, whose fields are errors.
    Boxed,
    /// A field of something a pointer points to.
    Addressed,
}

impl Item {
    /// No value at all.
    pub(super) const ABSENT: Self = Self { value: Value::Nil, origin: Origin::Plain };

    pub(in crate::language::template) fn plain(value: Value) -> Self {
        Self { value, origin: Origin::Plain }
    }

    pub(super) fn boxed(value: Value) -> Self {
        Self { value, origin: Origin::Boxed }
    }

    /// An element of a container whose elements have the static type `element`.
    pub(super) fn element(value: Value, element: Type) -> Self {
        if element == Type::Any { Self::boxed(value) } else { Self::plain(value) }
    }

    /// What a map of `element`s gives for a key it does not have.
    pub(super) fn missing(element: Type) -> Self {
        Self::element(zero(element), element)
    }

    pub(super) fn is_absent(&self) -> bool {
        self.value.is_nil() && self.origin != Origin::Boxed
    }

    /// The value without the interface around it.
    pub(super) fn unboxed(self) -> Self {
        match self.origin {
            Origin::Boxed => Self::plain(self.value),
            Origin::Plain | Origin::Addressed => self,
        }
    }

    /// The static type, as messages name it.
    pub(super) fn static_type(&self) -> Type {
        if self.origin == Origin::Boxed { Type::Any } else { self.value.go_type() }
    }

    /// True if a pointer led to this value, or is one.
    pub(super) fn is_addressable(&self) -> bool {
        self.origin == Origin::Addressed || self.value.kind() == Kind::Pointer
    }
}

/// What a slot of the frame has.
#[derive(Debug)]
pub(in crate::language::template) enum Held {
    Item(Item),
    /// Its variable was not declared this time, so the name means the one in that slot.
    Older(Slot),
}

impl Default for Held {
    fn default() -> Self {
        Self::Older(Slot::NONE)
    }
}

/// Go's zero value of a type.
pub(in crate::language::template) fn zero(of: Type) -> Value {
    match of {
        Type::String => Value::String(Str::EMPTY),
        Type::Bytes => Value::Bytes(Str::EMPTY),
        Type::Bool => Value::Bool(false),
        Type::Int(kind) => Value::Int(kind, 0),
        Type::Float64 => Value::Float(0.0),
        Type::Complex128 => Value::Complex(0.0, 0.0),
        Type::List(_) => Value::List(List::nil(of)),
        Type::Map => Value::Map(Map::nil()),
        Type::Any | Type::StringMap | Type::Named(..) => Value::Nil,
    }
}
