//! import-values: what subcharts export into the defaults of the charts above.
//!
//! The deepest charts come first, and only defaults take part. Helm's tables are shared while it
//! merges one import after another, so an import may change the very table that an earlier one
//! came from; that is why this works on live maps.

use std::sync::Arc;

use crate::model::{Chart, Dependency, Notice};
use crate::values::Error;
use crate::values::coalesce::{Coalescer, Path, tables};
use go_text_template::data::{Map, Str, Tree, TreeMap, Value, append_value};

/// `chart` with what its subcharts export in its defaults, and theirs in turn.
pub(super) fn imported(
    chart: &Chart,
    coalescer: &mut Coalescer,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let mut chart = chart.clone();
    let mut below = Vec::with_capacity(chart.dependencies.len());
    for subchart in chart.dependencies.iter() {
        let subchart =
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || imported(subchart, coalescer, notices));
        below.push(subchart?);
    }
    chart.dependencies = Arc::new(below);
    if !chart.metadata.lists_dependencies {
        return Ok(chart);
    }
    let values = coalescer.merge(&chart, &Arc::default(), notices)?;
    if !chart.metadata.dependencies.iter().any(|dependency| !dependency.import_values.is_empty()) {
        chart.values = values;
        return Ok(chart);
    }
    let values = Map::from_tree(&values);
    let gathered = Map::new();
    let metadata = Arc::make_mut(&mut chart.metadata);
    for dependency in &mut metadata.dependencies {
        gather(dependency, &values, &gathered, notices);
    }
    let (values, gathered) = (frozen(&values), frozen(&gathered));
    chart.values = tables(&values, &gathered, None, true, notices);
    Ok(chart)
}

/// Merges what `dependency` imports into `gathered`, behind what is there already.
fn gather(dependency: &mut Dependency, values: &Map, gathered: &Map, notices: &mut Vec<Notice>) {
    let mut done = Vec::new();
    for item in std::mem::take(&mut dependency.import_values) {
        let (child, parent) = match &item {
            Tree::Map(item) => (printed(item.get(b"child")), printed(item.get(b"parent"))),
            Tree::String(key) => {
                ([b"exports.", key.as_bytes()].concat().into(), Str::from_static("."))
            }
            _ => continue,
        };
        done.push(Tree::map(vec![
            (Str::from_static("child"), Tree::String(child.clone())),
            (Str::from_static("parent"), Tree::String(parent.clone())),
        ]));
        let path = [dependency.name.as_bytes(), b".", child.as_bytes()].concat();
        match table_at(values, &path) {
            Ok(table) => merge_live(gathered, &below(&parent, table), None, notices),
            Err(table) if matches!(item, Tree::Map(_)) => {
                notices.push(Notice::ImportMissing { chart: dependency.name.clone(), table });
            }
            Err(table) => notices.push(Notice::ImportMissingExport { table }),
        }
    }
    dependency.import_values = done;
}

/// The value as `%v` prints it, whatever it is.
fn printed(value: Option<&Tree>) -> Str {
    let value = value.map_or(Value::Nil, Value::from);
    let mut text = Vec::new();
    // Trees have no cycles; a name beyond all bounds finds nothing anyway.
    let _ = append_value(&mut text, &value);
    text.into()
}

/// The table at `path`, or the first part of it that is none.
fn table_at(values: &Map, path: &[u8]) -> Result<Map, Str> {
    path.split(|&byte| byte == b'.').try_fold(values.clone(), |table, part| match table.get(part) {
        Some(Value::Map(table)) => Ok(table),
        _ => Err(part.into()),
    })
}

/// Tables around `table`, so that it stands at `path`.
fn below(path: &Str, table: Map) -> Map {
    // An empty table is not shared with the one it was.
    let table = if table.is_empty() { Map::new() } else { table };
    if *path == "." {
        return table;
    }
    path.rsplit(|&byte| byte == b'.')
        .fold(table, |table, part| Map::from_iter([(Str::from(part), Value::Map(table))]))
}

/// `lower` under `upper`, which changes; nulls stay, and spread to `lower`.
fn merge_live(upper: &Map, lower: &Map, path: Option<&Path<'_>>, notices: &mut Vec<Notice>) {
    for (key, value) in upper.entries() {
        if value.is_nil() {
            lower.insert(key, Value::Nil);
        }
    }
    for (key, low) in lower.entries() {
        let path = Path::new(path, &key);
        match (upper.get(&key), low) {
            (None, low) => upper.insert(key.clone(), low),
            (Some(Value::Map(high)), Value::Map(low)) if high.same(&low) => {}
            (Some(Value::Map(high)), Value::Map(low)) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    merge_live(&high, &low, Some(&path), notices);
                });
            }
            (Some(_), Value::Map(low)) => notices
                .push(Notice::TableOverwritten { key: path.text(), value: tree(&Value::Map(low)) }),
            (Some(Value::Map(_)), low) if !low.is_nil() => {
                notices.push(Notice::TableKept { key: path.text(), value: tree(&low) });
            }
            _ => {}
        }
    }
}

fn frozen(map: &Map) -> Arc<TreeMap> {
    match tree(&Value::Map(map.clone())) {
        Tree::Map(map) => map,
        _ => Arc::default(),
    }
}

/// The tree of a value that was made of trees.
fn tree(value: &Value) -> Tree {
    match value {
        Value::Bool(value) => Tree::Bool(*value),
        Value::Int(_, value) => Tree::Int(*value),
        Value::Float(value) => Tree::Float(*value),
        Value::String(text) => Tree::String(text.clone()),
        Value::List(list) => match list.frozen() {
            Some(items) => Tree::List(items),
            None => Tree::list(list.to_vec().iter().map(tree).collect()),
        },
        Value::Map(map) => Tree::Map(map.frozen().unwrap_or_else(|| {
            let entries = map.entries();
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                Arc::new(entries.iter().map(|(key, value)| (key.clone(), tree(value))).collect())
            })
        })),
        _ => Tree::Null,
    }
}
