//! A bundle as a folder: a file for each document, and a kustomization that lists them.

use std::collections::BTreeMap;

use super::assemble::{Bundle, Entry};
use super::object::Object;
use super::receipt::digest;
use super::write::document;
use go_text_template::data::{Str, Tree};
use go_text_template::yaml;

/// The name of the list of files.
pub const KUSTOMIZATION: &str = "kustomization.yaml";

/// The first line of a list that we have written.
const HEAD: &str = "# Written by chart bundle --split; what is changed here is lost.\n";

/// The files of `bundle` by their paths, in the order in which they are applied, and the
/// kustomization last.
pub fn split(bundle: &Bundle) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut taken: BTreeMap<String, ()> = BTreeMap::new();
    for entry in &bundle.entries {
        let mut path = path(entry);
        let mut tail = entry.title();
        while taken.insert(path.clone(), ()).is_some() {
            // Two names that differ only in letters that files do not have, or two of one name.
            tail = digest(tail.as_bytes())["sha256:".len()..][..8].to_owned();
            path = format!("{}-{tail}.yaml", self::path(entry).trim_end_matches(".yaml"));
        }
        files.push((path, document(entry)));
    }
    let list: String = files.iter().map(|(path, _)| format!("- {path}\n")).collect();
    let list =
        if list.is_empty() { "resources: []\n".to_owned() } else { format!("resources:\n{list}") };
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    files.push((KUSTOMIZATION.to_owned(), format!("{HEAD}{head}{list}").into_bytes()));
    files
}

/// The files that an older kustomization of ours lists; nothing for those of others.
pub fn listed(kustomization: &[u8]) -> Vec<String> {
    if !kustomization.starts_with(HEAD.as_bytes()) {
        return Vec::new();
    }
    let tree = yaml::read(&Str::from(kustomization)).unwrap_or_default();
    let Some(Tree::List(items)) = tree.at(&["resources"]) else { return Vec::new() };
    let paths = items.iter().filter_map(Tree::as_str).map(Str::to_string);
    paths.filter(|path| is_inside(path)).collect()
}

/// True for a path that stays below its folder.
fn is_inside(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !["", ".", ".."].contains(&part))
}

/// `NAMESPACE/KIND-NAME.yaml`; kinds of custom resources come with their group.
fn path(entry: &Entry) -> String {
    let Some(first) = entry.objects.first() else { return "cluster/empty-list.yaml".to_owned() };
    let folder = if first.namespace.is_empty() { "cluster" } else { &first.namespace };
    let list = if entry.objects.len() > 1 { "list-" } else { "" };
    let name = format!("{list}{}-{}", kind(first), first.name).to_lowercase();
    format!("{}/{}.yaml", safe(folder), safe(&name))
}

fn kind(object: &Object) -> String {
    let group = object.group();
    let is_own = !group.contains('.') || group.ends_with(".k8s.io");
    if is_own { object.kind.clone() } else { format!("{}.{group}", object.kind) }
}

/// `text` with `_` for everything that is not a letter, a digit, a dot or a dash.
fn safe(text: &str) -> String {
    let is_safe = |rune: char| rune.is_ascii_alphanumeric() || ".-".contains(rune);
    let text: String = text.chars().map(|rune| if is_safe(rune) { rune } else { '_' }).collect();
    if text.starts_with('.') { format!("_{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_lists_are_read() {
        let list = format!("{HEAD}resources:\n- a/b.yaml\n- ../c\n- /d\n");
        assert_eq!(listed(list.as_bytes()), ["a/b.yaml"]);
        assert!(listed(b"resources: [a/b.yaml]\n").is_empty());
    }
}
