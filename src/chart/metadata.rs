//! Chart.yaml.
//!
//! In: the trees of Chart.yaml and requirements.yaml, laid over each other in a [`Draft`]. Out: the
//! [`Metadata`], cleaned and checked in Helm's order.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use super::decode::{Decoder, Fields};
use crate::data::{Runes, Str, Tree, is_printable};
use crate::semver::Version;

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

/// Metadata before it is checked: lists may still hold nulls.
#[derive(Debug, Default)]
pub(super) struct Draft {
    metadata: Metadata,
    maintainers: Vec<Option<Maintainer>>,
    dependencies: Vec<Option<Dependency>>,
}

impl Fields for Draft {
    const NAME: &'static str = "Metadata";
    const FIELDS: &'static [&'static str] = &[
        "name",
        "home",
        "sources",
        "version",
        "description",
        "keywords",
        "maintainers",
        "icon",
        "apiVersion",
        "condition",
        "tags",
        "appVersion",
        "deprecated",
        "annotations",
        "kubeVersion",
        "dependencies",
        "type",
    ];

    fn decode_field(&mut self, field: &'static str, value: &Tree, decoder: &mut Decoder) {
        let metadata = &mut self.metadata;
        match field {
            "name" => decoder.string(value, &mut metadata.name),
            "home" => decoder.string(value, &mut metadata.home),
            "sources" => decoder.strings(value, &mut metadata.sources),
            "version" => decoder.string(value, &mut metadata.version),
            "description" => decoder.string(value, &mut metadata.description),
            "keywords" => decoder.strings(value, &mut metadata.keywords),
            "maintainers" => decoder.structures(value, &mut self.maintainers),
            "icon" => decoder.string(value, &mut metadata.icon),
            "apiVersion" => decoder.string(value, &mut metadata.api_version),
            "condition" => decoder.string(value, &mut metadata.condition),
            "tags" => decoder.string(value, &mut metadata.tags),
            "appVersion" => decoder.string(value, &mut metadata.app_version),
            "deprecated" => decoder.boolean(value, &mut metadata.deprecated),
            "annotations" => decoder.string_map(value, &mut metadata.annotations),
            "kubeVersion" => decoder.string(value, &mut metadata.kube_version),
            "dependencies" => {
                metadata.lists_dependencies = matches!(value, Tree::List(_));
                decoder.structures(value, &mut self.dependencies);
            }
            "type" => decoder.string(value, &mut metadata.chart_type),
            _ => {}
        }
    }
}

impl Fields for Maintainer {
    const NAME: &'static str = "Maintainer";
    const FIELDS: &'static [&'static str] = &["name", "email", "url"];

    fn decode_field(&mut self, field: &'static str, value: &Tree, decoder: &mut Decoder) {
        match field {
            "name" => decoder.string(value, &mut self.name),
            "email" => decoder.string(value, &mut self.email),
            "url" => decoder.string(value, &mut self.url),
            _ => {}
        }
    }
}

impl Fields for Dependency {
    const NAME: &'static str = "Dependency";
    const FIELDS: &'static [&'static str] = &[
        "name",
        "version",
        "repository",
        "condition",
        "tags",
        "enabled",
        "import-values",
        "alias",
    ];

    fn decode_field(&mut self, field: &'static str, value: &Tree, decoder: &mut Decoder) {
        match field {
            "name" => decoder.string(value, &mut self.name),
            "version" => decoder.string(value, &mut self.version),
            "repository" => decoder.string(value, &mut self.repository),
            "condition" => decoder.string(value, &mut self.condition),
            "tags" => decoder.strings(value, &mut self.tags),
            "enabled" => decoder.boolean(value, &mut self.enabled),
            "import-values" => decoder.anything(value, &mut self.import_values),
            "alias" => decoder.string(value, &mut self.alias),
            _ => {}
        }
    }
}

/// What Helm 4 looks at before it chooses a loader.
#[derive(Debug, Default)]
pub(super) struct Base {
    pub(super) api_version: Str,
}

impl Fields for Base {
    const NAME: &'static str = "chartBase";
    const FIELDS: &'static [&'static str] = &["apiVersion"];

    fn decode_field(&mut self, _: &'static str, value: &Tree, decoder: &mut Decoder) {
        decoder.string(value, &mut self.api_version);
    }
}

impl Draft {
    /// The apiVersion so far.
    pub(super) fn api_version(&self) -> &Str {
        &self.metadata.api_version
    }

    /// A Chart.yaml without apiVersion is one of Helm 2.
    pub(super) fn default_api_version(&mut self) {
        if self.metadata.api_version.is_empty() {
            self.metadata.api_version = Str::from_static("v1");
        }
    }

    /// Cleans and checks everything; the first fault is the error.
    pub(super) fn finish(self) -> Result<Metadata, Error> {
        let Self { mut metadata, maintainers, dependencies } = self;
        metadata.sanitize();
        metadata.check()?;
        for maintainer in maintainers {
            let mut maintainer = maintainer.ok_or(Error::NullMaintainer)?;
            maintainer.sanitize();
            metadata.maintainers.push(maintainer);
        }
        let mut names = BTreeSet::new();
        for dependency in dependencies {
            let mut dependency = dependency.ok_or(Error::NullDependency)?;
            dependency.sanitize();
            dependency.check()?;
            if !names.insert(dependency.known_as().clone()) {
                return Err(Error::DuplicateDependency(dependency.known_as().clone()));
            }
            metadata.dependencies.push(dependency);
        }
        Ok(metadata)
    }
}

impl Metadata {
    fn sanitize(&mut self) {
        let Self { name, description, home, icon, condition, tags, .. } = self;
        let texts = [name, description, home, icon, condition, tags];
        let versions = [&mut self.app_version, &mut self.kube_version];
        let lists = self.sources.iter_mut().chain(&mut self.keywords);
        texts.into_iter().chain(versions).chain(lists).for_each(sanitize);
    }

    fn check(&self) -> Result<(), Error> {
        if self.api_version.is_empty() {
            return Err(Error::MissingField("apiVersion"));
        }
        if self.name.is_empty() {
            return Err(Error::MissingField("name"));
        }
        if self.name == "." || self.name == ".." {
            return Err(Error::DisallowedName(self.name.clone()));
        }
        if self.name.contains(&b'/') {
            return Err(Error::InvalidName(self.name.clone()));
        }
        if self.version.is_empty() {
            return Err(Error::MissingField("version"));
        }
        if Version::parse(self.version.as_bytes()).is_err() {
            return Err(Error::InvalidVersion(self.version.clone()));
        }
        if !["", "application", "library"].iter().any(|known| self.chart_type == *known) {
            return Err(Error::InvalidType);
        }
        Ok(())
    }
}

impl Maintainer {
    fn sanitize(&mut self) {
        [&mut self.name, &mut self.email, &mut self.url].into_iter().for_each(sanitize);
    }
}

impl Dependency {
    fn sanitize(&mut self) {
        let texts = [&mut self.name, &mut self.version, &mut self.repository, &mut self.condition];
        texts.into_iter().chain(&mut self.tags).for_each(sanitize);
    }

    fn check(&self) -> Result<(), Error> {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
        if self.alias.iter().all(allowed) {
            return Ok(());
        }
        Err(Error::DisallowedAlias(self.name.clone()))
    }
}

/// White space becomes a blank, whatever cannot be printed goes: it may reach a terminal.
fn sanitize(text: &mut Str) {
    if text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return;
    }
    let mut clean = String::with_capacity(text.len());
    for (rune, _) in Runes::new(text.as_bytes()) {
        if rune.is_whitespace() {
            clean.push(' ');
        } else if is_printable(rune) {
            clean.push(rune);
        }
    }
    *text = clean.into();
}
