//! Go's `time.Duration`.

use std::fmt;

use super::quote::quote;
use crate::data::Failure;

/// A time span in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i64);

const NANOSECOND: u64 = 1;
const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// The sign bit, as a magnitude: the most that a negative duration can have.
const LIMIT: u64 = 1 << 63;

/// Why text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationError {
    problem: Problem,
    text: Box<[u8]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Invalid,
    MissingUnit,
    UnknownUnit(Box<[u8]>),
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = quote(&self.text);
        match &self.problem {
            Problem::Invalid => write!(f, "time: invalid duration {text}"),
            Problem::MissingUnit => write!(f, "time: missing unit in duration {text}"),
            Problem::UnknownUnit(unit) => {
                write!(f, "time: unknown unit {} in duration {text}", quote(unit))
            }
        }
    }
}

impl std::error::Error for DurationError {}

impl From<DurationError> for Failure {
    fn from(error: DurationError) -> Self {
        Self::from(error.to_string())
    }
}

impl Duration {
    /// So many seconds; wraps around as Go's multiplication does.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.wrapping_mul(1_000_000_000))
    }

    /// Reads text like `1h30m`, `-1.5s` or `0`.
    pub fn parse(text: &[u8]) -> Result<Self, DurationError> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let magnitude = match rest {
            b"0" => Ok(0),
            b"" => Err(Problem::Invalid),
            rest => magnitude(rest),
        };
        let nanoseconds = magnitude.and_then(|magnitude| match magnitude {
            LIMIT if !negative => Err(Problem::Invalid),
            _ if negative => Ok(magnitude.cast_signed().wrapping_neg()),
            _ => Ok(magnitude.cast_signed()),
        });
        nanoseconds.map(Self).map_err(|problem| DurationError { problem, text: text.into() })
    }

    /// The duration as hours.
    pub fn hours(self) -> f64 {
        self.units(HOUR)
    }

    /// The duration as minutes.
    pub fn minutes(self) -> f64 {
        self.units(MINUTE)
    }

    /// The duration as seconds.
    pub fn seconds(self) -> f64 {
        self.units(SECOND)
    }

    /// Whole and fraction apart, so that the result truncates to what integers would give.
    fn units(self, unit: u64) -> f64 {
        let size = unit.cast_signed();
        (self.0 / size) as f64 + (self.0 % size) as f64 / unit as f64
    }

    /// The duration without its sign.
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Rounded towards zero to a multiple of `unit`, unless that is not positive.
    pub fn truncate(self, unit: Self) -> Self {
        if unit.0 <= 0 { self } else { Self(self.0 - self.0 % unit.0) }
    }

    /// Rounded to the nearest multiple of `unit`, halves away from zero, unless that is not
    /// positive.
    pub fn round(self, unit: Self) -> Self {
        if unit.0 <= 0 {
            return self;
        }
        let rest = self.0 % unit.0;
        if is_less_than_half(rest.unsigned_abs(), unit) {
            return Self(self.0 - rest);
        }
        let away = (self.0 - rest).saturating_add(unit.0 * self.0.signum());
        Self(away)
    }
}

/// True if twice `part` is less than `unit`.
pub(super) fn is_less_than_half(part: u64, unit: Duration) -> bool {
    part * 2 < unit.0.unsigned_abs()
}

/// Reads numbers with units, one after the other.
fn magnitude(mut text: &[u8]) -> Result<u64, Problem> {
    let mut sum: u64 = 0;
    while let Some(first) = text.first() {
        if *first != b'.' && !first.is_ascii_digit() {
            return Err(Problem::Invalid);
        }
        let (value, rest) = amount(text)?;
        text = rest;
        sum = sum.wrapping_add(value);
        if sum > LIMIT {
            return Err(Problem::Invalid);
        }
    }
    Ok(sum)
}

/// Reads a number and its unit.
fn amount(text: &[u8]) -> Result<(u64, &[u8]), Problem> {
    let (whole, rest) = leading_int(text).ok_or(Problem::Invalid)?;
    let mut digits = text.len() - rest.len();
    let (fraction, scale, rest) = match rest.strip_prefix(b".") {
        Some(behind) => {
            let (fraction, scale, rest) = leading_fraction(behind);
            digits += behind.len() - rest.len();
            (fraction, scale, rest)
        }
        None => (0, 1.0, rest),
    };
    if digits == 0 {
        return Err(Problem::Invalid);
    }
    let end = rest.iter().position(|&byte| byte == b'.' || byte.is_ascii_digit());
    let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
    if name.is_empty() {
        return Err(Problem::MissingUnit);
    }
    let unit = unit(name).ok_or_else(|| Problem::UnknownUnit(name.into()))?;
    if whole > LIMIT / unit {
        return Err(Problem::Invalid);
    }
    let value = whole * unit + (fraction as f64 * (unit as f64 / scale)) as u64;
    if value > LIMIT { Err(Problem::Invalid) } else { Ok((value, rest)) }
}

fn unit(name: &[u8]) -> Option<u64> {
    Some(match name {
        b"ns" => NANOSECOND,
        // With the micro sign or the Greek letter, too.
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => MICROSECOND,
        b"ms" => MILLISECOND,
        b"s" => SECOND,
        b"m" => MINUTE,
        b"h" => HOUR,
        _ => return None,
    })
}

/// Reads digits, maybe none; nothing if their value is too large.
pub(super) fn leading_int(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let add = |value: u64, digit: &u8| {
        let value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        (value <= LIMIT).then_some(value)
    };
    Some((digits.iter().try_fold(0, add)?, rest))
}

/// Reads digits behind a point: their value, what to divide it by, and the rest.
fn leading_fraction(text: &[u8]) -> (u64, f64, &[u8]) {
    let (mut value, mut scale, mut full) = (0_u64, 1.0, false);
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    for digit in digits {
        let next = value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
        // Digits that are too many are dropped.
        full |= value > (LIMIT - 1) / 10 || next > LIMIT;
        if full {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value, scale, rest)
}

impl fmt::Display for Duration {
    /// Like `1h0m1.5s`; the largest unit below a second that fits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match all {
            0 => f.write_str("0s"),
            1..MICROSECOND => write!(f, "{all}ns"),
            MICROSECOND..MILLISECOND => write!(f, "{}µs", decimal(all, MICROSECOND)),
            MILLISECOND..SECOND => write!(f, "{}ms", decimal(all, MILLISECOND)),
            _ => {
                if all >= HOUR {
                    write!(f, "{}h", all / HOUR)?;
                }
                if all >= MINUTE {
                    write!(f, "{}m", all % HOUR / MINUTE)?;
                }
                write!(f, "{}s", decimal(all % MINUTE, SECOND))
            }
        }
    }
}

/// `all` divided by `unit`, a power of ten, as a decimal without trailing zeros.
fn decimal(all: u64, unit: u64) -> String {
    let fraction = all % unit;
    if fraction == 0 {
        return (all / unit).to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{}.{}", all / unit, digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_duration() {
        let cases = [
            ("1h", "1h0m0s"),
            ("-1.5h", "-1h30m0s"),
            ("90061s", "25h1m1s"),
            ("1.5ms", "1.5ms"),
            ("1us3ns", "1.003µs"),
            ("0", "0s"),
            (".5s", "500ms"),
            (".66666666666666666666666s", "666.666666ms"),
            ("2562047h47m16.854775807s", "2562047h47m16.854775807s"),
            ("-2562047h47m16.854775808s", "-2562047h47m16.854775808s"),
            ("2562047h47m16.854775808s", "time: invalid duration \"2562047h47m16.854775808s\""),
            ("", "time: invalid duration \"\""),
            ("1", "time: missing unit in duration \"1\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            (".s", "time: invalid duration \".s\""),
        ];
        for (text, expected) in cases {
            let duration = Duration::parse(text.as_bytes());
            let shown = duration.map_or_else(|error| error.to_string(), |found| found.to_string());
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn rounding() {
        let round = |value: i64, unit: i64| Duration(value).round(Duration(unit)).0;
        assert_eq!((round(15, 10), round(-15, 10), round(14, 10)), (20, -20, 10));
        assert_eq!((round(i64::MAX, 1 << 62), round(i64::MIN, 5 << 60)), (i64::MAX, i64::MIN));
    }
}
