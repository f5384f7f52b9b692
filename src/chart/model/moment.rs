//! Points in time.

/// A point in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds within that second.
    pub nanoseconds: u32,
}

impl Moment {
    /// The nearest second since 1970.
    pub fn rounded(self) -> i64 {
        self.seconds.saturating_add(i64::from(self.nanoseconds >= 500_000_000))
    }
}
