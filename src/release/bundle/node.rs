//! A document with the places of everything in it: what edits of its text need.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use bstr::ByteSlice;

use go_text_template::data::{Str, Tree};
use go_text_template::yaml::{self, Error, Event, EventKind, Parser, Scalar, ScalarStyle};

/// Which node of a document.
pub(super) type NodeId = usize;

/// A document as nodes; a node's children stand behind it.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
    /// Where the document ends.
    end: usize,
}

/// Something in a document, and the bytes it takes up.
#[derive(Debug)]
pub(super) struct Node {
    /// What it is.
    pub(super) kind: Kind,
    /// Its bytes, anchor and tag included; of a collection only where it begins counts.
    pub(super) range: Range<usize>,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A scalar as written.
    Scalar(Scalar),
    /// A list.
    List(Vec<NodeId>),
    /// A map: keys and values by turns.
    Map(Vec<NodeId>),
    /// `*name`, and what it stands for.
    Alias(NodeId),
}

impl Nodes {
    /// The first document of `text`; `None` if there is nothing in it.
    pub(super) fn read(text: &[u8]) -> Result<Option<Self>, Error> {
        let mut parser = Parser::new(text);
        parser.next_event()?;
        if parser.next_event()?.kind != EventKind::DocumentStart {
            return Ok(None);
        }
        // The parser does not count a byte order mark.
        let mark = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut composer = Composer { mark, ..Composer::default() };
        loop {
            let event = parser.next_event()?;
            if event.kind == EventKind::DocumentEnd {
                composer.nodes.end = event.start.offset + mark;
                composer.nodes.check_aliases(text)?;
                return Ok(Some(composer.nodes));
            }
            composer.add(event);
        }
    }

    /// Refuses what Helm refuses in templates: a small text that aliases make endless.
    fn check_aliases(&self, text: &[u8]) -> Result<(), Error> {
        let has_alias = self.nodes.iter().any(|node| matches!(node.kind, Kind::Alias(_)));
        if has_alias { yaml::read(&Str::from(text)).map(drop) } else { Ok(()) }
    }

    /// The node that holds all others.
    pub(super) fn root(&self) -> NodeId {
        0
    }

    /// Where the document ends: another one may follow.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// The node, or what it stands for if it is an alias.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        match &self.nodes[id].kind {
            // An alias always stands behind what it names, so this ends.
            Kind::Alias(target) if *target < id => self.node(*target),
            _ => &self.nodes[id],
        }
    }

    /// The node itself.
    pub(super) fn node_as_written(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The keys and values of a map; nothing for other nodes.
    pub(super) fn entries(&self, id: NodeId) -> impl DoubleEndedIterator<Item = (NodeId, NodeId)> {
        let children = match &self.node(id).kind {
            Kind::Map(children) => children.as_slice(),
            _ => &[],
        };
        children.chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// The elements of a list; nothing for other nodes.
    pub(super) fn items(&self, id: NodeId) -> &[NodeId] {
        match &self.node(id).kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The value of `key` in a map; of equal keys the last one's.
    pub(super) fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        self.entries(map)
            .rev()
            .find(|(name, _)| self.text(*name) == Some(key.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The value at `path`, going from map to map.
    pub(super) fn at(&self, start: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(start, |node, key| self.get(node, key))
    }

    /// True if nothing is written there, or null.
    pub(super) fn is_null(&self, id: NodeId) -> bool {
        matches!(&self.node(id).kind, Kind::Scalar(scalar) if is_null(scalar))
    }

    /// The text of a scalar that is not null.
    pub(super) fn text(&self, id: NodeId) -> Option<&[u8]> {
        match &self.node(id).kind {
            Kind::Scalar(scalar) if !is_null(scalar) => Some(&scalar.value),
            _ => None,
        }
    }

    /// What the node is if it is not a string: null counts as an empty one.
    pub(super) fn other_than_text(&self, id: NodeId) -> Option<&'static str> {
        match &self.node(id).kind {
            Kind::List(_) => Some("a list"),
            Kind::Map(_) => Some("a map"),
            Kind::Scalar(scalar) if scalar.implicit && scalar.properties.tag.is_empty() => {
                match yaml::read(&Str::from(scalar.value.as_slice())) {
                    Ok(Tree::Bool(_)) => Some("a boolean"),
                    Ok(Tree::Float(_) | Tree::Int(_)) => Some("a number"),
                    _ => None,
                }
            }
            Kind::Scalar(_) | Kind::Alias(_) => None,
        }
    }

    /// The text of the scalar at `path`; empty if there is none.
    pub(super) fn string(&self, start: NodeId, path: &[&str]) -> String {
        let text = self.at(start, path).and_then(|id| self.text(id)).unwrap_or_default();
        text.to_str_lossy().into_owned()
    }

    /// Where the value of the scalar is written, without anchor and tag in front.
    pub(super) fn value_range(&self, id: NodeId, text: &[u8]) -> Range<usize> {
        let node = self.node(id);
        let mut start = node.range.start;
        loop {
            let rest = &text[start..node.range.end];
            let begins = rest.first().copied();
            let is_property = matches!(begins, Some(b'&' | b'!'));
            let Some(end) = rest.find_byteset(b" \t\r\n").filter(|_| is_property) else { break };
            start += end + (rest.len() - end - rest[end..].trim_start().len());
        }
        start..node.range.end
    }

    /// All keys of maps that have `byte` in them.
    pub(super) fn keys_with(&self, byte: u8) -> HashSet<Vec<u8>> {
        let maps = self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Map(children) => Some(children),
            _ => None,
        });
        let keys = maps.flat_map(|children| children.iter().step_by(2));
        let texts = keys.filter_map(|key| self.text(*key));
        texts.filter(|text| text.contains(&byte)).map(<[u8]>::to_vec).collect()
    }

    /// Keys that a map has twice: where the first one stands, and where the second.
    pub(super) fn duplicate_keys(&self) -> Vec<(NodeId, NodeId)> {
        let mut found = Vec::new();
        for node in &self.nodes {
            let Kind::Map(children) = &node.kind else { continue };
            let mut seen: HashMap<&[u8], NodeId> = HashMap::new();
            for &key in children.iter().step_by(2) {
                let Some(text) = self.text(key).filter(|text| *text != b"<<") else { continue };
                if let Some(first) = seen.insert(text, key) {
                    found.push((first, key));
                }
            }
        }
        found
    }

    /// Keys behind which no value is written, and the key that follows in the same map.
    pub(super) fn empty_keys(&self) -> Vec<(NodeId, NodeId)> {
        let mut found = Vec::new();
        for node in &self.nodes {
            let Kind::Map(children) = &node.kind else { continue };
            for pair in children.windows(3).step_by(2) {
                let value = &self.nodes[pair[1]];
                let is_written =
                    !matches!(&value.kind, Kind::Scalar(scalar) if scalar.value.is_empty());
                if !is_written && self.is_null(pair[1]) {
                    found.push((pair[0], pair[2]));
                }
            }
        }
        found
    }
}

/// True for a plain scalar that means nothing.
fn is_null(scalar: &Scalar) -> bool {
    scalar.style == ScalarStyle::Plain
        && scalar.implicit
        && matches!(scalar.value.as_slice(), b"" | b"~" | b"null" | b"Null" | b"NULL")
}

#[derive(Default)]
struct Composer {
    nodes: Nodes,
    open: Vec<NodeId>,
    anchors: HashMap<Vec<u8>, NodeId>,
    mark: usize,
}

impl Composer {
    fn add(&mut self, event: Event) {
        let range = event.start.offset + self.mark..event.end.offset + self.mark;
        match event.kind {
            EventKind::Scalar(mut scalar) => {
                let anchor = std::mem::take(&mut scalar.properties.anchor);
                self.add_node(Kind::Scalar(scalar), anchor, range);
            }
            EventKind::Alias(name) => {
                // A document with an unknown name is refused once it is read.
                let target = self.anchors.get(&name).copied().unwrap_or(usize::MAX);
                self.add_node(Kind::Alias(target), Vec::new(), range);
            }
            EventKind::SequenceStart(properties) => {
                let id = self.add_node(Kind::List(Vec::new()), properties.anchor, range);
                self.open.push(id);
            }
            EventKind::MappingStart(properties) => {
                let id = self.add_node(Kind::Map(Vec::new()), properties.anchor, range);
                self.open.push(id);
            }
            _ => {
                self.open.pop();
            }
        }
    }

    fn add_node(&mut self, kind: Kind, anchor: Vec<u8>, range: Range<usize>) -> NodeId {
        let id = self.nodes.nodes.len();
        if let Some(&parent) = self.open.last()
            && let Kind::List(children) | Kind::Map(children) = &mut self.nodes.nodes[parent].kind
        {
            children.push(id);
        }
        if !anchor.is_empty() {
            self.anchors.insert(anchor, id);
        }
        self.nodes.nodes.push(Node { kind, range });
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_have_bounds() {
        let nine = |name| format!("[{}]", [name; 9].join(","));
        let mut text = format!("a: &a {}\n", nine("x"));
        for (name, other) in [("b", "*a"), ("c", "*b"), ("d", "*c"), ("e", "*d"), ("f", "*e")] {
            text.push_str(&format!("{name}: &{name} {}\n", nine(other)));
        }
        assert!(Nodes::read(text.as_bytes()).is_err());
        assert!(Nodes::read(b"a: &a {x: 1}\nb: *a\nc: *a\n").is_ok());
        assert!(Nodes::read(b"a: *unknown\n").is_err());
    }

    #[test]
    fn places_and_duplicates_are_found() {
        let text = b"a: &x !!str one\nb: {c: 1, c: 2}\nd: *x\ne: 'q'\n";
        let nodes = Nodes::read(text).unwrap().unwrap();
        let value = |key| nodes.value_range(nodes.get(0, key).unwrap(), text);
        assert_eq!(&text[value("a")], b"one");
        assert_eq!(&text[value("d")], b"one");
        assert_eq!(&text[value("e")], b"'q'");
        let duplicates = nodes.duplicate_keys();
        let place = |id: NodeId| nodes.node(id).range.start;
        assert_eq!(
            duplicates.iter().map(|(a, b)| (place(*a), place(*b))).collect::<Vec<_>>(),
            [(20, 26)]
        );
        assert_eq!(nodes.string(0, &["b", "c"]), "2");
    }
}
