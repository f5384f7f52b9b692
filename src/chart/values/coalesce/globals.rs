//! `global`, which every chart hands down to its subcharts.
//!
//! Helm copies the tables inside `global` for each subchart, but not the tables inside those: all
//! charts below share them, and what one chart's defaults add to such a table, the charts above
//! and beside it see as well. [`hand_down`] makes the subchart's table, [`hand_up`] takes such
//! additions back, and the chart above spreads them when all its subcharts are done.

use std::sync::Arc;

use super::tables::{Outcome, Path, join, replaced, set_unless_same, tables};
use crate::model::{Chart, Notice};
use go_text_template::data::{Map, Str, Tree, TreeMap, Value};

/// The key of globals.
pub(super) const GLOBAL: Str = Str::from_static("global");

/// The values of a subchart with the globals of the chart above in them.
pub(super) fn hand_down(
    section: Arc<TreeMap>,
    above: Option<&Tree>,
    path: &Path<'_>,
    notices: &mut Vec<Notice>,
) -> Arc<TreeMap> {
    let empty = Tree::Map(Arc::default());
    let Tree::Map(own) = section.get(&GLOBAL).unwrap_or(&empty) else {
        notices.push(Notice::DestinationGlobals);
        return section;
    };
    let Tree::Map(above) = above.unwrap_or(&empty) else {
        notices.push(Notice::SourceGlobals);
        return section;
    };
    let merged = if own.is_empty() && !above.is_empty() {
        above.clone()
    } else {
        join(own, above, |key, own, above| hand_down_one(key, own, above, path, notices))
    };
    match section.get(&GLOBAL) {
        Some(Tree::Map(own)) if Arc::ptr_eq(own, &merged) => section,
        _ => with(&section, &GLOBAL, Tree::Map(merged)),
    }
}

fn hand_down_one(
    key: &Str,
    own: Option<&Tree>,
    above: &Tree,
    path: &Path<'_>,
    notices: &mut Vec<Notice>,
) -> Outcome {
    match (own, above) {
        // Here the chart above wins, and nulls stay for the coalescing that follows.
        (Some(Tree::Map(own)), Tree::Map(above)) => {
            let path = Path::new(Some(path), key);
            replaced(own, tables(above, own, Some(&path), true, notices))
        }
        (Some(_), Tree::Map(_)) => {
            notices.push(Notice::GlobalConflict(key.clone()));
            Outcome::Keep
        }
        (Some(Tree::Map(_)), _) => {
            notices.push(Notice::GlobalIsTable(key.clone()));
            Outcome::Keep
        }
        (own, above) => set_unless_same(own, above),
    }
}

/// The globals `above` with the shared tables as they are in `section` now.
pub(super) fn hand_up(above: &Arc<TreeMap>, section: &TreeMap) -> Arc<TreeMap> {
    match section.get(&GLOBAL) {
        Some(Tree::Map(own)) => take_over_shared(above, own),
        _ => above.clone(),
    }
}

/// Brings the shared tables of `above` into the values of `chart`, and of the charts below it.
pub(super) fn spread(chart: &Chart, section: &Arc<TreeMap>, above: &Arc<TreeMap>) -> Arc<TreeMap> {
    let Some(Tree::Map(own)) = section.get(&GLOBAL) else { return section.clone() };
    let updated = take_over_shared(own, above);
    if Arc::ptr_eq(own, &updated) {
        return section.clone();
    }
    let mut section = with(section, &GLOBAL, Tree::Map(updated.clone()));
    for below in chart.dependencies.iter() {
        if let Some(Tree::Map(inner)) = section.get(below.name()) {
            let inner = Tree::Map(spread(below, inner, &updated));
            section = with(&section, below.name(), inner);
        }
    }
    section
}

/// `target` with those tables inside its tables that `source` has at the same place.
fn take_over_shared(target: &Arc<TreeMap>, source: &Arc<TreeMap>) -> Arc<TreeMap> {
    if Arc::ptr_eq(target, source) {
        return target.clone();
    }
    join(target, source, |_, target, source| match (target, source) {
        (Some(Tree::Map(target)), Tree::Map(source)) if !Arc::ptr_eq(target, source) => {
            let updated = join(target, source, |_, target, source| match (target, source) {
                (Some(Tree::Map(target)), Tree::Map(source)) => replaced(target, source.clone()),
                _ => Outcome::Keep,
            });
            replaced(target, updated)
        }
        _ => Outcome::Keep,
    })
}

/// The table with `key` set.
pub(super) fn with(table: &Arc<TreeMap>, key: &Str, value: Tree) -> Arc<TreeMap> {
    let mut table = table.clone();
    Arc::make_mut(&mut table).insert(key.clone(), value);
    table
}

/// Makes a chart and a subchart share the tables that Helm makes them share, as live maps: what a
/// template of one sets there, the templates of the other see.
pub fn share_globals(above: &Map, section: &Map) {
    let (Some(Value::Map(above)), Some(Value::Map(own))) =
        (above.get(&GLOBAL), section.get(&GLOBAL))
    else {
        return;
    };
    let Some(tables) = own.frozen() else { return };
    for (name, table) in tables.iter() {
        let Tree::Map(table) = table else { continue };
        for (inner_name, inner) in table.iter() {
            if let Tree::Map(inner) = inner {
                share(&above, &own, [name, inner_name], inner);
            }
        }
    }
}

/// Puts the table at `path` in `above` into `own`, if it is the same as `expected`.
fn share(above: &Map, own: &Map, [outer, inner]: [&Str; 2], expected: &Arc<TreeMap>) {
    let (Some(Value::Map(above)), Some(Value::Map(own))) = (above.get(outer), own.get(outer))
    else {
        return;
    };
    if let Some(Value::Map(shared)) = above.get(inner)
        && shared.frozen().is_some_and(|tree| Arc::ptr_eq(&tree, expected))
    {
        own.insert(inner.clone(), shared);
    }
}
