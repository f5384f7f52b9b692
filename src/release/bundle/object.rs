//! Documents as a bundle holds them: a text, what is in it, and where it comes from.

use std::fmt;

use bstr::ByteSlice;

use super::node::{NodeId, Nodes};
use crate::manifest::HookEvent;
use go_text_template::data::Str;
use go_text_template::diagnostics::Span;
use go_text_template::yaml;

/// A document on its way into a bundle.
#[derive(Debug)]
pub struct Document {
    /// Where it comes from, as `# Source:` names it.
    pub path: Str,
    /// Where its text begins in the file of that path.
    pub offset: usize,
    /// Its text.
    pub text: Str,
    /// What it is for.
    pub role: Role,
    /// The text with the places of everything in it.
    pub(super) nodes: Nodes,
    /// The objects in it: one, or those of a list.
    pub objects: Vec<Object>,
}

/// What a document is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A file of crds/, whose text is the chart's own.
    Definition,
    /// Made of a template.
    Resource,
    /// Made of a template, for events of the release's life.
    Hook {
        /// The events.
        events: Vec<HookEvent>,
        /// Lower ones come first.
        weight: i64,
    },
    /// Made by us: the namespace.
    Own,
}

/// An object of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its map in the document.
    pub(super) node: NodeId,
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`; empty if there is none.
    pub namespace: String,
    /// `metadata.name`; empty if there is none.
    pub name: String,
}

impl Object {
    fn of(nodes: &Nodes, node: NodeId) -> Self {
        Self {
            node,
            api_version: nodes.string(node, &["apiVersion"]),
            kind: nodes.string(node, &["kind"]),
            namespace: nodes.string(node, &["metadata", "namespace"]),
            name: nodes.string(node, &["metadata", "name"]),
        }
    }

    /// The group of its API; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// True for the definition of a custom resource.
    pub fn is_definition(&self) -> bool {
        self.kind == "CustomResourceDefinition" && self.group() == "apiextensions.k8s.io"
    }

    /// True for a namespace.
    pub fn is_namespace(&self) -> bool {
        self.kind == "Namespace" && self.api_version == "v1"
    }

    /// What makes it one and the same object for a cluster: no version, since all versions of a
    /// group show the same objects.
    pub fn identity(&self) -> (&str, &str, &str, &str) {
        (self.group(), &self.kind, &self.namespace, &self.name)
    }
}

/// `apps/v1 Deployment shop/web`. No cluster takes longer names than are shown here; what is said
/// about each part of an object is not to grow with its name.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.300} {:.300} ", self.api_version, self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, "{:.300}/", self.namespace)?;
        }
        write!(f, "{:.300}", self.name)
    }
}

impl Document {
    /// Reads `text`; `None` if nothing is in it but comments.
    pub fn read(
        path: Str,
        offset: usize,
        text: Str,
        role: Role,
    ) -> Result<Option<Self>, yaml::Error> {
        let text = in_utf8(text);
        let Some(nodes) = Nodes::read(&text)? else { return Ok(None) };
        if nodes.is_null(nodes.root()) {
            return Ok(None);
        }
        let objects = objects(&nodes);
        Ok(Some(Self { path, offset, text, role, nodes, objects }))
    }

    /// Names all of its objects.
    pub fn title(&self) -> String {
        let names: Vec<String> = self.objects.iter().map(Object::to_string).collect();
        names.join(", ")
    }

    /// Where an object of it stands in its text: the key that it begins with.
    pub fn object_span(&self, object: &Object) -> Span {
        let start = self.nodes.node_as_written(object.node).range.start;
        let length = self.text[start..].find_byteset(b"\r\n").unwrap_or(self.text.len() - start);
        Span::new(start, start + length)
    }

    /// True if all of its objects are such.
    pub fn holds_only(&self, wanted: impl Fn(&Object) -> bool) -> bool {
        !self.objects.is_empty() && self.objects.iter().all(wanted)
    }
}

/// `text` in UTF-8: YAML may be in UTF-16, and then no edit would fit.
pub(super) fn in_utf8(text: Str) -> Str {
    let unit: fn([u8; 2]) -> u16 = match text.as_bytes() {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return text,
    };
    let units = text[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let runes = char::decode_utf16(units);
    let text: String = runes.map(|rune| rune.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into()
}

/// The object that the document is, or those that it lists.
fn objects(nodes: &Nodes) -> Vec<Object> {
    let root = nodes.root();
    let object = Object::of(nodes, root);
    let is_list = object.kind.ends_with("List") && object.name.is_empty();
    match nodes.get(root, "items").filter(|_| is_list) {
        Some(items) => nodes.items(items).iter().map(|item| Object::of(nodes, *item)).collect(),
        None => vec![object],
    }
}
