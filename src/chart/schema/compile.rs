//! Compiles schemas: reads their keywords and follows their references.
//!
//! In: an address in a [`Registry`]. Out: a [`Program`] of all schemas that can be reached from
//! there, each compiled once. Work goes through a queue, so nesting costs no stack.

use std::collections::HashMap;
use std::sync::Arc;

use super::dialect::Dialect;
use super::document::{Data, Document, NodeId, ROOT};
use super::draft::{Draft, Vocabulary};
use super::format::Format;
use super::fragment::split_fragment;
use super::library::Library;
use super::number::Decimal;
use super::pattern::Pattern;
use super::program::{
    Bound, Dependency, Evaluated, Items, Keyword, Program, Properties, Rest, Schema, SchemaId,
    Types,
};
use super::quoting::quoted;
use super::registry::{Metaschemas, Registry, Target};
use super::source::{Place, SourceId};
use go_text_template::data::{Failure, Str};

/// Compiles the schema at `address`, whose document and all others come from `library`, and which is
/// checked against one of the `metaschemas` unless it is one itself.
pub(super) fn compile(
    library: Library<'_>,
    address: &str,
    metaschemas: Option<Metaschemas>,
) -> Result<Program, Failure> {
    Compiler::new(Registry::new(library, metaschemas)).compile(address)
}

struct Compiler<'l> {
    registry: Registry<'l>,
    /// The place of each schema, or why there is none.
    places: Vec<Target>,
    schemas: Vec<Schema>,
    /// For every document the schemas at its nodes.
    known: Vec<Vec<Option<SchemaId>>>,
    /// Patterns by their text: properties of the same kind have the same.
    patterns: HashMap<Str, Pattern>,
}

impl<'l> Compiler<'l> {
    fn new(registry: Registry<'l>) -> Self {
        Self {
            registry,
            places: Vec::new(),
            schemas: Vec::new(),
            known: Vec::new(),
            patterns: HashMap::new(),
        }
    }

    fn compile(mut self, address: &str) -> Result<Program, Failure> {
        let source = self.registry.source(address, 0)?;
        let root = self.enqueue(Ok(Place { source, node: ROOT }));
        while self.schemas.len() < self.places.len() {
            let place = self.places[self.schemas.len()].clone()?;
            self.registry.ensure_schema(place)?;
            let schema = self.schema(place)?;
            self.schemas.push(schema);
        }
        let sources = self.registry.sources.into_iter();
        let sources = sources.map(|source| (source.address, source.document)).collect();
        let name = format!("{address}#");
        Ok(Program { root, name, schemas: self.schemas, sources })
    }

    /// The schema at `target`, compiled later if it is new.
    fn enqueue(&mut self, target: Target) -> SchemaId {
        let next = self.places.len() as SchemaId;
        if let Ok(Place { source, node }) = target {
            while self.known.len() <= source {
                let document = &self.registry.sources[self.known.len()].document;
                self.known.push(vec![None; document.len()]);
            }
            let known = *self.known[source][node as usize].get_or_insert(next);
            if known != next {
                return known;
            }
        }
        self.places.push(target);
        next
    }

    fn schema(&mut self, place: Place) -> Result<Schema, Failure> {
        let source = &self.registry.sources[place.source];
        let owner = source.owner(place.node);
        let resource = source.resource(owner);
        let (document, dialect) = (source.document.clone(), resource.dialect.clone());
        let anchors = resource.dynamic_anchors.clone();
        let mut schema = Schema {
            place,
            draft: dialect.draft,
            always: None,
            resource: self.enqueue(Ok(Place { source: place.source, node: owner })),
            keywords: Vec::new(),
            evaluated: Evaluated::default(),
            recursive_anchor: false,
            dynamic_anchor: None,
            dynamic_anchors: Vec::new(),
        };
        if dialect.draft >= Draft::Draft2020 && owner == place.node {
            for (anchor, node) in anchors {
                let target = self.enqueue(Ok(Place { source: place.source, node }));
                schema.dynamic_anchors.push((anchor, target));
            }
        }
        match document.data(place.node) {
            Data::Bool(value) => schema.always = Some(*value),
            Data::Map(entries) if entries.is_empty() => schema.always = Some(true),
            Data::Map(_) => {
                let (source, node) = (place.source, place.node);
                SchemaReader {
                    compiler: self,
                    document,
                    dialect,
                    source,
                    node,
                    owner,
                    schema: &mut schema,
                }
                .read()?;
            }
            _ => {}
        }
        Ok(schema)
    }
}

/// Reads the keywords of one schema.
struct SchemaReader<'c, 'l> {
    compiler: &'c mut Compiler<'l>,
    document: Arc<Document>,
    dialect: Dialect,
    source: SourceId,
    node: NodeId,
    owner: NodeId,
    schema: &'c mut Schema,
}

impl SchemaReader<'_, '_> {
    fn read(&mut self) -> Result<(), Failure> {
        let draft = self.schema.draft;
        let reference = self.reference("$ref")?;
        if let Some(target) = reference.filter(|_| draft < Draft::Draft2019) {
            self.read_beside_reference(target);
            return Ok(());
        }
        let applicator = self.dialect.has(Vocabulary::Applicator);
        let validation = self.dialect.has(Vocabulary::Validation);
        if validation {
            self.read_value();
        }
        self.read_format();
        if let Some(target) = reference {
            self.push(Keyword::Ref(target));
        }
        // The order in which schemas are met decides which broken reference is reported.
        let choices = if applicator { self.read_choices() } else { Vec::new() };
        self.read_object(applicator, validation)?;
        self.read_array(applicator, validation);
        if validation {
            self.read_string()?;
            self.read_number();
        }
        self.read_later_references()?;
        self.schema.keywords.extend(choices);
        self.read_condition(applicator);
        self.read_unevaluated();
        Ok(())
    }

    /// Beside `$ref` the older drafts ignore everything. Helm's validator does not ignore `const`,
    /// and reads the keywords that are younger than draft 4, which may be broken.
    fn read_beside_reference(&mut self, target: SchemaId) {
        self.read_constant();
        self.push(Keyword::Ref(target));
        if self.schema.draft >= Draft::Draft6 {
            let _ = (self.child("contains"), self.child("propertyNames"));
        }
        if self.schema.draft >= Draft::Draft7 {
            let _ = self.condition();
        }
    }

    fn push(&mut self, keyword: Keyword) {
        self.schema.keywords.push(keyword);
    }

    /// Keywords that alone decide.
    fn read_value(&mut self) {
        if let Some(node) = self.get("type") {
            let types = Types::of(&self.document, node);
            if types != Types::default() {
                self.push(Keyword::Type(types));
            }
        }
        self.read_constant();
        let listed = self.get("enum").filter(|node| self.document.data(*node).as_list().is_some());
        let source = self.source;
        self.schema.keywords.extend(listed.map(|node| Keyword::Enum(Place { source, node })));
    }

    fn read_constant(&mut self) {
        let constant = self.get("const").filter(|_| self.schema.draft >= Draft::Draft6);
        let source = self.source;
        self.schema.keywords.extend(constant.map(|node| Keyword::Const(Place { source, node })));
    }

    fn read_format(&mut self) {
        let asserted = self.compiler.registry.is_trusted()
            || match self.schema.draft {
                Draft::Draft2019 => self.dialect.has(Vocabulary::Format),
                Draft::Draft2020 => self.dialect.has(Vocabulary::FormatAssertion),
                _ => true,
            };
        let format = self.document.get_string(self.node, "format").filter(|_| asserted);
        let format = format.and_then(|name| Format::named(&name.to_str_lossy()));
        self.schema.keywords.extend(format.map(Keyword::Format));
    }

    fn read_choices(&mut self) -> Vec<Keyword> {
        let mut choices = Vec::new();
        let all = self.listed("allOf").filter(|all| !all.is_empty());
        let any = self.listed("anyOf").filter(|any| !any.is_empty());
        let one = self.listed("oneOf").filter(|one| !one.is_empty());
        choices.extend(self.child("not").map(Keyword::Not));
        choices.extend(all.map(Keyword::AllOf));
        choices.extend(any.map(Keyword::AnyOf));
        choices.extend(one.map(Keyword::OneOf));
        choices
    }

    fn read_object(&mut self, applicator: bool, validation: bool) -> Result<(), Failure> {
        let draft = self.schema.draft;
        if validation {
            let min = self.integer("minProperties").map(Keyword::MinProperties);
            let max = self.integer("maxProperties").map(Keyword::MaxProperties);
            let required = self.get("required").and_then(|node| self.strings(node));
            self.schema.keywords.extend(min.into_iter().chain(max));
            self.schema.keywords.extend(required.map(Keyword::Required));
        }
        if applicator {
            let properties = self.properties()?;
            let dependencies = self.dependencies();
            self.schema.keywords.extend(dependencies.map(Keyword::Dependencies));
            self.schema.keywords.extend(properties.map(Keyword::Properties));
            let names = if draft >= Draft::Draft6 { self.child("propertyNames") } else { None };
            self.schema.keywords.extend(names.map(Keyword::PropertyNames));
        }
        if draft < Draft::Draft2019 {
            return Ok(());
        }
        if applicator {
            let schemas = self.named("dependentSchemas");
            self.schema.keywords.extend(schemas.map(Keyword::DependentSchemas));
        }
        if validation {
            let required = self.dependent_required();
            self.schema.keywords.extend(required.map(Keyword::DependentRequired));
        }
        Ok(())
    }

    fn properties(&mut self) -> Result<Option<Properties>, Failure> {
        let named = self.named("properties");
        let mut patterns = Vec::new();
        for (text, schema) in self.named("patternProperties").unwrap_or_default() {
            patterns.push((self.pattern("patternProperties", &text)?, schema));
        }
        let additional = self.rest("additionalProperties");
        self.schema.evaluated.all_properties = additional != Rest::Unmentioned;
        if named.is_none() && patterns.is_empty() && additional == Rest::Unmentioned {
            return Ok(None);
        }
        Ok(Some(Properties { named: named.unwrap_or_default(), patterns, additional }))
    }

    fn dependencies(&mut self) -> Option<Vec<(Str, Dependency)>> {
        let document = self.document.clone();
        let entries = document.data(self.get("dependencies")?).as_map()?;
        let dependency = |(name, node): &(Str, NodeId)| match self.strings(*node) {
            Some(required) => (name.clone(), Dependency::Required(required)),
            None => (name.clone(), Dependency::Schema(self.at(*node))),
        };
        Some(entries.iter().map(dependency).collect())
    }

    fn dependent_required(&self) -> Option<Vec<(Str, Vec<Str>)>> {
        let entries = self.document.data(self.get("dependentRequired")?).as_map()?;
        let required = |(name, node): &(Str, NodeId)| Some((name.clone(), self.strings(*node)?));
        Some(entries.iter().filter_map(required).collect())
    }

    fn read_array(&mut self, applicator: bool, validation: bool) {
        let draft = self.schema.draft;
        if validation {
            let min = self.integer("minItems").map(Keyword::MinItems);
            let max = self.integer("maxItems").map(Keyword::MaxItems);
            self.schema.keywords.extend(min.into_iter().chain(max));
            if self.boolean("uniqueItems") {
                self.push(Keyword::UniqueItems);
            }
        }
        if applicator {
            let items = if draft < Draft::Draft2020 { self.old_items() } else { self.items() };
            if items.rest != Rest::Unmentioned || !items.first.is_empty() {
                self.schema.evaluated.all_items = items.rest != Rest::Unmentioned;
                self.schema.evaluated.items = items.first.len();
                self.push(Keyword::Items(items));
            }
        }
        if !applicator || draft < Draft::Draft6 {
            return;
        }
        if let Some(schema) = self.child("contains") {
            let counted = draft >= Draft::Draft2019 && validation;
            let count = |name| self.integer(name).filter(|_| counted);
            let (min, max) = (count("minContains"), count("maxContains"));
            self.push(Keyword::Contains { schema, min, max });
        }
    }

    fn items(&mut self) -> Items {
        let first = self.listed("prefixItems").unwrap_or_default();
        Items { first, rest: self.child("items").map_or(Rest::Unmentioned, Rest::Schema) }
    }

    /// `items` before draft 2020: one schema for all items, or a list for the first ones.
    fn old_items(&mut self) -> Items {
        match self.listed("items") {
            Some(first) => Items { first, rest: self.rest("additionalItems") },
            None => {
                let rest = self.child("items").map_or(Rest::Unmentioned, Rest::Schema);
                Items { first: Vec::new(), rest }
            }
        }
    }

    fn read_string(&mut self) -> Result<(), Failure> {
        let min = self.integer("minLength").map(Keyword::MinLength);
        let max = self.integer("maxLength").map(Keyword::MaxLength);
        self.schema.keywords.extend(min.into_iter().chain(max));
        let document = self.document.clone();
        if let Some(pattern) = document.get_string(self.node, "pattern") {
            let pattern = self.pattern("pattern", pattern)?;
            self.push(Keyword::Pattern(pattern));
        }
        Ok(())
    }

    /// In draft 4 the exclusive bounds are switches for the plain ones.
    fn read_number(&mut self) {
        let (min_exclusive, max_exclusive) =
            (self.boolean("exclusiveMinimum"), self.boolean("exclusiveMaximum"));
        let (mut min, mut max) = (self.bound("minimum"), self.bound("maximum"));
        let (mut above, mut below) =
            (self.bound("exclusiveMinimum"), self.bound("exclusiveMaximum"));
        if min_exclusive {
            above = min.take();
        }
        if max_exclusive {
            below = max.take();
        }
        let multiple = self.bound("multipleOf").map(Keyword::MultipleOf);
        let keywords = &mut self.schema.keywords;
        keywords.extend(min.map(Keyword::Minimum));
        keywords.extend(max.map(Keyword::Maximum));
        keywords.extend(above.map(Keyword::ExclusiveMinimum));
        keywords.extend(below.map(Keyword::ExclusiveMaximum));
        keywords.extend(multiple);
    }

    fn read_later_references(&mut self) -> Result<(), Failure> {
        if self.schema.draft >= Draft::Draft2019 {
            let target = self.reference("$recursiveRef")?;
            self.schema.keywords.extend(target.map(Keyword::RecursiveRef));
            self.schema.recursive_anchor = self.boolean("$recursiveAnchor");
        }
        if self.schema.draft < Draft::Draft2020 {
            return Ok(());
        }
        let document = self.document.clone();
        self.schema.dynamic_anchor = document.get_string(self.node, "$dynamicAnchor").cloned();
        if let Some(target) = self.reference("$dynamicRef")? {
            let text = document.get_string(self.node, "$dynamicRef").map(Str::to_str_lossy);
            let (_, fragment) = split_fragment(&text.unwrap_or_default())?;
            let is_anchor = !fragment.is_empty() && !fragment.starts_with('/');
            let anchor = is_anchor.then(|| Str::from(fragment));
            self.push(Keyword::DynamicRef { target, anchor });
        }
        Ok(())
    }

    fn read_condition(&mut self, applicator: bool) {
        if applicator && self.schema.draft >= Draft::Draft7 {
            let condition = self.condition();
            self.schema.keywords.extend(condition);
        }
    }

    /// `if` with those of its branches that can be reached.
    fn condition(&mut self) -> Option<Keyword> {
        let condition = self.child("if")?;
        let verdict = match self.document.data(self.get("if")?) {
            Data::Bool(verdict) => Some(*verdict),
            _ => None,
        };
        let then = if verdict == Some(false) { None } else { self.child("then") };
        let otherwise = if verdict == Some(true) { None } else { self.child("else") };
        Some(Keyword::If { condition, then, otherwise })
    }

    fn read_unevaluated(&mut self) {
        let has = match self.schema.draft {
            Draft::Draft2019 => self.dialect.has(Vocabulary::Applicator),
            Draft::Draft2020 => self.dialect.has(Vocabulary::Unevaluated),
            _ => false,
        };
        if !has {
            return;
        }
        let items = self.child("unevaluatedItems").map(Keyword::UnevaluatedItems);
        let properties = self.child("unevaluatedProperties").map(Keyword::UnevaluatedProperties);
        self.schema.evaluated.asks_items = items.is_some();
        self.schema.evaluated.asks_properties = properties.is_some();
        self.schema.keywords.extend(properties.into_iter().chain(items));
    }

    fn get(&self, keyword: &str) -> Option<NodeId> {
        self.document.get(self.node, keyword)
    }

    /// The schema at a node of this document.
    fn at(&mut self, node: NodeId) -> SchemaId {
        self.compiler.enqueue(Ok(Place { source: self.source, node }))
    }

    fn child(&mut self, keyword: &str) -> Option<SchemaId> {
        let node = self.get(keyword)?;
        Some(self.at(node))
    }

    fn listed(&mut self, keyword: &str) -> Option<Vec<SchemaId>> {
        let document = self.document.clone();
        let items = document.data(self.get(keyword)?).as_list()?;
        Some(items.iter().map(|item| self.at(*item)).collect())
    }

    fn named(&mut self, keyword: &str) -> Option<Vec<(Str, SchemaId)>> {
        let document = self.document.clone();
        let entries = document.data(self.get(keyword)?).as_map()?;
        Some(entries.iter().map(|(name, node)| (name.clone(), self.at(*node))).collect())
    }

    fn rest(&mut self, keyword: &str) -> Rest {
        let Some(node) = self.get(keyword) else { return Rest::Unmentioned };
        match self.document.data(node) {
            Data::Bool(true) => Rest::Allowed,
            Data::Bool(false) => Rest::Forbidden,
            _ => Rest::Schema(self.at(node)),
        }
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<SchemaId>, Failure> {
        let document = self.document.clone();
        let Some(reference) = document.get_string(self.node, keyword) else { return Ok(None) };
        let reference = reference.to_str_lossy();
        let target = self.compiler.registry.resolve(self.source, self.owner, &reference)?;
        Ok(Some(self.compiler.enqueue(target)))
    }

    fn pattern(&mut self, keyword: &str, text: &Str) -> Result<Pattern, Failure> {
        if let Some(pattern) = self.compiler.patterns.get(text) {
            return Ok(pattern.clone());
        }
        let pattern = Pattern::new(text.clone()).map_err(|failure| {
            let location = self.compiler.registry.sources[self.source].location(self.node);
            let (text, place) = (quoted(text), quoted(format!("{location}/{keyword}").as_bytes()));
            Failure::from(format!("invalid regex {text} at {place}: {failure}"))
        })?;
        self.compiler.patterns.insert(text.clone(), pattern.clone());
        Ok(pattern)
    }

    fn boolean(&self, keyword: &str) -> bool {
        self.get(keyword).is_some_and(|node| matches!(self.document.data(node), Data::Bool(true)))
    }

    fn bound(&self, keyword: &str) -> Option<Bound> {
        match self.document.data(self.get(keyword)?) {
            Data::Number(text) => Some(Bound { text: text.clone(), value: Decimal::parse(text)? }),
            _ => None,
        }
    }

    fn integer(&self, keyword: &str) -> Option<i64> {
        let Bound { value, .. } = self.bound(keyword)?;
        value.is_integer().then(|| value.to_wrapped_i64())
    }

    fn strings(&self, node: NodeId) -> Option<Vec<Str>> {
        let items = self.document.data(node).as_list()?;
        Some(
            items
                .iter()
                .filter_map(|item| self.document.data(*item).as_string().cloned())
                .collect(),
        )
    }
}
