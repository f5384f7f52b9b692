//! Chart.yaml and Chart.lock as Helm writes them: what it understood of them, keys in order.

use go_text_template::data::{Str, Tree, Value};
use go_text_template::yaml;

use super::fields::{DEPENDENCY, METADATA, tree};
use super::{Dependency, Lock, Metadata};

impl Metadata {
    /// The text of a Chart.yaml that says this.
    pub fn to_yaml(&self) -> Vec<u8> {
        text(&self.to_tree())
    }

    /// The fields that are not empty, by the names they have in Chart.yaml.
    pub fn to_tree(&self) -> Tree {
        tree(self, METADATA)
    }
}

impl Dependency {
    /// The fields that are not empty; name and repository always.
    pub fn to_tree(&self) -> Tree {
        tree(self, DEPENDENCY)
    }
}

impl Lock {
    /// The text of a Chart.lock that says this.
    pub fn to_yaml(&self) -> Vec<u8> {
        text(&self.to_tree())
    }

    /// The fields by the names they have in Chart.lock.
    pub fn to_tree(&self) -> Tree {
        let dependency = |dependency: &Option<Dependency>| {
            dependency.as_ref().map_or(Tree::Null, Dependency::to_tree)
        };
        let dependencies = match self.lists_dependencies {
            false => Tree::Null,
            true => Tree::list(self.dependencies.iter().map(dependency).collect()),
        };
        let named = |name, value| (Str::from_static(name), value);
        Tree::map(vec![
            named("generated", Tree::String(self.generated_text())),
            named("digest", Tree::String(self.digest.clone())),
            named("dependencies", dependencies),
        ])
    }
}

fn text(tree: &Tree) -> Vec<u8> {
    yaml::write(&Value::from(tree), &mut |_| true).unwrap_or_default()
}
