//! The documents that schemas are made of: loaded once, every named place in them known.
//!
//! In: addresses. Out: nodes. A document is searched for schemas with names of their own (`$id`,
//! anchors) and checked against its metaschema before anything in it is used.

use std::collections::HashMap;
use std::sync::Arc;

use super::check;
use super::dialect::Dialect;
use super::document::{Data, Document, NodeId, ROOT};
use super::fragment::{escape_fragment, split_fragment};
use super::library::{Library, metaschema_path};
use super::program::Program;
use super::quoting::{quoted, single_quoted};
use super::source::{Base, Place, Resource, Source, SourceId};
use go_text_template::data::Failure;

/// Where a reference leads to, or why it leads nowhere.
pub(super) type Target = Result<Place, Failure>;

/// Gives the compiled metaschema of the rules that a schema is written by.
pub(super) type Metaschemas = fn(&Dialect) -> Result<Arc<Program>, Failure>;

/// All documents that one compilation has met.
pub(super) struct Registry<'l> {
    pub(super) library: Library<'l>,
    /// What schemas are checked against; none for metaschemas, which are taken as they are.
    metaschemas: Option<Metaschemas>,
    pub(super) sources: Vec<Source>,
    by_address: HashMap<String, SourceId>,
}

impl<'l> Registry<'l> {
    /// Nothing but what `library` holds and can load.
    pub(super) fn new(library: Library<'l>, metaschemas: Option<Metaschemas>) -> Self {
        Self { library, metaschemas, sources: Vec::new(), by_address: HashMap::new() }
    }

    /// True if metaschemas are compiled: they assert formats.
    pub(super) fn is_trusted(&self) -> bool {
        self.metaschemas.is_none()
    }

    /// The document at `address`, loaded and checked if it is not there yet; `depth` references
    /// lead there.
    pub(super) fn source(&mut self, address: &str, depth: u32) -> Result<SourceId, Failure> {
        if let Some(source) = self.by_address.get(address) {
            return Ok(*source);
        }
        let mut source = Source::new(address, self.library.document(address, depth)?, depth);
        let base = Arc::new(Base::parse(address)?);
        self.library.collect(&mut source, ROOT, base, &Dialect::DEFAULT)?;
        self.check(&source, ROOT)?;
        self.by_address.insert(address.to_owned(), self.sources.len());
        self.sources.push(source);
        Ok(self.sources.len() - 1)
    }

    /// Where `reference` leads to from a schema that belongs to the resource `owner`.
    ///
    /// Fails if the reference itself cannot be read or its document cannot be had.
    pub(super) fn resolve(
        &mut self,
        source: SourceId,
        owner: NodeId,
        reference: &str,
    ) -> Result<Target, Failure> {
        let (address, fragment) = split_fragment(reference)?;
        let from = &self.sources[source];
        let joined = from.resource(owner).base.join(address)?.address;
        let inside =
            if joined == from.address { Some(&ROOT) } else { from.by_address.get(&joined) };
        match inside {
            Some(resource) => self.find(source, *resource, &fragment),
            None => {
                let depth = from.depth + 1;
                let source = self.source(&joined, depth)?;
                self.find(source, ROOT, &fragment)
            }
        }
    }

    /// The place that `fragment`, a pointer or an anchor, names in a resource.
    fn find(&self, source: SourceId, resource: NodeId, fragment: &str) -> Result<Target, Failure> {
        let from = &self.sources[source];
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let Resource { anchors, base, .. } = from.resource(resource);
            let Some(node) = anchors.get(fragment.as_bytes()) else {
                let fragment = escape_fragment(fragment.as_bytes());
                let reference = format!("{}#{fragment}", base.address);
                return Err(format!(
                    "anchor in {} not found in schema {}",
                    quoted(reference.as_bytes()),
                    quoted(from.address.as_bytes())
                )
                .into());
            };
            return Ok(Ok(Place { source, node: *node }));
        }
        let mut node = resource;
        for token in fragment.split('/').skip(1) {
            let shown = || {
                let pointer = [from.document.pointer(ROOT, resource), fragment.into()].concat();
                quoted(format!("{}#{}", from.address, escape_fragment(&pointer)).as_bytes())
            };
            let Some(token) = unescape_token(token) else {
                return Ok(Err(format!("invalid json-pointer {}", shown()).into()));
            };
            match step(&from.document, node, &token) {
                Some(next) => node = next,
                None => return Ok(Err(format!("json-pointer in {} not found", shown()).into())),
            }
        }
        Ok(Ok(Place { source, node }))
    }

    /// Makes sure that `place` is known as a schema and is one.
    ///
    /// References may lead to where the draft expects no schema.
    pub(super) fn ensure_schema(&mut self, place: Place) -> Result<(), Failure> {
        let Place { source, node } = place;
        if self.sources[source].owners[node as usize].is_some() {
            return Ok(());
        }
        let found = &mut self.sources[source];
        let Resource { base, dialect, .. } = found.resource(found.owner(node));
        let (base, dialect) = (base.clone(), dialect.clone());
        self.library.collect(found, node, base, &dialect)?;
        self.check(&self.sources[source], node)
    }

    /// Checks the schema at `node` against its metaschema.
    fn check(&self, source: &Source, node: NodeId) -> Result<(), Failure> {
        let Some(metaschemas) = self.metaschemas else { return Ok(()) };
        if metaschema_path(&source.address).is_some() {
            return Ok(());
        }
        let dialect = &source.resource(source.owner(node)).dialect;
        let program = metaschemas(dialect)?;
        let dialects = match node {
            ROOT => inner_dialects(source, dialect, metaschemas)?,
            _ => HashMap::new(),
        };
        check::validate(&program, &source.document, node, &dialects).map_err(|invalid| {
            let lines = match invalid {
                check::Invalid::Faults(lines) => lines,
                check::Invalid::Stopped(failure) => return failure,
            };
            let metaschema = single_quoted(program.name.as_bytes());
            format!(
                "{} is not valid against metaschema: jsonschema validation failed with {metaschema}{lines}",
                quoted(source.location(node).as_bytes())
            )
            .into()
        })
    }
}

/// The metaschemas of those resources in `source` that are not written by the rules of the whole.
fn inner_dialects(
    source: &Source,
    outer: &Dialect,
    metaschemas: Metaschemas,
) -> Result<HashMap<NodeId, Arc<Program>>, Failure> {
    if source.resources.values().all(|resource| resource.dialect == *outer) {
        return Ok(HashMap::new());
    }
    let program =
        |(node, resource): (&NodeId, &Resource)| Ok((*node, metaschemas(&resource.dialect)?));
    source.resources.iter().map(program).collect()
}

/// The child of `node` that a pointer's token names.
fn step(document: &Document, node: NodeId, token: &str) -> Option<NodeId> {
    match document.data(node) {
        Data::Map(entries) => super::document::find(entries, token.as_bytes()),
        Data::List(items) => items.get(token.parse::<usize>().ok()?).copied(),
        _ => None,
    }
}

/// `token` with `~0` and `~1` undone.
fn unescape_token(token: &str) -> Option<String> {
    let mut out = String::with_capacity(token.len());
    let mut parts = token.split('~');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push(match part.as_bytes().first()? {
            b'0' => '~',
            b'1' => '/',
            _ => return None,
        });
        out.push_str(&part[1..]);
    }
    Some(out)
}
