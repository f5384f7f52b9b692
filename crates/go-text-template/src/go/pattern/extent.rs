//! How far searches look.
//!
//! Engines do not tell: once `a*b|a` has found an `a`, it has perhaps looked for a `b` up to the end
//! of the text, and does so again from the next place. The first searches in a text are paid for as
//! if each went that far. If there are many, an automaton of the same pattern is taken along, byte
//! by byte, until nothing more can come of it.

use regex_automata::Input;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_syntax::hir::Hir;

use super::meter::Meter;

/// What the automaton may need while it goes along.
const AUTOMATON_BYTES: usize = 2 << 20;
/// It gives up when its states were thrown away so often.
const MOST_CLEARS: usize = 8;
/// So many bytes are paid for at a time.
const CHUNK: usize = 4096;

/// An automaton that goes along with searches for a pattern.
#[derive(Debug)]
pub(super) struct Follower(DFA);

impl Follower {
    /// The automaton of `hir`, unless it would be larger than `limit`.
    pub(super) fn new(hir: &Hir, limit: usize) -> Option<Self> {
        let config = Config::new().nfa_size_limit(Some(limit)).which_captures(WhichCaptures::None);
        let nfa = Compiler::new().configure(config).build_from_hir(hir).ok()?;
        let config = DFA::config()
            .cache_capacity(AUTOMATON_BYTES)
            .minimum_cache_clear_count(Some(MOST_CLEARS));
        DFA::builder().configure(config).build_from_nfa(nfa).ok().map(Self)
    }

    pub(super) fn memory_usage(&self) -> usize {
        self.0.memory_usage() + AUTOMATON_BYTES
    }
}

/// Pays for all searches in one text, each before it is made.
pub(super) struct Fare<'r, M> {
    text: &'r [u8],
    meter: &'r M,
    rates: Rates,
    /// What may still be paid by guess.
    guesses: u64,
    /// Gives the automaton when there are so many searches that guesses are too dear.
    follower: &'r dyn Fn() -> Option<&'r Follower>,
    cache: Option<Cache>,
    has_begun: bool,
}

/// What searching costs, in steps of the render.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// For each byte that is looked at.
    pub(super) byte: u64,
    /// For each search.
    pub(super) search: u64,
    /// For so many bytes in front of a search, looked at or not, another step.
    pub(super) bytes_per_step: u64,
}

/// Guesses may cost as much as one look through the text, and so many steps more.
const GUESSED_STEPS: u64 = 2_000;

impl<'r, M: Meter> Fare<'r, M> {
    /// Pays for the first search.
    pub(super) fn new(
        text: &'r [u8],
        rates: Rates,
        meter: &'r M,
        follower: &'r dyn Fn() -> Option<&'r Follower>,
    ) -> Result<Self, M::Refusal> {
        let look = rates.byte.saturating_mul(text.len() as u64);
        meter.work(look)?;
        let guesses = look.saturating_add(GUESSED_STEPS);
        Ok(Self { text, meter, rates, guesses, follower, cache: None, has_begun: false })
    }

    /// Pays for a search from `at` on.
    pub(super) fn pay(&mut self, at: usize) -> Result<(), M::Refusal> {
        if !std::mem::replace(&mut self.has_begun, true) {
            return Ok(());
        }
        let left = (self.text.len() - at) as u64;
        self.meter.work(self.rates.search + left / self.rates.bytes_per_step)?;
        let guess = left.saturating_mul(self.rates.byte);
        self.guesses = self.guesses.saturating_sub(guess);
        if self.guesses > 0 {
            return self.meter.work(guess);
        }
        self.follow(at)
    }

    /// Pays for as many bytes as the automaton goes; if it gives up, for all that are left.
    fn follow(&mut self, at: usize) -> Result<(), M::Refusal> {
        let (text, meter, byte) = (self.text, self.meter, self.rates.byte);
        let pay = |bytes: usize| meter.work(byte.saturating_mul(bytes as u64));
        let Some(Follower(automaton)) = (self.follower)() else { return pay(text.len() - at) };
        let cache = self.cache.get_or_insert_with(|| automaton.create_cache());
        let mut state = automaton.start_state_forward(cache, &Input::new(text).range(at..)).ok();
        let (mut seen, mut paid) = (at, at);
        while let Some(from) = state.filter(|state| !state.is_dead()) {
            let Some(&next) = text.get(seen) else { break };
            state = automaton.next_state(cache, from, next).ok();
            seen += 1;
            if seen - paid == CHUNK {
                pay(seen - paid)?;
                paid = seen;
            }
        }
        pay(if state.is_some() { seen - paid } else { text.len() - paid })
    }
}
