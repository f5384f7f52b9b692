//! Which subcharts take part, under which names, and what they export.

use std::sync::Arc;

use super::Error;
use crate::chart::{Chart, Notice};
use crate::compat::Compat;
use crate::data::TreeMap;

/// Checks that charts/ has something for every dependency of `chart`, whatever its version.
pub fn check_presence(chart: &Chart, compat: Compat) -> Result<(), Error> {
    todo!()
}

/// Enables, renames and removes the subcharts of `chart` as Chart.yaml and the values tell, and
/// merges what they export into the defaults of the charts above.
pub fn process_dependencies(
    chart: &Chart,
    user: &Arc<TreeMap>,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    todo!()
}
