//! Executes parsed templates.
//!
//! In: a template and its data. Out: bytes at the end of the render's output, or the error with
//! its place. Values follow Go's `reflect` in everything that shows: see [`item`].

mod call;
mod context;
mod field;
mod item;
mod pipeline;
mod record;
mod walk;

#[cfg(test)]
mod tests;

pub use context::{Context, Render};
pub(super) use item::zero;

use bstr::BStr;

use super::Raised;
use super::ast::{Many, Name, One, Parsed, Stored};
use super::display::{self, NodeRef};
use super::error::{Cause, Error, Frame};
use super::set::Template;
use super::world::Call;
use crate::data::{Failure, Str};
use crate::diagnostics::Span;

/// One template being executed.
struct Evaluator<'a, 'c, 'r> {
    cx: &'c mut Context<'r>,
    template: &'a Template,
    /// What the template's file was parsed into.
    parsed: &'a Parsed,
    /// Where its variables begin.
    base: usize,
    /// The node to blame if something goes wrong now.
    at: NodeRef<'a>,
    /// How many templates called by `template` are around this one.
    depth: u32,
}

impl<'a> Evaluator<'a, '_, '_> {
    fn get<T: Stored>(&self, one: One<T>) -> &'a T {
        self.parsed.arena.get(one)
    }

    fn all<T: Stored>(&self, many: Many<T>) -> &'a [T] {
        self.parsed.arena.all(many)
    }

    /// A name as it stands in the template.
    fn name(&self, name: Name) -> &'a BStr {
        BStr::new(name.of(&self.parsed.text))
    }

    /// Goes into a control structure or parentheses, however deep these are nested.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || run(self))
    }

    /// Runs something that may call other templates, or ask the world, from the node at `span`.
    fn traced<T>(&mut self, span: Span, name: &BStr, run: impl FnOnce(&mut Self) -> T) -> T {
        if !self.cx.is_watched {
            return run(self);
        }
        let watcher = self.cx.render.world.watcher();
        if let Some(watcher) = watcher {
            watcher.enter(Call { template: self.template, span, name });
        }
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.enter(self.template, span);
        }
        let result = run(self);
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.leave();
        }
        if let Some(watcher) = watcher {
            watcher.leave();
        }
        result
    }

    /// Writes to the output.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let start = self.cx.out.len();
        self.cx.out.extend_from_slice(bytes);
        self.wrote(start)
    }

    /// Counts what has been written behind `start`.
    fn wrote(&mut self, start: usize) -> Result<(), Error> {
        let budget = self.cx.render.budget;
        if budget.spend_output((self.cx.out.len() - start) as u64) {
            return Ok(());
        }
        let limit = budget.limits().output;
        Err(self.exhausted(format!("output of more than {limit} bytes").into()))
    }

    /// Counts one step.
    fn step(&mut self) -> Result<(), Error> {
        let goes_on = self.cx.render.budget.step();
        self.ensure(goes_on)
    }

    /// Counts work that takes as long as the evaluation of `steps` nodes.
    fn steps(&mut self, steps: u64) -> Result<(), Error> {
        let goes_on = self.cx.render.budget.spend_steps(steps);
        self.ensure(goes_on)
    }

    #[inline]
    fn ensure(&mut self, goes_on: bool) -> Result<(), Error> {
        if goes_on {
            return Ok(());
        }
        self.ensure_paid()
    }

    /// An error if a bound was passed, whoever passed it.
    fn ensure_paid(&mut self) -> Result<(), Error> {
        match self.cx.render.budget.overspent() {
            Some(overspent) => Err(self.exhausted(overspent.to_string().into())),
            None => Ok(()),
        }
    }

    /// An error of the evaluator itself at the current node.
    #[cold]
    fn error(&mut self, message: impl Into<String>) -> Error {
        self.fail(Cause::Evaluator(message.into()))
    }

    #[cold]
    fn exhausted(&mut self, failure: Failure) -> Error {
        self.fail(Cause::Exhausted(failure))
    }

    /// The error of the function `name`, at the current node.
    #[cold]
    fn raised(&mut self, name: &BStr, raised: Raised) -> Error {
        let name = Str::from(&**name);
        match raised {
            Raised::Failure(failure) => self.fail(Cause::Function { name, failure }),
            Raised::Stop(message) => self.fail(Cause::Stop { name, message }),
            Raised::Exhausted(failure) => self.exhausted(failure),
            Raised::Template { prefix, error } => {
                error.within(self.frame(Cause::Template { name, prefix }))
            }
        }
    }

    fn fail(&self, cause: Cause) -> Error {
        Error::new(self.frame(cause))
    }

    fn frame(&self, cause: Cause) -> Frame {
        let place = self.at.place(&self.parsed.arena);
        let context = display::node(self.at, self.parsed);
        Frame::new(self.template.clone(), place, context, cause)
    }
}
