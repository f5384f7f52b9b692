//! Charts that have been coalesced under the same values before.
//!
//! Helm coalesces the charts below a chart again for every level above them. Nearly always the
//! outcome is the same, since nothing but `global` comes down from above.

use std::collections::HashMap;
use std::sync::Arc;

use super::globals::GLOBAL;
use crate::model::Chart;
use go_text_template::data::{Tree, TreeMap};

/// Outcomes by what went in.
#[derive(Default)]
pub(super) struct Known(HashMap<Key, Entry>);

/// Where the parts of the input are in memory.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    defaults: *const TreeMap,
    subcharts: *const Vec<Chart>,
    values: Values,
}

#[derive(PartialEq, Eq, Hash)]
enum Values {
    /// Nothing but an empty `global`.
    NoGlobals,
    /// Nothing but this `global`.
    Globals(*const TreeMap),
    /// All of this.
    Whole(*const TreeMap),
}

/// An outcome, and what the key points to, which has to stay where it is.
struct Entry {
    _defaults: Arc<TreeMap>,
    _subcharts: Arc<Vec<Chart>>,
    _values: Arc<TreeMap>,
    outcome: Arc<TreeMap>,
}

impl Known {
    /// What came out when `values` were laid over the defaults of `chart`.
    pub(super) fn get(&self, chart: &Chart, values: &Arc<TreeMap>) -> Option<Arc<TreeMap>> {
        self.0.get(&Key::new(chart, values)).map(|entry| entry.outcome.clone())
    }

    /// Remembers what came out.
    pub(super) fn insert(&mut self, chart: &Chart, values: Arc<TreeMap>, outcome: Arc<TreeMap>) {
        let key = Key::new(chart, &values);
        let entry = Entry {
            _defaults: chart.values.clone(),
            _subcharts: chart.dependencies.clone(),
            _values: values,
            outcome,
        };
        self.0.insert(key, entry);
    }
}

impl Key {
    fn new(chart: &Chart, values: &Arc<TreeMap>) -> Self {
        let values = match values.get(&GLOBAL) {
            Some(Tree::Map(globals)) if values.len() == 1 && globals.is_empty() => {
                Values::NoGlobals
            }
            Some(Tree::Map(globals)) if values.len() == 1 => Values::Globals(Arc::as_ptr(globals)),
            _ => Values::Whole(Arc::as_ptr(values)),
        };
        let (defaults, subcharts) = (Arc::as_ptr(&chart.values), Arc::as_ptr(&chart.dependencies));
        Self { defaults, subcharts, values }
    }
}
