//! The outside, for those who want one: this machine, and what was asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bstr::BStr;

use go_text_template::Fixed;
use go_text_template::dates::Zone;
use go_text_template::template::{Watcher, World};

/// This machine's clock and randomness; times are in UTC, and no host has an address.
#[derive(Clone, Copy, Debug)]
pub struct System {
    started: Instant,
}

impl System {
    /// The machine, from now on.
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
    #[expect(clippy::new_without_default, reason = "each has its own start")]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl World for System {
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
    fn now(&self) -> (i64, u32) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (i64::try_from(now.as_secs()).unwrap_or(i64::MAX), now.subsec_nanos())
    }

    fn monotonic(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has randomness");
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

/// What a chart asked of the outside: if nothing, the same input gives the same text in any world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// The time, or the local time zone.
    pub clock: bool,
    /// Randomness: for passwords, keys, certificates, UUIDs.
    pub randomness: bool,
    /// The address of a host.
    pub addresses: bool,
}

/// The world of those who give none: every render is the same in it.
#[derive(Debug, Default)]
pub(super) struct Still(Mutex<Fixed>);

impl Still {
    fn fixed(&self) -> MutexGuard<'_, Fixed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World for Still {
    fn now(&self) -> (i64, u32) {
        self.fixed().now()
    }

    fn monotonic(&self) -> u64 {
        self.fixed().monotonic()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.fixed().fill_random(bytes);
    }

    fn local_zone(&self) -> Zone {
        self.fixed().local_zone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        self.fixed().zone(name)
    }

    fn resolve(&self, host: &str) -> Option<String> {
        self.fixed().resolve(host)
    }

    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String> {
        self.fixed().look_up(api_version, kind)
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        None
    }
}

/// A world, and a note of what it was asked.
pub(super) struct Noting<'w> {
    world: &'w (dyn World + Sync),
    asked: Mutex<Asked>,
}

impl<'w> Noting<'w> {
    /// Hands questions on to `world`.
    pub(super) fn new(world: &'w (dyn World + Sync)) -> Self {
        Self { world, asked: Mutex::default() }
    }

    /// What was asked so far.
    pub(super) fn asked(&self) -> Asked {
        *self.noted()
    }

    fn noted(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The world, which is asked for the time.
    fn clock(&self) -> &dyn World {
        self.noted().clock = true;
        self.world
    }
}

impl World for Noting<'_> {
    fn now(&self) -> (i64, u32) {
        self.clock().now()
    }

    fn monotonic(&self) -> u64 {
        self.clock().monotonic()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.noted().randomness = true;
        self.world.fill_random(bytes);
    }

    fn local_zone(&self) -> Zone {
        self.clock().local_zone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        self.world.zone(name)
    }

    fn resolve(&self, host: &str) -> Option<String> {
        self.noted().addresses = true;
        self.world.resolve(host)
    }

    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String> {
        self.world.look_up(api_version, kind)
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        self.world.watcher()
    }
}
