//! What goes when the process is told to end.
//!
//! The first path that is remembered sets this up: a thread waits for the signals that ask a process
//! to end, removes what is remembered, and lets the process end as if nobody had waited. Runs that
//! write nothing never come here.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, mpsc};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Signals belong to the process, and so does this list.
static REMEMBERED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Remembers `path`, which `make` makes; if that fails there is nothing to remember.
pub(super) fn remember<T>(path: &Path, make: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    static WAITING: Once = Once::new();
    WAITING.call_once(wait);
    let mut remembered = remembered();
    let made = make()?;
    remembered.insert(path.to_owned());
    Ok(made)
}

/// What was at `path` is gone, or has taken its place.
pub(super) fn forget(path: &Path) {
    remembered().remove(path);
}

/// Does something that must not be left half done by a process that is told to end.
pub fn undisturbed<T>(what: impl FnOnce() -> T) -> T {
    let _guard = remembered();
    what()
}

fn remembered() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for signals from now on. Without a thread for it the process ends as it would anyway.
fn wait() {
    let (ready, is_ready) = mpsc::channel();
    let thread = std::thread::Builder::new().name("signals".to_owned());
    let spawned = thread.spawn(move || {
        let ignored = ignored();
        let asked = [SIGHUP, SIGINT, SIGTERM].into_iter();
        let asked = asked.filter(|signal| ignored >> (signal - 1) & 1 == 0);
        let Ok(mut signals) = Signals::new(asked) else { return };
        let _ = ready.send(());
        if let Some(signal) = signals.forever().next() {
            end(signal);
        }
    });
    if spawned.is_ok() {
        let _ = is_ready.recv();
    }
}

/// Removes everything and ends the process. Nobody remembers anything new from here on.
fn end(signal: i32) {
    let remembered = remembered();
    remembered.iter().for_each(|path| remove(path));
    let _ = emulate_default_handler(signal);
    drop(remembered);
}

/// Removes what is at `path`, also if others are still writing there.
fn remove(path: &Path) {
    /// They come to an end: where their folder is gone they can write nothing.
    const ATTEMPTS: u32 = 1000;
    for _ in 0..ATTEMPTS {
        let gone = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
        let is_gone = path.symlink_metadata().is_err_and(|error| is_missing(&error));
        if gone.is_err_and(|error| is_missing(&error)) || is_gone {
            return;
        }
    }
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// A bit for each signal that whoever started us wants to be ignored, as `nohup` and shells do for
/// what runs in the background; systems that do not tell are taken to ignore none.
fn ignored() -> u64 {
    let status = crate::model::read_file(b"/proc/self/status").unwrap_or_default();
    let status = status.to_str_lossy();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
