//! The namespace of the current context of a kubeconfig file.

use std::path::PathBuf;

use super::parse::Parsed;
use crate::commands::Environment;
use crate::data::Tree;
use crate::yaml;

/// The namespace of the context that is current, or that `--kube-context` names.
///
/// Files that are not there or cannot be read have none: Helm does not complain either.
pub(super) fn namespace(parsed: &Parsed, environment: &Environment) -> Option<String> {
    let files: Vec<Tree> = paths(parsed, environment).into_iter().filter_map(read).collect();
    let current = |file: &Tree| text_at(file, "current-context");
    let context = parsed
        .text("kube-context")
        .or_else(|| environment.get("HELM_KUBECONTEXT"))
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .or_else(|| files.iter().find_map(current))?;
    files.iter().find_map(|file| context_namespace(file, &context))
}

/// `--kubeconfig`, else the files of `KUBECONFIG`, else the one in the home directory.
fn paths(parsed: &Parsed, environment: &Environment) -> Vec<PathBuf> {
    if let Some(path) = parsed.text("kubeconfig").filter(|path| !path.is_empty()) {
        return vec![path.into()];
    }
    if let Some(paths) = environment.get("KUBECONFIG") {
        return paths.split(':').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    }
    environment
        .get("HOME")
        .map(|home| PathBuf::from(home).join(".kube/config"))
        .into_iter()
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "the kubeconfig is part of the environment")]
fn read(path: PathBuf) -> Option<Tree> {
    yaml::read(&std::fs::read(path).ok()?.into()).ok()
}

fn text_at(tree: &Tree, key: &str) -> Option<String> {
    let text = tree.at(&[key])?.as_str()?;
    (!text.is_empty()).then(|| text.to_string())
}

fn context_namespace(file: &Tree, name: &str) -> Option<String> {
    let Some(Tree::List(contexts)) = file.at(&["contexts"]) else { return None };
    let context =
        contexts.iter().find(|context| text_at(context, "name").as_deref() == Some(name))?;
    text_at(context.at(&["context"])?, "namespace")
}
