//! What a bundle adds to the metadata of objects: their namespace and labels.

use super::edit::{self, Edit};
use super::error::{Fault, Place};
use super::node::{Kind, NodeId, Nodes};
use super::object::{Document, Object};
use super::quote::quoted;
use super::scope::{Scope, Scopes};

/// The label by which `kubectl apply --applyset` knows its objects; it sets it itself.
const PART_OF: &str = "applyset.kubernetes.io/part-of";

/// What is added.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    /// The namespace of objects that name none.
    pub namespace: String,
    /// Labels of all objects.
    pub labels: Vec<(String, String)>,
    /// The applyset that the objects are to be part of; nothing may stand in its way.
    pub applyset: Option<String>,
}

/// The edits of `document` that make the additions; its objects learn their namespaces.
pub(super) fn add(
    document: &mut Document,
    additions: &Additions,
    scopes: &Scopes,
) -> Result<Vec<Edit>, Fault> {
    let mut edits = Vec::new();
    let mut objects = std::mem::take(&mut document.objects);
    for object in &mut objects {
        let metadata = document.nodes.get(object.node, "metadata").unwrap_or(object.node);
        let target = Target { document, object: &*object, metadata };
        edits.extend(target.labels(&additions.labels)?);
        if additions.applyset.is_some() {
            target.check_part_of()?;
        }
        let scope = scopes.of(object.group(), &object.kind);
        if scope == Scope::Cluster {
            object.namespace.clear();
        } else if object.namespace.is_empty() {
            edits.push(target.set("namespace", &additions.namespace)?);
            object.namespace.clone_from(&additions.namespace);
        }
    }
    document.objects = objects;
    Ok(edits)
}

/// The metadata of an object of a document.
struct Target<'t> {
    document: &'t Document,
    object: &'t Object,
    metadata: NodeId,
}

impl Target<'_> {
    fn set(&self, key: &str, value: &str) -> Result<Edit, Fault> {
        edit::set(self.nodes(), &self.document.text, self.metadata, key, &scalar(value))
            .ok_or_else(|| self.no_room())
    }

    /// The edits that label the object.
    fn labels(&self, wanted: &[(String, String)]) -> Result<Vec<Edit>, Fault> {
        let (nodes, text) = (self.nodes(), &self.document.text);
        let entries: Vec<String> = wanted
            .iter()
            .map(|(key, value)| format!("{}: {}", scalar(key), scalar(value)))
            .collect();
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let Some(labels) = nodes.get(self.metadata, "labels") else {
            let lines = format!("labels:\n  {}", entries.join("\n  "));
            let edit = edit::insert(nodes, text, self.metadata, lines.as_bytes());
            return edit.map(|edit| vec![edit]).ok_or_else(|| self.no_room());
        };
        if !matches!(nodes.node(labels).kind, Kind::Map(_)) {
            let flow = format!("{{{}}}", entries.join(", "));
            return Ok(vec![edit::replace(nodes, text, labels, &flow)]);
        }
        let edits = wanted.iter().map(|(key, value)| self.label(labels, key, value));
        Ok(edits.collect::<Result<Vec<_>, Fault>>()?.into_iter().flatten().collect())
    }

    /// The edit that adds one label to those that there are.
    fn label(&self, labels: NodeId, key: &str, value: &str) -> Result<Option<Edit>, Fault> {
        let (nodes, text) = (self.nodes(), &self.document.text);
        match nodes.get(labels, key).map(|old| (old, nodes.text(old))) {
            Some((_, Some(old))) if old == value.as_bytes() => Ok(None),
            Some((node, Some(old))) => {
                let old = String::from_utf8_lossy(old);
                let what = format!("{} has the label {key}={old} already", self.object);
                Err(Fault::Label(self.place(node), what))
            }
            Some((node, None)) => Ok(Some(edit::replace(nodes, text, node, &scalar(value)))),
            None => {
                let entry = format!("{}: {}", scalar(key), scalar(value));
                let edit = edit::insert(nodes, text, labels, entry.as_bytes());
                edit.map(Some).ok_or_else(|| self.no_room())
            }
        }
    }

    fn check_part_of(&self) -> Result<(), Fault> {
        let labels = self.nodes().get(self.metadata, "labels");
        match labels.and_then(|labels| self.nodes().get(labels, PART_OF)) {
            None => Ok(()),
            Some(node) => {
                let what = format!(
                    "{} has the label {PART_OF}, which kubectl apply --applyset wants to set itself",
                    self.object
                );
                Err(Fault::Reserved(self.place(node), what))
            }
        }
    }

    fn no_room(&self) -> Fault {
        Fault::NoRoom(self.place(self.metadata), self.object.to_string())
    }

    fn place(&self, node: NodeId) -> Place {
        self.document.place(node)
    }

    fn nodes(&self) -> &Nodes {
        &self.document.nodes
    }
}

/// `text` as a YAML scalar that is a string.
pub(super) fn scalar(text: &str) -> String {
    const OTHERS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"];
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        && !OTHERS.contains(&text.to_lowercase().as_str());
    if is_plain { text.to_owned() } else { quoted(text) }
}
