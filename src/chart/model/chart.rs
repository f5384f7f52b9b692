//! A chart as it is handed on.

use std::sync::Arc;

use super::chart_yaml::Metadata;
use super::error::Error;
use super::file::File;
use super::lock::Lock;
use super::moment::Moment;
use go_text_template::data::{Str, TreeMap};

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
    /// Chart.lock or requirements.lock.
    pub lock: Option<Arc<Lock>>,
    /// values.schema.json.
    pub schema: Option<File>,
    /// When Chart.yaml was changed last.
    pub modified: Option<Moment>,
    /// The charts found in charts/.
    pub dependencies: Arc<Vec<Self>>,
    /// Where it lies in charts/ of the chart above: the name of a folder or an archive.
    pub folder: Str,
    /// The path of chart names that `# Source:` lines show, once dependencies are processed. It is
    /// not always made of the names above: Helm forgets to move charts below an alias.
    pub path: Str,
}

impl Chart {
    /// The name in Chart.yaml, or the alias once the chart is enabled under one.
    pub fn name(&self) -> &Str {
        &self.metadata.name
    }

    /// True for a chart of the type `library`, which has no manifests of its own.
    pub fn is_library(&self) -> bool {
        self.metadata.chart_type == "library"
    }

    /// The custom resource definitions of this chart and, behind them, of its subcharts, each with
    /// its path as `# Source:` names it.
    pub fn crds(&self) -> Vec<(Str, &File)> {
        let mut found = Vec::new();
        self.collect_crds(&mut found);
        found
    }

    /// An error if a file that somebody has asked for since the chart was loaded cannot be read.
    pub fn check_read(&self) -> Result<(), Error> {
        let own = self.files.iter().find_map(File::fault);
        own.map_or(Ok(()), Err)?;
        self.dependencies.iter().try_for_each(Self::check_read)
    }

    fn collect_crds<'c>(&'c self, found: &mut Vec<(Str, &'c File)>) {
        for file in self.files.iter().filter(|file| is_crd(&file.name)) {
            found.push(([self.path.as_bytes(), b"/", file.name.as_bytes()].concat().into(), file));
        }
        for chart in self.dependencies.iter() {
            chart.collect_crds(found);
        }
    }
}

/// True for YAML and JSON files below crds/.
fn is_crd(name: &Str) -> bool {
    const EXTENSIONS: [&[u8]; 3] = [b".yaml", b".yml", b".json"];
    let ends = |extension: &&[u8]| {
        name.len() >= extension.len()
            && name[name.len() - extension.len()..].eq_ignore_ascii_case(extension)
    };
    name.starts_with(b"crds/") && EXTENSIONS.iter().any(ends)
}
