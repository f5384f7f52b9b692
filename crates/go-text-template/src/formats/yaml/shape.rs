//! Go types that documents are decoded into, as far as the type changes what is read.
//!
//! `sigs.k8s.io/yaml` looks at the target while it converts YAML to JSON: where the target is a
//! string, a number or a boolean becomes text (`version: 1.10` is `1.1`). Then Go's JSON decoder
//! fits the JSON to the target: field names match in any case, unknown ones are dropped, and what
//! does not fit is an error that names the Go types.

use super::Error;
use crate::data::{Runes, Str, Tree, TreeMap};

/// A Go type.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `interface {}`.
    Any,
    /// `string`.
    String,
    /// `bool`.
    Bool,
    /// A slice: Go's name of its type, and its elements.
    List(&'static str, &'static Self),
    /// A map with string keys: Go's name of its type, and its elements.
    Map(&'static str, &'static Self),
    /// A struct, or a pointer to one.
    Struct(&'static StructShape),
}

/// A Go struct.
#[derive(Clone, Copy, Debug)]
pub struct StructShape {
    /// The type as Go prints it: `chart.Metadata`.
    pub go_type: &'static str,
    /// The type's own name, `Metadata`; empty for a struct without a name.
    pub name: &'static str,
    /// JSON's names of the fields, and their types.
    pub fields: &'static [(&'static str, Shape)],
}

/// `map[string]interface {}`.
pub const ANY_MAP: Shape = Shape::Map("map[string]interface {}", &Shape::Any);
/// `[]interface {}`.
pub const ANY_LIST: Shape = Shape::List("[]interface {}", &Shape::Any);

impl Shape {
    /// The type of the value of `key`, if this is a struct that has it or a map.
    pub(super) fn child(&self, key: &[u8]) -> &Self {
        match self {
            Self::Map(_, element) => element,
            Self::Struct(shape) => shape.field(key).map_or(&Self::Any, |(_, shape)| shape),
            _ => &Self::Any,
        }
    }

    /// The type of the elements, if this is a list.
    pub(super) fn element(&self) -> &Self {
        match self {
            Self::List(_, element) => element,
            _ => &Self::Any,
        }
    }

    /// True if the type does not change how scalars are read.
    pub(super) fn is_untyped(&self) -> bool {
        match self {
            Self::Any => true,
            Self::List(_, element) | Self::Map(_, element) => element.is_untyped(),
            Self::String | Self::Bool | Self::Struct(_) => false,
        }
    }

    pub(super) fn go_type(&self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::String => "string",
            Self::Bool => "bool",
            Self::List(go_type, _) | Self::Map(go_type, _) => go_type,
            Self::Struct(shape) => shape.go_type,
        }
    }
}

impl StructShape {
    /// The field that Go's JSON decoder stores `key` in: the one of that name, or else the first
    /// of the same letters.
    fn field(&self, key: &[u8]) -> Option<&'static (&'static str, Shape)> {
        let exact = self.fields.iter().find(|(name, _)| name.as_bytes() == key);
        exact.or_else(|| self.fields.iter().find(|(name, _)| folds_to(key, name)))
    }
}

/// True if `key` is `name` in another case. Two letters fold to ASCII ones in Unicode.
pub(super) fn folds_to(key: &[u8], name: &str) -> bool {
    let folded = Runes::new(key).map(|(rune, _)| match rune {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        rune => rune.to_ascii_lowercase(),
    });
    folded.eq(name.chars().map(|rune| rune.to_ascii_lowercase()))
}

/// What Go's JSON decoder makes of `tree` in a target of the type `shape`: structs hold known fields
/// only, under their own names and without nulls.
///
/// The error is Go's first one; Go goes on after it, but none of our callers uses the rest.
pub(super) fn fit(tree: Tree, shape: &Shape) -> Result<Tree, Error> {
    Fitting::default().fit(tree, shape)
}

/// The same, but a key that a struct does not have is an error.
pub(super) fn fit_strictly(tree: Tree, shape: &Shape) -> Result<Tree, Error> {
    Fitting { strict: true, ..Fitting::default() }.fit(tree, shape)
}

#[derive(Default)]
struct Fitting {
    /// Whether unknown keys are errors.
    strict: bool,
    /// The innermost struct's name and the names of the fields from the top, once inside a struct.
    place: Option<(&'static str, Vec<&'static str>)>,
}

impl Fitting {
    fn fit(&mut self, tree: Tree, shape: &Shape) -> Result<Tree, Error> {
        match (shape, tree) {
            (Shape::Any, tree) => Ok(tree),
            (_, Tree::Null) => Ok(Tree::Null),
            (Shape::String, tree @ Tree::String(_)) | (Shape::Bool, tree @ Tree::Bool(_)) => {
                Ok(tree)
            }
            (Shape::List(_, element), Tree::List(items)) => {
                let items = items.iter().map(|item| self.fit(item.clone(), element));
                Ok(Tree::list(items.collect::<Result<_, _>>()?))
            }
            (Shape::Map(_, Shape::Any), tree @ Tree::Map(_)) => Ok(tree),
            (Shape::Map(_, element), Tree::Map(map)) => {
                let entries = map.iter().map(|(key, value)| {
                    let value = self.fit(value.clone(), element)?;
                    Ok((key.clone(), or_zero(value, element)))
                });
                Ok(Tree::map(entries.collect::<Result<_, _>>()?))
            }
            (Shape::Struct(shape), Tree::Map(map)) => self.fit_struct(&map, shape),
            (shape, tree) => Err(self.mismatch(&tree, shape)),
        }
    }

    fn fit_struct(&mut self, map: &TreeMap, shape: &'static StructShape) -> Result<Tree, Error> {
        let mut fields = TreeMap::default();
        for (key, value) in map.iter() {
            let Some((name, field)) = shape.field(key.as_bytes()) else {
                if self.strict {
                    let key = crate::data::quoted(key.as_bytes());
                    return Err(Error::decoding(format!("json: unknown field {key}")));
                }
                continue;
            };
            let outer = self.place.clone();
            let path = outer.as_ref().map_or(&[][..], |(_, path)| path);
            self.place = Some((shape.name, [path, &[*name]].concat()));
            let value = self.fit(value.clone(), field)?;
            self.place = outer;
            if !value.is_null() {
                fields.insert(Str::from_static(name), value);
            } else if !matches!(field, Shape::String | Shape::Bool) {
                fields.remove(name.as_bytes());
            }
        }
        Ok(Tree::Map(fields.into()))
    }

    fn mismatch(&self, tree: &Tree, shape: &Shape) -> Error {
        let found = kind_name(tree);
        let target = match &self.place {
            None => "value".to_string(),
            Some((name, path)) => format!("struct field {name}.{}", path.join(".")),
        };
        let go_type = shape.go_type();
        Error::decoding(format!(
            "json: cannot unmarshal {found} into Go {target} of type {go_type}"
        ))
    }
}

/// A null in a map leaves the element's zero value, which for a string is the empty one.
fn or_zero(value: Tree, shape: &Shape) -> Tree {
    match (value, shape) {
        (Tree::Null, Shape::String) => Tree::String(Str::EMPTY),
        (Tree::Null, Shape::Bool) => Tree::Bool(false),
        (value, _) => value,
    }
}

/// What Go's JSON decoder calls a value.
pub(super) fn kind_name(tree: &Tree) -> &'static str {
    match tree {
        Tree::Null => "null",
        Tree::Bool(_) => "bool",
        Tree::Int(_) | Tree::Float(_) => "number",
        Tree::String(_) => "string",
        Tree::List(_) => "array",
        Tree::Map(_) => "object",
    }
}
