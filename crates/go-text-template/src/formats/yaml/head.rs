//! What Helm looks at in a rendered document: its kind, its name, its annotations.
//!
//! Helm decodes every document for that, which checks all of it. So does this, but it keeps only
//! what is asked for, and for plain documents makes nothing of the rest.

use super::fast::{GiveUp, Raw, Sink, walk};
use super::shape::{Shape, StructShape, fit, folds_to, kind_name};
use super::{Error, read_exactly};
use crate::compat::Compat;
use crate::data::{Str, Tree};

/// The head of a document; what is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`.
    pub api_version: Str,
    /// `kind`.
    pub kind: Str,
    /// `metadata.name`.
    pub name: Str,
    /// `metadata.annotations`, in the order of their keys.
    pub annotations: Vec<(Str, Str)>,
}

/// Why a document has no head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadError {
    /// It cannot be read, or something in it is not of the type it has to be.
    Unreadable(Error),
    /// It is no map but something that JSON calls by this name.
    NotAMap(&'static str),
}

impl HeadError {
    /// What Helm says; the two know the target type by different names.
    pub fn message(&self, compat: Compat) -> String {
        let found = match self {
            Self::Unreadable(error) => return error.to_string(),
            Self::NotAMap(found) => found,
        };
        let package = if compat.is_helm3() { "releaseutil" } else { "util" };
        let text =
            format!("json: cannot unmarshal {found} into Go value of type {package}.SimpleHead");
        Error::decoding(text).to_string()
    }

    /// The underlying error, if there is one.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Unreadable(error) => Some(error),
            Self::NotAMap(_) => None,
        }
    }
}

/// Checks all of the document `text` and gives its head.
pub fn read_head(text: &Str) -> Result<Head, HeadError> {
    let mut finder = Finder::new(text);
    match walk(text.as_bytes(), &mut finder) {
        Ok(()) => Ok(finder.finish()),
        Err(GiveUp) => read_head_exactly(text),
    }
}

fn read_head_exactly(text: &Str) -> Result<Head, HeadError> {
    let tree = read_exactly(text, &HEAD).map_err(HeadError::Unreadable)?;
    if !matches!(tree, Tree::Map(_) | Tree::Null) {
        return Err(HeadError::NotAMap(kind_name(&tree)));
    }
    let tree = fit(tree, &HEAD).map_err(HeadError::Unreadable)?;
    let text = |path: &[&str]| tree.at(path).and_then(Tree::as_str).cloned().unwrap_or_default();
    let annotations = tree.at(&["metadata", "annotations"]).and_then(Tree::as_map);
    let entry =
        |(key, value): (&Str, &Tree)| (key.clone(), value.as_str().cloned().unwrap_or_default());
    Ok(Head {
        api_version: text(&["apiVersion"]),
        kind: text(&["kind"]),
        name: text(&["metadata", "name"]),
        annotations: annotations.map(|map| map.iter().map(entry).collect()).unwrap_or_default(),
    })
}

/// Helm's `SimpleHead`.
static HEAD: Shape = Shape::Struct(&StructShape {
    go_type: "SimpleHead",
    name: "SimpleHead",
    fields: &[("apiVersion", Shape::String), ("kind", Shape::String), ("metadata", METADATA)],
});

const METADATA: Shape = Shape::Struct(&StructShape {
    go_type: "struct { Name string \"json:\\\"name\\\"\"; \
              Annotations map[string]string \"json:\\\"annotations\\\"\" }",
    name: "",
    fields: &[
        ("name", Shape::String),
        ("annotations", Shape::Map("map[string]string", &Shape::String)),
    ],
});

/// The value that comes next, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    ApiVersion,
    Kind,
    Metadata,
    Name,
    Annotations,
    /// The value of the last annotation.
    Annotation,
    Other,
}

/// Picks the head out of a plain document.
struct Finder<'s> {
    source: &'s Str,
    head: Head,
    /// The open collections.
    depth: usize,
    /// How many of them, from the outermost, lead to the annotations.
    inside: usize,
    field: Field,
    /// The fields that were met; one that comes twice is left to the exact reader.
    seen: [bool; 5],
}

impl<'s> Finder<'s> {
    fn new(source: &'s Str) -> Self {
        let head = Head::default();
        Self { source, head, depth: 0, inside: 0, field: Field::Other, seen: [false; 5] }
    }

    /// The head, its annotations sorted; of equal keys the last one counts.
    fn finish(mut self) -> Head {
        let annotations = &mut self.head.annotations;
        annotations.sort_by(|a, b| a.0.cmp(&b.0));
        annotations.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        self.head
    }

    /// The field that `key` names in the collection at hand.
    fn field_of(&mut self, key: Raw<'_>) -> Result<Field, GiveUp> {
        let fields: &[(&str, Field)] = match self.inside {
            1 => &[
                ("apiVersion", Field::ApiVersion),
                ("kind", Field::Kind),
                ("metadata", Field::Metadata),
            ],
            2 => &[("name", Field::Name), ("annotations", Field::Annotations)],
            _ => return Ok(Field::Annotation),
        };
        let text = key.text();
        for (name, field) in fields {
            if !folds_to(&text, name) {
                continue;
            }
            let seen = std::mem::replace(&mut self.seen[*field as usize], true);
            return if seen || *text != *name.as_bytes() { Err(GiveUp) } else { Ok(*field) };
        }
        Ok(Field::Other)
    }

    /// Stores a text that matters.
    fn store(&mut self, scalar: Raw<'_>) -> Result<(), GiveUp> {
        let text = scalar.string(self.source)?;
        match self.field {
            Field::ApiVersion => self.head.api_version = text.unwrap_or_default(),
            Field::Kind => self.head.kind = text.unwrap_or_default(),
            Field::Name => self.head.name = text.unwrap_or_default(),
            Field::Annotation => {
                if let Some((_, value)) = self.head.annotations.last_mut() {
                    *value = text.unwrap_or_default();
                }
            }
            Field::Metadata | Field::Annotations if text.is_some() => return Err(GiveUp),
            Field::Metadata | Field::Annotations | Field::Other => {}
        }
        Ok(())
    }

    /// A collection begins; it must be a map that matters or a value that does not.
    fn begin(&mut self, is_map: bool) -> Result<(), GiveUp> {
        let leads_on = match (self.depth, self.field) {
            (0, _) | (_, Field::Metadata | Field::Annotations) if is_map => true,
            (0, _) => return Err(GiveUp),
            (_, Field::Other) => false,
            _ => return Err(GiveUp),
        };
        self.depth += 1;
        if leads_on {
            self.inside = self.depth;
        }
        self.field = Field::Other;
        Ok(())
    }

    fn end(&mut self) {
        if self.inside == self.depth {
            self.inside -= 1;
        }
        self.depth -= 1;
        self.field = Field::Other;
    }
}

impl<'t> Sink<'t> for Finder<'_> {
    fn begin_map(&mut self) -> Result<(), GiveUp> {
        self.begin(true)
    }

    fn key(&mut self, key: Raw<'t>) -> Result<(), GiveUp> {
        if self.inside < self.depth {
            return key.check_key();
        }
        let text = key.key(self.source)?;
        self.field = self.field_of(key)?;
        if self.field == Field::Annotation {
            self.head.annotations.push((text, Str::EMPTY));
        }
        Ok(())
    }

    fn end_map(&mut self) {
        self.end();
    }

    fn begin_list(&mut self) -> Result<(), GiveUp> {
        self.begin(false)
    }

    fn end_list(&mut self) {
        self.end();
    }

    fn scalar(&mut self, scalar: Raw<'t>) -> Result<(), GiveUp> {
        if self.depth == 0 {
            return if scalar.is_null() { Ok(()) } else { Err(GiveUp) };
        }
        if self.inside < self.depth || self.field == Field::Other {
            return scalar.check();
        }
        self.store(scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read() {
        let text =
            "kind: Pod\nmetadata:\n  name: 5\n  annotations: {b: \"1\", a: yes}\nspec:\n- {}\n";
        let head = read_head(&text.into()).unwrap();
        assert_eq!((&*head.kind.to_string(), &*head.name.to_string()), ("Pod", "5"));
        let annotations: Vec<_> =
            head.annotations.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(annotations, ["a=true", "b=1"]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let prefix = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ";
        let cases = [
            ("[]", "array into Go value of type util.SimpleHead"),
            ("a", "string into Go value of type util.SimpleHead"),
            ("kind: []", "array into Go struct field SimpleHead.kind of type string"),
            (
                "metadata: x",
                "string into Go struct field SimpleHead.metadata of type \
                 struct { Name string \"json:\\\"name\\\"\"; \
                 Annotations map[string]string \"json:\\\"annotations\\\"\" }",
            ),
            (
                "metadata: {annotations: {a: {}}}",
                "object into Go struct field .metadata.annotations of type string",
            ),
        ];
        for (text, expected) in cases {
            let error = read_head(&text.into()).unwrap_err();
            assert_eq!(error.message(Compat::Helm4), format!("{prefix}{expected}"), "{text}");
        }
    }
}
