//! The fields of a document, and which bytes they are.

use std::ops::Range;

use crate::manifest::Document;
use crate::values::{Step, ValuePath};
use go_text_template::data::{Str, Tree};
use go_text_template::yaml::{self, Place, Places};

/// The fields of a document that hold no others, in the order of the text.
#[derive(Debug)]
pub struct Fields {
    content: Tree,
    places: Places,
    leaves: Vec<(ValuePath, Place)>,
}

impl Fields {
    /// Those of `document`; none if it is no YAML.
    pub fn of(document: &Document) -> Self {
        Self::read(&document.content)
    }

    fn read(text: &Str) -> Self {
        let content = yaml::read(text).unwrap_or_default();
        let places = Places::read(text);
        let mut fields = Self { content, places, leaves: Vec::new() };
        let mut leaves = Vec::new();
        collect(&fields.content, &mut ValuePath::default(), &mut |path| {
            leaves.extend(fields.place(path).map(|place| (path.clone(), place)));
        });
        leaves.sort_by_key(|(_, place)| place.value.start);
        fields.leaves = leaves;
        fields
    }

    /// The document as a value.
    pub fn content(&self) -> &Tree {
        &self.content
    }

    /// Where a field is.
    pub fn place(&self, path: &ValuePath) -> Option<Place> {
        let words = path.words();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.places.find(&words)
    }

    /// The fields inside the one at `path`, or itself, with the bytes of their values.
    pub fn below<'f>(
        &'f self,
        path: &'f ValuePath,
    ) -> impl Iterator<Item = (&'f ValuePath, Range<usize>)> {
        let below = self.leaves.iter().filter(move |(leaf, _)| leaf.is_within(path));
        below.map(|(leaf, place)| (leaf, range(place)))
    }

    /// The field whose key or value is at or before the byte `offset`, nearest to it.
    pub fn at(&self, offset: usize) -> Option<&ValuePath> {
        let begins = |place: &Place| place.key.start.min(place.value.start) as usize;
        let before = self.leaves.iter().rev().find(|(_, place)| begins(place) <= offset);
        before.or(self.leaves.first()).map(|(path, _)| path)
    }
}

/// The bytes of the value.
fn range(place: &Place) -> Range<usize> {
    place.value.start as usize..place.value.end as usize
}

fn collect(value: &Tree, path: &mut ValuePath, found: &mut dyn FnMut(&ValuePath)) {
    match value {
        Tree::Map(map) if !map.is_empty() => {
            for (key, value) in map.iter() {
                path.0.push(Step::Key(key.clone()));
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || collect(value, path, found));
                path.0.pop();
            }
        }
        Tree::List(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                path.0.push(Step::Index(index));
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || collect(value, path, found));
                path.0.pop();
            }
        }
        _ => found(path),
    }
}
