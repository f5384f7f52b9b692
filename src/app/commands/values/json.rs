//! The values as JSON: a list of leaves.

use serde::Serialize;
use serde_json::Value;

use super::leaves::{Leaf, Leaves, MASK};
use super::wording::shown_argument;
use crate::values::{Giver, Setter, Way};
use go_text_template::data::Tree;

/// A leaf.
#[derive(Serialize)]
struct Entry {
    path: String,
    value: Value,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    origin: Option<Origin>,
    overrides: Vec<Origin>,
}

/// Who set a value.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::app::commands) enum Origin {
    Flag {
        flag: String,
        index: usize,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<&'static str>,
    },
    File {
        file: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<&'static str>,
    },
    Inline {
        list: bool,
    },
}

/// All leaves, one in an element.
pub(super) fn write(leaves: &Leaves<'_>) -> Vec<u8> {
    let entries: Vec<_> = leaves.all().iter().map(|leaf| entry(leaf, leaves)).collect();
    let mut text = serde_json::to_vec_pretty(&entries).unwrap_or_default();
    text.push(b'\n');
    text
}

fn entry(leaf: &Leaf<'_>, leaves: &Leaves<'_>) -> Entry {
    let value = match leaf.value {
        Some(_) if leaves.is_masked(&leaf.path) => Value::from(MASK),
        value => value.map_or(Value::Null, scalar),
    };
    let origin = |setter: &Setter<'_>| origin(setter, leaves.masks);
    Entry {
        path: leaf.path.to_string(),
        value,
        removed: leaf.value.is_none(),
        origin: leaf.history.setter.as_ref().map(origin),
        overrides: leaf.history.overridden.iter().map(origin).collect(),
    }
}

pub(in crate::app::commands) fn origin(setter: &Setter<'_>, masks: bool) -> Origin {
    let by = match setter.way {
        Way::Direct => None,
        Way::Global => Some("global"),
        Way::Import => Some("import-values"),
    };
    match setter.giver {
        Giver::Flag { flag, index, argument } => {
            let text = shown_argument(flag, argument, masks);
            Origin::Flag { flag: format!("--{flag}"), index: *index, text, by }
        }
        Giver::File(file) => {
            let place = file.place(&setter.path);
            let place = place.map(|place| file.source.line_column(place.value.start));
            let (line, column) = place.map(|place| (place.line, place.column)).unzip();
            Origin::File { file: file.source.name().to_owned(), line, column, by }
        }
        Giver::Inline => Origin::Inline { list: true },
    }
}

/// A leaf's value; whole numbers are written without a fraction.
fn scalar(value: &Tree) -> Value {
    match value {
        Tree::Null => Value::Null,
        Tree::Bool(value) => Value::from(*value),
        Tree::Int(value) => Value::from(*value),
        #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
        Tree::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
            Value::from(*value as i64)
        }
        Tree::Float(value) => Value::from(*value),
        Tree::String(text) => Value::from(text.to_str_lossy()),
        Tree::List(_) => Value::Array(Vec::new()),
        Tree::Map(_) => Value::Object(serde_json::Map::new()),
    }
}

/// A value with everything in it.
pub(in crate::app::commands) fn whole(value: &Tree) -> Value {
    match value {
        Tree::List(items) => items.iter().map(whole).collect(),
        Tree::Map(map) => {
            let entry = |(key, value): (&go_text_template::data::Str, &Tree)| {
                let value = stacker::maybe_grow(64 * 1024, 1024 * 1024, || whole(value));
                (key.to_string(), value)
            };
            Value::Object(map.iter().map(entry).collect())
        }
        value => scalar(value),
    }
}
