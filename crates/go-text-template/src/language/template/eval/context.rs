//! What a function may ask of the render it is called from.

use std::any::Any;
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::Evaluator;
use super::item::{Held, Item};
use crate::data::{Str, Value};
use crate::template::ast::Parsed;
use crate::template::budget::Overspent;
use crate::template::display::NodeRef;
use crate::template::function::Raised;
use crate::template::parser::{Functions, parse};
use crate::template::set::{Overlay, Template};
use crate::template::trace::{Recorder, Trace};
use crate::template::{Budget, Error, ParseError, TemplateSet, World};

/// What a render is given.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Render<'r> {
    pub templates: &'r TemplateSet,
    pub functions: &'r Functions<'r>,
    pub world: &'r dyn World,
    pub budget: &'r Budget,
    /// What the caller has agreed with its own functions: they get it by its type.
    pub user: &'r dyn Any,
}

/// The state of one render, handed to every function that asks for it.
///
/// Templates are executed one after the other with the same context, since Helm counts some things
/// over the whole render.
pub struct Context<'r> {
    pub(super) render: Render<'r>,
    /// What the templates under way have written: each one appends, `include` cuts its part off.
    pub(super) out: Vec<u8>,
    /// The variables of the templates under way.
    pub(super) slots: Vec<Held>,
    /// Definitions that only the `tpl` under way sees.
    overlay: Option<Rc<Overlay>>,
    /// How many templates are under way, by whatever means they were called.
    depth: u32,
    /// How often each name is under way, for functions that count.
    nested: HashMap<Str, Rc<Cell<u32>>>,
    /// Texts parsed during the render.
    parsed: HashMap<Str, Arc<Parsed>>,
    /// Only there if somebody wants to know who wrote what.
    pub(super) recorder: Option<Box<Recorder>>,
    /// Whether there is a recorder, or a world that is told of every call.
    pub(super) is_watched: bool,
}

impl<'r> Context<'r> {
    /// A render that has not begun.
    pub fn new(render: Render<'r>) -> Self {
        Self {
            render,
            out: Vec::new(),
            slots: Vec::new(),
            overlay: None,
            depth: 0,
            nested: HashMap::new(),
            parsed: HashMap::new(),
            recorder: None,
            is_watched: render.world.watcher().is_some(),
        }
    }

    /// Executes `template` with `data` as its dot and gives what it writes.
    pub fn execute(&mut self, template: &Template, data: Value) -> Result<Str, Error> {
        let outcome = self.run(template, Item::plain(data), 0);
        let text = self.written();
        outcome.map(|()| text)
    }

    /// Everything that has been written. It is copied, so that the next template writes where this
    /// one did, unless that would take long.
    fn written(&mut self) -> Str {
        const MOST_COPIED: usize = 256 * 1024;
        if self.out.len() > MOST_COPIED {
            return std::mem::take(&mut self.out).into();
        }
        let text = Str::from(&self.out[..]);
        self.out.clear();
        text
    }

    /// Does what [`Context::execute`] does and notes which node wrote what.
    pub fn trace(&mut self, template: &Template, data: Value) -> Result<(Str, Trace), Error> {
        self.recorder = Some(Box::new(Recorder::new(&data)));
        self.is_watched = true;
        let outcome = self.execute(template, data);
        let recorder = self.recorder.take().unwrap_or_default();
        self.is_watched = self.render.world.watcher().is_some();
        outcome.map(|text| (text, recorder.finish()))
    }

    /// Executes `template` inside of another one and gives what it writes.
    pub fn call(&mut self, template: &Template, data: Value) -> Result<Str, Error> {
        let start = self.out.len();
        let mark = self.recorder.as_ref().map(|recorder| recorder.mark());
        self.run(template, Item::plain(data), 0)?;
        let text = Str::from(&self.out[start..]);
        self.out.truncate(start);
        if let (Some(recorder), Some(mark)) = (&mut self.recorder, mark) {
            recorder.capture(mark, start, &text);
        }
        Ok(text)
    }

    /// The template `name`, as the template under way sees it.
    pub fn template(&self, name: &[u8]) -> Option<Template> {
        let mut overlay = self.overlay.as_ref();
        while let Some(inner) = overlay {
            if let Some(template) = inner.get(name) {
                return Some(template.clone());
            }
            overlay = inner.parent.as_ref();
        }
        self.render.templates.get(name).cloned()
    }

    /// True if [`Context::parse`] has parsed that text before.
    pub fn has_parsed(&self, text: &Str) -> bool {
        self.parsed.contains_key(text)
    }

    /// Parses a text as a template; the same text only once.
    pub fn parse(&mut self, text: &Str) -> Result<Arc<Parsed>, ParseError> {
        if let Some(parsed) = self.parsed.get(text) {
            return Ok(parsed.clone());
        }
        let parsed = Arc::new(parse(text, self.render.functions)?);
        self.parsed.insert(text.clone(), parsed.clone());
        Ok(parsed)
    }

    /// Runs `body` while the definitions of `parsed`, a file called `name`, are in front of all
    /// others; `body` is given the template of that name.
    pub fn with_definitions<R>(
        &mut self,
        name: &Str,
        parsed: Arc<Parsed>,
        body: impl FnOnce(&mut Self, &Template) -> R,
    ) -> Result<R, ParseError> {
        let overlay =
            Overlay::new(name, parsed, self.overlay.clone(), |name| self.template(name).is_some())?;
        let template = overlay.main();
        let outer = self.overlay.replace(Rc::new(overlay));
        let result = body(self, &template);
        self.overlay = outer;
        Ok(result)
    }

    /// How many [`Context::with_definitions`] are under way.
    pub fn overlays(&self) -> u32 {
        self.overlay.as_ref().map_or(0, |overlay| overlay.level)
    }

    /// Runs `body` with the number of times that this was already under way for `name`.
    pub fn nested<R>(&mut self, name: &Str, body: impl FnOnce(&mut Self, u32) -> R) -> R {
        let count = match self.nested.get(name) {
            Some(count) => count.clone(),
            None => self.nested.entry(name.clone()).or_default().clone(),
        };
        let times = count.get();
        count.set(times + 1);
        let result = body(self, times);
        count.set(times);
        result
    }

    /// Clock, randomness, DNS.
    pub fn world(&self) -> &'r dyn World {
        self.render.world
    }

    /// What the caller of the render left for its functions, if it is of the type `T`.
    pub fn user<T: Any>(&self) -> Option<&'r T> {
        self.render.user.downcast_ref()
    }

    /// Announces that a function is about to make `bytes` bytes of value; an error if the budget
    /// does not allow it. Functions whose result can be much larger than their arguments call this
    /// before they allocate.
    pub fn reserve(&self, bytes: u64) -> Result<(), Raised> {
        let budget = self.render.budget;
        if budget.spend_memory(bytes) {
            return Ok(());
        }
        Err(exhausted(Overspent::Memory(budget.limits().memory)))
    }

    /// Announces work that takes as long as the evaluation of `steps` nodes, some 20 nanoseconds
    /// each. Functions that are slow by their nature call this first.
    pub fn work(&self, steps: u64) -> Result<(), Raised> {
        let budget = self.render.budget;
        if budget.spend_steps(steps) {
            return Ok(());
        }
        Err(exhausted(Overspent::Steps(budget.limits().steps)))
    }

    /// Executes `template` at the end of the output; `depth` templates of `template` are around it.
    pub(super) fn run(&mut self, template: &Template, data: Item, depth: u32) -> Result<(), Error> {
        let definition = template.definition();
        let base = self.slots.len();
        self.slots.resize_with(base + definition.slots as usize, Held::default);
        self.slots[base] = Held::Item(data.clone());
        if let Some(recorder) = &mut self.recorder {
            recorder.enter_template();
        }
        self.depth += 1;
        let outcome = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            let parsed = template.parsed();
            let body = parsed.arena.all(definition.body);
            let at = NodeRef::List(body);
            let mut evaluator = Evaluator { cx: self, template, parsed, base, at, depth };
            evaluator.check_depth()?;
            evaluator.list(&data, body)
        });
        self.depth -= 1;
        if let Some(recorder) = &mut self.recorder {
            recorder.leave_template();
        }
        self.slots.truncate(base);
        outcome.map(|_| ())
    }
}

fn exhausted(overspent: Overspent) -> Raised {
    Raised::Exhausted(overspent.to_string().into())
}

impl Evaluator<'_, '_, '_> {
    fn check_depth(&mut self) -> Result<(), Error> {
        let limit = self.cx.render.budget.limits().depth;
        if self.cx.depth <= limit {
            return Ok(());
        }
        Err(self.exhausted(format!("more than {limit} templates inside each other").into()))
    }
}
