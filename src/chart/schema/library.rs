//! Loads documents, and finds the schemas in them that have names of their own.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::dialect::Dialect;
use super::document::{Data, Document, NodeId, ROOT};
use super::draft::{Draft, Vocabulary};
use super::loader::Loader;
use super::quoting::quoted;
use super::reader;
use super::source::{Base, Source};
use go_text_template::data::Failure;
use go_text_template::url::Url;

/// How many documents may be fetched for one schema.
const MOST_FETCHED: u32 = 500;
/// How many bytes they may have together.
const MOST_BYTES: usize = 32 << 20;
/// How many references may lead to what is fetched.
const MOST_DEPTH: u32 = 50;

/// The documents at hand, and where more come from.
pub(super) struct Library<'l> {
    loader: &'l dyn Loader,
    documents: HashMap<String, Arc<Document>>,
    /// How many of them were fetched, and the bytes of those.
    fetched: (u32, usize),
}

impl<'l> Library<'l> {
    pub(super) fn new(loader: &'l dyn Loader) -> Self {
        Self { loader, documents: HashMap::new(), fetched: (0, 0) }
    }

    /// Makes `document` known under `address`.
    pub(super) fn add(&mut self, address: &str, document: Document) {
        self.documents.insert(address.to_owned(), Arc::new(document));
    }

    /// Notes every schema at and below `node`, and the names they have.
    pub(super) fn collect(
        &mut self,
        source: &mut Source,
        node: NodeId,
        base: Arc<Base>,
        dialect: &Dialect,
    ) -> Result<(), Failure> {
        let mut waiting = vec![(node, base, dialect.clone())];
        while let Some((node, base, dialect)) = waiting.pop() {
            if source.owners[node as usize].is_some() {
                continue;
            }
            let document = source.document.clone();
            if document.data(node).as_map().is_none() {
                if node == ROOT {
                    source.add_resource(node, base.clone(), dialect);
                }
                let owner = source.by_address.get(&base.address).copied();
                source.owners[node as usize] = Some(owner.unwrap_or(ROOT));
                continue;
            }
            let (draft, base) = self.enter(source, node, base, &dialect)?;
            let owner = source.by_address[&base.address];
            source.owners[node as usize] = Some(owner);
            source.collect_anchors(node, owner)?;
            let dialect = source.resources[&owner].dialect.clone();
            let first = waiting.len();
            draft.each_subschema(&document, node, &mut |child| {
                waiting.push((child, base.clone(), dialect.clone()));
            });
            waiting[first..].reverse();
        }
        Ok(())
    }

    /// The draft and the base address inside the schema `node`, which may begin a resource.
    fn enter(
        &mut self,
        source: &mut Source,
        node: NodeId,
        base: Arc<Base>,
        outer: &Dialect,
    ) -> Result<(Draft, Arc<Base>), Failure> {
        let document = source.document.clone();
        let mut own_dialect = document.get_string(node, "$schema").is_some();
        let mut draft = self.draft_of(source, &document, node, outer.draft)?;
        let mut id = id_of(&document, node, draft);
        if id.is_none() && node != ROOT {
            // Only a schema with a name can choose its draft.
            (draft, own_dialect) = (outer.draft, false);
            id = id_of(&document, node, draft);
        }
        if id.is_none() && node != ROOT {
            return Ok((draft, base));
        }
        let base = match id {
            None => base,
            Some(id) => {
                let joined = base.join(&id).map_err(|_| {
                    let location = quoted(source.location(node).as_bytes());
                    Failure::new(format!("error in parsing id at {location}"))
                })?;
                Arc::new(joined)
            }
        };
        if let Some(known) = source.by_address.get(&base.address) {
            let pointer = |node| quoted(&document.pointer(ROOT, node));
            return Err(format!(
                "duplicate id {} in {} at {} and {}",
                quoted(base.address.as_bytes()),
                quoted(source.address.as_bytes()),
                pointer(node),
                pointer(*known)
            )
            .into());
        }
        let dialect = match own_dialect {
            true => {
                let vocabularies = self.vocabularies_of(&document, node, draft, source.depth)?;
                Dialect { draft, vocabularies }
            }
            false => outer.clone(),
        };
        source.add_resource(node, base.clone(), dialect);
        Ok((draft, base))
    }

    /// The draft of the schema `node`: the one that `$schema` names, perhaps by way of a
    /// metaschema of the user's own.
    fn draft_of(
        &mut self,
        source: &Source,
        document: &Arc<Document>,
        node: NodeId,
        outer: Draft,
    ) -> Result<Draft, Failure> {
        let mut visited = HashSet::new();
        let (mut document, mut node) = (document.clone(), node);
        let mut read_from = None;
        let mut own_address = (node == ROOT).then(|| source.address.clone());
        for depth in source.depth + 1.. {
            let Some(named) = document.get_string(node, "$schema") else { return Ok(outer) };
            let named = named.to_str_lossy();
            if let Some(draft) = Draft::named(&named) {
                return Ok(draft);
            }
            let address = named.split('#').next().unwrap_or_default().to_owned();
            Url::parse(address.as_bytes()).map_err(|failure| {
                let location = read_from.take().unwrap_or_else(|| source.location(node));
                Failure::new(format!(
                    "invalid $schema in {}: {failure}",
                    quoted(location.as_bytes())
                ))
            })?;
            let shown = quoted(address.as_bytes());
            if own_address.as_ref() == Some(&address) {
                return Err(format!("draft {shown} is not supported").into());
            }
            if !visited.insert(address.clone()) {
                return Err(format!("cycle in resolving $schema in {shown}").into());
            }
            document = self.document(&address, depth)?;
            read_from = Some(format!("{address}#"));
            (node, own_address) = (ROOT, Some(address));
        }
        Ok(outer)
    }

    /// The vocabularies that the metaschema of the schema `node` chooses.
    fn vocabularies_of(
        &mut self,
        document: &Document,
        node: NodeId,
        draft: Draft,
        depth: u32,
    ) -> Result<Option<Arc<[Vocabulary]>>, Failure> {
        let Some(named) = document.get_string(node, "$schema") else { return Ok(None) };
        let named = named.to_str_lossy();
        if Draft::named(&named).is_some() || draft < Draft::Draft2019 {
            return Ok(None);
        }
        let address = named.split('#').next().unwrap_or_default();
        let metaschema = self.document(address, depth + 1)?;
        let chosen =
            metaschema.get(ROOT, "$vocabulary").and_then(|node| metaschema.data(node).as_map());
        let Some(chosen) = chosen else { return Ok(None) };
        let mut vocabularies = vec![Vocabulary::Core];
        for (name, required) in chosen {
            if !matches!(metaschema.data(*required), Data::Bool(true)) {
                continue;
            }
            match draft.vocabulary(&name.to_str_lossy()) {
                Some(Vocabulary::Core) => {}
                Some(vocabulary) => vocabularies.push(vocabulary),
                None => {
                    let address = quoted(address.as_bytes());
                    return Err(
                        format!("unsupported vocabulary {} in {address}", quoted(name)).into()
                    );
                }
            }
        }
        Ok(Some(vocabularies.into()))
    }

    /// The document at `address`, loaded if it is not there yet; `depth` references lead there.
    pub(super) fn document(&mut self, address: &str, depth: u32) -> Result<Arc<Document>, Failure> {
        if let Some(document) = self.documents.get(address) {
            return Ok(document.clone());
        }
        let document = match metaschema_document(address)? {
            Some(document) => document,
            None => self.load(address, depth).map_err(|failure| {
                Failure::new(format!("failing loading {}: {failure}", quoted(address.as_bytes())))
            })?,
        };
        let document = Arc::new(document);
        self.documents.insert(address.to_owned(), document.clone());
        Ok(document)
    }

    fn load(&mut self, address: &str, depth: u32) -> Result<Document, Failure> {
        let url = Url::parse(address.as_bytes())?;
        match url.scheme.as_bytes() {
            b"file" => reader::read(&self.loader.file(&url.path.to_str_lossy())?),
            b"urn" => {
                self.loader.unresolved_urn(address);
                reader::read(b"true")
            }
            b"http" | b"https" => self.fetch(address, depth),
            _ => Err(format!("no URLLoader registered for {}", quoted(&url.text())).into()),
        }
    }

    fn fetch(&mut self, address: &str, depth: u32) -> Result<Document, Failure> {
        if depth > MOST_DEPTH {
            return Err(format!("more than {MOST_DEPTH} references lead there").into());
        }
        let (count, bytes) = &mut self.fetched;
        *count += 1;
        if *count > MOST_FETCHED {
            return Err(format!("no more than {MOST_FETCHED} schemas are fetched for one").into());
        }
        let fetched = self.loader.fetch(address)?;
        *bytes += fetched.text.len();
        if *bytes > MOST_BYTES {
            let what = format!("no more than {MOST_BYTES} bytes of schemas are fetched for one");
            return Err(what.into());
        }
        match fetched.broken {
            None => reader::read(&fetched.text),
            Some(failure) => reader::read_broken(&fetched.text, failure),
        }
    }
}

/// The name that the schema `node` gives itself, without a fragment.
fn id_of(document: &Document, node: NodeId, draft: Draft) -> Option<String> {
    if draft < Draft::Draft2019 && document.get(node, "$ref").is_some() {
        // Beside `$ref` the older drafts ignore everything.
        return None;
    }
    let id = document.get_string(node, draft.id_keyword())?.to_str_lossy();
    let id = id.split('#').next().unwrap_or_default();
    (!id.is_empty()).then(|| id.to_owned())
}

/// The path of `address` below the site of the drafts.
pub(super) fn metaschema_path(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"))?;
    rest.strip_prefix("json-schema.org/")
}

/// The metaschema at `address`, if it is one of those in the program.
fn metaschema_document(address: &str) -> Result<Option<Document>, Failure> {
    let Some(path) = metaschema_path(address) else { return Ok(None) };
    let path = if path == "schema" { "draft/2020-12/schema" } else { path };
    if METASCHEMA_FOLDERS.contains(&path) {
        return Err(format!("read metaschemas/{path}/: is a directory").into());
    }
    Ok(Draft::ALL.into_iter().find_map(|draft| {
        let own = draft.address();
        let folder = metaschema_path(own.trim_end_matches("schema"))?;
        let all = metaschemas(draft);
        Some(all.extract(all.get(ROOT, path.strip_prefix(folder)?)?))
    }))
}

/// What Helm finds no document at, and does not fetch either.
const METASCHEMA_FOLDERS: [&str; 8] = [
    "draft",
    "draft-04",
    "draft-06",
    "draft-07",
    "draft/2019-09",
    "draft/2019-09/meta",
    "draft/2020-12",
    "draft/2020-12/meta",
];

/// All metaschemas of a draft in one document, read when first asked for.
fn metaschemas(draft: Draft) -> &'static Document {
    static READ: [OnceLock<Document>; 5] = [const { OnceLock::new() }; 5];
    READ[draft as usize].get_or_init(|| {
        reader::read(draft.metaschemas().as_bytes()).expect("the metaschemas are well-formed")
    })
}
