//! Documents as a post-renderer of Helm 4 gets them: all files in one stream, written anew, each
//! with the name of its file as an annotation; and back to files.
//!
//! It is the work of Kubernetes' `kyaml`, whose oddities are part of what comes out: a `List` is
//! taken apart, empty annotations go, a lone comment is no document.

use std::collections::BTreeMap;
use std::fmt;

use bstr::ByteSlice;

use super::{in_path_order, split};
use crate::render::Rendered;
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::yaml::ScalarStyle;
use go_text_template::yaml::commented::{self, Document, Kind, Layout, Node};

/// Where the name of the file goes.
const FILE_NAME: &str = "postrenderer.helm.sh/postrender-filename";
/// What `kyaml` sets on what it reads, and clears on what it writes.
const INDEX: [&str; 2] = ["config.kubernetes.io/index", "internal.config.kubernetes.io/index"];
/// Annotations of `kyaml` that have an older name as well.
const RENAMED: [[&str; 2]; 3] = [
    ["config.kubernetes.io/path", "internal.config.kubernetes.io/path"],
    INDEX,
    ["config.k8s.io/id", "internal.config.kubernetes.io/id"],
];
/// The annotation that says how lists are indented.
const LIST_INDENT: &str = "internal.config.kubernetes.io/seqindent";

/// Why documents cannot be merged or taken apart; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceError(String);

impl fmt::Display for ResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ResourceError {}

/// Puts what was being done in front of what went wrong.
fn within(what: impl fmt::Display) -> impl Fn(ResourceError) -> ResourceError {
    move |error| ResourceError(format!("{what}: {error}"))
}

/// All documents of `files` in one text, each with the name of its file.
pub fn merge(files: &[Rendered]) -> Result<Vec<u8>, ResourceError> {
    let mut documents = Vec::new();
    for file in in_path_order(files) {
        for range in split(&file.text, Compat::Helm4) {
            let read = read_all(&file.text[range]);
            for mut document in read.map_err(within(format!("parsing {}", file.path)))? {
                set_annotation(&mut document.root, FILE_NAME, &file.path)
                    .map_err(within(format!("annotating {}", file.path)))?;
                documents.push(document);
            }
        }
    }
    write_all(documents).map_err(within("writing merged docs"))
}

/// The files that the documents of `text` name, with these documents.
pub fn unmerge(text: &[u8]) -> Result<Vec<Rendered>, ResourceError> {
    let mut files: BTreeMap<Str, Vec<Document>> = BTreeMap::new();
    let documents = read_all(text).map_err(within("error parsing YAML"))?;
    for (index, mut document) in documents.into_iter().enumerate() {
        if !has_metadata(&document.root) {
            return Err(ResourceError("getting metadata: missing Resource metadata".to_owned()));
        }
        let mut name = annotation(&document.root, FILE_NAME).to_vec();
        if name.is_empty() {
            name = format!("generated-by-postrender-{index}.yaml").into_bytes();
        }
        clear_annotation(&mut document.root, FILE_NAME)
            .map_err(within("clearing filename annotation"))?;
        files.entry(name.into()).or_default().push(document);
    }
    let write = |(path, documents): (Str, Vec<Document>)| {
        let text = write_all(documents).map_err(within(format!("re-writing {path}")))?;
        Ok(Rendered { path, text: text.into() })
    };
    files.into_iter().map(write).collect()
}

/// The documents of `text`, with `kyaml`'s annotations.
fn read_all(text: &[u8]) -> Result<Vec<Document>, ResourceError> {
    let text = text.replace("\r\n", "\n");
    let parts = split_documents(&text)?;
    let is_only = parts.len() == 1;
    let mut documents = Vec::new();
    let mut index = 0;
    for part in parts {
        let read = commented::read(part).map_err(|error| {
            ResourceError(format!("MalformedYAMLError: {}", error.go_yaml_3_text()))
        });
        let Some(mut document) = read?.filter(|document| !document.root.is_null()) else {
            continue;
        };
        copy_renamed_annotations(&mut document.root)?;
        for key in INDEX {
            set_annotation(&mut document.root, key, index.to_string().as_bytes())?;
        }
        if is_only && is_list(&document.root) {
            let items = field_mut(&mut document.root, "items").map(Node::take_children);
            documents.extend(items.unwrap_or_default().into_iter().map(alone));
            continue;
        }
        documents.push(document);
        index += 1;
    }
    Ok(documents)
}

/// A document of nothing but `root`.
fn alone(root: Node) -> Document {
    Document { root, ..Document::default() }
}

/// The documents between lines that begin with `---`; all but the last keep their line end.
fn split_documents(text: &[u8]) -> Result<Vec<&[u8]>, ResourceError> {
    let mut documents = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(at) = text[from..].find("\n---").map(|at| from + at) {
        let Some(end) = text[at + 1..].find_byte(b'\n').map(|end| at + 1 + end) else { break };
        let behind = text[at + 4..end].trim();
        if !behind.is_empty() && !behind.starts_with(b"#") {
            let separator = text[at..end].trim().to_str_lossy();
            return Err(ResourceError(format!("invalid document separator: {separator}")));
        }
        documents.push(&text[start..=at]);
        start = end + 1;
        from = start;
    }
    if !text.is_empty() {
        documents.push(&text[start..]);
    }
    Ok(documents)
}

/// True for the list that `kyaml` takes apart.
fn is_list(root: &Node) -> bool {
    let kind = field(root, "kind").filter(|kind| !kind.is_null()).map_or(&b""[..], Node::value);
    let has = |name| field(root, name).is_some();
    matches!(kind, b"List" | b"ResourceList") && (has("items") || has("functionConfig"))
}

/// The text of `documents`, without `kyaml`'s annotations.
fn write_all(mut documents: Vec<Document>) -> Result<Vec<u8>, ResourceError> {
    let mut is_wide = Vec::new();
    for document in &mut documents {
        let root = &mut document.root;
        is_wide.push(annotation(root, LIST_INDENT) == b"wide");
        for key in INDEX.into_iter().rev().chain([LIST_INDENT]) {
            clear_annotation(root, key)?;
        }
        clear_empty_annotations(root)?;
    }
    Ok(commented::write(documents.iter().zip(is_wide)))
}

/// The value of the first entry of a map that is called `name`.
fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Kind::Mapping(entries, _) = &node.kind else { return None };
    let (pairs, _) = entries.as_chunks::<2>();
    pairs.iter().find(|[key, _]| key.value() == name.as_bytes()).map(|[_, value]| value)
}

fn field_mut<'n>(node: &'n mut Node, name: &str) -> Option<&'n mut Node> {
    let Kind::Mapping(entries, _) = &mut node.kind else { return None };
    let (pairs, _) = entries.as_chunks_mut::<2>();
    pairs.iter_mut().find(|[key, _]| key.value() == name.as_bytes()).map(|[_, value]| value)
}

/// A value that is neither null nor an empty collection.
fn filled<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let is_empty = |node: &Node| match &node.kind {
        Kind::Mapping(children, _) | Kind::Sequence(children, _) => children.is_empty(),
        _ => node.is_null(),
    };
    field(node, name).filter(|value| !is_empty(value))
}

fn has_metadata(root: &Node) -> bool {
    const FIELDS: [&str; 4] = ["name", "namespace", "labels", "annotations"];
    let metadata = filled(root, "metadata");
    filled(root, "apiVersion").is_some()
        || filled(root, "kind").is_some()
        || metadata.is_some_and(|node| FIELDS.iter().any(|name| filled(node, name).is_some()))
}

/// The annotation `key`; empty if there is none.
fn annotation<'n>(root: &'n Node, key: &str) -> &'n [u8] {
    let annotations = field(root, "metadata").and_then(|node| field(node, "annotations"));
    let value = annotations.and_then(|node| field(node, key)).filter(|value| !value.is_null());
    value.map_or(&[], Node::value)
}

/// An annotation that is there under one of its names is set under the other one as well.
fn copy_renamed_annotations(root: &mut Node) -> Result<(), ResourceError> {
    for [older, newer] in RENAMED {
        let [old, new] = [older, newer].map(|key| annotation(root, key).to_vec());
        match (old.is_empty(), new.is_empty()) {
            (true, false) => set_annotation(root, older, &new)?,
            (false, true) => set_annotation(root, newer, &old)?,
            _ => {}
        }
    }
    Ok(())
}

fn set_annotation(root: &mut Node, key: &str, value: &[u8]) -> Result<(), ResourceError> {
    clear_empty_annotations(root)?;
    let Some(metadata) = field_or_new(root, "metadata")? else { return Ok(()) };
    let Some(annotations) = field_or_new(metadata, "annotations")? else { return Ok(()) };
    let Some(entries) = entries(annotations)? else { return Ok(()) };
    let (pairs, _) = entries.as_chunks_mut::<2>();
    let mut value = Node::from(Kind::Scalar(value.to_vec(), ScalarStyle::SingleQuoted));
    match pairs.iter_mut().find(|[known, _]| known.value() == key.as_bytes()) {
        None => entries.extend([plain(key), value]),
        Some([_, old]) => {
            // What is replaced keeps its style.
            if let (Kind::Scalar(_, style), Kind::Scalar(_, old)) = (&mut value.kind, &old.kind) {
                *style = *old;
            }
            *old = value;
        }
    }
    Ok(())
}

fn plain(text: &str) -> Node {
    Kind::Scalar(text.as_bytes().to_vec(), ScalarStyle::Plain).into()
}

/// The entries of a map; none of a null.
fn entries(node: &mut Node) -> Result<Option<&mut Vec<Node>>, ResourceError> {
    if node.is_null() {
        return Ok(None);
    }
    check_mapping(node)?;
    match &mut node.kind {
        Kind::Mapping(entries, _) => Ok(Some(entries)),
        _ => Ok(None),
    }
}

/// The value of the entry `name`, which is made if there is none.
fn field_or_new<'n>(node: &'n mut Node, name: &str) -> Result<Option<&'n mut Node>, ResourceError> {
    let Some(entries) = entries(node)? else { return Ok(None) };
    let names = entries.iter().step_by(2);
    let at = names.clone().position(|key| key.value() == name.as_bytes());
    let at = at.unwrap_or_else(|| {
        let at = entries.len() / 2;
        entries.extend([plain(name), Kind::Mapping(Vec::new(), Layout::Block).into()]);
        at
    });
    Ok(entries.get_mut(at * 2 + 1))
}

/// Removes empty annotations, and then empty metadata.
fn clear_empty_annotations(root: &mut Node) -> Result<(), ResourceError> {
    if root.is_null() {
        return Ok(());
    }
    check_mapping(root)?;
    if let Some(metadata) = field_mut(root, "metadata") {
        clear(metadata, "annotations", true)?;
    }
    clear(root, "metadata", true)
}

fn clear_annotation(root: &mut Node, key: &str) -> Result<(), ResourceError> {
    if root.is_null() {
        return Ok(());
    }
    check_mapping(root)?;
    let Some(metadata) = field_mut(root, "metadata").filter(|node| !node.is_null()) else {
        return Ok(());
    };
    check_mapping(metadata)?;
    match field_mut(metadata, "annotations") {
        Some(annotations) => clear(annotations, key, false),
        None => Ok(()),
    }
}

/// Removes the first entry that is called `name`, of those that have nothing in them if
/// `only_empty`.
fn clear(node: &mut Node, name: &str, only_empty: bool) -> Result<(), ResourceError> {
    let Some(entries) = entries(node)? else { return Ok(()) };
    let (pairs, _) = entries.as_chunks::<2>();
    let found = pairs.iter().position(|[key, value]| {
        key.value() == name.as_bytes() && (!only_empty || value.children().is_empty())
    });
    if let Some(at) = found {
        entries.drain(at * 2..at * 2 + 2);
    }
    Ok(())
}

fn check_mapping(node: &Node) -> Result<(), ResourceError> {
    let found = match &node.kind {
        Kind::Mapping(..) => return Ok(()),
        Kind::Sequence(..) => "SequenceNode",
        Kind::Scalar(..) => "ScalarNode",
        Kind::Alias(_) => "AliasNode",
    };
    let text = commented::write([(&alone(node.clone()), false)]);
    Err(ResourceError(format!(
        "wrong node kind: expected MappingNode but got {found}: node contents:\n{}",
        text.to_str_lossy()
    )))
}
