//! Chart.yaml.
//!
//! In: the trees of Chart.yaml and requirements.yaml, laid over each other in a [`Draft`]. Out: the
//! [`Metadata`], cleaned and checked in Helm's order.

use std::collections::{BTreeMap, BTreeSet};

use super::chart_yaml::{Dependency, Maintainer, Metadata};
use super::fields::{DEPENDENCY, Field, MAINTAINER, METADATA, Slot};
use super::{Error, shapes};
use go_text_template::Compat;
use go_text_template::data::{Runes, Str, Tree, TreeMap, is_printable};
use go_text_template::semver::Version;
use go_text_template::yaml;

/// Metadata before it is checked: lists may still hold nulls.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Everything but the lists.
    pub metadata: Metadata,
    /// The maintainers.
    pub maintainers: Vec<Option<Maintainer>>,
    /// The dependencies.
    pub dependencies: Vec<Option<Dependency>>,
}

/// What the text of a Chart.yaml says, unchecked and as it was written.
pub fn read_draft(text: &Str, compat: Compat) -> Result<Draft, yaml::Error> {
    let mut draft = Draft::default();
    if let Tree::Map(table) = yaml::read_as(text, shapes::metadata(compat))? {
        draft.overlay(&table);
    }
    Ok(draft)
}

/// Checks that the text of a Chart.yaml has no key twice, and none that Helm does not know.
pub fn check_strictly(text: &Str, compat: Compat) -> Result<(), yaml::Error> {
    yaml::read_strictly(text, shapes::metadata(compat)).map(drop)
}

/// A Go struct that documents are laid over, each key replacing what was there.
///
/// The tables have been fitted to the struct: they hold known fields only, of the right types.
pub(super) trait Overlay: Default {
    /// Takes the fields that `table` has.
    fn overlay(&mut self, table: &TreeMap);
}

impl Overlay for Draft {
    fn overlay(&mut self, table: &TreeMap) {
        let metadata = &mut self.metadata;
        for (field, value) in known(METADATA, table) {
            match &field.slot {
                Slot::Maintainers(_) => take_structs(value, &mut self.maintainers),
                Slot::Dependencies(_) => {
                    metadata.lists_dependencies = true;
                    take_structs(value, &mut self.dependencies);
                }
                slot => slot.take(value, metadata),
            }
        }
    }
}

impl Overlay for Maintainer {
    fn overlay(&mut self, table: &TreeMap) {
        known(MAINTAINER, table).for_each(|(field, value)| field.slot.take(value, self));
    }
}

impl Overlay for Dependency {
    fn overlay(&mut self, table: &TreeMap) {
        known(DEPENDENCY, table).for_each(|(field, value)| field.slot.take(value, self));
    }
}

/// The fields that `table` has, with their values.
fn known<'t, S>(
    fields: &'static [Field<S>],
    table: &'t TreeMap,
) -> impl Iterator<Item = (&'static Field<S>, &'t Tree)> {
    fields.iter().filter_map(|field| Some((field, table.get(field.name.as_bytes())?)))
}

impl<S> Slot<S> {
    /// Puts `value` into the field of `target`.
    fn take(&self, value: &Tree, target: &mut S) {
        match self {
            Self::Text(_, slot) => take_text(value, slot(target)),
            Self::Texts(_, slot) => take_texts(value, slot(target)),
            Self::Flag(_, slot) => take_bool(value, slot(target)),
            Self::TextMap(_, slot) => take_text_map(value, slot(target)),
            Self::Anything(_, slot) => take_list(value, slot(target), take_any),
            Self::Maintainers(_) | Self::Dependencies(_) => {}
        }
    }

    /// Cleans the texts in the field of `target`.
    fn clean(&self, target: &mut S) {
        match self {
            Self::Text(_, slot) => sanitize(slot(target)),
            Self::Texts(_, slot) => slot(target).iter_mut().for_each(sanitize),
            _ => {}
        }
    }
}

/// Cleans all fields of `target` that Helm cleans.
fn clean<S>(target: &mut S, fields: &[Field<S>]) {
    let cleaned = fields.iter().filter(|field| field.is_cleaned);
    cleaned.for_each(|field| field.slot.clean(target));
}

pub(super) fn take_text(value: &Tree, target: &mut Str) {
    if let Tree::String(text) = value {
        *target = text.clone();
    }
}

fn take_bool(value: &Tree, target: &mut bool) {
    if let Tree::Bool(value) = value {
        *target = *value;
    }
}

fn take_any(value: &Tree, target: &mut Tree) {
    *target = value.clone();
}

fn take_texts(value: &Tree, target: &mut Vec<Str>) {
    take_list(value, target, take_text);
}

fn take_text_map(value: &Tree, target: &mut BTreeMap<Str, Str>) {
    let Tree::Map(map) = value else { return };
    for (key, value) in map.iter() {
        take_text(value, target.entry(key.clone()).or_default());
    }
}

/// A list of pointers, which may be nil.
pub(super) fn take_structs<T: Overlay>(value: &Tree, target: &mut Vec<Option<T>>) {
    take_list(value, target, |item, slot| match item {
        Tree::Map(table) => slot.get_or_insert_default().overlay(table),
        _ => *slot = None,
    });
}

/// Go lays the items of a list over those that are there.
fn take_list<T: Default>(value: &Tree, target: &mut Vec<T>, take: impl Fn(&Tree, &mut T)) {
    let Tree::List(items) = value else { return };
    target.resize_with(items.len(), T::default);
    for (item, slot) in items.iter().zip(target) {
        take(item, slot);
    }
}

impl Draft {
    /// The name so far.
    pub(super) fn name(&self) -> &Str {
        &self.metadata.name
    }

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
        self.finish_with(false)
    }

    /// The same; two dependencies may have one name if `allow_duplicates`.
    pub(super) fn finish_with(self, allow_duplicates: bool) -> Result<Metadata, Error> {
        let Self { mut metadata, maintainers, dependencies } = self;
        clean(&mut metadata, METADATA);
        metadata.check()?;
        for maintainer in maintainers {
            let mut maintainer = maintainer.ok_or(Error::NullMaintainer)?;
            clean(&mut maintainer, MAINTAINER);
            metadata.maintainers.push(maintainer);
        }
        let mut names = BTreeSet::new();
        for dependency in dependencies {
            let mut dependency = dependency.ok_or(Error::NullDependency)?;
            clean(&mut dependency, DEPENDENCY);
            dependency.check()?;
            if !names.insert(dependency.known_as().clone()) && !allow_duplicates {
                return Err(Error::DuplicateDependency(dependency.known_as().clone()));
            }
            metadata.dependencies.push(dependency);
        }
        Ok(metadata)
    }
}

impl Metadata {
    /// What the chart says with another version, and another version of what is in it.
    pub fn with_versions(&self, version: Option<&str>, app_version: Option<&str>) -> Self {
        let mut metadata = self.clone();
        if let Some(version) = version {
            metadata.version = Str::from(version);
        }
        if let Some(app_version) = app_version {
            metadata.app_version = Str::from(app_version);
            sanitize(&mut metadata.app_version);
        }
        metadata
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
        // The last part of the path `/` is itself.
        if self.name.contains(&b'/') && self.name != "/" {
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

impl Dependency {
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
