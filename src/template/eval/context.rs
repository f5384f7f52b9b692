//! What a function may ask of the render it is called from.

use crate::compat::Compat;
use crate::data::{Failure, Str, Value};
use crate::template::function::Raised;
use crate::template::parser::Functions;
use crate::template::{Budget, Error, TemplateSet, World};

/// What a render is given.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Render<'r> {
    pub templates: &'r TemplateSet,
    pub functions: &'r Functions<'r>,
    pub world: &'r dyn World,
    pub budget: &'r Budget,
    pub compat: Compat,
}

/// The state of one render, handed to every function that asks for it.
pub struct Context<'r> {
    render: Render<'r>,
}

impl<'r> Context<'r> {
    /// A render that has not begun.
    pub fn new(render: Render<'r>) -> Self {
        Self { render }
    }

    /// Executes the template `name` with `data` as its dot and appends what it writes to `out`.
    pub fn execute(&mut self, name: &Str, data: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = (name, data, out);
        todo!()
    }

    /// Clock, randomness, DNS.
    pub fn world(&self) -> &'r dyn World {
        self.render.world
    }

    /// Which Helm is to be equalled.
    pub fn compat(&self) -> Compat {
        self.render.compat
    }

    /// Announces that a function is about to make `bytes` bytes of value; an error if the budget
    /// does not allow it. Functions whose result can be much larger than their arguments call this
    /// before they allocate.
    pub fn reserve(&self, bytes: u64) -> Result<(), Raised> {
        let budget = self.render.budget;
        if budget.spend_memory(bytes) {
            return Ok(());
        }
        let limit = budget.limits().memory;
        Err(Raised::Exhausted(Failure::from(format!("values of more than {limit} bytes"))))
    }
}
