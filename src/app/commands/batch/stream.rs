//! The two streams of a run: manifests, and what is said about them.

use super::release::Done;
use crate::batch::Entry;
use crate::commands::{Error, Session};
use go_text_template::diagnostics::ERASE_LINE;

/// The least time between two states of the progress, in nanoseconds.
const PAUSE: u64 = 100_000_000;

/// What was delivered so far.
pub(super) struct Stream {
    all: usize,
    to_folders: bool,
    shows_progress: bool,
    last_shown: u64,
    pub(super) delivered: usize,
    pub(super) failed: usize,
}

impl Stream {
    /// Nothing yet of `all` releases.
    pub(super) fn new(all: usize, to_folders: bool, on_terminal: bool) -> Self {
        // Manifests that run over the same terminal are progress enough.
        let shows_progress = on_terminal && (to_folders || !is_terminal());
        Self { all, to_folders, shows_progress, last_shown: 0, delivered: 0, failed: 0 }
    }

    /// Writes what is to be written of `entry`.
    pub(super) fn write(
        &mut self,
        entry: &Entry,
        done: &Done,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        self.delivered += 1;
        self.failed += usize::from(done.error.is_some());
        session.told.inspect(|told| told.settle(&entry.id));
        self.say(entry, done, session);
        self.show(session);
        if self.to_folders {
            return Ok(());
        }
        let header = match done.error {
            None => format!("# Release: {} ({} bytes)\n", entry.id, done.text.len()),
            Some(_) => format!("# Release: {} (failed)\n", entry.id),
        };
        let written = session.out.write_all(header.as_bytes());
        written.and_then(|()| session.out.write_all(&done.text)).map_err(Error::Stdout)
    }

    /// Every line with the release that it is about.
    fn say(&self, entry: &Entry, done: &Done, session: &mut Session<'_>) {
        if done.said.is_empty() {
            return;
        }
        self.wipe(session);
        let mut text = Vec::new();
        for line in done.said.strip_suffix(b"\n").unwrap_or(&done.said).split(|&it| it == b'\n') {
            text.extend_from_slice(entry.id.as_bytes());
            text.extend_from_slice(if line.is_empty() { b":" } else { b": " });
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        let _ = session.err.write_all(&text);
    }

    fn show(&mut self, session: &mut Session<'_>) {
        if !self.shows_progress {
            return;
        }
        let now = session.world.monotonic();
        if now - self.last_shown < PAUSE {
            return;
        }
        self.last_shown = now;
        let Self { delivered, all, failed, .. } = self;
        let _ = session.err.write_all(&ERASE_LINE);
        let _ = write!(session.err, "{delivered} of {all} releases, {failed} failed");
        let _ = session.err.flush();
    }

    /// Removes the line of progress.
    fn wipe(&self, session: &mut Session<'_>) {
        if self.shows_progress && self.last_shown > 0 {
            let _ = session.err.write_all(&ERASE_LINE);
        }
    }

    /// Ends the progress.
    pub(super) fn finish(&self, session: &mut Session<'_>) {
        self.wipe(session);
    }
}

fn is_terminal() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stdout())
}
