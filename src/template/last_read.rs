//! Finds variables that are read for the last time before they get another value.
//!
//! In `$s = printf "%s%s" $s "more"` the old text is not needed any more once it is read, so that
//! the function may append to it where it is. A text that grows in a loop is not copied each time.

use super::ast::{Command, Kind, Operand, Pipe, Target};

/// Marks the variable that `pipe` assigns where it reads it, if it does so only once.
pub(super) fn mark(pipe: &mut Pipe) {
    let [Target { slot, .. }] = pipe.targets.as_slice() else { return };
    let &[slot] = slot.as_slice() else { return };
    let reads = Reads { slot };
    if !pipe.assigns || reads.in_commands(&pipe.commands, DEEPEST) != 1 {
        return;
    }
    for word in pipe.commands.iter_mut().flat_map(|command| &mut command.words) {
        if let Kind::Variable(variable) = &mut word.kind
            && variable.slot.contains(&slot)
        {
            variable.is_last_read = true;
        }
    }
}

/// Parentheses inside each other are looked into so deep.
const DEEPEST: u32 = 4;

/// What reads a variable.
struct Reads {
    slot: u32,
}

impl Reads {
    fn in_commands(&self, commands: &[Command], deepest: u32) -> u32 {
        let words = commands.iter().flat_map(|command| &command.words);
        words.map(|word| self.in_word(word, deepest)).fold(0, u32::saturating_add)
    }

    /// How often `word` reads or writes the variable; many times if that is hard to tell.
    fn in_word(&self, word: &Operand, deepest: u32) -> u32 {
        match &word.kind {
            Kind::Variable(variable) => u32::from(variable.slot.contains(&self.slot)),
            Kind::Chain(_) | Kind::Pipe(_) if deepest == 0 => u32::MAX,
            Kind::Chain(chain) => self.in_word(&chain.start, deepest - 1),
            Kind::Pipe(pipe) if pipe.targets.iter().any(|target| self.is_in(target)) => u32::MAX,
            Kind::Pipe(pipe) => self.in_commands(&pipe.commands, deepest - 1),
            _ => 0,
        }
    }

    fn is_in(&self, target: &Target) -> bool {
        target.slot.contains(&self.slot)
    }
}
