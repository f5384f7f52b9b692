//! Checks a value against a compiled schema.
//!
//! In: a [`Program`] and a value in a [`Document`]. Out: nothing, or what is wrong. A value is
//! first checked without looking for words; only for a bad one the check is done again, and then
//! every fault is told. Work and depth are bounded, whatever a schema does.

use std::collections::HashMap;
use std::sync::Arc;

use super::compile::{
    Dependency, Items, Keyword, Program, Properties, Rest, Schema, SchemaId, Types,
};
use super::document::{self, Data, Document, NodeId};
use super::duplicates::first_duplicate;
use super::fault::Fault;
use super::number::{self, Decimal};
use super::pattern::Pattern;
use super::words::{listed, quoted, single_quoted};
use go_text_template::data::{Failure, Str};

/// So many schemas may be applied, and ...
const MAX_STEPS: u64 = 20_000_000;
/// ... so many more for each value and each schema there is.
const STEPS_PER_NODE: u64 = 1_000;
/// So many faults may be found.
const MAX_FAULTS: u32 = 1_000_000;
/// So many schemas may be in work at once.
const MAX_DEPTH: usize = 100_000;

/// Why a value is not valid.
#[derive(Debug)]
pub(super) enum Invalid {
    /// The faults, one on each line, with a line break before each.
    Faults(String),
    /// The check could not be finished.
    Stopped(Failure),
}

/// The metaschemas of schemas that are written by other rules than what is around them.
pub(super) type Dialects = HashMap<NodeId, Arc<Program>>;

/// Checks the value `base` of `document`, whose pointers begin there.
pub(super) fn validate(
    program: &Program,
    document: &Document,
    base: NodeId,
    dialects: &Dialects,
) -> Result<(), Invalid> {
    let nodes = (document.len() + program.len()) as u64;
    let mut budget =
        Budget { steps: MAX_STEPS + STEPS_PER_NODE * nodes, faults: MAX_FAULTS, depth: 0 };
    let subject = Subject { document, base, dialects };
    let check = |detailed, budget: &mut Budget| {
        Checker::new(program, subject, budget, detailed).check_root(base).map_err(Invalid::Stopped)
    };
    if check(false, &mut budget)?.is_ok() {
        return Ok(());
    }
    let Err(Rejected(Some(fault))) = check(true, &mut budget)? else {
        unreachable!("both checks come to the same verdict");
    };
    let mut lines = String::new();
    for fault in fault.ungrouped() {
        fault.append(&mut lines, document, base).map_err(Invalid::Stopped)?;
    }
    Err(Invalid::Faults(lines))
}

/// What is left of the work that one validation may cost.
struct Budget {
    steps: u64,
    faults: u32,
    depth: usize,
}

/// What is checked.
#[derive(Clone, Copy)]
struct Subject<'d> {
    document: &'d Document,
    base: NodeId,
    dialects: &'d Dialects,
}

/// A value, and the node at which faults of it are told.
#[derive(Clone, Copy)]
struct Instance<'i> {
    data: &'i Data,
    node: NodeId,
}

/// The value does not fit; the fault is told if anybody wants to know.
struct Rejected(Option<Box<Fault>>);

/// Fits or not, unless the check has to stop.
type Verdict<T> = Result<Result<T, Rejected>, Failure>;

/// A schema in work.
struct Scope {
    schema: SchemaId,
    /// The keyword of the reference that led here, if one did.
    keyword: Option<&'static str>,
    /// Equal for all schemas that are applied to one value, one within the other.
    run: u32,
}

struct Checker<'c> {
    program: &'c Program,
    subject: Subject<'c>,
    budget: &'c mut Budget,
    /// False as long as only the verdict matters.
    detailed: bool,
    scopes: Vec<Scope>,
    /// The first scope that references can see.
    floor: usize,
    runs: u32,
    /// The innermost scope of each schema.
    innermost: Vec<Option<u32>>,
}

/// One schema applied to one value.
struct Visit<'i> {
    instance: Instance<'i>,
    open: Open,
    failed: bool,
    faults: Vec<Fault>,
}

/// The members of a value that no schema has looked at yet.
#[derive(Default)]
struct Open {
    members: Vec<bool>,
    count: usize,
}

impl Open {
    fn new(members: usize, seen: usize) -> Self {
        let count = members.saturating_sub(seen);
        if count == 0 {
            return Self::default();
        }
        Self { members: (0..members).map(|member| member >= seen).collect(), count }
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn contains(&self, member: usize) -> bool {
        self.members.get(member).copied().unwrap_or(false)
    }

    fn close(&mut self, member: usize) {
        if self.contains(member) {
            self.members[member] = false;
            self.count -= 1;
        }
    }

    /// Keeps what is open here and there.
    fn merge(&mut self, other: &Self) {
        for member in 0..self.members.len() {
            if !other.contains(member) {
                self.close(member);
            }
        }
    }
}

impl<'c> Checker<'c> {
    fn new(
        program: &'c Program,
        subject: Subject<'c>,
        budget: &'c mut Budget,
        detailed: bool,
    ) -> Self {
        let innermost = vec![None; program.len()];
        Self {
            program,
            subject,
            budget,
            detailed,
            scopes: Vec::new(),
            floor: 0,
            runs: 0,
            innermost,
        }
    }

    fn check_root(&mut self, node: NodeId) -> Verdict<Open> {
        let instance = self.instance(node);
        self.apply(self.program.root, instance, None, false)
    }

    fn instance(&self, node: NodeId) -> Instance<'c> {
        Instance { data: self.subject.document.data(node), node }
    }

    /// Applies a schema to a value: to the one in work if `keyword` says so, else to another.
    fn apply(
        &mut self,
        schema: SchemaId,
        instance: Instance<'_>,
        keyword: Option<&'static str>,
        all_open: bool,
    ) -> Verdict<Open> {
        self.runs += 1;
        let run = self.runs;
        self.enter(schema, instance, keyword, run, all_open)
    }

    fn enter(
        &mut self,
        schema: SchemaId,
        instance: Instance<'_>,
        keyword: Option<&'static str>,
        run: u32,
        all_open: bool,
    ) -> Verdict<Open> {
        self.spend(1)?;
        if self.budget.depth == MAX_DEPTH {
            return Err("unable to validate schema: it goes too deep".into());
        }
        let scope = self.scopes.len() as u32;
        let shadowed = self.innermost[schema as usize].replace(scope);
        self.scopes.push(Scope { schema, keyword, run });
        self.budget.depth += 1;
        let verdict = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.check(schema, instance, shadowed, all_open)
        });
        self.budget.depth -= 1;
        self.scopes.pop();
        self.innermost[schema as usize] = shadowed;
        verdict
    }

    fn spend(&mut self, steps: u64) -> Result<(), Failure> {
        self.budget.steps = self.budget.steps.saturating_sub(steps);
        if self.budget.steps == 0 {
            return Err("unable to validate schema: it takes too many steps".into());
        }
        Ok(())
    }

    /// True if the pattern matches somewhere in `text`, which costs by its length.
    fn matches(&mut self, pattern: &Pattern, text: &[u8]) -> Result<bool, Failure> {
        self.spend(pattern.steps(text.len())?)?;
        pattern.is_match(text)
    }

    fn check(
        &mut self,
        schema: SchemaId,
        instance: Instance<'_>,
        shadowed: Option<u32>,
        all_open: bool,
    ) -> Verdict<Open> {
        let program = self.program;
        let rules = program.schema(schema);
        let open = open_members(rules, instance.data, all_open);
        match rules.always {
            Some(true) => return Ok(Ok(open)),
            Some(false) => return self.reject(instance.node, || "false schema".into()),
            None => {}
        }
        if let Some(earlier) = shadowed.filter(|earlier| self.is_cycle(*earlier)) {
            return self.reject_cycle(schema, instance.node, earlier as usize);
        }
        if matches!(instance.data, Data::Unspeakable) {
            return self.reject(instance.node, || "invalid jsonType float64".into());
        }
        let mut visit = Visit { instance, open, failed: false, faults: Vec::new() };
        for keyword in &rules.keywords {
            self.keyword(&mut visit, rules, keyword)?;
            if visit.failed && (!self.detailed || keyword.decides_alone()) {
                break;
            }
        }
        if !visit.failed {
            return Ok(Ok(visit.open));
        }
        let fault = || Box::new(Fault::of_schema(instance.node, visit.faults));
        Ok(Err(Rejected(self.detailed.then(fault))))
    }

    /// True if the scope `earlier` has applied the schema in work to the value in work.
    fn is_cycle(&self, earlier: u32) -> bool {
        let run = self.scopes.last().map(|scope| scope.run);
        Some(self.scopes[earlier as usize].run) == run
    }

    fn reject(&mut self, node: NodeId, message: impl FnOnce() -> String) -> Verdict<Open> {
        if !self.detailed {
            return Ok(Err(Rejected(None)));
        }
        self.count_fault()?;
        Ok(Err(Rejected(Some(Box::new(Fault::new(node, message()))))))
    }

    fn count_fault(&mut self) -> Result<(), Failure> {
        self.budget.faults = self.budget.faults.saturating_sub(1);
        if self.budget.faults == 0 {
            return Err("unable to validate schema: it finds too many faults".into());
        }
        Ok(())
    }

    fn reject_cycle(&mut self, schema: SchemaId, node: NodeId, earlier: usize) -> Verdict<Open> {
        let second = if self.detailed { self.keyword_path(earlier) } else { String::new() };
        let first =
            if self.detailed { self.keyword_path(self.scopes.len() - 1) } else { String::new() };
        let location = self.program.location(schema);
        self.reject(node, || {
            let location = quoted(location.as_bytes());
            format!("both {first} and {second} resolve to {location} causing reference cycle")
        })
    }

    /// The keywords that lead from the outermost schema to the one of `scope`.
    fn keyword_path(&self, scope: usize) -> String {
        let mut path = String::new();
        for at in self.floor + 1..=scope {
            match self.scopes[at].keyword {
                Some(keyword) => path.extend(["/", keyword]),
                None => {
                    let outer = self.program.location(self.scopes[at - 1].schema);
                    let inner = self.program.location(self.scopes[at].schema);
                    path.push_str(inner.get(outer.len()..).unwrap_or_default());
                }
            }
        }
        path
    }

    fn keyword(
        &mut self,
        visit: &mut Visit<'_>,
        rules: &Schema,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        match keyword {
            Keyword::Type(types) => self.types(visit, *types),
            Keyword::Const(_) | Keyword::Enum(_) => self.constant(visit, keyword),
            Keyword::Format(format) => self.format(visit, format),
            Keyword::Ref(target) => self.reference(visit, *target, "$ref"),
            Keyword::RecursiveRef(target) => {
                let target = self.recursive_target(*target);
                self.reference(visit, target, "$recursiveRef")
            }
            Keyword::DynamicRef { target, anchor } => {
                let target = self.dynamic_target(*target, anchor.as_ref());
                self.reference(visit, target, "$dynamicRef")
            }
            Keyword::Not(_) | Keyword::AllOf(_) | Keyword::AnyOf(_) | Keyword::OneOf(_) => {
                self.choice(visit, keyword)
            }
            Keyword::If { condition, then, otherwise } => {
                let branch = match self.quietly(visit, *condition)? {
                    true => then,
                    false => otherwise,
                };
                branch.map_or(Ok(()), |branch| self.in_place(visit, branch))
            }
            _ => match visit.instance.data {
                Data::Map(entries) => self.object_keyword(visit, entries, keyword),
                Data::List(items) => self.array_keyword(visit, rules, items, keyword),
                Data::String(text) => self.string_keyword(visit, text, keyword),
                Data::Number(text) => self.number_keyword(visit, text, keyword),
                _ => Ok(()),
            },
        }
    }

    // ---- faults ----

    /// Notes a fault of the value in work.
    fn fail(
        &mut self,
        visit: &mut Visit<'_>,
        message: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        self.fail_because(visit, Vec::new(), message)
    }

    fn fail_because(
        &mut self,
        visit: &mut Visit<'_>,
        causes: Vec<Fault>,
        message: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        visit.failed = true;
        if self.detailed {
            self.count_fault()?;
            visit.faults.push(Fault::because(visit.instance.node, message(), causes));
        }
        Ok(())
    }

    /// Takes over the fault that a schema below found.
    fn pass_on(visit: &mut Visit<'_>, rejected: Rejected) {
        visit.failed = true;
        visit.faults.extend(rejected.0.map(|fault| *fault));
    }

    // ---- schemas below ----

    /// Applies another schema to the value in work, and learns what it has looked at.
    fn nested(
        &mut self,
        visit: &mut Visit<'_>,
        schema: SchemaId,
        keyword: Option<&'static str>,
    ) -> Result<Option<Rejected>, Failure> {
        let run = self.scopes.last().map_or(0, |scope| scope.run);
        let verdict = match self.other_metaschema(schema, visit.instance.node) {
            Some(program) => self.switch(program, visit.instance.node)?,
            None => self.enter(schema, visit.instance, keyword, run, !visit.open.is_empty())?,
        };
        match verdict {
            Ok(open) => {
                visit.open.merge(&open);
                Ok(None)
            }
            Err(rejected) => Ok(Some(rejected)),
        }
    }

    fn in_place(&mut self, visit: &mut Visit<'_>, schema: SchemaId) -> Result<(), Failure> {
        if let Some(rejected) = self.nested(visit, schema, None)? {
            Self::pass_on(visit, rejected);
        }
        Ok(())
    }

    /// True if the schema fits the value in work; nobody wants to know why not.
    fn quietly(&mut self, visit: &mut Visit<'_>, schema: SchemaId) -> Result<bool, Failure> {
        let detailed = std::mem::replace(&mut self.detailed, false);
        let rejected = self.nested(visit, schema, None);
        self.detailed = detailed;
        Ok(rejected?.is_none())
    }

    /// Applies a schema to a member of the value in work.
    fn member(&mut self, schema: SchemaId, node: NodeId) -> Result<Option<Rejected>, Failure> {
        let verdict = match self.other_metaschema(schema, node) {
            Some(program) => self.switch(program, node)?,
            None => self.apply(schema, self.instance(node), None, false)?,
        };
        Ok(verdict.err())
    }

    fn check_member(
        &mut self,
        visit: &mut Visit<'_>,
        schema: SchemaId,
        node: NodeId,
    ) -> Result<(), Failure> {
        if let Some(rejected) = self.member(schema, node)? {
            Self::pass_on(visit, rejected);
        }
        Ok(())
    }

    /// The metaschema to go on with, if the schema at `node` is written by rules of its own.
    fn other_metaschema(&self, schema: SchemaId, node: NodeId) -> Option<Arc<Program>> {
        if self.subject.dialects.is_empty() || schema != self.program.root {
            return None;
        }
        let program = self.subject.dialects.get(&node)?;
        (!std::ptr::eq(Arc::as_ptr(program), self.program)).then(|| program.clone())
    }

    fn switch(&mut self, program: Arc<Program>, node: NodeId) -> Verdict<Open> {
        let checked = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            let mut checker = Checker::new(&program, self.subject, self.budget, self.detailed);
            // References inside do not see where the metaschema begins: in Helm's validator that
            // place still belongs to the rules outside.
            checker.floor = 1;
            checker.check_root(node)
        });
        // What a metaschema has looked at matters to nobody outside.
        Ok(checked?.map(|_| Open::default()))
    }

    // ---- references ----

    fn reference(
        &mut self,
        visit: &mut Visit<'_>,
        target: SchemaId,
        keyword: &'static str,
    ) -> Result<(), Failure> {
        let Some(mut rejected) = self.nested(visit, target, Some(keyword))? else { return Ok(()) };
        // A reference with one cause is never printed; in the place of a group it stands itself,
        // even if the group comes from further below.
        if let Some(fault) = rejected.0.as_mut().filter(|fault| fault.is_group) {
            fault.is_group = false;
            fault.node = visit.instance.node;
        }
        Self::pass_on(visit, rejected);
        Ok(())
    }

    fn visible(&self) -> &[Scope] {
        &self.scopes[self.floor..]
    }

    /// The outermost schema that lets itself be extended, if the target does.
    fn recursive_target(&self, target: SchemaId) -> SchemaId {
        let extensible = |scope: &&Scope| {
            let resource = self.program.schema(scope.schema).resource;
            self.program.schema(resource).recursive_anchor
        };
        if !self.program.schema(target).recursive_anchor {
            return target;
        }
        self.visible().iter().find(extensible).map_or(target, |scope| scope.schema)
    }

    /// The schema that the outermost resource has for the anchor, if the target has it too.
    fn dynamic_target(&self, target: SchemaId, anchor: Option<&Str>) -> SchemaId {
        let Some(anchor) = anchor else { return target };
        if self.program.schema(target).dynamic_anchor.as_ref() != Some(anchor) {
            return target;
        }
        let anchored = |scope: &Scope| {
            let resource = self.program.schema(scope.schema).resource;
            let anchors = &self.program.schema(resource).dynamic_anchors;
            anchors.iter().find(|(name, _)| name == anchor).map(|(_, schema)| *schema)
        };
        self.visible().iter().find_map(anchored).unwrap_or(target)
    }

    // ---- keywords for every value ----

    fn types(&mut self, visit: &mut Visit<'_>, wanted: Types) -> Result<(), Failure> {
        let found = type_of(visit.instance.data);
        let fits =
            wanted.meets(found) || wanted.meets(Types::INTEGER) && is_integer(visit.instance.data);
        if fits {
            return Ok(());
        }
        let names = || format!("got {}, want {}", found.names()[0], wanted.names().join(" or "));
        self.fail(visit, names)
    }

    fn constant(&mut self, visit: &mut Visit<'_>, keyword: &Keyword) -> Result<(), Failure> {
        let (Keyword::Const(place) | Keyword::Enum(place)) = keyword else { return Ok(()) };
        let wanted = self.program.document(*place);
        let own = self.subject.document;
        let equal = |node: &NodeId| own.equal_data(visit.instance.data, wanted, *node);
        let fits = match (keyword, wanted.data(place.node)) {
            (Keyword::Enum(_), Data::List(items)) => items.iter().any(equal),
            _ => equal(&place.node),
        };
        if fits {
            return Ok(());
        }
        let (keyword, nodes) = match (keyword, wanted.data(place.node)) {
            (Keyword::Enum(_), Data::List(items)) => ("enum", items.clone()),
            _ => ("const", vec![place.node]),
        };
        self.fail(visit, || must_be(wanted, keyword, &nodes))
    }

    fn format(
        &mut self,
        visit: &mut Visit<'_>,
        format: &super::format::Format,
    ) -> Result<(), Failure> {
        let Data::String(text) = visit.instance.data else { return Ok(()) };
        let Err(why) = format.check(text) else { return Ok(()) };
        self.fail(visit, || {
            format!("{} is not valid {}: {why}", single_quoted(text), format.name())
        })
    }

    fn choice(&mut self, visit: &mut Visit<'_>, keyword: &Keyword) -> Result<(), Failure> {
        match keyword {
            Keyword::Not(schema) if self.quietly(visit, *schema)? => {
                self.fail(visit, || "'not' failed".into())
            }
            Keyword::AllOf(schemas) => self.all_of(visit, schemas),
            Keyword::AnyOf(schemas) => self.any_of(visit, schemas),
            Keyword::OneOf(schemas) => self.one_of(visit, schemas),
            _ => Ok(()),
        }
    }

    fn all_of(&mut self, visit: &mut Visit<'_>, schemas: &[SchemaId]) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut failed = false;
        for schema in schemas {
            if let Some(Rejected(fault)) = self.nested(visit, *schema, None)? {
                failed = true;
                causes.extend(fault.map(|fault| *fault));
                if !self.detailed {
                    break;
                }
            }
        }
        if !failed {
            return Ok(());
        }
        self.fail_because(visit, causes, || "'allOf' failed".into())
    }

    fn any_of(&mut self, visit: &mut Visit<'_>, schemas: &[SchemaId]) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut matched = false;
        for schema in schemas {
            match self.nested(visit, *schema, None)? {
                Some(Rejected(fault)) => causes.extend(fault.map(|fault| *fault)),
                None => {
                    matched = true;
                    // As long as members are open, the other schemas may know them.
                    if visit.open.is_empty() {
                        break;
                    }
                }
            }
        }
        if matched {
            return Ok(());
        }
        self.fail_because(visit, causes, || "'anyOf' failed".into())
    }

    fn one_of(&mut self, visit: &mut Visit<'_>, schemas: &[SchemaId]) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut matched = None;
        for (at, schema) in schemas.iter().enumerate() {
            match matched {
                None => match self.nested(visit, *schema, None)? {
                    Some(Rejected(fault)) => causes.extend(fault.map(|fault| *fault)),
                    None => matched = Some(at),
                },
                Some(first) if self.quietly(visit, *schema)? => {
                    let both = || format!("'oneOf' failed, subschemas {first}, {at} matched");
                    return self.fail(visit, both);
                }
                Some(_) => {}
            }
        }
        if matched.is_some() {
            return Ok(());
        }
        self.fail_because(visit, causes, || "'oneOf' failed, none matched".into())
    }

    // ---- objects ----

    fn object_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        let has = |name: &Str| document::find(entries, name).is_some();
        match keyword {
            Keyword::MinProperties(min) => {
                self.at_least(visit, "minProperties", entries.len() as i64, *min)
            }
            Keyword::MaxProperties(max) => {
                self.at_most(visit, "maxProperties", entries.len() as i64, *max)
            }
            Keyword::Required(names) => match missing(entries, names).as_slice() {
                [] => Ok(()),
                [name] => self.fail(visit, || format!("missing property {}", single_quoted(name))),
                names => self.fail(visit, || format!("missing properties {}", listed(names))),
            },
            Keyword::Dependencies(dependencies) => {
                let present = dependencies.iter().filter(|(name, _)| has(name));
                for (name, dependency) in present {
                    match dependency {
                        Dependency::Required(names) => {
                            self.required_by(visit, entries, name, names)?;
                        }
                        Dependency::Schema(schema) => self.in_place(visit, *schema)?,
                    }
                }
                Ok(())
            }
            Keyword::DependentSchemas(schemas) => {
                let mut present = schemas.iter().filter(|(name, _)| has(name));
                present.try_for_each(|(_, schema)| self.in_place(visit, *schema))
            }
            Keyword::DependentRequired(required) => {
                let mut present = required.iter().filter(|(name, _)| has(name));
                present.try_for_each(|(name, names)| self.required_by(visit, entries, name, names))
            }
            Keyword::Properties(properties) => self.properties(visit, entries, properties),
            Keyword::PropertyNames(schema) => self.property_names(visit, entries, *schema),
            Keyword::UnevaluatedProperties(schema) => {
                let open = std::mem::take(&mut visit.open);
                let members = entries.iter().enumerate().filter(|(at, _)| open.contains(*at));
                for (_, (_, node)) in members {
                    self.check_member(visit, *schema, *node)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn required_by(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        name: &Str,
        names: &[Str],
    ) -> Result<(), Failure> {
        let missing = missing(entries, names);
        if missing.is_empty() {
            return Ok(());
        }
        let name = || {
            format!("properties {} required, if {} exists", listed(&missing), single_quoted(name))
        };
        self.fail(visit, name)
    }

    fn properties(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        properties: &Properties,
    ) -> Result<(), Failure> {
        let mut forbidden = Vec::new();
        for (at, (name, node)) in entries.iter().enumerate() {
            if visit.failed && !self.detailed {
                return Ok(());
            }
            let mut evaluated = false;
            if let Some(schema) = document::find(&properties.named, name) {
                evaluated = true;
                self.check_member(visit, schema, *node)?;
            }
            for (pattern, schema) in &properties.patterns {
                if self.matches(pattern, name)? {
                    evaluated = true;
                    self.check_member(visit, *schema, *node)?;
                }
            }
            if !evaluated {
                match properties.additional {
                    Rest::Unmentioned => continue,
                    Rest::Allowed => {}
                    Rest::Forbidden => forbidden.push(name),
                    Rest::Schema(schema) => self.check_member(visit, schema, *node)?,
                }
            }
            visit.open.close(at);
        }
        if forbidden.is_empty() {
            return Ok(());
        }
        self.fail(visit, || format!("additional properties {} not allowed", listed(&forbidden)))
    }

    /// Names are checked as values of their own, which see nothing of what is around them.
    fn property_names(
        &mut self,
        visit: &mut Visit<'_>,
        entries: &[(Str, NodeId)],
        schema: SchemaId,
    ) -> Result<(), Failure> {
        let floor = std::mem::replace(&mut self.floor, self.scopes.len());
        for (name, _) in entries {
            let data = Data::String(name.clone());
            let instance = Instance { data: &data, node: self.subject.base };
            let Err(Rejected(fault)) = self.apply(schema, instance, None, false)? else { continue };
            let causes = fault.map_or(Vec::new(), |fault| fault.ungrouped());
            self.fail_because(visit, causes, || {
                format!("invalid propertyName {}", single_quoted(name))
            })?;
        }
        self.floor = floor;
        Ok(())
    }

    // ---- arrays ----

    fn array_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        rules: &Schema,
        items: &[NodeId],
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        match keyword {
            Keyword::MinItems(min) => self.at_least(visit, "minItems", items.len() as i64, *min),
            Keyword::MaxItems(max) => self.at_most(visit, "maxItems", items.len() as i64, *max),
            Keyword::UniqueItems => match first_duplicate(self.subject.document, items) {
                None => Ok(()),
                Some((first, second)) => self.fail(visit, || {
                    let (first, second) =
                        (number::grouped(first as i64), number::grouped(second as i64));
                    format!("items at {first} and {second} are equal")
                }),
            },
            Keyword::Items(own) => self.items(visit, items, own),
            Keyword::Contains { schema, min, max } => {
                let closes = rules.draft >= super::draft::Draft::Draft2020;
                self.contains(visit, items, *schema, (*min, *max), closes)
            }
            Keyword::UnevaluatedItems(schema) => {
                let open = std::mem::take(&mut visit.open);
                let members = items.iter().enumerate().filter(|(at, _)| open.contains(*at));
                for (_, node) in members {
                    self.check_member(visit, *schema, *node)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn items(
        &mut self,
        visit: &mut Visit<'_>,
        items: &[NodeId],
        own: &Items,
    ) -> Result<(), Failure> {
        for (node, schema) in items.iter().zip(&own.first) {
            self.check_member(visit, *schema, *node)?;
        }
        let more = items.get(own.first.len()..).unwrap_or_default();
        match own.rest {
            Rest::Schema(schema) => {
                more.iter().try_for_each(|node| self.check_member(visit, schema, *node))
            }
            Rest::Forbidden if !more.is_empty() => {
                let count = number::grouped(more.len() as i64);
                self.fail(visit, || format!("last {count} additionalItem(s) not allowed"))
            }
            _ => Ok(()),
        }
    }

    fn contains(
        &mut self,
        visit: &mut Visit<'_>,
        items: &[NodeId],
        schema: SchemaId,
        (min, max): (Option<i64>, Option<i64>),
        closes: bool,
    ) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut matched = Vec::new();
        for (at, node) in items.iter().enumerate() {
            match self.member(schema, *node)? {
                Some(Rejected(fault)) => causes.extend(fault.map(|fault| *fault)),
                None => {
                    matched.push(at);
                    if closes {
                        visit.open.close(at);
                    }
                }
            }
        }
        let count = matched.len() as i64;
        match min {
            Some(min) if count < min => {
                self.fail_because(visit, causes, || too_few(&matched, min))?;
            }
            None if count == 0 => {
                self.fail_because(visit, causes, || "no items match contains schema".into())?;
            }
            _ => {}
        }
        match max {
            Some(max) if count > max => self.fail(visit, || too_many(&matched, max)),
            _ => Ok(()),
        }
    }

    // ---- strings and numbers ----

    fn string_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        text: &Str,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        match keyword {
            Keyword::MinLength(min) => {
                self.at_least(visit, "minLength", text.runes().count() as i64, *min)
            }
            Keyword::MaxLength(max) => {
                self.at_most(visit, "maxLength", text.runes().count() as i64, *max)
            }
            Keyword::Pattern(pattern) if !self.matches(pattern, text)? => self.fail(visit, || {
                let (text, pattern) = (single_quoted(text), single_quoted(&pattern.text));
                format!("{text} does not match pattern {pattern}")
            }),
            _ => Ok(()),
        }
    }

    fn number_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        text: &Str,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        let (name, bound) = match keyword {
            Keyword::Minimum(bound) => ("minimum", bound),
            Keyword::Maximum(bound) => ("maximum", bound),
            Keyword::ExclusiveMinimum(bound) => ("exclusiveMinimum", bound),
            Keyword::ExclusiveMaximum(bound) => ("exclusiveMaximum", bound),
            Keyword::MultipleOf(bound) => ("multipleOf", bound),
            _ => return Ok(()),
        };
        let Some(value) = Decimal::parse(text) else {
            // Go reads no such number, and Helm does not look whether it did.
            return Err("unable to validate schema: runtime error: invalid memory address or nil \
                        pointer dereference"
                .into());
        };
        let fits = match keyword {
            Keyword::Minimum(_) => value >= bound.value,
            Keyword::Maximum(_) => value <= bound.value,
            Keyword::ExclusiveMinimum(_) => value > bound.value,
            Keyword::ExclusiveMaximum(_) => value < bound.value,
            _ => value.is_multiple_of(&bound.value),
        };
        if fits {
            return Ok(());
        }
        let got = || number::spoken(text);
        self.fail(visit, || format!("{name}: got {}, want {}", got(), number::spoken(&bound.text)))
    }

    fn at_least(
        &mut self,
        visit: &mut Visit<'_>,
        name: &str,
        got: i64,
        want: i64,
    ) -> Result<(), Failure> {
        if got >= want { Ok(()) } else { self.fail_count(visit, name, got, want) }
    }

    fn at_most(
        &mut self,
        visit: &mut Visit<'_>,
        name: &str,
        got: i64,
        want: i64,
    ) -> Result<(), Failure> {
        if got <= want { Ok(()) } else { self.fail_count(visit, name, got, want) }
    }

    fn fail_count(
        &mut self,
        visit: &mut Visit<'_>,
        name: &str,
        got: i64,
        want: i64,
    ) -> Result<(), Failure> {
        let (got, want) = (number::grouped(got), number::grouped(want));
        self.fail(visit, || format!("{name}: got {got}, want {want}"))
    }
}

/// The members of `data` that the schema does not look at by itself, if anybody asks for them.
fn open_members(rules: &Schema, data: &Data, asked: bool) -> Open {
    let evaluated = &rules.evaluated;
    match data {
        Data::Map(entries) if !evaluated.all_properties && (asked || evaluated.asks_properties) => {
            Open::new(entries.len(), 0)
        }
        Data::List(items) if !evaluated.all_items && (asked || evaluated.asks_items) => {
            Open::new(items.len(), evaluated.items)
        }
        _ => Open::default(),
    }
}

fn type_of(data: &Data) -> Types {
    match data {
        Data::Null => Types::NULL,
        Data::Bool(_) => Types::BOOLEAN,
        Data::Number(_) | Data::Unspeakable => Types::NUMBER,
        Data::String(_) => Types::STRING,
        Data::List(_) => Types::ARRAY,
        Data::Map(_) => Types::OBJECT,
    }
}

fn is_integer(data: &Data) -> bool {
    match data {
        Data::Number(text) => Decimal::parse(text).is_some_and(|value| value.is_integer()),
        _ => false,
    }
}

/// Those of `names` that `entries` do not have.
fn missing(entries: &[(Str, NodeId)], names: &[Str]) -> Vec<Str> {
    names.iter().filter(|name| document::find(entries, name).is_none()).cloned().collect()
}

/// What a value has to be that is none of those at `nodes`.
fn must_be(wanted: &Document, keyword: &str, nodes: &[NodeId]) -> String {
    let simple = |node: &NodeId| match wanted.data(*node) {
        Data::Null => Some("<nil>".to_owned()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Number(text) => Some(text.to_string()),
        Data::String(text) => Some(single_quoted(text)),
        _ => None,
    };
    let shown: Option<Vec<String>> = nodes.iter().map(simple).collect();
    match shown.as_deref() {
        None => format!("'{keyword}' failed"),
        Some([one]) => format!("value must be {one}"),
        Some(several) => format!("value must be one of {}", several.join(", ")),
    }
}

fn too_few(matched: &[usize], min: i64) -> String {
    let min = number::grouped(min);
    match matched {
        [] => format!("min {min} items required to match contains schema, but none matched"),
        matched => format!(
            "min {min} items required to match contains schema, but matched {}",
            places(matched)
        ),
    }
}

fn too_many(matched: &[usize], max: i64) -> String {
    let max = number::grouped(max);
    format!("max {max} items required to match contains schema, but matched {}", places(matched))
}

fn places(matched: &[usize]) -> String {
    let at: Vec<String> = matched.iter().map(usize::to_string).collect();
    format!("{} items at {}", number::grouped(matched.len() as i64), at.join(" "))
}
