//! A JSON document laid out flat, so that every value in it has a number and knows its parent.
//!
//! Schemas and the values they are checked against are both documents. A node number is all that
//! an error or a reference has to remember; pointers like `/a/0` are spelled only when printed.

use go_text_template::data::{Str, Tree};

/// The number of a value in its document.
pub(super) type NodeId = u32;

/// The outermost value.
pub(super) const ROOT: NodeId = 0;

/// A JSON document.
#[derive(Debug, Default)]
pub(super) struct Document {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    /// Which of the parent's children this is.
    position: u32,
    data: Data,
}

/// A value whose children are nodes of the same document.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    /// The number as written, or as Go prints it.
    Number(Str),
    /// NaN or an infinity, which JSON has no words for.
    Unspeakable,
    String(Str),
    List(Vec<NodeId>),
    /// In byte order of the keys.
    Map(Vec<(Str, NodeId)>),
}

impl Data {
    /// The entries, if this is a map.
    pub(super) fn as_map(&self) -> Option<&[(Str, NodeId)]> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if this is a list.
    pub(super) fn as_list(&self) -> Option<&[NodeId]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub(super) fn as_string(&self) -> Option<&Str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Document {
    /// The document that holds what `tree` holds.
    pub(super) fn from_tree(tree: &Tree) -> Self {
        let mut document = Self::default();
        document.add_tree(tree);
        document
    }

    /// Adds a node that [`Document::fill`] completes once its children are there.
    pub(super) fn open(&mut self) -> NodeId {
        let node = NodeId::try_from(self.nodes.len()).expect("input is far below 4 G values");
        self.nodes.push(Node { parent: node, position: 0, data: Data::Null });
        node
    }

    /// Gives `node` its value; its children get to know their parent.
    pub(super) fn fill(&mut self, node: NodeId, data: Data) {
        let mut adopt = |position: usize, child: NodeId| {
            let child = &mut self.nodes[child as usize];
            child.parent = node;
            child.position = position as u32;
        };
        match &data {
            Data::List(items) => items.iter().enumerate().for_each(|(at, item)| adopt(at, *item)),
            Data::Map(entries) => {
                entries.iter().enumerate().for_each(|(at, (_, item))| adopt(at, *item));
            }
            _ => {}
        }
        self.nodes[node as usize].data = data;
    }

    /// The number of values in the document.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The value of `node`.
    pub(super) fn data(&self, node: NodeId) -> &Data {
        &self.nodes[node as usize].data
    }

    /// The value that holds `node`; none for the outermost.
    pub(super) fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.nodes[node as usize].parent;
        (parent != node).then_some(parent)
    }

    /// The value of `key` in the map `node`.
    pub(super) fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        find(self.data(node).as_map()?, key.as_bytes())
    }

    /// The text of `key` in the map `node`, if it is a string.
    pub(super) fn get_string(&self, node: NodeId, key: &str) -> Option<&Str> {
        self.data(self.get(node, key)?).as_string()
    }

    /// The JSON pointer that leads from `base` to `node`.
    pub(super) fn pointer(&self, base: NodeId, node: NodeId) -> Vec<u8> {
        let mut path = Vec::new();
        let mut at = node;
        while at != base {
            let Some(parent) = self.parent(at) else { break };
            path.push(at);
            at = parent;
        }
        let mut out = Vec::new();
        for node in path.into_iter().rev() {
            out.push(b'/');
            self.append_token(&mut out, node);
        }
        out
    }

    /// The key or index of `node` in its parent, escaped for a pointer.
    fn append_token(&self, out: &mut Vec<u8>, node: NodeId) {
        let Node { parent, position, .. } = self.nodes[node as usize];
        match self.data(parent) {
            Data::Map(entries) => append_escaped(out, &entries[position as usize].0),
            _ => out.extend_from_slice(position.to_string().as_bytes()),
        }
    }

    /// True if the two values are equal as JSON Schema sees it: `1` is `1.0`.
    pub(super) fn equal(&self, node: NodeId, other: &Self, other_node: NodeId) -> bool {
        self.equal_data(self.data(node), other, other_node)
    }

    /// True if `data`, whose children are in this document, equals a value of another one.
    pub(super) fn equal_data(&self, data: &Data, other: &Self, other_node: NodeId) -> bool {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match (data, other.data(other_node)) {
            (Data::Null, Data::Null) => true,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::String(a), Data::String(b)) => a == b,
            (Data::Number(a), Data::Number(b)) => super::number::equal(a, b),
            (Data::List(a), Data::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.equal(*a, other, *b))
            }
            (Data::Map(a), Data::Map(b)) => {
                let same = |(a, b): (&(Str, NodeId), &(Str, NodeId))| {
                    a.0 == b.0 && self.equal(a.1, other, b.1)
                };
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            _ => false,
        })
    }

    /// The document that consists of `node` alone.
    pub(super) fn extract(&self, node: NodeId) -> Self {
        let mut document = Self::default();
        document.copy(self, node);
        document
    }

    fn copy(&mut self, other: &Self, node: NodeId) -> NodeId {
        let copy = self.open();
        let data = match other.data(node) {
            Data::List(items) => {
                Data::List(items.iter().map(|item| self.copy(other, *item)).collect())
            }
            Data::Map(entries) => {
                let entry = |(key, item): &(Str, NodeId)| (key.clone(), self.copy(other, *item));
                Data::Map(entries.iter().map(entry).collect())
            }
            data => data.clone(),
        };
        self.fill(copy, data);
        copy
    }

    fn add_tree(&mut self, tree: &Tree) -> NodeId {
        let node = self.open();
        let data = stacker::maybe_grow(64 * 1024, 1024 * 1024, || match tree {
            Tree::Null => Data::Null,
            Tree::Bool(value) => Data::Bool(*value),
            Tree::Int(value) => Data::Number(value.to_string().into()),
            Tree::Float(value) if value.is_finite() => Data::Number(format!("{value:e}").into()),
            Tree::Float(_) => Data::Unspeakable,
            Tree::String(text) => Data::String(text.clone()),
            Tree::List(items) => Data::List(items.iter().map(|item| self.add_tree(item)).collect()),
            Tree::Map(map) => Data::Map(
                map.iter().map(|(key, value)| (key.clone(), self.add_tree(value))).collect(),
            ),
        });
        self.fill(node, data);
        node
    }
}

/// The value of `key` in `entries`, which are in byte order of the keys.
pub(super) fn find<T: Copy>(entries: &[(Str, T)], key: &[u8]) -> Option<T> {
    /// So few keys are compared faster than they are ordered.
    const FEW: usize = 8;
    if entries.len() <= FEW {
        let found = entries.iter().find(|(known, _)| known.as_bytes() == key);
        return found.map(|(_, value)| *value);
    }
    let at = entries.binary_search_by(|(known, _)| known.as_bytes().cmp(key)).ok()?;
    Some(entries[at].1)
}

/// Appends `token` with `~` and `/` escaped as JSON pointers want it.
pub(super) fn append_escaped(out: &mut Vec<u8>, token: &[u8]) {
    for byte in token {
        match byte {
            b'~' => out.extend_from_slice(b"~0"),
            b'/' => out.extend_from_slice(b"~1"),
            byte => out.push(*byte),
        }
    }
}
