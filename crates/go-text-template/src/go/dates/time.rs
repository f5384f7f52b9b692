//! Go's `time.Time`.

use std::cmp::Ordering;

use super::calendar::{self, DAY, Date};
use super::duration::{Duration, is_less_than_half};
use super::zone::{Offset, Zone};
use crate::data::Str;

/// 0001-01-01T00:00:00Z, Go's zero time, in seconds since 1970.
const ZERO: i64 = -62_135_596_800;

const NANOSECONDS: i64 = 1_000_000_000;

/// An instant, with the zone it is shown in.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z.
    unix: i64,
    /// Below a second.
    nanoseconds: i64,
    zone: Zone,
    /// The local zone, to which Go's `Local` goes back.
    home: Zone,
    /// Nanoseconds since the program started, for times that came from the clock.
    monotonic: Option<i64>,
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

impl Default for Time {
    /// Go's zero time.
    fn default() -> Self {
        Self::from_unix(ZERO, Zone::UTC)
    }
}

impl Time {
    /// The time `unix` seconds after 1970-01-01T00:00:00Z.
    pub fn from_unix(unix: i64, zone: Zone) -> Self {
        Self { unix, nanoseconds: 0, home: zone.clone(), zone, monotonic: None }
    }

    /// The time the clock shows, with the nanoseconds since the program started.
    pub fn now((unix, nanoseconds): (i64, u32), monotonic: u64, zone: Zone) -> Self {
        let monotonic = i64::try_from(monotonic).ok();
        Self { unix, nanoseconds: nanoseconds.into(), home: zone.clone(), zone, monotonic }
    }

    /// The time at which calendar and clock in `zone` show this; parts may be out of their range.
    pub(super) fn from_parts(date: Date, clock: Clock, nanoseconds: i64, zone: Zone) -> Self {
        let month = date.month - 1;
        let year = date.year.saturating_add(month.div_euclid(12));
        let days = calendar::days_from_date(
            year.clamp(-300_000_000_000, 300_000_000_000),
            month.rem_euclid(12) + 1,
            date.day,
        );
        let seconds = clock.hour * 3600 + clock.minute * 60 + clock.second;
        let shown = days.wrapping_mul(DAY).wrapping_add(seconds);
        // At a change of the offset, the one before it decides where the change is.
        let guess = shown.wrapping_sub(zone.at(shown).seconds);
        let unix = shown.wrapping_sub(zone.at(guess).seconds);
        Self { unix, nanoseconds, home: zone.clone(), zone, monotonic: None }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(&self) -> i64 {
        self.unix
    }

    /// Nanoseconds within the second.
    pub fn nanoseconds(&self) -> i64 {
        self.nanoseconds
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z; wraps around as in Go.
    pub fn unix_nanoseconds(&self) -> i64 {
        self.unix.wrapping_mul(NANOSECONDS).wrapping_add(self.nanoseconds)
    }

    /// The zone it is shown in.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The same instant, shown in `zone`.
    pub fn in_zone(&self, zone: Zone) -> Self {
        Self { zone, monotonic: None, ..self.clone() }
    }

    /// The same time on a machine whose local zone is `home`.
    pub fn with_home(self, home: Zone) -> Self {
        Self { home, ..self }
    }

    pub(super) fn home(&self) -> &Zone {
        &self.home
    }

    /// True for Go's zero time.
    pub fn is_zero(&self) -> bool {
        self.unix == ZERO && self.nanoseconds == 0
    }

    pub(super) fn monotonic(&self) -> Option<i64> {
        self.monotonic
    }

    /// The zone that always has the offset of this time, under another name.
    pub fn fixed_zone(&self, name: &'static str) -> Zone {
        Zone::fixed(Str::from_static(name), self.offset().seconds)
    }

    /// What holds in its zone at this time.
    pub(super) fn offset(&self) -> Offset {
        self.zone.at(self.unix)
    }

    /// The days since 1970-01-01 and the seconds of the day, as its zone shows them.
    pub(super) fn day_and_second(&self) -> (i64, i64) {
        let shown = i128::from(self.unix) + i128::from(self.offset().seconds);
        let day = i128::from(DAY);
        // Dividing makes the value small again, and a remainder is always small.
        ((shown.div_euclid(day)) as i64, (shown.rem_euclid(day)) as i64)
    }

    pub(super) fn date(&self) -> Date {
        calendar::date_from_days(self.day_and_second().0)
    }

    pub(super) fn clock(&self) -> Clock {
        clock_of(self.day_and_second().1)
    }

    /// The time `duration` later.
    pub fn add(&self, duration: Duration) -> Self {
        let nanoseconds = self.nanoseconds + duration.0 % NANOSECONDS;
        let seconds = duration.0 / NANOSECONDS + nanoseconds.div_euclid(NANOSECONDS);
        Self {
            unix: self.unix.wrapping_add(seconds),
            nanoseconds: nanoseconds.rem_euclid(NANOSECONDS),
            zone: self.zone.clone(),
            home: self.home.clone(),
            monotonic: self.monotonic.and_then(|value| value.checked_add(duration.0)),
        }
    }

    /// The time that many years, months and days later, at the same time of day.
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let date = self.date();
        let date = Date {
            year: date.year.saturating_add(years),
            month: date.month.saturating_add(months),
            day: date.day.saturating_add(days),
        };
        Self::from_parts(date, self.clock(), self.nanoseconds, self.zone.clone())
            .with_home(self.home.clone())
    }

    /// The time from `other` to this one, at most what a duration can hold.
    pub fn since(&self, other: &Self) -> Duration {
        if let (Some(later), Some(earlier)) = (self.monotonic, other.monotonic) {
            return Duration(later.saturating_sub(earlier));
        }
        let seconds = i128::from(self.unix) - i128::from(other.unix);
        let nanoseconds = i128::from(self.nanoseconds - other.nanoseconds);
        let all = seconds * i128::from(NANOSECONDS) + nanoseconds;
        let all = all.clamp(i64::MIN.into(), i64::MAX.into());
        Duration(i64::try_from(all).expect("clamped to 64 bits"))
    }

    /// Compares the instants.
    pub fn compare(&self, other: &Self) -> Ordering {
        if let (Some(left), Some(right)) = (self.monotonic, other.monotonic) {
            return left.cmp(&right);
        }
        (self.unix, self.nanoseconds).cmp(&(other.unix, other.nanoseconds))
    }

    /// Rounded down to a multiple of `unit` since the zero time, unless that is not positive.
    pub fn truncate(&self, unit: Duration) -> Self {
        let plain = self.in_zone(self.zone.clone());
        if unit.0 <= 0 { plain } else { plain.add(Duration(-self.rest(unit))) }
    }

    /// Rounded to the nearest multiple of `unit` since the zero time, halves up, unless that is not
    /// positive.
    pub fn round(&self, unit: Duration) -> Self {
        let plain = self.in_zone(self.zone.clone());
        if unit.0 <= 0 {
            return plain;
        }
        let rest = self.rest(unit);
        let up = !is_less_than_half(rest.unsigned_abs(), unit);
        plain.add(Duration(if up { unit.0 - rest } else { -rest }))
    }

    /// What remains when the time since the zero time is divided by `unit`.
    fn rest(&self, unit: Duration) -> i64 {
        let seconds = i128::from(self.unix) - i128::from(ZERO);
        let all = seconds * i128::from(NANOSECONDS) + i128::from(self.nanoseconds);
        i64::try_from(all.rem_euclid(unit.0.into())).expect("a remainder is below the divisor")
    }
}

fn clock_of(seconds: i64) -> Clock {
    Clock { hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60 }
}
