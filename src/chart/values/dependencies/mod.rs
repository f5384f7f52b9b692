//! Which subcharts take part, under which names, and what they export.
//!
//! In: a chart as loaded and the user's values. Out: the chart as it is rendered: subcharts that
//! are disabled are gone, aliased ones renamed, and what they export is in the defaults of the
//! charts above.

mod enabled;
mod imports;

use std::sync::Arc;

use super::Error;
use super::coalesce::Coalescer;
use crate::model::{Chart, Notice};
use go_text_template::Compat;
use go_text_template::data::TreeMap;

/// Checks that charts/ has something for every dependency of `chart`, whatever its version.
pub fn check_presence(chart: &Chart, _: Compat) -> Result<(), Error> {
    let wanted = chart.metadata.dependencies.iter().map(|dependency| &dependency.name);
    let is_there = |name| chart.dependencies.iter().any(|subchart| subchart.name() == name);
    let names: Vec<_> = wanted.filter(|name| !is_there(*name)).cloned().collect();
    if names.is_empty() { Ok(()) } else { Err(Error::Missing(names)) }
}

/// Enables, renames and removes the subcharts of `chart` as Chart.yaml and the values tell, and
/// merges what they export into the defaults of the charts above.
pub fn process_dependencies(
    chart: &Chart,
    user: &Arc<TreeMap>,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let mut coalescer = Coalescer::new(compat);
    let chart = enabled::enabled(chart, user, &mut coalescer, notices)?;
    imports::imported(&chart, &mut coalescer, notices)
}

/// `chart` with the subcharts that take part, before anything is imported.
pub(super) fn enabled_chart(
    chart: &Chart,
    user: &Arc<TreeMap>,
    compat: Compat,
) -> Result<Chart, Error> {
    enabled::enabled(chart, user, &mut Coalescer::new(compat), &mut Vec::new())
}

/// [`enabled_chart`]'s chart with what its subcharts export in its defaults.
pub(super) fn imported_chart(chart: &Chart, compat: Compat) -> Result<Chart, Error> {
    imports::imported(chart, &mut Coalescer::new(compat), &mut Vec::new())
}
