//! The drafts of JSON Schema and how they differ.

use super::document::{Data, Document, NodeId};

/// A draft of JSON Schema, older before newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

impl Draft {
    /// The draft of a schema that does not name one.
    pub(super) const DEFAULT: Self = Self::Draft2020;

    pub(super) const ALL: [Self; 5] =
        [Self::Draft4, Self::Draft6, Self::Draft7, Self::Draft2019, Self::Draft2020];

    /// The draft that `$schema: address` names.
    pub(super) fn named(address: &str) -> Option<Self> {
        let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
        let address = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
        match address.unwrap_or_default() {
            _ if !fragment.is_empty() => None,
            "json-schema.org/schema" => Some(Self::DEFAULT),
            address => Self::ALL.into_iter().find(|draft| draft.folder().0 == address),
        }
    }

    /// Where the metaschema is, without and with its protocol.
    fn folder(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft4 => ("json-schema.org/draft-04/schema", "http"),
            Self::Draft6 => ("json-schema.org/draft-06/schema", "http"),
            Self::Draft7 => ("json-schema.org/draft-07/schema", "http"),
            Self::Draft2019 => ("json-schema.org/draft/2019-09/schema", "https"),
            Self::Draft2020 => ("json-schema.org/draft/2020-12/schema", "https"),
        }
    }

    /// The address of the metaschema.
    pub(super) fn address(self) -> String {
        let (address, protocol) = self.folder();
        format!("{protocol}://{address}")
    }

    /// The keyword that names a schema.
    pub(super) fn id_keyword(self) -> &'static str {
        if self == Self::Draft4 { "id" } else { "$id" }
    }

    /// The text of the metaschemas: an object with one member for each document.
    pub(super) fn metaschemas(self) -> &'static str {
        match self {
            Self::Draft4 => include_str!("metaschemas/draft4.json"),
            Self::Draft6 => include_str!("metaschemas/draft6.json"),
            Self::Draft7 => include_str!("metaschemas/draft7.json"),
            Self::Draft2019 => include_str!("metaschemas/draft2019.json"),
            Self::Draft2020 => include_str!("metaschemas/draft2020.json"),
        }
    }

    /// The vocabulary that `address` stands for, if the draft has it.
    pub(super) fn vocabulary(self, address: &str) -> Option<Vocabulary> {
        let folder = match self {
            Self::Draft2019 => "https://json-schema.org/draft/2019-09/vocab/",
            Self::Draft2020 => "https://json-schema.org/draft/2020-12/vocab/",
            _ => return None,
        };
        let name = address.strip_prefix(folder)?;
        self.vocabularies().iter().copied().find(|known| known.name() == name)
    }

    fn vocabularies(self) -> &'static [Vocabulary] {
        use Vocabulary::*;
        match self {
            Self::Draft2019 => &[Core, Applicator, Validation, Metadata, Format, Content],
            Self::Draft2020 => &[
                Core,
                Applicator,
                Unevaluated,
                Validation,
                Metadata,
                FormatAnnotation,
                FormatAssertion,
                Content,
            ],
            _ => &[],
        }
    }

    /// True if the keywords of `vocabulary` count in schemas that do not choose vocabularies.
    pub(super) fn has_by_default(self, vocabulary: Vocabulary) -> bool {
        use Vocabulary::*;
        match vocabulary {
            Core | Applicator | Validation => true,
            Unevaluated => self != Self::Draft2019,
            _ => self < Self::Draft2019,
        }
    }

    /// Calls `visit` with every schema directly below the schema `node`.
    pub(super) fn each_subschema(
        self,
        document: &Document,
        node: NodeId,
        visit: &mut dyn FnMut(NodeId),
    ) {
        for (keyword, since, shape) in SUBSCHEMAS {
            let Some(found) = document.get(node, keyword).filter(|_| *since <= self) else {
                continue;
            };
            match (shape, document.data(found)) {
                (Shape::Named, Data::Map(entries)) => {
                    entries.iter().for_each(|entry| visit(entry.1));
                }
                (Shape::Listed | Shape::OneOrListed, Data::List(items)) => {
                    items.iter().for_each(|item| visit(*item));
                }
                (Shape::One | Shape::OneOrListed, _) => visit(found),
                _ => {}
            }
        }
    }
}

/// A set of keywords that a metaschema can switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the drafts")]
pub(super) enum Vocabulary {
    Core,
    Applicator,
    Unevaluated,
    Validation,
    Metadata,
    Format,
    FormatAnnotation,
    FormatAssertion,
    Content,
}

impl Vocabulary {
    /// The last part of the address.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Applicator => "applicator",
            Self::Unevaluated => "unevaluated",
            Self::Validation => "validation",
            Self::Metadata => "meta-data",
            Self::Format => "format",
            Self::FormatAnnotation => "format-annotation",
            Self::FormatAssertion => "format-assertion",
            Self::Content => "content",
        }
    }
}

/// How a keyword holds schemas.
#[derive(Clone, Copy)]
enum Shape {
    One,
    Listed,
    OneOrListed,
    Named,
}

/// The keywords that hold schemas, and the draft since which they do.
const SUBSCHEMAS: &[(&str, Draft, Shape)] = &[
    ("definitions", Draft::Draft4, Shape::Named),
    ("not", Draft::Draft4, Shape::One),
    ("allOf", Draft::Draft4, Shape::Listed),
    ("anyOf", Draft::Draft4, Shape::Listed),
    ("oneOf", Draft::Draft4, Shape::Listed),
    ("properties", Draft::Draft4, Shape::Named),
    ("additionalProperties", Draft::Draft4, Shape::One),
    ("patternProperties", Draft::Draft4, Shape::Named),
    ("items", Draft::Draft4, Shape::OneOrListed),
    ("additionalItems", Draft::Draft4, Shape::One),
    ("dependencies", Draft::Draft4, Shape::Named),
    ("propertyNames", Draft::Draft6, Shape::One),
    ("contains", Draft::Draft6, Shape::One),
    ("if", Draft::Draft7, Shape::One),
    ("then", Draft::Draft7, Shape::One),
    ("else", Draft::Draft7, Shape::One),
    ("$defs", Draft::Draft2019, Shape::Named),
    ("dependentSchemas", Draft::Draft2019, Shape::Named),
    ("unevaluatedProperties", Draft::Draft2019, Shape::One),
    ("unevaluatedItems", Draft::Draft2019, Shape::One),
    ("contentSchema", Draft::Draft2019, Shape::One),
    ("prefixItems", Draft::Draft2020, Shape::Listed),
];
