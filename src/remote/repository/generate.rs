//! The index of a folder of archives.

use super::Index;
use super::index::newest_first;
use crate::model::{IndexEntry, Metadata};
use go_text_template::data::{Str, Tree, Value};
use go_text_template::dates::{Time, Zone};
use go_text_template::json;
use go_text_template::yaml;

/// An index in the making.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// The charts so far.
    pub index: Index,
    /// When it was begun, as RFC 3339 has it.
    pub generated: String,
}

impl Generated {
    /// Adds the archive at `url`.
    pub fn add(&mut self, metadata: Metadata, url: String, digest: String, created: String) {
        let entry = IndexEntry {
            urls: vec![url.into()],
            created: created.into(),
            removed: false,
            digest: digest.into(),
            metadata,
        };
        self.index.charts.entry(entry.metadata.name.clone()).or_default().push(entry);
    }

    /// Sorts the newest to the front.
    pub fn sort(&mut self) {
        self.index.charts.values_mut().for_each(|entries| newest_first(entries));
    }
}

/// Adds what `other` has and `generated` has not.
pub fn merge(generated: &mut Generated, other: Index) {
    for entry in other.charts.into_values().flatten() {
        let (name, version) = (entry.metadata.name.clone(), entry.metadata.version.to_string());
        if generated.index.get(&name.to_string(), &version).is_err() {
            generated.index.charts.entry(name).or_default().push(entry);
        }
    }
}

/// The text of index.yaml.
pub fn to_yaml(generated: &Generated) -> Vec<u8> {
    yaml::write(&Value::from(&tree(generated)), &mut |_| true).unwrap_or_default()
}

/// The same as JSON, its fields in the order of Go's structs.
pub fn to_json(generated: &Generated) -> Vec<u8> {
    json::write_ordered(&tree(generated), json::Style::PRETTY, &crate::model::FIELD_ORDER)
}

fn tree(generated: &Generated) -> Tree {
    let charts = generated.index.charts.iter();
    let entries = charts
        .map(|(name, versions)| (name.clone(), Tree::list(versions.iter().map(entry).collect())));
    Tree::map(vec![
        ("apiVersion".into(), Tree::String("v1".into())),
        ("generated".into(), Tree::String(generated.generated.as_str().into())),
        ("entries".into(), Tree::map(entries.collect())),
    ])
}

fn entry(entry: &IndexEntry) -> Tree {
    let mut table = match entry.metadata.to_tree() {
        Tree::Map(table) => (*table).clone(),
        _ => go_text_template::data::TreeMap::default(),
    };
    let urls = entry.urls.iter().cloned().map(Tree::String).collect();
    table.insert("urls".into(), Tree::list(urls));
    table.insert("created".into(), Tree::String(time(&entry.created)));
    if entry.removed {
        table.insert("removed".into(), Tree::Bool(true));
    }
    if !entry.digest.is_empty() {
        table.insert("digest".into(), Tree::String(entry.digest.clone()));
    }
    Tree::Map(table.into())
}

/// A time as Go writes it; the year 1 for none.
fn time(text: &Str) -> Str {
    const READ: &[u8] = b"2006-01-02T15:04:05Z07:00";
    const WRITTEN: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
    match Time::parse(READ, text, &Zone::UTC) {
        Ok(time) => time.format(WRITTEN).into(),
        Err(_) => Str::from_static("0001-01-01T00:00:00Z"),
    }
}
