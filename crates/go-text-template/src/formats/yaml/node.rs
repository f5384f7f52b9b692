//! Events to the nodes of one document, aliases pointing at what they stand for.

use std::collections::HashMap;

use super::parser::{Event, EventKind, Parser, Scalar};
use super::{Error, Mark};

/// The nodes of a document; a node's children stand behind it.
#[derive(Debug, Default)]
pub(super) struct Document {
    nodes: Vec<Node>,
}

/// Which node of a document.
pub(super) type NodeId = u32;

/// A node and its place; collections end where their first token ends.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum NodeKind {
    Scalar(Scalar),
    Sequence(Vec<NodeId>),
    /// Keys and values by turns.
    Mapping(Vec<NodeId>),
    Alias {
        name: Vec<u8>,
        target: NodeId,
    },
}

impl Document {
    /// The first document of `text`; `None` if there is not even an empty one.
    pub(super) fn first(text: &[u8]) -> Result<Option<Self>, Error> {
        let mut parser = Parser::new(text);
        parser.next_event()?;
        if parser.next_event()?.kind != EventKind::DocumentStart {
            return Ok(None);
        }
        let mut composer = Composer::default();
        loop {
            let event = parser.next_event()?;
            if event.kind == EventKind::DocumentEnd {
                return Ok(Some(composer.document));
            }
            composer.add(event)?;
        }
    }

    /// The node that holds all others.
    pub(super) fn root(&self) -> NodeId {
        0
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// The number of nodes.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

#[derive(Default)]
struct Composer {
    document: Document,
    open: Vec<NodeId>,
    anchors: HashMap<Vec<u8>, NodeId>,
}

impl Composer {
    fn add(&mut self, event: Event) -> Result<(), Error> {
        let (start, place) = (event.start, (event.start, event.end));
        match event.kind {
            EventKind::Scalar(mut scalar) => {
                let anchor = std::mem::take(&mut scalar.properties.anchor);
                self.add_node(NodeKind::Scalar(scalar), anchor, place);
            }
            EventKind::Alias(name) => {
                let Some(&target) = self.anchors.get(&name) else {
                    let name = String::from_utf8_lossy(&name);
                    let complaint = format!("unknown anchor '{name}' referenced");
                    return Err(Error::meaning(complaint, Some(start)));
                };
                self.add_node(NodeKind::Alias { name, target }, Vec::new(), place);
            }
            EventKind::SequenceStart(properties) => {
                let id = self.add_node(NodeKind::Sequence(Vec::new()), properties.anchor, place);
                self.open.push(id);
            }
            EventKind::MappingStart(properties) => {
                let id = self.add_node(NodeKind::Mapping(Vec::new()), properties.anchor, place);
                self.open.push(id);
            }
            _ => {
                self.open.pop();
            }
        }
        Ok(())
    }

    fn add_node(&mut self, kind: NodeKind, anchor: Vec<u8>, place: (Mark, Mark)) -> NodeId {
        let id = NodeId::try_from(self.document.nodes.len()).expect("texts are far below 4 GiB");
        if let Some(&parent) = self.open.last() {
            match &mut self.document.nodes[parent as usize].kind {
                NodeKind::Sequence(children) | NodeKind::Mapping(children) => children.push(id),
                NodeKind::Scalar(_) | NodeKind::Alias { .. } => {}
            }
        }
        if !anchor.is_empty() {
            self.anchors.insert(anchor, id);
        }
        self.document.nodes.push(Node { kind, start: place.0, end: place.1 });
        id
    }
}
