//! Nodes to a [`Tree`]: go-yaml's decoder, and what `sigs.k8s.io/yaml` and Go's JSON make of that.
//!
//! Go takes four steps one after the other: YAML to Go values, Go values to what JSON can say, that
//! to JSON text, and the text to Go values again. Here one walk does it all, so complaints of the
//! later steps are kept until it is clear that an earlier step has none.

use std::collections::HashSet;
use std::mem::Discriminant;

use super::meaning::{Meaning, is_merge, json_text, meaning, text_of, text_of_key};
use super::node::{Document, NodeId, NodeKind};
use super::parser::Scalar;
use super::resolve::Resolved;
use super::shape::Shape;
use super::{Error, Mark, go_syntax};
use crate::data::{Form, Str, Tree, TreeMap, append_float_as};

/// Go's JSON decoder goes no deeper.
const MAX_JSON_DEPTH: usize = 10_000;

/// The value of `document` on its way to a target of the type `shape`: still to be fitted to it.
pub(super) fn decode(document: &Document, shape: &Shape) -> Result<Tree, Error> {
    finish(Decoder::new(document), shape)
}

/// The same, but a key must not be there twice, nor be merged into a mapping that has it.
pub(super) fn decode_strictly(document: &Document, shape: &Shape) -> Result<Tree, Error> {
    finish(Decoder { duplicates: Some(Vec::new()), ..Decoder::new(document) }, shape)
}

fn finish(mut decoder: Decoder<'_>, shape: &Shape) -> Result<Tree, Error> {
    let tree = decoder.value(decoder.document.root(), shape)?;
    if let Some(duplicates) = decoder.duplicates.filter(|found| !found.is_empty()) {
        let complaint = format!("unmarshal errors:\n  {}", duplicates.join("\n  "));
        return Err(Error::meaning(complaint, None));
    }
    if let Some(error) = decoder.conversion_error {
        return Err(error);
    }
    if decoder.special_float {
        reject_special_floats(&tree)?;
    }
    if let Some(bracket) = decoder.too_deep {
        let complaint = format!("invalid character '{bracket}' exceeded max depth");
        return Err(Error::decoding(complaint));
    }
    Ok(tree)
}

struct Decoder<'d> {
    document: &'d Document,
    /// Aliases that are being followed.
    followed: Vec<bool>,
    depth: usize,
    /// Nodes visited, and those of them by way of an alias: Go refuses documents whose aliases
    /// multiply.
    visits: usize,
    alias_visits: usize,
    alias_depth: usize,
    /// What the conversion to JSON first complains about, in the collection under way.
    conversion_error: Option<Error>,
    /// An infinity or NaN was met.
    special_float: bool,
    /// Keys that were met once more, if anybody wants to know.
    duplicates: Option<Vec<String>>,
    /// The bracket of a collection too deep for Go's JSON decoder.
    too_deep: Option<char>,
}

impl<'d> Decoder<'d> {
    fn new(document: &'d Document) -> Self {
        Self {
            document,
            followed: Vec::new(),
            depth: 0,
            // The document counts as a node.
            visits: 1,
            alias_visits: 0,
            alias_depth: 0,
            conversion_error: None,
            special_float: false,
            duplicates: None,
            too_deep: None,
        }
    }

    fn value(&mut self, id: NodeId, shape: &Shape) -> Result<Tree, Error> {
        self.visit()?;
        let document = self.document;
        match &document.node(id).kind {
            NodeKind::Scalar(scalar) => self.scalar(scalar, document.node(id).start, shape),
            NodeKind::Alias { name, target } => {
                self.follow(id, name, |decoder| decoder.value(*target, shape))
            }
            NodeKind::Sequence(items) => self.nested('[', |decoder| {
                let items = items.iter().map(|&item| decoder.value(item, shape.element()));
                Ok(Tree::list(items.collect::<Result<_, _>>()?))
            }),
            NodeKind::Mapping(children) => self.nested('{', |decoder| {
                let outer = decoder.conversion_error.take();
                let mut entries = Entries::with_capacity(children.len() / 2);
                decoder.mapping(children, &mut entries, shape)?;
                decoder.conversion_error = outer.or_else(|| entries.complaint());
                Ok(Tree::Map(TreeMap::new(entries.list).into()))
            }),
        }
    }

    fn visit(&mut self) -> Result<(), Error> {
        self.visits += 1;
        if self.alias_depth > 0 {
            self.alias_visits += 1;
        }
        let ratio = self.alias_visits as f64 / self.visits as f64;
        let excessive = self.alias_visits > 100
            && self.visits > 1000
            && ratio > allowed_alias_ratio(self.visits);
        if excessive {
            return Err(Error::meaning("document contains excessive aliasing", None));
        }
        Ok(())
    }

    /// Goes on inside a collection; what is too deep for JSON is visited, but not kept.
    fn nested(
        &mut self,
        bracket: char,
        body: impl FnOnce(&mut Self) -> Result<Tree, Error>,
    ) -> Result<Tree, Error> {
        self.depth += 1;
        let tree = stacker::maybe_grow(64 * 1024, 1024 * 1024, || body(self));
        if self.depth > MAX_JSON_DEPTH {
            self.too_deep = Some(bracket);
        }
        self.depth -= 1;
        match self.too_deep {
            Some(_) if self.depth >= MAX_JSON_DEPTH => tree.map(|_| Tree::Null),
            _ => tree,
        }
    }

    /// Goes on at the target of an alias.
    fn follow<R>(
        &mut self,
        alias: NodeId,
        name: &[u8],
        body: impl FnOnce(&mut Self) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let alias = alias as usize;
        self.followed.resize(self.document.len(), false);
        if self.followed[alias] {
            let name = String::from_utf8_lossy(name);
            let complaint = format!("anchor '{name}' value contains itself");
            return Err(Error::meaning(complaint, Some(self.document.node(alias as u32).start)));
        }
        self.followed[alias] = true;
        self.alias_depth += 1;
        let result = body(self)?;
        self.alias_depth -= 1;
        self.followed[alias] = false;
        Ok(result)
    }

    /// Appends the entries of a mapping; an entry replaces an earlier one of the same key.
    fn mapping(
        &mut self,
        children: &[NodeId],
        entries: &mut Entries,
        shape: &Shape,
    ) -> Result<(), Error> {
        for pair in children.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            if is_merge(self.document, key) {
                // What is merged replaces what stands before it, against YAML's own rule.
                self.merge(value, entries, shape)?;
                continue;
            }
            let (key_node, value_node) = (key, value);
            let meaning = self.key(key)?;
            let (key, of_key) = self.key_text(&meaning, key, value);
            let value = self.value(value, shape.child(key.as_bytes()))?;
            let complaint = of_key.or(self.conversion_error.take());
            if let Some(duplicates) = &mut self.duplicates
                && entries.list.iter().any(|(known, _)| *known == key)
            {
                let line = self.document.node(value_node).start.line + 1;
                let key = go_syntax::of(self.document, key_node);
                duplicates.push(format!("line {line}: key {key} already set in map"));
                continue;
            }
            entries.push(key, value, &meaning, complaint);
        }
        Ok(())
    }

    fn merge(&mut self, source: NodeId, entries: &mut Entries, shape: &Shape) -> Result<(), Error> {
        let document = self.document;
        match &document.node(source).kind {
            NodeKind::Sequence(sources) => {
                // Earlier sources win, so they come last.
                for &source in sources.iter().rev() {
                    self.merge_mapping(source, entries, shape)?;
                }
                Ok(())
            }
            _ => self.merge_mapping(source, entries, shape),
        }
    }

    fn merge_mapping(
        &mut self,
        source: NodeId,
        entries: &mut Entries,
        shape: &Shape,
    ) -> Result<(), Error> {
        let document = self.document;
        let want_map = || {
            let complaint = "map merge requires map or sequence of maps as the value";
            Err(Error::meaning(complaint, Some(document.node(source).start)))
        };
        match &document.node(source).kind {
            NodeKind::Mapping(children) => {
                self.visit()?;
                self.merge_children(children, entries, shape)
            }
            NodeKind::Alias { name, target } => {
                let NodeKind::Mapping(children) = &document.node(*target).kind else {
                    return want_map();
                };
                self.visit()?;
                self.follow(source, name, |decoder| {
                    decoder.visit()?;
                    decoder.merge_children(children, entries, shape)
                })
            }
            _ => want_map(),
        }
    }

    fn merge_children(
        &mut self,
        children: &[NodeId],
        entries: &mut Entries,
        shape: &Shape,
    ) -> Result<(), Error> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.mapping(children, entries, shape))
    }

    fn key(&mut self, key: NodeId) -> Result<Meaning, Error> {
        let document = self.document;
        let start = document.node(key).start;
        match &document.node(key).kind {
            NodeKind::Scalar(scalar) => {
                self.visit()?;
                meaning(scalar, start)
            }
            NodeKind::Alias { name, target } => {
                self.visit()?;
                self.follow(key, name, |decoder| decoder.key(*target))
            }
            _ => {
                // The collection is decoded first, with whatever complaints that has.
                self.value(key, &Shape::Any)?;
                let complaint = format!("invalid map key: {}", go_syntax::of(document, key));
                Err(Error::meaning(complaint, Some(start)))
            }
        }
    }

    /// The text of a key, and what the conversion says if it is none for JSON.
    fn key_text(&self, meaning: &Meaning, key: NodeId, value: NodeId) -> (Str, Option<Error>) {
        let go_type = match meaning {
            Meaning::Text(text) => return (text.clone(), None),
            Meaning::Typed(Resolved::Null) => "%!s(<nil>)",
            Meaning::Typed(Resolved::Uint(_)) => "uint64",
            Meaning::Typed(typed) => return (text_of_key(*typed).unwrap_or_default(), None),
        };
        let document = self.document;
        let start = document.node(key).start;
        let (key, value) = (go_syntax::of(document, key), go_syntax::of(document, value));
        let complaint =
            format!("unsupported map key of type: {go_type}, key: {key}, value: {value}");
        (Str::EMPTY, Some(Error::conversion(complaint, Some(start))))
    }

    fn scalar(&mut self, scalar: &Scalar, start: Mark, shape: &Shape) -> Result<Tree, Error> {
        let typed = match meaning(scalar, start)? {
            Meaning::Text(text) => return Ok(Tree::String(text)),
            Meaning::Typed(typed) => typed,
        };
        if let (Shape::String, Some(text)) = (shape, text_of(typed)) {
            return Ok(Tree::String(text));
        }
        Ok(match typed {
            Resolved::Null => Tree::Null,
            Resolved::Bool(value) => Tree::Bool(value),
            Resolved::Int(value) => Tree::Float(value as f64),
            Resolved::Uint(value) => Tree::Float(value as f64),
            Resolved::Float(value) => {
                self.special_float |= !value.is_finite();
                Tree::Float(value)
            }
            Resolved::Timestamp | Resolved::String => Tree::String(json_text(&scalar.value)),
        })
    }
}

/// The entries of a mapping in their order. The last of those with the same key counts.
struct Entries {
    list: Vec<(Str, Tree)>,
    /// Keys and complaints from the first entry on that cannot be converted to JSON.
    complaints: Vec<(Option<Key>, Option<Error>)>,
}

/// What makes a key another one in Go: its type and its value.
type Key = (Discriminant<Meaning>, Option<Discriminant<Resolved>>, Str);

impl Entries {
    fn with_capacity(capacity: usize) -> Self {
        Self { list: Vec::with_capacity(capacity), complaints: Vec::new() }
    }

    fn push(&mut self, key: Str, value: Tree, meaning: &Meaning, complaint: Option<Error>) {
        if complaint.is_some() || !self.complaints.is_empty() {
            self.complaints.push((identity(meaning), complaint));
        }
        self.list.push((key, value));
    }

    /// The last complaint about an entry that no later one replaces.
    fn complaint(&mut self) -> Option<Error> {
        let mut later = HashSet::new();
        let mut from_the_end = std::mem::take(&mut self.complaints).into_iter().rev();
        from_the_end.find_map(|(key, complaint)| {
            let is_replaced = key.is_some_and(|key| !later.insert(key));
            complaint.filter(|_| !is_replaced)
        })
    }
}

/// What makes the key equal to others; nothing for NaN, which is not even equal to itself.
fn identity(meaning: &Meaning) -> Option<Key> {
    let kind = std::mem::discriminant(meaning);
    match meaning {
        Meaning::Text(text) => Some((kind, None, text.clone())),
        Meaning::Typed(Resolved::Float(value)) if value.is_nan() => None,
        Meaning::Typed(typed) => {
            let text = match typed {
                // Of the two zeros one is enough.
                Resolved::Float(value) => Str::from((value + 0.0).to_string()),
                typed => text_of(*typed).unwrap_or_default(),
            };
            Some((kind, Some(std::mem::discriminant(typed)), text))
        }
    }
}

/// The share of nodes that may come by way of aliases: 99 % in small documents, 10 % in large ones.
fn allowed_alias_ratio(visits: usize) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    match visits as f64 {
        few if few <= LOW => 0.99,
        many if many >= HIGH => 0.10,
        visits => 0.99 - 0.89 * ((visits - LOW) / (HIGH - LOW)),
    }
}

/// Fails if a float in `tree` is none for JSON, with the one that Go's encoder meets first.
fn reject_special_floats(tree: &Tree) -> Result<(), Error> {
    match tree {
        Tree::Float(value) if !value.is_finite() => {
            let mut text = b"json: unsupported value: ".to_vec();
            append_float_as(&mut text, *value, Form::General, None);
            Err(Error::conversion(String::from_utf8_lossy(&text).into_owned(), None))
        }
        Tree::List(items) => items.iter().try_for_each(reject_special_floats),
        Tree::Map(map) => map.iter().try_for_each(|(_, value)| reject_special_floats(value)),
        _ => Ok(()),
    }
}
