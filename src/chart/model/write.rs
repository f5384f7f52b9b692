//! Chart.yaml and Chart.lock as Helm writes them: what it understood of them, keys in order.

use go_text_template::data::{Str, Tree, Value};
use go_text_template::yaml;

use super::{Dependency, Lock, Maintainer, Metadata};

impl Metadata {
    /// The text of a Chart.yaml that says this.
    pub fn to_yaml(&self) -> Vec<u8> {
        text(&self.to_tree())
    }

    /// The fields that are not empty, by the names they have in Chart.yaml.
    pub fn to_tree(&self) -> Tree {
        let mut fields = Fields::default();
        fields.text("name", &self.name);
        fields.text("home", &self.home);
        fields.list("sources", &self.sources, texts);
        fields.text("version", &self.version);
        fields.text("description", &self.description);
        fields.list("keywords", &self.keywords, texts);
        fields.list("maintainers", &self.maintainers, |all| {
            Tree::list(all.iter().map(Maintainer::to_tree).collect())
        });
        fields.text("icon", &self.icon);
        fields.text("apiVersion", &self.api_version);
        fields.text("condition", &self.condition);
        fields.text("tags", &self.tags);
        fields.text("appVersion", &self.app_version);
        fields.flag("deprecated", self.deprecated);
        if !self.annotations.is_empty() {
            let entries = self.annotations.iter();
            let entries = entries.map(|(key, text)| (key.clone(), Tree::String(text.clone())));
            fields.add("annotations", Tree::map(entries.collect()));
        }
        fields.text("kubeVersion", &self.kube_version);
        fields.list("dependencies", &self.dependencies, |all| {
            Tree::list(all.iter().map(Dependency::to_tree).collect())
        });
        fields.text("type", &self.chart_type);
        Tree::map(fields.0)
    }
}

impl Maintainer {
    fn to_tree(&self) -> Tree {
        let mut fields = Fields::default();
        fields.text("name", &self.name);
        fields.text("email", &self.email);
        fields.text("url", &self.url);
        Tree::map(fields.0)
    }
}

impl Dependency {
    /// The fields that are not empty; name and repository always.
    pub fn to_tree(&self) -> Tree {
        let mut fields = Fields::default();
        fields.add("name", Tree::String(self.name.clone()));
        fields.text("version", &self.version);
        fields.add("repository", Tree::String(self.repository.clone()));
        fields.text("condition", &self.condition);
        fields.list("tags", &self.tags, texts);
        fields.flag("enabled", self.enabled);
        fields.list("import-values", &self.import_values, |all| Tree::list(all.to_vec()));
        fields.text("alias", &self.alias);
        Tree::map(fields.0)
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
        let mut fields = Fields::default();
        fields.add("generated", Tree::String(self.generated_text()));
        fields.add("digest", Tree::String(self.digest.clone()));
        fields.add("dependencies", dependencies);
        Tree::map(fields.0)
    }
}

fn text(tree: &Tree) -> Vec<u8> {
    yaml::write(&Value::from(tree), &mut |_| true).unwrap_or_default()
}

fn texts(all: &[Str]) -> Tree {
    Tree::list(all.iter().cloned().map(Tree::String).collect())
}

/// The fields of a Go struct, those left out that are empty.
#[derive(Default)]
struct Fields(Vec<(Str, Tree)>);

impl Fields {
    fn add(&mut self, name: &'static str, value: Tree) {
        self.0.push((Str::from_static(name), value));
    }

    fn text(&mut self, name: &'static str, text: &Str) {
        if !text.is_empty() {
            self.add(name, Tree::String(text.clone()));
        }
    }

    fn flag(&mut self, name: &'static str, flag: bool) {
        if flag {
            self.add(name, Tree::Bool(true));
        }
    }

    fn list<T>(&mut self, name: &'static str, items: &[T], tree: impl FnOnce(&[T]) -> Tree) {
        if !items.is_empty() {
            self.add(name, tree(items));
        }
    }
}
