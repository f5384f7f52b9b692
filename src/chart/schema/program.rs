//! Schemas in the form in which they are checked.

use std::sync::Arc;

use super::document::{Data, Document, NodeId, ROOT};
use super::draft::Draft;
use super::format::Format;
use super::fragment::escape_fragment;
use super::number::Decimal;
use super::pattern::Pattern;
use super::source::Place;
use go_text_template::data::Str;

/// The number of a schema in its program.
pub(super) type SchemaId = u32;

/// A schema with all that it refers to.
#[derive(Debug)]
pub(super) struct Program {
    /// The schema to begin with.
    pub(super) root: SchemaId,
    /// What messages call the program.
    pub(super) name: String,
    pub(super) schemas: Vec<Schema>,
    pub(super) sources: Vec<(String, Arc<Document>)>,
}

/// One schema.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) place: Place,
    pub(super) draft: Draft,
    /// The verdict of `true`, `false` and `{}`.
    pub(super) always: Option<bool>,
    /// The schema at the root of the resource that this one belongs to.
    pub(super) resource: SchemaId,
    /// In the order in which they are checked.
    pub(super) keywords: Vec<Keyword>,
    pub(super) evaluated: Evaluated,
    pub(super) recursive_anchor: bool,
    pub(super) dynamic_anchor: Option<Str>,
    /// Of a resource: the schemas that `$dynamicRef` can find in it.
    pub(super) dynamic_anchors: Vec<(Str, SchemaId)>,
}

/// What a schema looks at by its own keywords.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evaluated {
    pub(super) all_properties: bool,
    pub(super) all_items: bool,
    pub(super) items: usize,
    /// True with `unevaluatedProperties`.
    pub(super) asks_properties: bool,
    /// True with `unevaluatedItems`.
    pub(super) asks_items: bool,
}

/// A keyword, or several that only make sense together.
#[derive(Debug)]
pub(super) enum Keyword {
    Type(Types),
    Const(Place),
    Enum(Place),
    Format(Format),
    Ref(SchemaId),
    MinProperties(i64),
    MaxProperties(i64),
    Required(Vec<Str>),
    Dependencies(Vec<(Str, Dependency)>),
    Properties(Properties),
    PropertyNames(SchemaId),
    DependentSchemas(Vec<(Str, SchemaId)>),
    DependentRequired(Vec<(Str, Vec<Str>)>),
    MinItems(i64),
    MaxItems(i64),
    UniqueItems,
    Items(Items),
    Contains { schema: SchemaId, min: Option<i64>, max: Option<i64> },
    MinLength(i64),
    MaxLength(i64),
    Pattern(Pattern),
    Minimum(Bound),
    Maximum(Bound),
    ExclusiveMinimum(Bound),
    ExclusiveMaximum(Bound),
    MultipleOf(Bound),
    RecursiveRef(SchemaId),
    DynamicRef { target: SchemaId, anchor: Option<Str> },
    Not(SchemaId),
    AllOf(Vec<SchemaId>),
    AnyOf(Vec<SchemaId>),
    OneOf(Vec<SchemaId>),
    If { condition: SchemaId, then: Option<SchemaId>, otherwise: Option<SchemaId> },
    UnevaluatedProperties(SchemaId),
    UnevaluatedItems(SchemaId),
}

impl Keyword {
    /// True if the keywords behind do not matter when this one fails.
    pub(super) fn decides_alone(&self) -> bool {
        matches!(self, Self::Type(_) | Self::Const(_) | Self::Enum(_) | Self::Format(_))
    }
}

/// A number as it is written and as it is.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) text: Str,
    pub(super) value: Decimal,
}

/// What a property asks for by being there.
#[derive(Debug)]
pub(super) enum Dependency {
    Required(Vec<Str>),
    Schema(SchemaId),
}

/// `properties`, `patternProperties` and `additionalProperties`.
#[derive(Debug)]
pub(super) struct Properties {
    /// In byte order of the names.
    pub(super) named: Vec<(Str, SchemaId)>,
    pub(super) patterns: Vec<(Pattern, SchemaId)>,
    pub(super) additional: Rest,
}

/// `prefixItems` and `items`, or `items` and `additionalItems` as older drafts call them.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) first: Vec<SchemaId>,
    pub(super) rest: Rest,
}

/// What holds for the members that no other keyword names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Unmentioned,
    Allowed,
    Forbidden,
    Schema(SchemaId),
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const NUMBER: Self = Self(4);
    pub(super) const INTEGER: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);

    const NAMES: [(Self, &str); 7] = [
        (Self::NULL, "null"),
        (Self::BOOLEAN, "boolean"),
        (Self::NUMBER, "number"),
        (Self::INTEGER, "integer"),
        (Self::STRING, "string"),
        (Self::ARRAY, "array"),
        (Self::OBJECT, "object"),
    ];

    /// True if the sets have a type in common.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the types, in an order of their own.
    pub(super) fn names(self) -> Vec<&'static str> {
        let named = Self::NAMES.iter().filter(|(one, _)| self.meets(*one));
        named.map(|(_, name)| *name).collect()
    }

    /// The types that the value of `type` lists; unknown names do not count.
    pub(super) fn of(document: &Document, node: NodeId) -> Self {
        let single = |node| {
            let name = document.data(node).as_string();
            let known =
                Self::NAMES.iter().find(|(_, known)| name.is_some_and(|name| name == known));
            known.map_or(0, |(one, _)| one.0)
        };
        match document.data(node) {
            Data::List(items) => Self(items.iter().fold(0, |set, item| set | single(*item))),
            _ => Self(single(node)),
        }
    }
}

impl Program {
    /// The schema of that number.
    pub(super) fn schema(&self, schema: SchemaId) -> &Schema {
        &self.schemas[schema as usize]
    }

    /// The number of schemas.
    pub(super) fn len(&self) -> usize {
        self.schemas.len()
    }

    /// The document that a place of this program is in.
    pub(super) fn document(&self, place: Place) -> &Document {
        &self.sources[place.source].1
    }

    /// The full address of a schema.
    pub(super) fn location(&self, schema: SchemaId) -> String {
        let Place { source, node } = self.schema(schema).place;
        let (address, document) = &self.sources[source];
        format!("{address}#{}", escape_fragment(&document.pointer(ROOT, node)))
    }
}
