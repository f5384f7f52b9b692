//! What a chart is, and how it is read from a directory or an archive.
//!
//! In: a path. Out: a [`Chart`], immutable and cheap to clone, with every check done that Helm
//! does while loading. Subcharts are loaded, but none is enabled, disabled or renamed yet.

mod metadata;

use std::sync::Arc;

use crate::data::{Str, TreeMap};

pub use metadata::{Dependency, Maintainer, Metadata};

/// A chart as loaded; clones share everything.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// Chart.yaml, with what requirements.yaml adds.
    pub metadata: Arc<Metadata>,
    /// Files below templates/, by path inside the chart, in the order they were read.
    pub templates: Arc<Vec<File>>,
    /// Every other file that templates can read, crds/ included.
    pub files: Arc<Vec<File>>,
    /// The defaults of values.yaml.
    pub values: Arc<TreeMap>,
    /// The text of values.yaml, if there is one: for `show values` and to find where a value is.
    pub values_file: Option<File>,
    /// values.schema.json.
    pub schema: Option<File>,
    /// The charts found in charts/.
    pub dependencies: Vec<Self>,
}

/// A file of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Path inside the chart, with `/` between its parts.
    pub name: Str,
    /// Content, without a byte order mark.
    pub data: Str,
}
