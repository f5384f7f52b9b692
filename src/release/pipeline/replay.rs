//! A world that gives the same answers twice.

use std::sync::{Mutex, PoisonError};

use bstr::BStr;

use go_text_template::dates::Zone;
use go_text_template::template::{Watcher, World};

/// Hands the questions of a render on and remembers the answers, so that the render can be done
/// once more and come out the same.
pub struct Replay<'w> {
    world: &'w (dyn World + Sync),
    moments: Answers<(i64, u32)>,
    instants: Answers<u64>,
    random: Answers<Vec<u8>>,
    addresses: Answers<Option<String>>,
}

impl<'w> Replay<'w> {
    /// A world that asks `world`.
    pub fn new(world: &'w (dyn World + Sync)) -> Self {
        Self {
            world,
            moments: Answers::default(),
            instants: Answers::default(),
            random: Answers::default(),
            addresses: Answers::default(),
        }
    }

    /// The world that is asked, for those who render only once.
    pub(super) fn world(&self) -> &'w (dyn World + Sync) {
        self.world
    }

    /// Begins again with the first answer.
    pub fn rewind(&self) {
        self.moments.rewind();
        self.instants.rewind();
        self.random.rewind();
        self.addresses.rewind();
    }
}

/// The answers to one kind of question.
struct Answers<T>(Mutex<Known<T>>);

/// The answers so far, and which one is next.
struct Known<T> {
    answers: Vec<T>,
    next: usize,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(Mutex::new(Known { answers: Vec::new(), next: 0 }))
    }
}

impl<T: Clone> Answers<T> {
    fn get(&self, ask: impl FnOnce() -> T) -> T {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.next;
        known.next += 1;
        if at == known.answers.len() {
            known.answers.push(ask());
        }
        known.answers[at].clone()
    }

    fn rewind(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next = 0;
    }
}

impl World for Replay<'_> {
    fn now(&self) -> (i64, u32) {
        self.moments.get(|| self.world.now())
    }

    fn monotonic(&self) -> u64 {
        self.instants.get(|| self.world.monotonic())
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        let answer = self.random.get(|| {
            let mut answer = vec![0; bytes.len()];
            self.world.fill_random(&mut answer);
            answer
        });
        let len = bytes.len().min(answer.len());
        bytes[..len].copy_from_slice(&answer[..len]);
    }

    fn local_zone(&self) -> Zone {
        self.world.local_zone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        self.world.zone(name)
    }

    fn resolve(&self, host: &str) -> Option<String> {
        self.addresses.get(|| self.world.resolve(host))
    }

    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String> {
        self.world.look_up(api_version, kind)
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        self.world.watcher()
    }
}
