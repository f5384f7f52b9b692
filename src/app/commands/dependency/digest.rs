//! The digest of Chart.lock: of what was asked for and what was chosen.

use crate::files::sha256;
use crate::model::{Dependency, FIELD_ORDER};
use go_text_template::data::Tree;
use go_text_template::json::{self, Style};

/// The digest of dependencies and the versions chosen for them.
pub(super) fn of(wanted: &[Dependency], locked: &[Dependency]) -> String {
    digest(&Tree::list(vec![list(wanted), list(locked)]))
}

/// The digest that Helm 2 had, of what was asked for alone.
pub(super) fn of_helm2(wanted: &[Dependency]) -> String {
    digest(&Tree::map(vec![("dependencies".into(), list(wanted))]))
}

fn list(dependencies: &[Dependency]) -> Tree {
    Tree::list(dependencies.iter().map(Dependency::to_tree).collect())
}

fn digest(tree: &Tree) -> String {
    let text = json::write_ordered(tree, Style::COMPACT, &FIELD_ORDER);
    format!("sha256:{}", sha256(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_helms() {
        let dependency = |version: &str| Dependency {
            name: "s".into(),
            version: version.into(),
            repository: "file://../lib/s".into(),
            ..Dependency::default()
        };
        assert_eq!(
            of(&[dependency(">=0")], &[dependency("0.1.0")]),
            "sha256:ad087474ddfa325aed4994277823bd91f0145ad3a8872c88d73742dc62ff4d06"
        );
    }
}
