//! The signals that ask a process to end.

use std::sync::mpsc;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Waits for signals from now on: the first one calls `ending` with what ends the process. Without a
/// thread for it the process ends as it would anyway.
pub(super) fn wait(ending: fn(&dyn Fn())) {
    let (ready, is_ready) = mpsc::channel();
    let thread = std::thread::Builder::new().name("signals".to_owned());
    let spawned = thread.spawn(move || {
        let ignored = ignored();
        let asked = [SIGHUP, SIGINT, SIGTERM].into_iter();
        let asked = asked.filter(|signal| ignored >> (signal - 1) & 1 == 0);
        let Ok(mut signals) = Signals::new(asked) else { return };
        let _ = ready.send(());
        if let Some(signal) = signals.forever().next() {
            ending(&|| drop(emulate_default_handler(signal)));
        }
    });
    if spawned.is_ok() {
        let _ = is_ready.recv();
    }
}

/// A bit for each signal that whoever started us wants to be ignored, as `nohup` and shells do for
/// what runs in the background; systems that do not tell are taken to ignore none.
fn ignored() -> u64 {
    let status = crate::model::read_file(b"/proc/self/status").unwrap_or_default();
    let status = status.to_str_lossy();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
