//! What a function may ask of the render it is called from.

use crate::data::Failure;
use crate::template::function::Raised;
use crate::template::{Budget, World};

/// The state of one render, handed to every function that asks for it.
pub struct Context<'r> {
    world: &'r dyn World,
    budget: &'r Budget,
}

impl<'r> Context<'r> {
    /// Clock, randomness, DNS.
    pub fn world(&self) -> &'r dyn World {
        self.world
    }

    /// Announces that a function is about to make `bytes` bytes of value; an error if the budget
    /// does not allow it. Functions whose result can be much larger than their arguments call this
    /// before they allocate.
    pub fn reserve(&self, bytes: u64) -> Result<(), Raised> {
        if self.budget.spend_memory(bytes) {
            return Ok(());
        }
        let limit = self.budget.limits().memory;
        Err(Raised::Exhausted(Failure::from(format!("values of more than {limit} bytes"))))
    }
}
