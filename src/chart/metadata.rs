//! Chart.yaml.

use std::collections::BTreeMap;

use crate::data::{Str, Tree};

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
