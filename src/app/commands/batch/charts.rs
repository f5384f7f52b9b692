//! The charts of the list, each loaded once and shared by all releases that use it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::batch::{Digest, Entry, chart_digest};
use crate::model::{Chart, File};
use go_text_template::Compat;

/// The most bytes of loaded charts that are kept for releases to come.
const MOST_BYTES: u64 = 64 << 20;

/// The charts of a list, for as long as the list needs them.
pub(super) struct Charts {
    slots: Vec<Slot>,
    /// The slot of each release.
    of_entry: Vec<usize>,
    bytes: AtomicU64,
    /// Grows with every use, so that the chart that was not used longest can be told.
    clock: AtomicU64,
}

/// A chart that releases ask for.
#[derive(Default)]
struct Slot {
    loaded: Mutex<Option<Arc<Loaded>>>,
    /// Releases of the list that still need it.
    uses: AtomicUsize,
    last_use: AtomicU64,
}

/// A chart, or why it cannot be had, and what was said about that.
pub(super) struct Loaded {
    pub(super) chart: Result<Chart, String>,
    pub(super) said: Vec<u8>,
    digest: OnceLock<Option<Digest>>,
    bytes: u64,
}

impl Loaded {
    /// A chart, or why there is none, and what was said while it was loaded.
    pub(super) fn new(chart: Result<Chart, String>, said: Vec<u8>) -> Self {
        let bytes = chart.as_ref().map_or(0, size);
        Self { chart, said, digest: OnceLock::new(), bytes }
    }

    /// The digest of the chart, if all of it can be read.
    pub(super) fn digest(&self) -> Option<Digest> {
        *self.digest.get_or_init(|| {
            let chart = self.chart.as_ref().ok()?;
            let digest = chart_digest(chart);
            chart.check_read().ok().map(|()| digest)
        })
    }
}

/// About as many bytes as `chart` takes.
fn size(chart: &Chart) -> u64 {
    let files = chart.templates.iter().chain(chart.files.iter());
    let files = files.chain(&chart.values_file).chain(&chart.schema);
    let own: u64 = files.map(|file: &File| file.size() + 64).sum();
    own + chart.dependencies.iter().map(size).sum::<u64>()
}

impl Charts {
    /// The charts of `entries`, none of them loaded yet.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut indexes: HashMap<(&str, Option<Compat>), usize> = HashMap::new();
        let mut slots: Vec<Slot> = Vec::new();
        let mut of_entry = Vec::with_capacity(entries.len());
        for entry in entries {
            let index = *indexes.entry((&entry.chart, entry.compat)).or_insert(slots.len());
            if index == slots.len() {
                slots.push(Slot::default());
            }
            *slots[index].uses.get_mut() += 1;
            of_entry.push(index);
        }
        Self { slots, of_entry, bytes: AtomicU64::new(0), clock: AtomicU64::new(0) }
    }

    /// The chart of the release `number`; whoever asks first loads it, the others wait for that.
    pub(super) fn get(&self, number: usize, load: impl FnOnce() -> Loaded) -> Arc<Loaded> {
        let slot = &self.slots[self.of_entry[number]];
        slot.last_use.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let mut place = slot.lock();
        if let Some(loaded) = &*place {
            return loaded.clone();
        }
        let loaded = Arc::new(load());
        *place = Some(loaded.clone());
        drop(place);
        self.bytes.fetch_add(loaded.bytes, Ordering::Relaxed);
        self.make_room();
        loaded
    }

    /// Forgets the chart of the release `number` if no other one is still to come that needs it.
    pub(super) fn done(&self, number: usize) {
        let slot = &self.slots[self.of_entry[number]];
        if slot.uses.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.forget(slot);
        }
    }

    /// Forgets charts until the others are few enough; the one used last stays.
    fn make_room(&self) {
        while self.bytes.load(Ordering::Relaxed) > MOST_BYTES {
            let idle = |slot: &&Slot| slot.loaded.try_lock().is_ok_and(|place| place.is_some());
            let mut held: Vec<&Slot> = self.slots.iter().filter(idle).collect();
            if held.len() < 2 {
                return;
            }
            held.sort_by_key(|slot| slot.last_use.load(Ordering::Relaxed));
            self.forget(held[0]);
        }
    }

    fn forget(&self, slot: &Slot) {
        if let Some(loaded) = slot.lock().take() {
            self.bytes.fetch_sub(loaded.bytes, Ordering::Relaxed);
        }
    }
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<Loaded>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
