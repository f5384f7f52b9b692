//! Defaults under what the user supplied, for a chart and all its subcharts.
//!
//! In: immutable trees. Out: one tree, which shares every part that nobody changed. Helm copies
//! and walks all values for each level of charts; here each chart costs what it changes.

mod globals;
mod known;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::globals::{GLOBAL, hand_down, hand_up, spread, with};
use self::known::Known;
use self::tables::{Cleaner, Outcome, join, replaced, set_unless_same};
use super::Error;
use crate::model::{Chart, Notice};
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};

pub use self::globals::share_globals;
pub(super) use self::tables::{Path, tables};

/// The values of `chart` and, below their names, of its subcharts: `user` over all defaults.
pub fn coalesce(
    chart: &Chart,
    user: &Arc<TreeMap>,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Arc<TreeMap>, Error> {
    Coalescer::new(compat).coalesce(chart, user, notices)
}

/// `lower` under `upper`, whatever chart they are for.
pub fn coalesce_tables(
    upper: &Arc<TreeMap>,
    lower: &Arc<TreeMap>,
    notices: &mut Vec<Notice>,
) -> Arc<TreeMap> {
    tables(upper, lower, None, false, notices)
}

/// Coalesces charts one after the other, and remembers those it has met.
pub(super) struct Coalescer {
    pub(super) compat: Compat,
    coalesced: Known,
    merged: Known,
    cleaner: Cleaner,
}

impl Coalescer {
    /// One that has not met any chart.
    pub(super) fn new(compat: Compat) -> Self {
        Self {
            compat,
            coalesced: Known::default(),
            merged: Known::default(),
            cleaner: Cleaner::default(),
        }
    }

    /// `user` over all defaults of `chart` and of the charts below.
    pub(super) fn coalesce(
        &mut self,
        chart: &Chart,
        user: &Arc<TreeMap>,
        notices: &mut Vec<Notice>,
    ) -> Result<Arc<TreeMap>, Error> {
        let Self { compat, coalesced: known, cleaner, .. } = self;
        let mut pass = Pass { compat: *compat, merge: false, known, cleaner, notices };
        pass.chart(chart, user.clone(), None)
    }

    /// The same, but nulls stay.
    pub(super) fn merge(
        &mut self,
        chart: &Chart,
        user: &Arc<TreeMap>,
        notices: &mut Vec<Notice>,
    ) -> Result<Arc<TreeMap>, Error> {
        let Self { compat, merged: known, cleaner, .. } = self;
        let mut pass = Pass { compat: *compat, merge: true, known, cleaner, notices };
        pass.chart(chart, user.clone(), None)
    }
}

struct Pass<'n> {
    compat: Compat,
    merge: bool,
    known: &'n mut Known,
    cleaner: &'n mut Cleaner,
    notices: &'n mut Vec<Notice>,
}

impl Pass<'_> {
    /// `values` over the defaults of `chart` and of the charts below.
    fn chart(
        &mut self,
        chart: &Chart,
        values: Arc<TreeMap>,
        above: Option<&Path<'_>>,
    ) -> Result<Arc<TreeMap>, Error> {
        let path = Path::new(above, chart.name());
        if chart.dependencies.is_empty() {
            return Ok(self.defaults(chart, values, &path));
        }
        if let Some(outcome) = self.known.get(chart, &values) {
            return Ok(outcome);
        }
        let said = self.notices.len();
        let own = self.defaults(chart, values.clone(), &path);
        let outcome =
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.subcharts(chart, own, &path))?;
        // What was said has to be said again, about another path.
        if self.notices.len() == said {
            self.known.insert(chart, values, outcome.clone());
        }
        Ok(outcome)
    }

    /// `values` over the defaults of `chart` alone.
    fn defaults(&mut self, chart: &Chart, values: Arc<TreeMap>, path: &Path<'_>) -> Arc<TreeMap> {
        let clean = self.drops_default_nulls().then(|| self.cleaner.without_nulls(&chart.values));
        let clean = clean.as_ref().unwrap_or(&chart.values);
        if values.is_empty() {
            return clean.clone();
        }
        let sections = Sections::new(chart);
        join(&values, &chart.values, |key, value, default| match (value, default) {
            (None, _) => clean.get(key).map_or(Outcome::Keep, |value| Outcome::Set(value.clone())),
            (Some(Tree::Null), _) if !self.merge => Outcome::Remove,
            (Some(Tree::Map(value)), Tree::Map(default)) => {
                // A null in a subchart's section has to meet that chart's default yet.
                let merge = self.merge || sections.contains(key);
                let clean = clean.get(key).and_then(Tree::as_map).filter(|_| !merge);
                let path = Path::new(Some(path), key);
                let default = clean.unwrap_or(default);
                replaced(value, tables(value, default, Some(&path), merge, self.notices))
            }
            (Some(Tree::Map(_)), default) if !default.is_null() => {
                let path = Path::new(Some(path), key);
                self.notices.push(Notice::SkippedValue(path.text()));
                Outcome::Keep
            }
            _ => Outcome::Keep,
        })
    }

    /// Helm 4 takes nulls out of defaults before it lays anything over them.
    fn drops_default_nulls(&self) -> bool {
        !self.compat.is_helm3() && !self.merge
    }

    /// Replaces the section of each subchart by that chart's coalesced values.
    fn subcharts(
        &mut self,
        chart: &Chart,
        values: Arc<TreeMap>,
        path: &Path<'_>,
    ) -> Result<Arc<TreeMap>, Error> {
        let mut sections: BTreeMap<Str, Tree> = BTreeMap::new();
        let given = values.get(&GLOBAL).cloned();
        let mut global = given.clone();
        for subchart in chart.dependencies.iter() {
            let name = subchart.name();
            let section = match sections.get(name).or_else(|| values.get(name)) {
                None => Arc::default(),
                Some(Tree::Map(section)) => section.clone(),
                Some(other) => {
                    return Err(Error::TypeMismatch { name: name.clone(), value: other.clone() });
                }
            };
            let section = hand_down(section, global.as_ref(), path, self.notices);
            let section = self.chart(subchart, section, Some(path))?;
            if let Some(Tree::Map(table)) = &global {
                global = Some(Tree::Map(hand_up(table, &section)));
            }
            sections.insert(name.clone(), Tree::Map(section));
        }
        let sections = TreeMap::from_iter(sections);
        let values = join(&values, &sections, |_, old, section| set_unless_same(old, section));
        Ok(settle(chart, values, given, global))
    }
}

/// Makes all charts below see what one of them has done to the globals.
fn settle(
    chart: &Chart,
    mut values: Arc<TreeMap>,
    given: Option<Tree>,
    global: Option<Tree>,
) -> Arc<TreeMap> {
    let (Some(Tree::Map(given)), Some(Tree::Map(global))) = (given, global) else { return values };
    if Arc::ptr_eq(&given, &global) {
        return values;
    }
    values = with(&values, &GLOBAL, Tree::Map(global.clone()));
    for subchart in chart.dependencies.iter() {
        if let Some(Tree::Map(section)) = values.get(subchart.name()) {
            let section = Tree::Map(spread(subchart, section, &global));
            values = with(&values, subchart.name(), section);
        }
    }
    values
}

/// The names of a chart's subcharts.
struct Sections<'c>(std::collections::HashSet<&'c Str>);

impl<'c> Sections<'c> {
    fn new(chart: &'c Chart) -> Self {
        Self(chart.dependencies.iter().map(Chart::name).collect())
    }

    fn contains(&self, key: &Str) -> bool {
        self.0.contains(key)
    }
}
