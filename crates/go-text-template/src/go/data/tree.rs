//! Immutable values, as read from YAML, JSON or `--set`.

use std::sync::Arc;

use super::Str;

/// An immutable value that threads can share; cloning is cheap.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Tree {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An `int64`; only `--set` makes these, YAML and JSON numbers are floats.
    Int(i64),
    /// A `float64`.
    Float(f64),
    /// A string.
    String(Str),
    /// `[]interface {}`.
    List(Arc<Vec<Self>>),
    /// `map[string]interface {}`.
    Map(Arc<TreeMap>),
}

impl Tree {
    /// A list of `items`.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    /// A map with `entries`; of equal keys the last wins.
    pub fn map(entries: Vec<(Str, Self)>) -> Self {
        Self::Map(Arc::new(TreeMap::new(entries)))
    }

    /// The map, if this is one.
    pub fn as_map(&self) -> Option<&Arc<TreeMap>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&Str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value at `path`, going from map to map.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| tree.as_map()?.get(key.as_bytes()))
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A map with string keys, held in byte order of the keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeMap {
    /// Sorted by key, keys unique.
    entries: Vec<(Str, Tree)>,
}

impl TreeMap {
    /// The map of `entries`; of equal keys the last wins.
    pub fn new(mut entries: Vec<(Str, Tree)>) -> Self {
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        // `dedup_by` keeps the first of a run, so the later value moves into the earlier entry.
        entries.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self { entries }
    }

    /// The value of `key`.
    pub fn get(&self, key: &[u8]) -> Option<&Tree> {
        self.find(key).map(|(_, value)| value)
    }

    /// The value of `key`, and how many keys are before that one.
    pub fn find(&self, key: &[u8]) -> Option<(usize, &Tree)> {
        let at = self.position(key).ok()?;
        Some((at, &self.entries[at].1))
    }

    /// Sets `key` to `value` and gives the value it had.
    pub fn insert(&mut self, key: Str, value: Tree) -> Option<Tree> {
        match self.position(key.as_bytes()) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    /// Removes `key` and gives its value.
    pub fn remove(&mut self, key: &[u8]) -> Option<Tree> {
        let at = self.position(key).ok()?;
        Some(self.entries.remove(at).1)
    }

    /// Keys and values in byte order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Str, &Tree)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn position(&self, key: &[u8]) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.as_bytes().cmp(key))
    }
}

impl FromIterator<(Str, Tree)> for TreeMap {
    fn from_iter<I: IntoIterator<Item = (Str, Tree)>>(entries: I) -> Self {
        Self::new(entries.into_iter().collect())
    }
}
