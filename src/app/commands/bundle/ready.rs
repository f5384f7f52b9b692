//! A bundle that is made, but not written.

use crate::bundle::{Bundle, Entry, Image, Receipt};
use crate::commands::Session;

/// A bundle, ready to be written.
pub(in crate::app::commands) struct Ready {
    /// Its documents.
    pub(super) bundle: Bundle,
    /// All images, those that charts list as well.
    pub(super) images: Vec<Image>,
    /// What it was made from.
    pub(in crate::app::commands) receipt: Receipt,
    /// Its bytes.
    pub(in crate::app::commands) text: Vec<u8>,
    /// What the file of `--freeze` is to hold.
    pub(super) records: Option<String>,
    /// What may go wrong when it is applied.
    pub(super) warnings: Vec<String>,
}

impl Ready {
    /// The documents in their order.
    pub(in crate::app::commands) fn entries(&self) -> &[Entry] {
        &self.bundle.entries
    }

    /// Says what may go wrong when it is applied.
    pub(in crate::app::commands) fn warn(&self, session: &mut Session<'_>) {
        for warning in &self.warnings {
            session.say(format_args!("warning: {warning}"));
        }
    }
}
