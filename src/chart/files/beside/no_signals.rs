//! Where processes get no signals: what is half written stays, and a later run clears it up.

/// Waits for nothing.
pub(super) fn wait(_ending: fn(&dyn Fn())) {}
