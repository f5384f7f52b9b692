//! What a command renders.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::Chart;
use go_text_template::data::{Str, TreeMap};

/// What is rendered.
pub(super) struct Subject {
    /// The release's name.
    pub(super) name: Str,
    /// Where the chart is.
    pub(super) path: PathBuf,
    /// The chart.
    pub(super) chart: Chart,
    /// The values that the user supplies.
    pub(super) supplied: Arc<TreeMap>,
}
