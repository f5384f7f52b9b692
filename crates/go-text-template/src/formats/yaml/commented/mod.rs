//! Documents with their comments and styles: read, changed, and written again as go-yaml v3 does.
//!
//! In: the text of a document. Out: a [`Document`] of [`Node`]s; and back to text, in which lists
//! and maps are indented anew while comments, quotes, blocks, anchors and tags stay.

mod compose;
mod write;

pub use compose::read;
pub use write::write;

use super::ScalarStyle;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What is in it.
    pub root: Node,
    /// The comment above it, apart from that of its root.
    pub head: Vec<u8>,
    /// The comment below it.
    pub foot: Vec<u8>,
}

/// A node, with what is written around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The name behind `&`; empty if there is none.
    pub anchor: Vec<u8>,
    /// The tag, in its long form, if one is written.
    pub tag: Vec<u8>,
    /// The comment above it.
    pub head: Vec<u8>,
    /// The comment on its line.
    pub line: Vec<u8>,
    /// The comment below it.
    pub foot: Vec<u8>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text or a value.
    Scalar(Vec<u8>, ScalarStyle),
    /// A list.
    Sequence(Vec<Node>, Layout),
    /// A map: keys and values by turns.
    Mapping(Vec<Node>, Layout),
    /// Another node of that name.
    Alias(Vec<u8>),
}

/// How a collection is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// On lines of its own.
    #[default]
    Block,
    /// In brackets.
    Flow,
}

impl Default for Kind {
    fn default() -> Self {
        Self::Scalar(Vec::new(), ScalarStyle::Plain)
    }
}

impl From<Kind> for Node {
    fn from(kind: Kind) -> Self {
        let mut node = Self::default();
        node.kind = kind;
        node
    }
}

/// Nodes go one after another: a reader deep in a text that gives up has no room on its stack for
/// all that are in each other.
impl Drop for Node {
    fn drop(&mut self) {
        let mut waiting = self.take_children();
        while let Some(mut node) = waiting.pop() {
            waiting.append(&mut node.take_children());
        }
    }
}

impl Node {
    /// True for a null.
    pub fn is_null(&self) -> bool {
        match &self.kind {
            Kind::Scalar(value, ScalarStyle::Plain) if self.tag.is_empty() => {
                matches!(&value[..], b"" | b"~" | b"null" | b"Null" | b"NULL")
            }
            _ => self.tag == b"tag:yaml.org,2002:null",
        }
    }

    /// The text of a scalar; empty for other nodes.
    pub fn value(&self) -> &[u8] {
        match &self.kind {
            Kind::Scalar(value, _) | Kind::Alias(value) => value,
            _ => &[],
        }
    }

    /// The nodes in it, which it has no more.
    pub fn take_children(&mut self) -> Vec<Self> {
        match &mut self.kind {
            Kind::Sequence(children, _) | Kind::Mapping(children, _) => std::mem::take(children),
            _ => Vec::new(),
        }
    }

    /// The nodes in it.
    pub fn children(&self) -> &[Self] {
        match &self.kind {
            Kind::Sequence(children, _) | Kind::Mapping(children, _) => children,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    /// What is complete is gone before what is around it, where the stack is used up already.
    #[test]
    fn nodes_in_each_other_need_no_stack() {
        let list = |depth: usize, inner: &str| {
            format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth))
        };
        let inner = format!("{}, \"\\q\"", list(5000, ""));
        assert!(read(list(9900, "").as_bytes()).is_ok());
        for depth in (0..4900).step_by(100) {
            assert!(read(list(depth, &inner).as_bytes()).is_err(), "{depth}");
        }
    }
}
