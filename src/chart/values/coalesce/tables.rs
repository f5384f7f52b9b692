//! Tables under tables, as Helm's `coalesceTablesFullKey` lays them.
//!
//! Everything is shared: a result that equals one side is that side.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use crate::model::Notice;
use go_text_template::data::{Str, Tree, TreeMap};

/// The way to a key, from the outermost chart's name on; only notices need it as text.
#[derive(Clone, Copy, Debug)]
pub(in crate::chart::values) struct Path<'p> {
    above: Option<&'p Self>,
    name: &'p Str,
}

impl<'p> Path<'p> {
    /// `name` below `above`.
    pub(in crate::chart::values) fn new(above: Option<&'p Self>, name: &'p Str) -> Self {
        Self { above, name }
    }

    /// The names with dots between them.
    pub(in crate::chart::values) fn text(&self) -> Str {
        match self.above.map(Self::text) {
            Some(above) if !above.is_empty() => {
                [above.as_bytes(), b".", self.name.as_bytes()].concat().into()
            }
            _ => self.name.clone(),
        }
    }
}

/// What becomes of a key that the lower table has.
pub(super) enum Outcome {
    /// It is as in the upper table.
    Keep,
    /// It goes from the upper table.
    Remove,
    /// It gets this value.
    Set(Tree),
}

/// The upper table after `decide` has been asked about each key of the lower one, in their order.
pub(super) fn join(
    upper: &Arc<TreeMap>,
    lower: &TreeMap,
    mut decide: impl FnMut(&Str, Option<&Tree>, &Tree) -> Outcome,
) -> Arc<TreeMap> {
    let mut entries: Option<Vec<(Str, Tree)>> = None;
    let mut rest = upper.iter().peekable();
    let mut passed = 0;
    for (key, low) in lower.iter() {
        while let Some((above, value)) = rest.next_if(|(above, _)| above.cmp(&key).is_lt()) {
            passed += 1;
            if let Some(entries) = &mut entries {
                entries.push((above.clone(), value.clone()));
            }
        }
        let high = rest.next_if(|(above, _)| above.cmp(&key) == Ordering::Equal);
        let outcome = decide(key, high.map(|(_, value)| value), low);
        if !matches!(outcome, Outcome::Keep) && entries.is_none() {
            entries = Some(start_of(upper, passed, lower.len()));
        }
        passed += usize::from(high.is_some());
        let Some(entries) = &mut entries else { continue };
        match (outcome, high) {
            (Outcome::Set(value), _) => entries.push((key.clone(), value)),
            (Outcome::Keep, Some((_, value))) => entries.push((key.clone(), value.clone())),
            _ => {}
        }
    }
    let Some(mut entries) = entries else { return upper.clone() };
    entries.extend(rest.map(|(key, value)| (key.clone(), value.clone())));
    Arc::new(TreeMap::new(entries))
}

/// The first `count` entries of `table`, with room for the others and `more`.
fn start_of(table: &TreeMap, count: usize, more: usize) -> Vec<(Str, Tree)> {
    let mut entries = Vec::with_capacity(table.len() + more);
    entries.extend(table.iter().take(count).map(|(key, value)| (key.clone(), value.clone())));
    entries
}

/// `lower` under `upper`. Unless `merge` is set, a null of the upper table removes a default that
/// is not null.
pub(in crate::chart::values) fn tables(
    upper: &Arc<TreeMap>,
    lower: &Arc<TreeMap>,
    path: Option<&Path<'_>>,
    merge: bool,
    notices: &mut Vec<Notice>,
) -> Arc<TreeMap> {
    if upper.is_empty() || Arc::ptr_eq(upper, lower) {
        return lower.clone();
    }
    join(upper, lower, |key, high, low| {
        let Some(high) = high else { return Outcome::Set(low.clone()) };
        let path = Path::new(path, key);
        match (high, low) {
            (Tree::Null, Tree::Null) => Outcome::Keep,
            (Tree::Null, _) if !merge => Outcome::Remove,
            (Tree::Null, _) | (_, Tree::Null) => Outcome::Keep,
            (Tree::Map(high), Tree::Map(low)) => {
                let below = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    tables(high, low, Some(&path), merge, notices)
                });
                replaced(high, below)
            }
            (_, Tree::Map(_)) => {
                notices.push(Notice::TableOverwritten { key: path.text(), value: low.clone() });
                Outcome::Keep
            }
            (Tree::Map(_), _) => {
                notices.push(Notice::TableKept { key: path.text(), value: low.clone() });
                Outcome::Keep
            }
            _ => Outcome::Keep,
        }
    })
}

/// Sets a table that became another one.
pub(super) fn replaced(old: &Arc<TreeMap>, new: Arc<TreeMap>) -> Outcome {
    if Arc::ptr_eq(old, &new) { Outcome::Keep } else { Outcome::Set(Tree::Map(new)) }
}

/// Sets a value unless that is what stands there already; the insides of two tables or lists are
/// not compared.
pub(super) fn set_unless_same(old: Option<&Tree>, new: &Tree) -> Outcome {
    let same = match (old, new) {
        (Some(Tree::Map(old)), Tree::Map(new)) => Arc::ptr_eq(old, new),
        (Some(Tree::List(old)), Tree::List(new)) => Arc::ptr_eq(old, new),
        (Some(Tree::String(old)), Tree::String(new)) => old == new,
        (Some(Tree::Bool(old)), Tree::Bool(new)) => old == new,
        _ => false,
    };
    if same { Outcome::Keep } else { Outcome::Set(new.clone()) }
}

/// Takes nulls out of tables, and remembers those it has met.
///
/// What subcharts export is in the defaults of all charts above, so their tables are met again.
#[derive(Default)]
pub(super) struct Cleaner(HashMap<*const TreeMap, [Arc<TreeMap>; 2]>);

impl Cleaner {
    /// The table without nulls, at any depth but not inside lists.
    pub(super) fn without_nulls(&mut self, table: &Arc<TreeMap>) -> Arc<TreeMap> {
        if let Some([_, clean]) = self.0.get(&Arc::as_ptr(table)) {
            return clean.clone();
        }
        let clean = join(table, table, |_, _, value| match value {
            Tree::Null => Outcome::Remove,
            Tree::Map(table) => {
                let clean =
                    stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.without_nulls(table));
                replaced(table, clean)
            }
            _ => Outcome::Keep,
        });
        // A table that nobody else holds is not met again.
        if Arc::strong_count(table) > 1 {
            self.0.insert(Arc::as_ptr(table), [table.clone(), clean.clone()]);
        }
        clean
    }
}
