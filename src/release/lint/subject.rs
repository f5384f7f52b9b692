//! What rules look at.

use crate::model::{Chart, File, PathError};
use crate::render::Rendered;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};

/// A chart as it lies there.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The Helm that is equalled.
    pub compat: Compat,
    /// The chart's folder, as an absolute path.
    pub folder: Str,
    /// Chart.yaml.
    pub chart_file: Place,
    /// The text of Chart.yaml.
    pub chart_text: Result<Str, PathError>,
    /// values.yaml.
    pub values: Place,
    /// The text of values.yaml, if it can be read.
    pub values_text: Option<Str>,
    /// What is wrong with values.yaml, if there is one.
    pub values_fit: Result<(), Failure>,
    /// templates/.
    pub templates: Place,
    /// crds/.
    pub crds: Place,
    /// The chart, or why it cannot be loaded.
    pub chart: Result<Chart, String>,
    /// What became of rendering it.
    pub rendering: Rendering,
    /// The version of Kubernetes that the chart has to work with.
    pub kubernetes: (u64, u64),
}

/// What there is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing.
    Missing,
    /// A folder.
    Folder,
    /// Something else.
    File,
    /// It cannot be told.
    Unknown(PathError),
}

/// What became of rendering a chart.
#[derive(Clone, Debug)]
pub enum Rendering {
    /// It was not tried, or is not worth a message.
    LeftOut,
    /// It failed.
    Failed {
        /// Helm's words.
        text: String,
        /// The template and the line in it, if that is known.
        place: Option<(String, usize)>,
    },
    /// It went well.
    Done {
        /// The templates of the chart itself.
        templates: Vec<File>,
        /// What came out, by the paths of templates from the chart's name on.
        texts: Vec<Rendered>,
        /// The chart's name.
        name: Str,
    },
}
