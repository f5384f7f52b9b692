//! A world that knows whether it was asked.

use bstr::BStr;
use std::sync::atomic::{AtomicBool, Ordering};

use go_text_template::dates::Zone;
use go_text_template::template::{Watcher, World};

/// Hands questions on, and notes when one was asked whose answer may be another one next time.
pub(super) struct Noting<'w> {
    world: &'w (dyn World + Sync),
    asked: AtomicBool,
}

impl<'w> Noting<'w> {
    /// A world that asks `world`.
    pub(super) fn new(world: &'w (dyn World + Sync)) -> Self {
        Self { world, asked: AtomicBool::new(false) }
    }

    /// True if clock, randomness or name servers were asked.
    pub(super) fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    fn note(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }
}

impl World for Noting<'_> {
    fn now(&self) -> (i64, u32) {
        self.note();
        self.world.now()
    }

    fn monotonic(&self) -> u64 {
        self.note();
        self.world.monotonic()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.note();
        self.world.fill_random(bytes);
    }

    fn local_zone(&self) -> Zone {
        self.world.local_zone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        let zone = self.world.zone(name)?;
        if !zone.file().is_empty() {
            self.note();
        }
        Some(zone)
    }

    fn resolve(&self, host: &str) -> Option<String> {
        self.note();
        self.world.resolve(host)
    }

    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String> {
        self.world.look_up(api_version, kind)
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        self.world.watcher()
    }
}
