//! Applies schemas to values: what is in work, what may still be spent, and what went wrong.

use std::collections::HashMap;
use std::sync::Arc;

use super::open::{Open, open_members};
use crate::schema::document::{Data, Document, NodeId};
use crate::schema::fault::Fault;
use crate::schema::pattern::Pattern;
use crate::schema::program::{Keyword, Program, Schema, SchemaId};
use crate::schema::quoting::quoted;
use go_text_template::data::Failure;

/// How many schemas may be in work at once.
const MAX_DEPTH: usize = 100_000;

/// The metaschemas of schemas that are written by other rules than what is around them.
pub(in super::super) type Dialects = HashMap<NodeId, Arc<Program>>;

/// What is left of the work that one validation may cost.
pub(super) struct Budget {
    pub(super) steps: u64,
    pub(super) faults: u32,
    pub(super) depth: usize,
}

/// What is checked.
#[derive(Clone, Copy)]
pub(super) struct Subject<'d> {
    pub(super) document: &'d Document,
    pub(super) base: NodeId,
    pub(super) dialects: &'d Dialects,
}

/// A value, and the node at which faults of it are told.
#[derive(Clone, Copy)]
pub(super) struct Instance<'i> {
    pub(super) data: &'i Data,
    pub(super) node: NodeId,
}

/// The value does not fit; the fault is told if anybody wants to know.
pub(super) struct Rejected(pub(super) Option<Box<Fault>>);

/// Fits or not, unless the check has to stop.
pub(super) type Verdict<T> = Result<Result<T, Rejected>, Failure>;

/// A schema in work.
pub(super) struct Scope {
    pub(super) schema: SchemaId,
    /// The keyword of the reference that led here, if one did.
    pub(super) keyword: Option<&'static str>,
    /// Equal for all schemas that are applied to one value, one within the other.
    pub(super) run: u32,
}

pub(super) struct Checker<'c> {
    pub(super) program: &'c Program,
    pub(super) subject: Subject<'c>,
    pub(super) budget: &'c mut Budget,
    /// False as long as only the verdict matters.
    pub(super) detailed: bool,
    pub(super) scopes: Vec<Scope>,
    /// The first scope that references can see.
    pub(super) floor: usize,
    pub(super) runs: u32,
    /// The innermost scope of each schema.
    pub(super) innermost: Vec<Option<u32>>,
}

/// One schema applied to one value.
pub(super) struct Visit<'i> {
    pub(super) instance: Instance<'i>,
    pub(super) open: Open,
    pub(super) failed: bool,
    pub(super) faults: Vec<Fault>,
}

impl<'c> Checker<'c> {
    pub(super) fn new(
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

    pub(super) fn check_root(&mut self, node: NodeId) -> Verdict<Open> {
        let instance = self.instance(node);
        self.apply(self.program.root, instance, None, false)
    }

    fn instance(&self, node: NodeId) -> Instance<'c> {
        Instance { data: self.subject.document.data(node), node }
    }

    /// Applies a schema to a value: to the one in work if `keyword` says so, else to another.
    pub(super) fn apply(
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
    pub(super) fn matches(&mut self, pattern: &Pattern, text: &[u8]) -> Result<bool, Failure> {
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
        let schema = self.scopes.last().map(|scope| scope.schema);
        let mut fault = Fault::new(node, message());
        fault.schema = schema;
        Ok(Err(Rejected(Some(Box::new(fault)))))
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

    /// Notes a fault of the value in work.
    pub(super) fn fail(
        &mut self,
        visit: &mut Visit<'_>,
        message: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        self.fail_because(visit, Vec::new(), message)
    }

    pub(super) fn fail_because(
        &mut self,
        visit: &mut Visit<'_>,
        causes: Vec<Fault>,
        message: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        visit.failed = true;
        if self.detailed {
            self.count_fault()?;
            let schema = self.scopes.last().map(|scope| scope.schema);
            let mut fault = Fault::because(visit.instance.node, message(), causes);
            fault.schema = schema;
            visit.faults.push(fault);
        }
        Ok(())
    }

    /// Takes over the fault that a schema below found.
    pub(super) fn pass_on(visit: &mut Visit<'_>, rejected: Rejected) {
        visit.failed = true;
        visit.faults.extend(rejected.0.map(|fault| *fault));
    }

    /// Applies another schema to the value in work, and learns what it has looked at.
    pub(super) fn nested(
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

    pub(super) fn in_place(
        &mut self,
        visit: &mut Visit<'_>,
        schema: SchemaId,
    ) -> Result<(), Failure> {
        if let Some(rejected) = self.nested(visit, schema, None)? {
            Self::pass_on(visit, rejected);
        }
        Ok(())
    }

    /// True if the schema fits the value in work; nobody wants to know why not.
    pub(super) fn quietly(
        &mut self,
        visit: &mut Visit<'_>,
        schema: SchemaId,
    ) -> Result<bool, Failure> {
        let detailed = std::mem::replace(&mut self.detailed, false);
        let rejected = self.nested(visit, schema, None);
        self.detailed = detailed;
        Ok(rejected?.is_none())
    }

    /// Applies a schema to a member of the value in work.
    pub(super) fn member(
        &mut self,
        schema: SchemaId,
        node: NodeId,
    ) -> Result<Option<Rejected>, Failure> {
        let verdict = match self.other_metaschema(schema, node) {
            Some(program) => self.switch(program, node)?,
            None => self.apply(schema, self.instance(node), None, false)?,
        };
        Ok(verdict.err())
    }

    pub(super) fn check_member(
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
}
