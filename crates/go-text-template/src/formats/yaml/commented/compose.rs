//! Events and their comments to nodes.

use std::collections::HashSet;

use super::{Document, Kind, Layout, Node};
use crate::yaml::comments::CommentSet;
use crate::yaml::parser::{Event, EventKind, Parser, Properties};
use crate::yaml::{Error, Mark, ScalarStyle};

/// The first document of `text`; none if there is not even an empty one.
pub fn read(text: &[u8]) -> Result<Option<Document>, Error> {
    let mut composer =
        Composer { parser: Parser::with_comments(text), peeked: None, anchors: HashSet::new() };
    composer.next()?;
    let (start, comments) = composer.next()?;
    if start.kind != EventKind::DocumentStart {
        return Ok(None);
    }
    let root = composer.node()?;
    let (_, CommentSet { foot, .. }) = composer.next()?;
    Ok(Some(Document { root, head: comments.head, foot }))
}

struct Composer<'t> {
    parser: Parser<'t>,
    peeked: Option<(Event, CommentSet)>,
    /// The anchors so far.
    anchors: HashSet<Vec<u8>>,
}

impl Composer<'_> {
    fn next(&mut self) -> Result<(Event, CommentSet), Error> {
        if let Some(peeked) = self.peeked.take() {
            return Ok(peeked);
        }
        let event = self.parser.next_event()?;
        Ok((event, self.parser.take_comments()))
    }

    /// The comments of the next event, which is taken, if it is the end of a collection.
    fn end(&mut self) -> Result<Option<CommentSet>, Error> {
        let next = self.next()?;
        if matches!(next.0.kind, EventKind::SequenceEnd | EventKind::MappingEnd) {
            return Ok(Some(next.1));
        }
        self.peeked = Some(next);
        Ok(None)
    }

    fn node(&mut self) -> Result<Node, Error> {
        let (event, comments) = self.next()?;
        match event.kind {
            EventKind::Scalar(scalar) => {
                let kind = Kind::Scalar(scalar.value, scalar.style);
                Ok(self.with(kind, scalar.properties, comments))
            }
            EventKind::Alias(name) => self.alias(name, event.start, comments),
            EventKind::SequenceStart(properties) => self.deeper(|composer| {
                let layout = layout(&properties);
                let mut node = composer.with(Kind::default(), properties, comments);
                composer.sequence(&mut node, layout)?;
                Ok(node)
            }),
            EventKind::MappingStart(properties) => self.deeper(|composer| {
                let layout = layout(&properties);
                let mut node = composer.with(Kind::default(), properties, comments);
                composer.mapping(&mut node, layout)?;
                Ok(node)
            }),
            _ => Err(Error::meaning("did not find expected node content", Some(event.start))),
        }
    }

    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Node, Error>,
    ) -> Result<Node, Error> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || read(self))
    }

    /// A node with what is written around it.
    fn with(&mut self, kind: Kind, properties: Properties, comments: CommentSet) -> Node {
        let Properties { anchor, mut tag, .. } = properties;
        if !anchor.is_empty() {
            self.anchors.insert(anchor.clone());
        }
        if tag == b"!" {
            tag.clear();
        }
        let is_merge = matches!(&kind, Kind::Scalar(text, ScalarStyle::Plain) if text == b"<<");
        if is_merge && tag.is_empty() {
            // go-yaml forgets that nobody has written it.
            tag = b"tag:yaml.org,2002:merge".to_vec();
        }
        let CommentSet { head, line, foot } = comments;
        Node { kind, anchor, tag, head, line, foot }
    }

    fn alias(&mut self, name: Vec<u8>, at: Mark, comments: CommentSet) -> Result<Node, Error> {
        if self.anchors.contains(&name) {
            return Ok(self.with(Kind::Alias(name), Properties::default(), comments));
        }
        let name = String::from_utf8_lossy(&name);
        Err(Error::meaning(format!("unknown anchor '{name}' referenced"), Some(at)))
    }

    fn sequence(&mut self, node: &mut Node, layout: Layout) -> Result<(), Error> {
        let mut items = Vec::new();
        let end = loop {
            match self.end()? {
                Some(end) => break end,
                None => items.push(self.node()?),
            }
        };
        (node.line, node.foot) = (end.line, end.foot);
        node.kind = Kind::Sequence(items, layout);
        Ok(())
    }

    fn mapping(&mut self, node: &mut Node, layout: Layout) -> Result<(), Error> {
        let mut children: Vec<Node> = Vec::new();
        let end = loop {
            if let Some(end) = self.end()? {
                break end;
            }
            let mut key = self.node()?;
            // A foot before a key is that of the entry above.
            if layout == Layout::Block
                && !key.foot.is_empty()
                && let [.., above, _] = &mut children[..]
            {
                above.foot = std::mem::take(&mut key.foot);
            }
            let mut value = self.node()?;
            if key.foot.is_empty() {
                key.foot = std::mem::take(&mut value.foot);
            }
            children.extend([key, value]);
        };
        (node.line, node.foot) = (end.line, end.foot);
        if layout == Layout::Block
            && !node.foot.is_empty()
            && let [.., last, _] = &mut children[..]
        {
            last.foot = std::mem::take(&mut node.foot);
        }
        node.kind = Kind::Mapping(children, layout);
        Ok(())
    }
}

fn layout(properties: &Properties) -> Layout {
    if properties.flow { Layout::Flow } else { Layout::Block }
}
