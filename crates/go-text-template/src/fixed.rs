//! A world in which every render is the same.

use bstr::BStr;
use std::cell::Cell;

use crate::dates::Zone;
use crate::template::{Watcher, World};

/// A clock that stands still, randomness that is the same each time, no name server.
///
/// For tests and for output that has to repeat. Its randomness can be foretold: nothing made from it
/// is a secret.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Where the row of random numbers begins; each one drawn moves it on.
    pub seed: Cell<u64>,
}

impl World for Fixed {
    fn now(&self) -> (i64, u32) {
        (self.seconds, 0)
    }

    fn monotonic(&self) -> u64 {
        0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            piece.copy_from_slice(&self.draw().to_le_bytes()[..piece.len()]);
        }
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

impl Fixed {
    /// The next number of Steele, Lea and Flood's `SplitMix` generator.
    fn draw(&self) -> u64 {
        let state = self.seed.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.seed.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
