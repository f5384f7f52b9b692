//! From a chart's documents to the entries of a bundle, in their order and with what is added.

use bstr::ByteSlice;

use super::edit::{self, Edit};
use super::error::{Fault, Place};
use super::images::{self, Image};
use super::metadata::{self, Additions};
use super::node::NodeId;
use super::object::{Document, Object, Role};
use super::phase::{self, Hooks, Phase};
use super::scope::{Scope, Scopes};
use super::size;
use super::twice::{self, Chosen};
use super::warning::Warning;
use go_text_template::data::Str;

/// What a bundle is to be like.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What objects get.
    pub additions: Additions,
    /// Whether the namespace is made as well.
    pub create_namespace: bool,
    /// Which hooks are in it.
    pub hooks: Hooks,
    /// Whether the chart was rendered for an upgrade.
    pub is_upgrade: bool,
    /// The registry that all images are moved to.
    pub registry: Option<String>,
    /// Whether a key that a map has twice is an error.
    pub deny_duplicate_keys: bool,
    /// Whether different objects may have one name.
    pub allow_duplicate_objects: bool,
    /// What the bundle calls its own file.
    pub file: String,
}

/// The documents of a bundle, ready to be written.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The documents in their order.
    pub entries: Vec<Entry>,
    /// What may go wrong when it is applied.
    pub warnings: Vec<Warning>,
    /// The images in it, by the names that the chart gives them.
    pub images: Vec<Image>,
}

/// A document of a bundle.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The part of the bundle that it is in.
    pub phase: Phase,
    /// Where it comes from.
    pub path: Str,
    /// Its text, with a line break at its end.
    pub text: Str,
    /// The objects in it.
    pub objects: Vec<Object>,
}

/// Puts `documents`, which stand in the order of installation, into the order of a bundle.
pub fn assemble(documents: Vec<Document>, options: &Options) -> Result<Bundle, Vec<Fault>> {
    let mut bundle = Bundle::default();
    let mut chosen: Vec<(Phase, Document)> = Vec::new();
    for document in documents {
        let Some(phase) = phase::of(&document, options.hooks, options.is_upgrade) else { continue };
        if is_nameless_hook(&document) {
            bundle.warnings.push(Warning::Nameless(document.path.to_string()));
            continue;
        }
        chosen.push((phase, document));
    }
    add_namespace(&mut chosen, options);
    let mut faults: Vec<Fault> =
        chosen.iter().flat_map(|(_, document)| document.faults(options)).collect();
    phase::sort(&mut chosen);
    let scopes = scopes(&chosen);
    let mut edited: Vec<Chosen> = Vec::new();
    for (phase, mut document) in chosen {
        let edits = edits(&mut document, options, &scopes);
        let edits = edits.unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        edited.push((phase, document, edits));
    }
    let are_allowed = options.allow_duplicate_objects;
    faults.extend(twice::merge(&mut edited, are_allowed, &mut bundle.warnings));
    if !faults.is_empty() {
        return Err(faults);
    }
    bundle.warnings.extend(warnings(&edited, &scopes));
    bundle.images = images::images(edited.iter().map(|(_, document, _)| document));
    bundle.entries = edited
        .into_iter()
        .map(|(phase, document, edits)| Entry::new(phase, document, edits))
        .collect();
    Ok(bundle)
}

/// What is changed in `document`; its objects learn their namespaces.
fn edits(document: &mut Document, options: &Options, scopes: &Scopes) -> Result<Vec<Edit>, Fault> {
    let mut edits = metadata::add(document, &options.additions, scopes)?;
    if let Some(registry) = &options.registry {
        edits.extend(images::rewrite(document, registry));
    }
    Ok(edits)
}

/// Whether `document` is in such a bundle: hooks of other events are not.
pub fn is_chosen(document: &Document, options: &Options) -> bool {
    phase::of(document, options.hooks, options.is_upgrade).is_some()
}

impl Entry {
    fn new(phase: Phase, document: Document, edits: Vec<Edit>) -> Self {
        let edited = edit::apply(&document.text, edits);
        let mut text = without_marker(&edited).to_vec();
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        Self { phase, path: document.path, text: text.into(), objects: document.objects }
    }

    /// Names all of its objects.
    pub fn title(&self) -> String {
        let names: Vec<String> = self.objects.iter().map(Object::to_string).collect();
        names.join(", ")
    }
}

/// `text` without a line `---` at its start: Helm 3 leaves the second of two there, and what follows
/// would be another document.
fn without_marker(text: &[u8]) -> &[u8] {
    let marked = text.strip_prefix(b"---").and_then(|rest| rest.split_once_str("\n"));
    match marked {
        Some((rest, behind)) if rest.trim().is_empty() => behind,
        _ => text,
    }
}

fn is_nameless_hook(document: &Document) -> bool {
    matches!(document.role, Role::Hook { .. })
        && document.objects.iter().any(|object| object.name.is_empty() && !object.kind.is_empty())
}

/// Adds the namespace if it is wanted and not there.
fn add_namespace(chosen: &mut Vec<(Phase, Document)>, options: &Options) {
    let name = &options.additions.namespace;
    let is_it = |object: &Object| object.is_namespace() && object.name == *name;
    let is_there = chosen.iter().any(|(_, document)| document.objects.iter().any(is_it));
    if !options.create_namespace || is_there {
        return;
    }
    let name = metadata::scalar(name);
    let text = format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n");
    let path = Str::from_static("(--create-namespace)");
    if let Ok(Some(document)) = Document::read(path, 0, text.into(), Role::Own) {
        chosen.insert(0, (Phase::Namespaces, document));
    }
}

impl Document {
    /// Where a node is in the file that the document comes from.
    pub(super) fn place(&self, node: NodeId) -> Place {
        self.place_at(self.nodes.node_as_written(node).range.start)
    }

    fn place_at(&self, offset: usize) -> Place {
        let is_source = self.role == Role::Definition;
        Place { path: self.path.clone(), offset: self.offset + offset, is_source }
    }

    /// What is wrong with the document by itself.
    fn faults(&self, options: &Options) -> Vec<Fault> {
        let mut faults = Vec::new();
        for object in &self.objects {
            let place = self.place(object.node);
            if object.kind.is_empty() || object.api_version.is_empty() {
                faults.push(Fault::NoKind(place));
            } else if object.name.is_empty() {
                faults.push(Fault::NoName(place, object.to_string()));
            }
        }
        faults.extend(self.no_strings());
        if options.deny_duplicate_keys {
            faults.extend(twice::keys(self).into_iter().map(Fault::Key));
        }
        faults
    }
}

impl Document {
    /// Values that a cluster takes only as strings, and that are none.
    pub fn no_strings(&self) -> Vec<Fault> {
        self.objects.iter().flat_map(|object| self.no_texts(object)).collect()
    }

    /// Values of `object` that a cluster takes only as strings, and that are none.
    fn no_texts(&self, object: &Object) -> Vec<Fault> {
        let mut maps = vec![vec!["metadata", "labels"], vec!["metadata", "annotations"]];
        if object.api_version == "v1" && ["ConfigMap", "Secret"].contains(&&*object.kind) {
            maps.extend([vec!["data"], vec!["stringData"]]);
        }
        let mut faults = Vec::new();
        for path in maps {
            let Some(map) = self.nodes.at(object.node, &path) else { continue };
            for (key, value) in self.nodes.entries(map) {
                let Some(found) = self.nodes.other_than_text(value) else { continue };
                let key = String::from_utf8_lossy(self.nodes.text(key).unwrap_or_default());
                let field = format!("{} of {object}", [&path[..], &[&key]].concat().join("."));
                faults.push(Fault::NotText(self.place(value), field, found));
            }
        }
        faults
    }
}

/// Where kinds live, as far as the definitions among the documents say.
fn scopes(chosen: &[(Phase, Document)]) -> Scopes {
    let mut scopes = Scopes::default();
    for (_, document) in chosen {
        for object in document.objects.iter().filter(|object| object.is_definition()) {
            let field = |path: &[&str]| document.nodes.string(object.node, path);
            let namespaced = field(&["spec", "scope"]) != "Cluster";
            scopes.define(
                &field(&["spec", "group"]),
                &field(&["spec", "names", "kind"]),
                namespaced,
            );
        }
    }
    scopes
}

fn warnings(chosen: &[Chosen], scopes: &Scopes) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    let mut defined: Option<String> = None;
    for (_, document, _) in chosen {
        warnings.extend(twice::keys(document).into_iter().map(Warning::Key));
        warnings.extend(size::check(document).into_iter().map(Warning::TooLarge));
        for object in &document.objects {
            let kind = format!("{} {}", object.api_version, object.kind);
            if scopes.of(object.group(), &object.kind) == Scope::Unknown && !unknown.contains(&kind)
            {
                unknown.push(kind);
            }
            if scopes.defines(object.group(), &object.kind) {
                defined.get_or_insert_with(|| object.to_string());
            }
        }
    }
    warnings.extend(unknown.into_iter().map(Warning::UnknownScope));
    warnings.extend(defined.map(Warning::TwoPasses));
    warnings
}
