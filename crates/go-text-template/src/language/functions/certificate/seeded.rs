//! A world for tests: time stands still, and randomness repeats.

use bstr::BStr;
use std::cell::Cell;

use crate::dates::Zone;
use crate::template::{Watcher, World};

/// Random numbers that its seed decides.
pub(super) struct Seeded(Cell<u64>);

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    /// The generator called `SplitMix64`.
    fn next(&self) -> u64 {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mixed = (self.0.get() ^ self.0.get() >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

impl World for Seeded {
    fn now(&self) -> (i64, u32) {
        (1_800_000_000, 0)
    }

    fn monotonic(&self) -> u64 {
        0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.next() as u8);
    }

    fn local_zone(&self) -> Zone {
        Zone::UTC
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        Zone::named(name)
    }

    fn resolve(&self, _host: &str) -> Option<String> {
        Some(String::new())
    }

    fn look_up(&self, _api_version: &BStr, _kind: &BStr) -> Result<(), String> {
        Ok(())
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        None
    }
}
