//! Maps as they are at one moment, to be printed later or never.
//!
//! `dict` makes text of whatever is given as a key. Charts give it the whole context by mistake, in
//! a key that nobody ever reads, and printing that is most of what such a chart costs.

use std::sync::Arc;

use super::{List, Map, Str, Tree, TreeMap, Value, append_value};

/// What a map holds at one moment: its own copy of all that can change.
#[derive(Clone, Debug)]
pub struct Snapshot {
    map: Map,
    bytes: u64,
}

/// Maps with more inside than this, and those nested deeper, are not copied.
const MOST_NODES: u32 = 20_000;
const MOST_NESTING: u32 = 100;
/// The text is at most so long that making it cannot fail.
const MOST_BYTES: u64 = 64 << 20;
/// Maps with a shorter text are not worth a copy.
const FEWEST_BYTES: u64 = 2048;
/// A scalar that is no text, or a bracket with the space around it.
const SCALAR_BYTES: u64 = 24;

impl Snapshot {
    /// What `map` holds now; `None` if it may as well be printed at once.
    pub fn of(map: &Map) -> Option<Self> {
        let mut copier = Copier { nodes: 0, bytes: 0 };
        let map = copier.map(map, 0)?;
        (copier.bytes >= FEWEST_BYTES).then_some(Self { map, bytes: copier.bytes })
    }

    /// About how many bytes the text has; no more than a few times as many as it really has.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The text: what the map would have printed as when the snapshot was taken.
    pub fn text(&self) -> Str {
        let mut text = Vec::new();
        append_value(&mut text, &Value::Map(self.map.clone()))
            .expect("snapshots are not nested deeply and have a short text");
        text.into()
    }
}

struct Copier {
    nodes: u32,
    bytes: u64,
}

impl Copier {
    /// Counts a node and `bytes` of its text; `None` if that was too much.
    fn count(&mut self, bytes: u64, depth: u32) -> Option<()> {
        self.nodes += 1;
        self.bytes += bytes;
        let fits = self.nodes <= MOST_NODES && self.bytes <= MOST_BYTES && depth <= MOST_NESTING;
        fits.then_some(())
    }

    fn value(&mut self, value: &Value, depth: u32) -> Option<Value> {
        match value {
            Value::Map(map) => return self.map(map, depth).map(Value::Map),
            Value::List(list) => return self.list(list, depth).map(Value::List),
            Value::String(text) => self.count(text.len() as u64 + 1, depth)?,
            // Bytes are printed as numbers.
            Value::Bytes(bytes) => self.count(bytes.len() as u64 * 4 + 2, depth)?,
            Value::Object(object) => self.count(object.text_bytes()?, depth)?,
            Value::Nil | Value::Bool(_) | Value::Int(..) | Value::Float(_) | Value::Complex(..) => {
                self.count(SCALAR_BYTES, depth)?;
            }
        }
        Some(value.clone())
    }

    fn map(&mut self, map: &Map, depth: u32) -> Option<Map> {
        self.count(SCALAR_BYTES, depth)?;
        if let Some(tree) = map.frozen() {
            self.tree_map(&tree, depth)?;
            return Some(Map::from_tree(&tree));
        }
        map.with_entries(|entries| {
            let copy = |(key, value): (&Str, &Value)| {
                self.count(key.len() as u64 + 1, depth)?;
                Some((key.clone(), self.value(value, depth + 1)?))
            };
            entries.iter().map(copy).collect()
        })
    }

    fn list(&mut self, list: &List, depth: u32) -> Option<List> {
        self.count(SCALAR_BYTES, depth)?;
        if let Some(items) = list.frozen() {
            self.trees(&items, depth)?;
            return Some(List::from_tree(&items));
        }
        let copy = list.with_items(|items| {
            items.iter().map(|item| self.value(item, depth + 1)).collect::<Option<_>>()
        });
        Some(List::of(list.go_type(), copy?))
    }

    /// Counts what is in `map`, which cannot change and so needs no copy.
    fn tree_map(&mut self, map: &Arc<TreeMap>, depth: u32) -> Option<()> {
        map.iter().try_for_each(|(key, tree)| {
            self.count(key.len() as u64 + 1, depth)?;
            self.tree(tree, depth + 1)
        })
    }

    fn trees(&mut self, items: &[Tree], depth: u32) -> Option<()> {
        items.iter().try_for_each(|item| self.tree(item, depth + 1))
    }

    fn tree(&mut self, tree: &Tree, depth: u32) -> Option<()> {
        let own = if let Tree::String(text) = tree { text.len() as u64 + 1 } else { SCALAR_BYTES };
        self.count(own, depth)?;
        match tree {
            Tree::Map(map) => self.tree_map(map, depth),
            Tree::List(items) => self.trees(items, depth),
            _ => Some(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_later_is_not_in_it() {
        let text = "x".repeat(3000);
        let inner = Map::new();
        inner.insert("text", text.as_str());
        let map = Map::new();
        map.insert("inner", inner.clone());
        map.insert("list", Value::list(vec![Value::Nil, Value::int(1), Value::Map(inner.clone())]));
        let snapshot = Snapshot::of(&map).expect("the text is long");
        inner.insert("more", 1.0);
        map.insert("more", true);
        let expected = format!("map[inner:map[text:{text}] list:[<nil> 1 map[text:{text}]]]");
        assert_eq!(snapshot.text(), expected.as_str());
        assert!(snapshot.bytes() >= expected.len() as u64);
    }

    #[test]
    fn small_and_cyclic_maps_have_none() {
        let map = Map::new();
        assert!(Snapshot::of(&map).is_none());
        map.insert("self", map.clone());
        assert!(Snapshot::of(&map).is_none());
    }
}
