//! What a render may cost.

use std::cell::Cell;

use crate::data::Purse;

/// The bounds of one render; the defaults are far above what real charts reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nodes evaluated.
    pub steps: u64,
    /// Nested `include`, `template` and `tpl` calls, and nested control structures.
    pub depth: u32,
    /// Bytes of output, all files together.
    pub output: u64,
    /// Bytes of values made by functions, all together.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 100_000_000, depth: 110_000, output: 512 << 20, memory: 256 << 20 }
    }
}

/// What a render has used up so far.
#[derive(Debug, Default)]
pub struct Budget {
    limits: Limits,
    steps: Cell<u64>,
    memory: Cell<u64>,
    output: Cell<u64>,
}

impl Budget {
    /// A budget with nothing spent.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The bounds.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts one evaluated node; false if that was one too many.
    pub fn step(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() <= self.limits.steps
    }

    /// Counts work that takes as long as `steps` nodes; false if that was too much.
    pub fn spend_steps(&self, steps: u64) -> bool {
        self.steps.set(self.steps.get().saturating_add(steps));
        self.steps.get() <= self.limits.steps
    }

    /// Counts `bytes` of values about to be made; false if they do not fit.
    pub fn spend_memory(&self, bytes: u64) -> bool {
        self.memory.set(self.memory.get().saturating_add(bytes));
        self.memory.get() <= self.limits.memory
    }

    /// What has been used up beyond its bound.
    pub(super) fn overspent(&self) -> Option<Overspent> {
        let Limits { steps, memory, .. } = self.limits;
        match self {
            _ if self.steps.get() > steps => Some(Overspent::Steps(steps)),
            _ if self.memory.get() > memory => Some(Overspent::Memory(memory)),
            _ => None,
        }
    }

    /// Counts `bytes` of output; false if they do not fit.
    pub fn spend_output(&self, bytes: u64) -> bool {
        self.output.set(self.output.get().saturating_add(bytes));
        self.output.get() <= self.limits.output
    }
}

impl Purse for Budget {
    fn work(&self, steps: u64) -> bool {
        self.spend_steps(steps)
    }

    fn memory(&self, bytes: u64) -> bool {
        self.spend_memory(bytes)
    }
}

/// A bound that was passed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Overspent {
    Steps(u64),
    Memory(u64),
}

impl std::fmt::Display for Overspent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Steps(limit) => write!(f, "rendering took more than {limit} steps"),
            Self::Memory(limit) => write!(f, "values of more than {limit} bytes"),
        }
    }
}
