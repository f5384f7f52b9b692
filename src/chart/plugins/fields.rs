//! Fields of plugin.yaml.

use go_text_template::data::{Str, Tree, TreeMap};

/// The text of the field, if there is one.
pub(super) fn text(table: &TreeMap, field: &str) -> Str {
    match table.get(field.as_bytes()) {
        Some(Tree::String(text)) => text.clone(),
        _ => Str::EMPTY,
    }
}

pub(super) fn flag(table: &TreeMap, field: &str) -> bool {
    matches!(table.get(field.as_bytes()), Some(Tree::Bool(true)))
}

pub(super) fn list<'t>(table: &'t TreeMap, field: &str) -> &'t [Tree] {
    match table.get(field.as_bytes()) {
        Some(Tree::List(items)) => items,
        _ => &[],
    }
}

/// The number of entries of a map.
pub(super) fn size(table: &TreeMap, field: &str) -> usize {
    match table.get(field.as_bytes()) {
        Some(Tree::Map(map)) => map.iter().count(),
        _ => 0,
    }
}

/// The texts in the list `field`.
pub(super) fn texts(table: &TreeMap, field: &str) -> Vec<Str> {
    let text = |item: &Tree| item.as_str().cloned().unwrap_or_default();
    list(table, field).iter().map(text).collect()
}

/// The maps in the list `field`.
pub(super) fn tables<'t>(table: &'t TreeMap, field: &str) -> Vec<&'t TreeMap> {
    list(table, field).iter().filter_map(Tree::as_map).map(|table| &**table).collect()
}
