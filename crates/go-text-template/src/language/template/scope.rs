//! Which variables are known at a point of the text, and where they will live.
//!
//! Go looks a variable up twice: its parser knows every name it has seen since the template or
//! control structure began, its executor has those whose declaration was executed. Both are
//! answered here at once, since a list of nodes is executed from its first to its last: what stands
//! in front of a node has been executed, but for the other branches of its control structures and
//! for arguments that are skipped.

use std::collections::HashMap;

use super::ast::{Skippable, Slot};

/// The variables of one template while it is parsed.
pub(super) struct Scope<'t> {
    /// What the names mean, in the order of their bindings.
    bindings: Vec<Binding<'t>>,
    /// The last binding of each name that is behind the first few, which are searched one by one.
    index: HashMap<&'t [u8], usize>,
    next_slot: u32,
    most_slots: u32,
    /// How many calls are open that may leave their arguments alone.
    open_calls: u32,
    /// What was declared in the arguments of the outermost of these calls.
    skippable: Vec<Skippable>,
}

/// Up to this many bindings are searched faster than hashed.
const FEW: usize = 16;

#[derive(Clone, Copy)]
struct Binding<'t> {
    name: &'t [u8],
    slot: Slot,
    /// The binding that this one hides.
    hidden: Option<usize>,
}

/// A point to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    bindings: usize,
    next_slot: u32,
}

impl<'t> Scope<'t> {
    /// A scope that knows `$`, in slot 0.
    pub(super) fn new() -> Self {
        let mut scope = Self {
            bindings: Vec::new(),
            index: HashMap::new(),
            next_slot: 0,
            most_slots: 0,
            open_calls: 0,
            skippable: Vec::new(),
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
        while self.bindings.len() > mark.bindings {
            self.unbind();
        }
        self.next_slot = mark.next_slot;
    }

    /// Goes on behind an `else`: what was declared since `mark` is known, but was not executed.
    pub(super) fn skip(&mut self, mark: Mark) {
        let declared: Vec<&[u8]> =
            self.bindings[mark.bindings..].iter().map(|binding| binding.name).collect();
        self.leave(mark);
        for name in declared {
            self.mention(name);
        }
    }

    /// Begins a call that may leave its arguments alone.
    pub(super) fn enter_call(&mut self) {
        self.open_calls += 1;
    }

    /// Ends that call; what to forget when the call begins, if it is the outermost.
    pub(super) fn leave_call(&mut self) -> Vec<Skippable> {
        self.open_calls -= 1;
        if self.open_calls == 0 { std::mem::take(&mut self.skippable) } else { Vec::new() }
    }

    /// Makes a new variable.
    pub(super) fn declare(&mut self, name: &'t [u8]) -> Slot {
        let slot = Slot(self.next_slot);
        self.next_slot += 1;
        self.most_slots = self.most_slots.max(self.next_slot);
        if self.open_calls > 0 {
            let older = self.lookup(name).unwrap_or(Slot::NONE);
            self.skippable.push(Skippable { slot, older });
        }
        self.bind(name, slot);
        slot
    }

    /// Makes a name known, whether or not there is such a variable.
    pub(super) fn mention(&mut self, name: &'t [u8]) {
        if self.position(name).is_none() {
            self.bind(name, Slot::NONE);
        }
    }

    /// Where the variable `name` is; `None` if nothing has that name.
    pub(super) fn lookup(&self, name: &[u8]) -> Option<Slot> {
        self.position(name).map(|at| self.bindings[at].slot)
    }

    /// The last binding of `name`.
    fn position(&self, name: &[u8]) -> Option<usize> {
        let late = if self.bindings.len() > FEW { self.index.get(name).copied() } else { None };
        late.or_else(|| {
            let few = &self.bindings[..self.bindings.len().min(FEW)];
            few.iter().rposition(|binding| binding.name == name)
        })
    }

    fn bind(&mut self, name: &'t [u8], slot: Slot) {
        let at = self.bindings.len();
        // Those that are searched need no way back.
        let hidden = if at >= FEW { self.index.insert(name, at) } else { None };
        self.bindings.push(Binding { name, slot, hidden });
    }

    fn unbind(&mut self) {
        let Some(Binding { name, hidden, .. }) = self.bindings.pop() else { return };
        if self.bindings.len() < FEW {
            return;
        }
        match hidden {
            Some(at) => self.index.insert(name, at),
            None => self.index.remove(name),
        };
    }
}
