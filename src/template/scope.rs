//! Which variables are known at a point of the text, and where they will live.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::ast::Lookup;
use crate::data::Str;

/// The variables of one template while it is parsed.
pub(super) struct Scope {
    /// What each name means, innermost last.
    bindings: HashMap<Str, SmallVec<[Binding; 1]>>,
    /// The names in the order of their bindings.
    order: Vec<Str>,
    next_slot: u32,
    most_slots: u32,
    /// How many calls of `and` and `or` are open: what is declared in their arguments may be skipped.
    skippable: u32,
}

#[derive(Clone, Copy)]
struct Binding {
    /// `None` for a name that was assigned without a declaration: Go's parser lets it pass.
    slot: Option<u32>,
    skippable: bool,
}

/// A point to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    bindings: usize,
    next_slot: u32,
}

impl Scope {
    /// A scope that knows `$`, in slot 0.
    pub(super) fn new() -> Self {
        let mut scope = Self {
            bindings: HashMap::new(),
            order: Vec::new(),
            next_slot: 0,
            most_slots: 0,
            skippable: 0,
        };
        scope.declare(Str::from_static("$"));
        scope
    }

    /// The most variables that live at the same time.
    pub(super) fn most_slots(&self) -> u32 {
        self.most_slots
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { bindings: self.order.len(), next_slot: self.next_slot }
    }

    /// Forgets what was declared since `mark`.
    pub(super) fn leave(&mut self, mark: Mark) {
        for name in self.order.drain(mark.bindings..) {
            if let Some(bindings) = self.bindings.get_mut(&name) {
                bindings.pop();
            }
        }
        self.next_slot = mark.next_slot;
    }

    /// Begins a call whose arguments may be skipped.
    pub(super) fn enter_skippable(&mut self) -> u32 {
        self.skippable += 1;
        self.next_slot
    }

    /// Ends that call; the slots declared in it.
    pub(super) fn leave_skippable(&mut self, first: u32) -> std::ops::Range<u32> {
        self.skippable -= 1;
        first..self.next_slot
    }

    /// Makes a new variable.
    pub(super) fn declare(&mut self, name: Str) -> Lookup {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.most_slots = self.most_slots.max(self.next_slot);
        self.bind(name, Some(slot));
        SmallVec::from_slice(&[slot])
    }

    /// The variable to assign to; none is made, but from here on the name is known.
    pub(super) fn assign(&mut self, name: Str) -> Lookup {
        let lookup = self.lookup(&name).unwrap_or_default();
        self.bind(name, None);
        lookup
    }

    /// Where the variable `name` is; `None` if there is no such name.
    pub(super) fn lookup(&self, name: &Str) -> Option<Lookup> {
        let bindings = self.bindings.get(name)?;
        let mut lookup = Lookup::new();
        for binding in bindings.iter().rev() {
            lookup.extend(binding.slot);
            if binding.slot.is_some() && !binding.skippable {
                break;
            }
        }
        (!bindings.is_empty()).then_some(lookup)
    }

    fn bind(&mut self, name: Str, slot: Option<u32>) {
        self.order.push(name.clone());
        let binding = Binding { slot, skippable: self.skippable > 0 };
        self.bindings.entry(name).or_default().push(binding);
    }
}
