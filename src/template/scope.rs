//! Which variables are known at a point of the text, and where they will live.

use std::collections::HashMap;

use smallvec::{SmallVec, smallvec};

use super::ast::Slot;

/// The variables of one template while it is parsed.
pub(super) struct Scope<'t> {
    /// What the names mean, in the order of their bindings.
    bindings: Vec<(&'t [u8], Binding)>,
    /// The bindings behind the first few, which are searched one by one, by name.
    index: HashMap<&'t [u8], Vec<Binding>>,
    next_slot: u32,
    most_slots: u32,
    /// How many calls of `and` and `or` are open: what is declared in their arguments may be skipped.
    skippable: u32,
}

/// So many bindings are searched faster than hashed.
const FEW: usize = 16;

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

/// The slots that a variable may be in, the likeliest first.
pub(super) type Slots = SmallVec<[Slot; 2]>;

impl<'t> Scope<'t> {
    /// A scope that knows `$`, in slot 0.
    pub(super) fn new() -> Self {
        let mut scope = Self {
            bindings: Vec::new(),
            index: HashMap::new(),
            next_slot: 0,
            most_slots: 0,
            skippable: 0,
        };
        scope.declare(b"$");
        scope
    }

    /// The most variables that live at the same time.
    pub(super) fn most_slots(&self) -> u32 {
        self.most_slots
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { bindings: self.bindings.len(), next_slot: self.next_slot }
    }

    /// Forgets what was declared since `mark`.
    pub(super) fn leave(&mut self, mark: Mark) {
        for (name, _) in self.bindings.drain(mark.bindings.max(FEW).min(self.bindings.len())..) {
            if let Some(bindings) = self.index.get_mut(name) {
                bindings.pop();
            }
        }
        self.bindings.truncate(mark.bindings);
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
    pub(super) fn declare(&mut self, name: &'t [u8]) -> Slots {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.most_slots = self.most_slots.max(self.next_slot);
        self.bind(name, Some(slot));
        smallvec![Slot(slot)]
    }

    /// The variable to assign to; none is made, but from here on the name is known.
    pub(super) fn assign(&mut self, name: &'t [u8]) -> Slots {
        let slots = self.lookup(name).unwrap_or_default();
        self.bind(name, None);
        slots
    }

    /// Where the variable `name` is; `None` if there is no such name.
    pub(super) fn lookup(&self, name: &[u8]) -> Option<Slots> {
        let many = self.bindings.len() > FEW;
        let late = if many { self.index.get(name) } else { None };
        let early = self.bindings.iter().take(FEW).rev().filter(|(known, _)| *known == name);
        let late = late.into_iter().flatten().rev();
        let mut known = false;
        let mut slots = Slots::new();
        for binding in late.chain(early.map(|(_, binding)| binding)) {
            known = true;
            slots.extend(binding.slot.map(Slot));
            if binding.slot.is_some() && !binding.skippable {
                break;
            }
        }
        known.then_some(slots)
    }

    fn bind(&mut self, name: &'t [u8], slot: Option<u32>) {
        let binding = Binding { slot, skippable: self.skippable > 0 };
        if self.bindings.len() >= FEW {
            self.index.entry(name).or_default().push(binding);
        }
        self.bindings.push((name, binding));
    }
}
