//! Go's types and kinds, as far as templates can tell them apart.

use std::fmt;

/// The integer types of Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are Go's")]
pub enum IntKind {
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
}

impl IntKind {
    /// True for the unsigned types.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::Uint | Self::Uint8 | Self::Uint16 | Self::Uint32 | Self::Uint64)
    }

    /// Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }
}

/// A Go type: of a value, a parameter or an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`.
    Any,
    /// `bool`.
    Bool,
    /// An integer type.
    Int(IntKind),
    /// `float64`.
    Float64,
    /// `complex128`.
    Complex128,
    /// `string`.
    String,
    /// `[]byte`, which Go spells `[]uint8`.
    Bytes,
    /// A slice of the given element type.
    List(&'static Self),
    /// `map[string]interface {}`.
    Map,
    /// `map[string]string`.
    StringMap,
    /// Any other type, by its Go name and kind: `time.Time`, `common.Values`, `*semver.Version`.
    Named(&'static str, Kind),
}

impl Type {
    /// `[]interface {}`.
    pub const LIST: Self = Self::List(&Self::Any);
    /// `[]string`.
    pub const STRINGS: Self = Self::List(&Self::String);

    /// The kind of values of this type.
    pub fn kind(self) -> Kind {
        match self {
            Self::Any => Kind::Interface,
            Self::Bool => Kind::Bool,
            Self::Int(kind) => Kind::Int(kind),
            Self::Float64 => Kind::Float64,
            Self::Complex128 => Kind::Complex128,
            Self::String => Kind::String,
            Self::Bytes | Self::List(_) => Kind::Slice,
            Self::Map | Self::StringMap => Kind::Map,
            Self::Named(_, kind) => kind,
        }
    }
}

impl Type {
    /// The type that a pointer of this type points to; any other type itself.
    pub fn pointee(self) -> Self {
        match self {
            Self::Named(name, Kind::Pointer) => match name.strip_prefix('*') {
                Some(name) => Self::Named(name, Kind::Struct),
                None => self,
            },
            other => other,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("interface {}"),
            Self::Bytes => f.write_str("[]uint8"),
            Self::List(element) => write!(f, "[]{element}"),
            Self::Map => f.write_str("map[string]interface {}"),
            Self::StringMap => f.write_str("map[string]string"),
            Self::Named(name, _) => f.write_str(name),
            basic => basic.kind().fmt(f),
        }
    }
}

/// `reflect.Kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Go's")]
pub enum Kind {
    Invalid,
    Bool,
    Int(IntKind),
    Float64,
    Complex128,
    String,
    Slice,
    Map,
    Struct,
    Pointer,
    Interface,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid",
            Self::Bool => "bool",
            Self::Int(kind) => kind.name(),
            Self::Float64 => "float64",
            Self::Complex128 => "complex128",
            Self::String => "string",
            Self::Slice => "slice",
            Self::Map => "map",
            Self::Struct => "struct",
            Self::Pointer => "ptr",
            Self::Interface => "interface",
        })
    }
}

/// The parameters of a function or method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The types of the fixed parameters.
    pub params: &'static [Type],
    /// The element type of the variadic parameter, if there is one.
    pub rest: Option<Type>,
}
