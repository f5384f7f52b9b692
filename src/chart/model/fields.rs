//! The fields of Chart.yaml, in one table: who reads, cleans, writes or shows them goes through it.

use std::collections::BTreeMap;

use super::chart_yaml::{Dependency, Maintainer, Metadata};
use go_text_template::data::{Str, Tree};

/// A field of a Go struct.
#[derive(Debug)]
pub struct Field<S> {
    /// Its name in Chart.yaml, and in JSON.
    pub name: &'static str,
    /// Its name in Go, which templates see.
    pub go_name: &'static str,
    /// What it holds, and where that is.
    pub slot: Slot<S>,
    /// Whether white space in it becomes blanks, and what cannot be printed goes.
    pub is_cleaned: bool,
    /// Whether it is written even if it is empty.
    pub is_always_written: bool,
}

/// What a field holds, and where that is.
#[derive(Debug)]
pub enum Slot<S> {
    /// A text.
    Text(fn(&S) -> &Str, fn(&mut S) -> &mut Str),
    /// A list of texts.
    Texts(fn(&S) -> &Vec<Str>, fn(&mut S) -> &mut Vec<Str>),
    /// Yes or no.
    Flag(fn(&S) -> bool, fn(&mut S) -> &mut bool),
    /// Texts by names.
    TextMap(fn(&S) -> &BTreeMap<Str, Str>, fn(&mut S) -> &mut BTreeMap<Str, Str>),
    /// A list of anything.
    Anything(fn(&S) -> &Vec<Tree>, fn(&mut S) -> &mut Vec<Tree>),
    /// The people of a chart; as they are read, they are in its draft.
    Maintainers(fn(&S) -> &Vec<Maintainer>),
    /// What a chart asks for; as it is read, it is in its draft.
    Dependencies(fn(&S) -> &Vec<Dependency>),
}

/// The fields of Chart.yaml, in the order of Go's struct.
pub const METADATA: &[Field<Metadata>] = &[
    cleaned(text("name", "Name", |m| &m.name, |m| &mut m.name)),
    cleaned(text("home", "Home", |m| &m.home, |m| &mut m.home)),
    cleaned(field("sources", "Sources", Slot::Texts(|m| &m.sources, |m| &mut m.sources))),
    text("version", "Version", |m| &m.version, |m| &mut m.version),
    cleaned(text("description", "Description", |m| &m.description, |m| &mut m.description)),
    cleaned(field("keywords", "Keywords", Slot::Texts(|m| &m.keywords, |m| &mut m.keywords))),
    field("maintainers", "Maintainers", Slot::Maintainers(|m| &m.maintainers)),
    cleaned(text("icon", "Icon", |m| &m.icon, |m| &mut m.icon)),
    text("apiVersion", "APIVersion", |m| &m.api_version, |m| &mut m.api_version),
    cleaned(text("condition", "Condition", |m| &m.condition, |m| &mut m.condition)),
    cleaned(text("tags", "Tags", |m| &m.tags, |m| &mut m.tags)),
    cleaned(text("appVersion", "AppVersion", |m| &m.app_version, |m| &mut m.app_version)),
    field("deprecated", "Deprecated", Slot::Flag(|m| m.deprecated, |m| &mut m.deprecated)),
    field("annotations", "Annotations", Slot::TextMap(|m| &m.annotations, |m| &mut m.annotations)),
    cleaned(text("kubeVersion", "KubeVersion", |m| &m.kube_version, |m| &mut m.kube_version)),
    field("dependencies", "Dependencies", Slot::Dependencies(|m| &m.dependencies)),
    text("type", "Type", |m| &m.chart_type, |m| &mut m.chart_type),
];

/// The fields of a maintainer.
pub const MAINTAINER: &[Field<Maintainer>] = &[
    cleaned(text("name", "Name", |m| &m.name, |m| &mut m.name)),
    cleaned(text("email", "Email", |m| &m.email, |m| &mut m.email)),
    cleaned(text("url", "URL", |m| &m.url, |m| &mut m.url)),
];

/// The fields of a dependency.
pub const DEPENDENCY: &[Field<Dependency>] = &[
    always_written(cleaned(text("name", "Name", |d| &d.name, |d| &mut d.name))),
    cleaned(text("version", "Version", |d| &d.version, |d| &mut d.version)),
    always_written(cleaned(text(
        "repository",
        "Repository",
        |d| &d.repository,
        |d| &mut d.repository,
    ))),
    cleaned(text("condition", "Condition", |d| &d.condition, |d| &mut d.condition)),
    cleaned(field("tags", "Tags", Slot::Texts(|d| &d.tags, |d| &mut d.tags))),
    field("enabled", "Enabled", Slot::Flag(|d| d.enabled, |d| &mut d.enabled)),
    field(
        "import-values",
        "ImportValues",
        Slot::Anything(|d| &d.import_values, |d| &mut d.import_values),
    ),
    text("alias", "Alias", |d| &d.alias, |d| &mut d.alias),
];

/// The order of the fields in Go's structs of metadata, of entries and of indexes: Go writes JSON in
/// this order.
pub const FIELD_ORDER: [&str; 30] = [
    "name",
    "email",
    "home",
    "sources",
    "version",
    "repository",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "generated",
    "entries",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
    "url",
    "urls",
    "created",
    "removed",
    "digest",
    "publicKeys",
];

const fn field<S>(name: &'static str, go_name: &'static str, slot: Slot<S>) -> Field<S> {
    Field { name, go_name, slot, is_cleaned: false, is_always_written: false }
}

const fn text<S>(
    name: &'static str,
    go_name: &'static str,
    get: fn(&S) -> &Str,
    get_mut: fn(&mut S) -> &mut Str,
) -> Field<S> {
    field(name, go_name, Slot::Text(get, get_mut))
}

const fn cleaned<S>(field: Field<S>) -> Field<S> {
    let Field { name, go_name, slot, is_always_written, .. } = field;
    Field { name, go_name, slot, is_cleaned: true, is_always_written }
}

const fn always_written<S>(field: Field<S>) -> Field<S> {
    let Field { name, go_name, slot, is_cleaned, .. } = field;
    Field { name, go_name, slot, is_cleaned, is_always_written: true }
}

impl<S> Field<S> {
    /// What is in the field of `of` for Chart.yaml; nothing if it is empty and left out then.
    pub(super) fn written(&self, of: &S) -> Option<Tree> {
        let (tree, is_empty) = self.slot.tree(of);
        (self.is_always_written || !is_empty).then_some(tree)
    }
}

impl<S> Slot<S> {
    /// What is there, and whether that is nothing.
    fn tree(&self, of: &S) -> (Tree, bool) {
        let texts = |all: &[Str]| Tree::list(all.iter().cloned().map(Tree::String).collect());
        match self {
            Self::Text(get, _) => (Tree::String(get(of).clone()), get(of).is_empty()),
            Self::Texts(get, _) => (texts(get(of)), get(of).is_empty()),
            Self::Flag(get, _) => (Tree::Bool(get(of)), !get(of)),
            Self::TextMap(get, _) => {
                let entries = get(of).iter();
                let entries = entries.map(|(key, text)| (key.clone(), Tree::String(text.clone())));
                (Tree::map(entries.collect()), get(of).is_empty())
            }
            Self::Anything(get, _) => (Tree::list(get(of).clone()), get(of).is_empty()),
            Self::Maintainers(get) => (list(get(of), MAINTAINER), get(of).is_empty()),
            Self::Dependencies(get) => (list(get(of), DEPENDENCY), get(of).is_empty()),
        }
    }
}

fn list<S>(items: &[S], fields: &[Field<S>]) -> Tree {
    Tree::list(items.iter().map(|item| tree(item, fields)).collect())
}

/// The fields of `of` that are written.
pub(super) fn tree<S>(of: &S, fields: &[Field<S>]) -> Tree {
    let written = |field: &Field<S>| Some((Str::from_static(field.name), field.written(of)?));
    Tree::map(fields.iter().filter_map(written).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_indexes_has_the_fields_in_theirs() {
        let is_in_order = |names: Vec<&str>| {
            let mut order = FIELD_ORDER.iter();
            names.iter().all(|name| order.any(|known| known == name))
        };
        assert!(is_in_order(METADATA.iter().map(|field| field.name).collect()));
        assert!(is_in_order(MAINTAINER.iter().map(|field| field.name).collect()));
        assert!(is_in_order(DEPENDENCY.iter().map(|field| field.name).collect()));
    }
}
