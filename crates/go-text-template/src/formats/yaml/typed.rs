//! Documents as go-yaml v3 decodes them into structs: every fault is reported, with its line.

use super::node::{Document, Node, NodeId, NodeKind};
use super::parser::Scalar;
use super::resolve::{Resolved, resolve};
use super::shape::{Shape, StructShape};
use super::token::ScalarStyle;
use super::{Error, Mark};
use crate::data::{Str, Tree, TreeMap};

/// The first document of `text` as a value of the type `shape`, unknown fields left out or, if
/// `known_only`, refused; none if there is no document.
///
/// Numbers where the type leaves it open are not told apart from texts, since none of the structs
/// that are read this way looks at one.
pub fn read_typed(text: &[u8], shape: &Shape, known_only: bool) -> Result<Option<Tree>, Error> {
    let Some(document) = Document::first(text)? else { return Ok(None) };
    let mut decoder = Decoder { document: &document, known_only, faults: Vec::new(), steps: 0 };
    let tree = decoder.node(document.root(), shape)?;
    if decoder.faults.is_empty() {
        return Ok(Some(tree.unwrap_or(Tree::Null)));
    }
    let faults = decoder.faults.join("\n  ");
    Err(Error::meaning(format!("unmarshal errors:\n  {faults}"), None))
}

/// Nodes that are decoded at most: aliases can make many of few.
const MOST_STEPS: usize = 1 << 20;

struct Decoder<'d> {
    document: &'d Document,
    known_only: bool,
    faults: Vec<String>,
    steps: usize,
}

impl Decoder<'_> {
    /// The value of a node; none if it does not fit.
    fn node(&mut self, id: NodeId, shape: &Shape) -> Result<Option<Tree>, Error> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(Error::meaning("document contains excessive aliasing", None));
        }
        let document = self.document;
        let node = document.node(id);
        match &node.kind {
            NodeKind::Alias { target, name } if self.is_inside(*target, id) => {
                let name = String::from_utf8_lossy(name);
                Err(Error::meaning(format!("anchor '{name}' value contains itself"), None))
            }
            NodeKind::Alias { target, .. } => self.node(*target, shape),
            NodeKind::Scalar(scalar) => Ok(self.scalar(scalar, node.start, shape)),
            NodeKind::Sequence(items) => self.sequence(items, node, shape),
            NodeKind::Mapping(entries) => self.mapping(entries, node, shape),
        }
    }

    /// True if the node `id` is in the node `outer`: the nodes of a collection stand behind it.
    fn is_inside(&self, outer: NodeId, id: NodeId) -> bool {
        let children = match &self.document.node(outer).kind {
            NodeKind::Sequence(children) | NodeKind::Mapping(children) => children,
            _ => return false,
        };
        children.iter().any(|&child| child == id || self.is_inside(child, id))
    }

    fn mismatch(&mut self, tag: &str, value: &[u8], at: Mark, shape: &Shape) {
        let value = String::from_utf8_lossy(value);
        let shown = match value.char_indices().nth(7) {
            _ if tag == "!!seq" || tag == "!!map" => String::new(),
            Some((end, _)) if value.len() > 10 => format!(" `{}...`", &value[..end]),
            _ => format!(" `{value}`"),
        };
        let (line, go_type) = (at.line + 1, shape.go_type());
        self.faults.push(format!("line {line}: cannot unmarshal {tag}{shown} into {go_type}"));
    }

    fn scalar(&mut self, scalar: &Scalar, at: Mark, shape: &Shape) -> Option<Tree> {
        let is_plain = scalar.style == ScalarStyle::Plain && scalar.properties.tag.is_empty();
        let resolved = if is_plain { resolve(&scalar.value) } else { Resolved::String };
        let text = Str::from(&scalar.value[..]);
        match (shape, resolved) {
            (_, Resolved::Null) => Some(Tree::Null),
            (Shape::Bool, Resolved::Bool(value)) => Some(Tree::Bool(value)),
            (Shape::Any, Resolved::Bool(value)) if matches!(text.len(), 4 | 5) => {
                Some(Tree::Bool(value))
            }
            (Shape::Any | Shape::String, _) => Some(Tree::String(text)),
            (shape, resolved) => {
                let tag = format!("!!{}", resolved.type_name());
                self.mismatch(&tag, &scalar.value, at, shape);
                None
            }
        }
    }

    fn sequence(
        &mut self,
        items: &[NodeId],
        node: &Node,
        shape: &Shape,
    ) -> Result<Option<Tree>, Error> {
        if !matches!(shape, Shape::List(..) | Shape::Any) {
            self.mismatch("!!seq", b"", node.start, shape);
            return Ok(None);
        }
        let mut list = Vec::new();
        for &item in items {
            list.extend(self.node(item, shape.element())?);
        }
        Ok(Some(Tree::List(list.into())))
    }

    fn mapping(
        &mut self,
        entries: &[NodeId],
        node: &Node,
        shape: &Shape,
    ) -> Result<Option<Tree>, Error> {
        let (pairs, _) = entries.as_chunks::<2>();
        if self.has_duplicates(pairs) {
            return Ok(None);
        }
        if !matches!(shape, Shape::Map(..) | Shape::Struct(_) | Shape::Any) {
            self.mismatch("!!map", b"", node.start, shape);
            return Ok(None);
        }
        let mut map = TreeMap::default();
        for &[key, value] in pairs {
            let Some(Tree::String(name)) = self.node(key, &Shape::String)? else { continue };
            let child = match shape {
                Shape::Struct(known) => match self.field(known, &name, key) {
                    Some(child) => child,
                    None => continue,
                },
                shape => shape.child(&name),
            };
            if let Some(value) = self.node(value, child)? {
                map.insert(name, value);
            }
        }
        Ok(Some(Tree::Map(map.into())))
    }

    /// The type of the field `name`; go-yaml knows it in one spelling only.
    fn field<'s>(&mut self, known: &'s StructShape, name: &Str, at: NodeId) -> Option<&'s Shape> {
        let found = known.fields.iter().find(|(field, _)| *name == *field);
        if found.is_none() && self.known_only {
            let line = self.document.node(at).start.line + 1;
            let go_type = known.go_type;
            self.faults.push(format!("line {line}: field {name} not found in type {go_type}"));
        }
        found.map(|(_, shape)| shape)
    }

    /// Reports keys that are there twice.
    fn has_duplicates(&mut self, pairs: &[[NodeId; 2]]) -> bool {
        let document = self.document;
        let before = self.faults.len();
        let keys = |pairs: &[[NodeId; 2]]| -> Vec<(Str, Mark)> {
            let texts = pairs.iter().filter_map(|[key, _]| match &document.node(*key).kind {
                NodeKind::Scalar(scalar) => {
                    Some((Str::from(&scalar.value[..]), document.node(*key).start))
                }
                _ => None,
            });
            texts.collect()
        };
        let mut keys = keys(pairs);
        keys.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.offset.cmp(&b.1.offset)));
        for pair in keys.windows(2) {
            let [(first, at), (second, again)] = pair else { continue };
            if first == second {
                let (line, prior) = (again.line + 1, at.line + 1);
                let key = crate::data::quoted(second);
                self.faults.push(format!(
                    "line {line}: mapping key {key} already defined at line {prior}"
                ));
            }
        }
        self.faults.len() > before
    }
}
