//! A document together with the schemas, resources and anchors that were found in it.

use std::collections::HashMap;
use std::sync::Arc;

use super::dialect::Dialect;
use super::document::{Document, NodeId, ROOT};
use super::draft::Draft;
use super::fragment::{escape_fragment, split_fragment};
use super::quoting::quoted;
use go_text_template::data::{Failure, Str};
use go_text_template::url::Url;

/// The number of a document in its registry.
pub(super) type SourceId = usize;

/// A value in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) source: SourceId,
    pub(super) node: NodeId,
}

/// An address that references are resolved against, as text and in parts.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) address: String,
    pub(super) url: Url,
}

impl Base {
    /// Reads `address`.
    pub(super) fn parse(address: &str) -> Result<Self, Failure> {
        let url = Url::parse(address.as_bytes()).map_err(|failure| {
            Failure::new(format!("error in parsing {}: {failure}", quoted(address.as_bytes())))
        })?;
        Ok(Self { address: address.to_owned(), url })
    }

    /// The address that `reference`, which has no fragment, means here.
    pub(super) fn join(&self, reference: &str) -> Result<Self, Failure> {
        let reference = Self::parse(reference)?.url;
        let mut url = self.url.resolve(&reference);
        // Helm's validator keeps what Go's `ResolveReference` forgets of a `urn:`.
        if reference.scheme.is_empty() && !self.url.opaque.is_empty() {
            url.opaque = self.url.opaque.clone();
        }
        Ok(Self { address: url.text().to_string(), url })
    }
}

/// A part of a document that has an address of its own.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) base: Arc<Base>,
    pub(super) dialect: Dialect,
    pub(super) anchors: HashMap<Str, NodeId>,
    /// In the order they were met.
    pub(super) dynamic_anchors: Vec<(Str, NodeId)>,
}

/// A document with everything that is known about it.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) address: String,
    pub(super) document: Arc<Document>,
    pub(super) resources: HashMap<NodeId, Resource>,
    pub(super) by_address: HashMap<String, NodeId>,
    /// The resource that each schema belongs to; none for what is not known to be a schema.
    pub(super) owners: Vec<Option<NodeId>>,
    /// How many references lead here from the schema that is compiled.
    pub(super) depth: u32,
}

impl Source {
    /// A document of which nothing is known yet, `depth` references away.
    pub(super) fn new(address: &str, document: Arc<Document>, depth: u32) -> Self {
        Self {
            address: address.to_owned(),
            owners: vec![None; document.len()],
            document,
            resources: HashMap::new(),
            by_address: HashMap::new(),
            depth,
        }
    }

    /// The resource that `node` belongs to.
    pub(super) fn owner(&self, node: NodeId) -> NodeId {
        let mut at = node;
        loop {
            if let Some(owner) = self.owners[at as usize] {
                return owner;
            }
            match self.document.parent(at) {
                Some(parent) => at = parent,
                None => return ROOT,
            }
        }
    }

    /// The resource at `node`, which [`Source::owner`] gave.
    pub(super) fn resource(&self, node: NodeId) -> &Resource {
        &self.resources[&node]
    }

    /// The address of `node`, for messages.
    pub(super) fn location(&self, node: NodeId) -> String {
        let pointer = self.document.pointer(ROOT, node);
        format!("{}#{}", self.address, escape_fragment(&pointer))
    }

    /// Makes `node` a resource with the address `base`.
    pub(super) fn add_resource(&mut self, node: NodeId, base: Arc<Base>, dialect: Dialect) {
        self.by_address.insert(base.address.clone(), node);
        let (anchors, dynamic_anchors) = (HashMap::new(), Vec::new());
        self.resources.insert(node, Resource { base, dialect, anchors, dynamic_anchors });
    }

    /// Notes the anchors that the schema `node` sets in the resource `owner`.
    pub(super) fn collect_anchors(&mut self, node: NodeId, owner: NodeId) -> Result<(), Failure> {
        let document = self.document.clone();
        let draft = self.resources[&owner].dialect.draft;
        if draft < Draft::Draft2019 {
            let id = document.get_string(node, draft.id_keyword());
            let Some(id) = id.filter(|_| document.get(node, "$ref").is_none()) else {
                return Ok(());
            };
            let id = id.to_str_lossy();
            let (_, fragment) = split_fragment(&id).map_err(|_| {
                let location = quoted(self.location(node).as_bytes());
                Failure::new(format!("error in parsing anchor at {location}"))
            })?;
            if !fragment.is_empty() && !fragment.starts_with('/') {
                self.add_anchor(node, owner, &fragment.into())?;
            }
            return Ok(());
        }
        if let Some(anchor) = document.get_string(node, "$anchor") {
            self.add_anchor(node, owner, anchor)?;
        }
        let dynamic = document.get_string(node, "$dynamicAnchor");
        if let Some(anchor) = dynamic.filter(|_| draft >= Draft::Draft2020) {
            self.add_anchor(node, owner, anchor)?;
            let resource = self.resources.get_mut(&owner).expect("the owner is a resource");
            resource.dynamic_anchors.push((anchor.clone(), node));
        }
        Ok(())
    }

    fn add_anchor(&mut self, node: NodeId, owner: NodeId, anchor: &Str) -> Result<(), Failure> {
        let resource = self.resources.get_mut(&owner).expect("the owner is a resource");
        let known = *resource.anchors.entry(anchor.clone()).or_insert(node);
        if known == node {
            return Ok(());
        }
        let pointer = |node| quoted(&self.document.pointer(ROOT, node));
        Err(format!(
            "duplicate anchor {} in {} at {} and {}",
            quoted(anchor),
            quoted(self.address.as_bytes()),
            pointer(known),
            pointer(node)
        )
        .into())
    }
}
