//! The charts that an index of a repository lists: tables to checked entries.
//!
//! It stands here because an entry is Chart.yaml's metadata with a few fields more, and is checked
//! by the same rules.

use std::fmt;
use std::sync::Arc;

use super::lock::time_fault_of;
use super::metadata::{Draft, Overlay, take_text};
use super::{DecodeError, Error, Metadata, shapes};
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::{json, yaml};

/// An index as it was read: known fields only, of the right types, nothing checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexTable(Arc<TreeMap>);

/// One version of a chart in a repository.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexEntry {
    /// What the chart's Chart.yaml says.
    pub metadata: Metadata,
    /// Where the archive is: addresses, or paths below that of the repository.
    pub urls: Vec<Str>,
    /// When the entry was made, as RFC 3339 has it.
    pub created: Str,
    /// Whether the chart is gone.
    pub removed: bool,
    /// The digest of the archive.
    pub digest: Str,
}

/// Why a text is no index; its `Display` is Go's text.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexFault {
    /// It is JSON, but of another shape.
    Json(String),
    /// It is not YAML, or of another shape.
    Yaml(DecodeError),
}

impl fmt::Display for IndexFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(fault) => f.write_str(fault),
            Self::Yaml(error) => error.fmt(f),
        }
    }
}

/// Reads an index: as JSON if it is that, else strictly as YAML.
pub fn read_index_table(text: &Str, compat: Compat) -> Result<IndexTable, IndexFault> {
    let shape = shapes::index(compat);
    let (tree, is_json) = match json::read(text) {
        Ok(tree) => (yaml::fit(tree, shape).map_err(IndexFault::Json)?, true),
        Err(_) => {
            let failed = |error| IndexFault::Yaml(DecodeError::Yaml(error));
            (yaml::read_strictly(text, shape).map_err(failed)?, false)
        }
    };
    let Tree::Map(table) = tree else { return Ok(IndexTable::default()) };
    let table = IndexTable(table);
    match table.time_fault() {
        Some(fault) if is_json => Err(IndexFault::Json(fault)),
        Some(fault) => Err(IndexFault::Yaml(DecodeError::Shape(fault))),
        None => Ok(table),
    }
}

impl IndexTable {
    /// Whether it says which version of its format it has.
    pub fn has_api_version(&self) -> bool {
        self.0.get(b"apiVersion").and_then(Tree::as_str).is_some_and(|text| !text.is_empty())
    }

    /// A field of the index itself.
    pub fn field(&self, name: &str) -> Option<&Tree> {
        self.0.get(name.as_bytes())
    }

    /// The names of the charts with their versions, which may be null.
    pub fn charts(&self) -> impl Iterator<Item = (&Str, &[Tree])> {
        let entries = self.0.get(b"entries").and_then(Tree::as_map);
        entries.into_iter().flat_map(|entries| entries.iter()).map(|(name, versions)| {
            let versions: &[Tree] = match versions {
                Tree::List(versions) => versions,
                _ => &[],
            };
            (name, versions)
        })
    }

    fn time_fault(&self) -> Option<String> {
        let times = self.charts().flat_map(|(_, versions)| versions);
        let tables = times.filter_map(Tree::as_map);
        let fault = tables.filter_map(|table| time_fault_of(table, b"created")).next();
        fault.or_else(|| time_fault_of(&self.0, b"generated"))
    }
}

impl IndexEntry {
    /// The entry that `table` describes, or what is wrong with it.
    pub fn read(table: &TreeMap) -> Result<Self, Error> {
        let mut draft = Draft::default();
        draft.overlay(table);
        draft.default_api_version();
        let mut entry = Self { metadata: draft.finish_with(true)?, ..Self::default() };
        if let Some(Tree::List(urls)) = table.get(b"urls") {
            entry.urls = urls.iter().filter_map(Tree::as_str).cloned().collect();
        }
        entry.removed = table.get(b"removed") == Some(&Tree::Bool(true));
        for (name, target) in [("created", &mut entry.created), ("digest", &mut entry.digest)] {
            if let Some(text) = table.get(name.as_bytes()) {
                take_text(text, target);
            }
        }
        Ok(entry)
    }

    /// The version that `table` claims, for messages about it.
    pub fn version_of(table: &TreeMap) -> Str {
        table.get(b"version").and_then(Tree::as_str).cloned().unwrap_or_default()
    }
}
