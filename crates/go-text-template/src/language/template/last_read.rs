//! Finds variables that are read for the last time before they get another value.
//!
//! In `$s = printf "%s%s" $s "more"` the old text is not needed any more once it is read, so that
//! the function may append to it where it is. A text that grows in a loop is not copied each time.

use super::ast::{Arena, Command, Kind, Many, One, Operand, Pipe, Slot, Variable};

/// Marks the variable that `pipe` assigns where it reads it, if it does so only once.
pub(super) fn mark(pipe: &Pipe, arena: &mut Arena) {
    if !pipe.assigns {
        return;
    }
    if let Some(variable) = last_read(pipe, arena) {
        arena.get_mut(variable).is_last_read = true;
    }
}

fn last_read(pipe: &Pipe, arena: &Arena) -> Option<One<Variable>> {
    let [target] = arena.all(pipe.targets) else { return None };
    let reads = Reads { slot: target.slot, arena };
    if reads.in_commands(pipe.commands, DEEPEST) != 1 {
        return None;
    }
    let commands = arena.all(pipe.commands).iter();
    let mut words = commands.flat_map(|command| arena.all(command.words));
    words.find_map(|word| match word.kind {
        Kind::Variable(variable) if arena.get(variable).slot == reads.slot => Some(variable),
        _ => None,
    })
}

/// Parentheses inside each other are looked into so deep.
const DEEPEST: u32 = 4;

/// What reads a variable.
struct Reads<'a> {
    slot: Slot,
    arena: &'a Arena,
}

impl Reads<'_> {
    fn in_commands(&self, commands: Many<Command>, deepest: u32) -> u32 {
        let commands = self.arena.all(commands).iter();
        let words = commands.flat_map(|command| self.arena.all(command.words));
        words.map(|word| self.in_word(word, deepest)).fold(0, u32::saturating_add)
    }

    /// How often `word` reads or writes the variable; many times if that is hard to tell.
    fn in_word(&self, word: &Operand, deepest: u32) -> u32 {
        match word.kind {
            Kind::Variable(variable) => u32::from(self.arena.get(variable).slot == self.slot),
            Kind::Chain(_) | Kind::Pipe(_) if deepest == 0 => u32::MAX,
            Kind::Chain(chain) => self.in_word(&self.arena.get(chain).start, deepest - 1),
            Kind::Pipe(pipe) => self.in_pipe(self.arena.get(pipe), deepest - 1),
            _ => 0,
        }
    }

    fn in_pipe(&self, pipe: &Pipe, deepest: u32) -> u32 {
        let mut targets = self.arena.all(pipe.targets).iter();
        if targets.any(|target| target.slot == self.slot) {
            return u32::MAX;
        }
        self.in_commands(pipe.commands, deepest)
    }
}
