//! What templates see, as data that can be kept.

use std::sync::Arc;

use crate::model::Chart;
use crate::render::{self, Capabilities, Input, Release};
use go_text_template::Compat;
use go_text_template::data::TreeMap;
use go_text_template::template::Limits;

/// A release of which everything is known that templates see.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The chart, its subcharts enabled and named.
    pub chart: Chart,
    /// The values that the templates see.
    pub values: Arc<TreeMap>,
    /// The release.
    pub release: Release,
    /// What the cluster is taken to be able to.
    pub capabilities: Capabilities,
    /// What the render may cost.
    pub limits: Limits,
    /// Which Helm is equalled.
    pub compat: Compat,
}

impl Prepared {
    /// All that a render is made of.
    pub fn input<'p>(&'p self, cache: Option<&'p render::Cache>) -> Input<'p> {
        Input {
            chart: &self.chart,
            values: &self.values,
            release: &self.release,
            capabilities: &self.capabilities,
            limits: self.limits,
            compat: self.compat,
            cache,
        }
    }
}
