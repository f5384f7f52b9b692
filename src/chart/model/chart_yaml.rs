//! What Chart.yaml says, as it is handed on.

use std::collections::BTreeMap;

use go_text_template::data::{Str, Tree};

/// What Chart.yaml says.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Metadata {
    pub name: Str,
    pub home: Str,
    pub sources: Vec<Str>,
    pub version: Str,
    pub description: Str,
    pub keywords: Vec<Str>,
    pub maintainers: Vec<Maintainer>,
    pub icon: Str,
    pub api_version: Str,
    pub condition: Str,
    pub tags: Str,
    pub app_version: Str,
    pub deprecated: bool,
    pub annotations: BTreeMap<Str, Str>,
    pub kube_version: Str,
    pub dependencies: Vec<Dependency>,
    pub chart_type: Str,
    /// True if there is a list of dependencies, were it empty. Without one, Helm does not look at
    /// the charts in charts/ any closer: none of theirs is enabled, disabled or renamed.
    pub lists_dependencies: bool,
}

/// Someone who maintains a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Maintainer {
    pub name: Str,
    pub email: Str,
    pub url: Str,
}

/// A chart that another one asks for.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Dependency {
    pub name: Str,
    pub version: Str,
    pub repository: Str,
    pub condition: Str,
    pub tags: Vec<Str>,
    pub enabled: bool,
    pub import_values: Vec<Tree>,
    pub alias: Str,
}

impl Dependency {
    /// The name under which the chart takes part: the alias, or the name if there is none.
    pub fn known_as(&self) -> &Str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }
}
