//! How long a request may take.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The time that a request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For everything, from looking up the name to the last byte.
    pub total: Duration,
    /// Without a single byte.
    pub idle: Duration,
}

impl Limits {
    /// Helm's two minutes for a file of a repository.
    pub const FILE: Self = Self::of(Duration::from_secs(120));
    /// What is asked of a registry; Helm has no bound there.
    pub const REGISTRY: Self =
        Self { total: Duration::from_secs(900), idle: Duration::from_secs(60) };

    /// `total` for everything, however slow the server is in between.
    pub const fn of(total: Duration) -> Self {
        Self { total, idle: total }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::FILE
    }
}

/// Time that several requests share; it begins with the first of them.
#[derive(Debug)]
pub struct Patience {
    limits: Limits,
    deadline: OnceLock<Deadline>,
}

impl Patience {
    /// All requests have `total` together, each of them no more than `each`.
    pub fn new(total: Duration, each: Duration) -> Self {
        Self { limits: Limits { total, idle: each }, deadline: OnceLock::new() }
    }

    /// What the next request may take; nothing once all time is used up.
    pub fn left(&self) -> Option<Limits> {
        let deadline = self.deadline.get_or_init(|| Deadline::start(self.limits));
        deadline.left().map(Limits::of)
    }
}

/// The limits of a request that is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    end: Instant,
    idle: Duration,
}

impl Deadline {
    /// The deadline of a request that begins now.
    #[expect(clippy::disallowed_methods, reason = "time limits of sockets need the clock")]
    pub(super) fn start(limits: Limits) -> Self {
        Self { end: Instant::now() + limits.total, idle: limits.idle }
    }

    /// How long the next step may take; nothing once it is too late.
    #[expect(clippy::disallowed_methods, reason = "time limits of sockets need the clock")]
    pub(super) fn left(&self) -> Option<Duration> {
        let left = self.end.checked_duration_since(Instant::now())?;
        let left = left.min(self.idle);
        (!left.is_zero()).then_some(left)
    }

    /// The deadline of a last step that may take no longer than `most`.
    pub(super) fn within(self, most: Duration) -> Self {
        Self::start(Limits::of(self.left().unwrap_or_default().min(most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_time_comes_to_an_end() {
        let second = Duration::from_secs(1);
        let used_up = Patience::new(Duration::ZERO, second);
        assert_eq!(used_up.left(), None);
        let fresh = Patience::new(second * 100, second);
        assert_eq!(fresh.left(), Some(Limits::of(second)));
    }
}
