//! Who is told what patterns cost.

use std::convert::Infallible;

/// Is told of work and memory before they are spent; a refusal stops the search.
pub trait Meter {
    /// Why it must stop.
    type Refusal;

    /// Work that takes as long as `steps` steps of a render, some 20 nanoseconds each.
    fn work(&self, steps: u64) -> Result<(), Self::Refusal>;

    /// `bytes` bytes of results.
    fn memory(&self, bytes: u64) -> Result<(), Self::Refusal>;
}

/// Refuses nothing.
#[derive(Clone, Copy, Debug)]
pub struct Free;

impl Meter for Free {
    type Refusal = Infallible;

    fn work(&self, _: u64) -> Result<(), Infallible> {
        Ok(())
    }

    fn memory(&self, _: u64) -> Result<(), Infallible> {
        Ok(())
    }
}
