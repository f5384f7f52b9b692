//! Defaults under what the user supplied, for a chart and all its subcharts.

use std::sync::Arc;

use super::Error;
use crate::chart::{Chart, Notice};
use crate::compat::Compat;
use crate::data::TreeMap;

/// The values of `chart` and, below their names, of its subcharts: `user` over all defaults.
pub fn coalesce(
    chart: &Chart,
    user: &Arc<TreeMap>,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Arc<TreeMap>, Error> {
    todo!()
}
