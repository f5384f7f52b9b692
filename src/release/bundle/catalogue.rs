//! The table of known custom resources, read from `catalogue.yaml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use go_text_template::data::{Str, Tree};
use go_text_template::yaml;

/// What is known of custom resources.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogue {
    groups: BTreeMap<String, Group>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    cluster: Vec<String>,
    images: BTreeMap<String, Vec<Rule>>,
}

/// Where an image of a custom resource is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// In the field at this path.
    Field(Vec<String>),
    /// Nowhere: the operator makes it of this pattern, unless the field at the path is set.
    Default {
        /// With fields in braces.
        pattern: String,
        /// The path of the field that replaces it.
        unless: Vec<String>,
    },
}

impl Catalogue {
    /// The table; it is read once.
    pub(super) fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| Self::read(include_str!("catalogue.yaml")))
    }

    fn read(text: &str) -> Self {
        // A test reads it, so it can be read.
        let tree = yaml::read(&Str::from(text)).unwrap_or_default();
        let groups = tree.as_map().into_iter().flat_map(|map| map.iter());
        Self { groups: groups.map(|(name, group)| (name.to_string(), Group::of(group))).collect() }
    }

    /// Whether objects of the kind live outside of namespaces; `None` if the group is not known.
    pub(super) fn is_cluster_kind(&self, group: &str, kind: &str) -> Option<bool> {
        let group = self.groups.get(group)?;
        Some(group.cluster.iter().any(|known| known == kind || known == "*"))
    }

    /// Where objects of the kind name images.
    pub(super) fn images(&self, group: &str, kind: &str) -> &[Rule] {
        let rules = self.groups.get(group).and_then(|group| group.images.get(kind));
        rules.map(Vec::as_slice).unwrap_or_default()
    }
}

impl Group {
    fn of(tree: &Tree) -> Self {
        let images = tree.at(&["images"]).and_then(Tree::as_map);
        let images = images.into_iter().flat_map(|map| map.iter());
        Self {
            cluster: texts(tree.at(&["cluster"])),
            images: images
                .map(|(kind, rules)| {
                    (
                        kind.to_string(),
                        texts(Some(rules)).iter().map(|text| Rule::of(text)).collect(),
                    )
                })
                .collect(),
        }
    }
}

impl Rule {
    fn of(text: &str) -> Self {
        let path = |text: &str| text.split('.').map(str::to_owned).collect();
        if !text.contains('{') {
            return Self::Field(path(text));
        }
        let (pattern, unless) = text.split_once(" unless ").unwrap_or((text, ""));
        Self::Default { pattern: pattern.to_owned(), unless: path(unless) }
    }
}

fn texts(tree: Option<&Tree>) -> Vec<String> {
    match tree {
        Some(Tree::List(items)) => {
            items.iter().filter_map(Tree::as_str).map(Str::to_string).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let catalogue = Catalogue::get();
        assert!(catalogue.groups.len() > 50);
        assert_eq!(catalogue.is_cluster_kind("cert-manager.io", "ClusterIssuer"), Some(true));
        let expected = Rule::Field(vec!["spec".into(), "imageName".into()]);
        assert_eq!(catalogue.images("postgresql.cnpg.io", "Cluster"), [expected]);
        for group in catalogue.groups.values() {
            assert!(group.images.values().all(|rules| !rules.is_empty()));
        }
    }
}
