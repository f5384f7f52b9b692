//! Trees into structs, with the rules and the words of Go's JSON decoder.
//!
//! Unknown keys are skipped, keys match whatever their letter case, `null` changes nothing, and a
//! wrong type is remembered while the rest is still decoded: the first one becomes the error.
//! Decoding onto something that is already filled lays the new over the old.

use std::collections::BTreeMap;

use crate::compat::Compat;
use crate::data::{Str, Tree, append_float32, append_integer};

/// Decodes one document.
#[derive(Debug)]
pub(super) struct Decoder {
    compat: Compat,
    /// The Go struct being filled and the way of field names to here.
    owner: &'static str,
    fields: Vec<&'static str>,
    failure: Option<String>,
}

/// A struct that can be decoded.
pub(super) trait Fields: Default {
    /// The name of the Go type, without its package.
    const NAME: &'static str;

    /// The field that `key` names exactly, or else but for letter case.
    fn decode_field(&mut self, field: &'static str, value: &Tree, decoder: &mut Decoder);

    /// The names of the fields.
    const FIELDS: &'static [&'static str];
}

/// Decodes `tree` onto `target`; the failure is the text behind `while decoding JSON: `.
pub(super) fn decode<T: Fields>(tree: &Tree, target: &mut T, compat: Compat) -> Result<(), String> {
    let mut decoder = Decoder { compat, owner: "", fields: Vec::new(), failure: None };
    decoder.structure(tree, target);
    decoder.failure.map_or(Ok(()), Err)
}

impl Decoder {
    /// Lays an object over `target`.
    pub(super) fn structure<T: Fields>(&mut self, tree: &Tree, target: &mut T) {
        let Tree::Map(map) = tree else {
            let type_name = self.qualified(T::NAME);
            return self.mismatch(tree, &type_name);
        };
        let outer = std::mem::replace(&mut self.owner, T::NAME);
        for (key, value) in map.iter() {
            if let Some(field) = matching_field(T::FIELDS, key) {
                self.fields.push(field);
                target.decode_field(field, value, self);
                self.fields.pop();
            }
        }
        self.owner = outer;
    }

    /// A string; numbers and booleans give their text.
    pub(super) fn string(&mut self, tree: &Tree, target: &mut Str) {
        match tree {
            Tree::Null => {}
            Tree::String(text) => *target = text.clone(),
            Tree::Bool(value) => *target = Str::from_static(if *value { "true" } else { "false" }),
            Tree::Int(_) | Tree::Float(_) => *target = number_text(tree),
            Tree::List(_) | Tree::Map(_) => self.mismatch(tree, "string"),
        }
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, tree: &Tree, target: &mut bool) {
        match tree {
            Tree::Null => {}
            Tree::Bool(value) => *target = *value,
            _ => self.mismatch(tree, "bool"),
        }
    }

    /// A list of strings.
    pub(super) fn strings(&mut self, tree: &Tree, target: &mut Vec<Str>) {
        self.list(tree, "[]string", target, Self::string);
    }

    /// A list of pointers to structs, which may be nil.
    pub(super) fn structures<T: Fields>(&mut self, tree: &Tree, target: &mut Vec<Option<T>>) {
        let type_name = format!("[]*{}", self.qualified(T::NAME));
        self.list(tree, &type_name, target, |decoder, item, slot| match item {
            Tree::Null => *slot = None,
            item => decoder.structure(item, slot.get_or_insert_default()),
        });
    }

    /// A list of anything.
    pub(super) fn anything(&mut self, tree: &Tree, target: &mut Vec<Tree>) {
        self.list(tree, "[]interface {}", target, |_, item, slot| *slot = item.clone());
    }

    /// Items are laid over those that are there; there are as many as in `tree` afterwards.
    fn list<T: Default>(
        &mut self,
        tree: &Tree,
        type_name: &str,
        target: &mut Vec<T>,
        decode_item: impl Fn(&mut Self, &Tree, &mut T),
    ) {
        match tree {
            Tree::Null => target.clear(),
            Tree::List(items) => {
                target.resize_with(items.len(), T::default);
                for (item, slot) in items.iter().zip(target) {
                    decode_item(self, item, slot);
                }
            }
            _ => self.mismatch(tree, type_name),
        }
    }

    /// A `map[string]string`, added to what is there.
    pub(super) fn string_map(&mut self, tree: &Tree, target: &mut BTreeMap<Str, Str>) {
        match tree {
            Tree::Null => target.clear(),
            Tree::Map(map) => {
                for (key, value) in map.iter() {
                    let mut text = Str::EMPTY;
                    self.string(value, &mut text);
                    target.insert(key.clone(), text);
                }
            }
            _ => self.mismatch(tree, "map[string]string"),
        }
    }

    /// Remembers `failure` unless there was one before.
    pub(super) fn fail(&mut self, failure: String) {
        self.failure.get_or_insert(failure);
    }

    fn mismatch(&mut self, found: &Tree, type_name: &str) {
        let found = match found {
            Tree::Null => return,
            Tree::Bool(_) => "bool",
            Tree::Int(_) | Tree::Float(_) => "number",
            Tree::String(_) => "string",
            Tree::List(_) => "array",
            Tree::Map(_) => "object",
        };
        let place = match self.fields.join(".") {
            fields if fields.is_empty() => "value".to_owned(),
            fields => format!("struct field {}.{fields}", self.owner),
        };
        self.fail(format!("json: cannot unmarshal {found} into Go {place} of type {type_name}"));
    }

    /// The type name with the package that it has in the Helm to be equalled.
    fn qualified(&self, name: &str) -> String {
        match (name, self.compat) {
            ("chartBase", _) => format!("loader.{name}"),
            (_, Compat::Helm3) => format!("chart.{name}"),
            (_, Compat::Helm4) => format!("v2.{name}"),
        }
    }
}

fn matching_field(fields: &'static [&'static str], key: &Str) -> Option<&'static str> {
    let exact = fields.iter().find(|field| key == *field);
    let folded = || fields.iter().find(|field| key.eq_ignore_ascii_case(field.as_bytes()));
    exact.or_else(folded).copied()
}

/// The text that a YAML number has where Chart.yaml wants a string.
fn number_text(number: &Tree) -> Str {
    let mut text = Vec::new();
    match number {
        // Whole numbers are integers in YAML, unless someone takes the trouble to write `1e20`.
        Tree::Float(value) if value.fract() == 0.0 && value.abs() < 9.3e18 => {
            append_integer(&mut text, *value as i64);
        }
        // Helm's YAML library prints with the precision of a `float32`.
        Tree::Float(value) => append_float32(&mut text, *value as f32),
        Tree::Int(value) => append_integer(&mut text, *value),
        _ => {}
    }
    text.into()
}
