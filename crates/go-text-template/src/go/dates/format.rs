//! Writes times.

use std::fmt;
use std::fmt::Write;

use super::calendar::{self, Date, MONTHS, WEEKDAYS};
use super::layout::{Chunk, Element, OffsetStyle, Padding, next_chunk};
use super::time::{Clock, Time};
use super::zone::Offset;

impl Time {
    /// The time in the form of `layout`.
    pub fn format(&self, mut layout: &[u8]) -> Vec<u8> {
        let shown = Shown::of(self);
        let mut out = Vec::with_capacity(layout.len() + 10);
        let mut scratch = String::new();
        loop {
            let Chunk { prefix, element, rest } = next_chunk(layout);
            out.extend_from_slice(prefix);
            let Some((element, _)) = element else { return out };
            scratch.clear();
            shown.write(element, &mut scratch).expect("writing to a string cannot fail");
            out.extend_from_slice(scratch.as_bytes());
            layout = rest;
        }
    }
}

impl fmt::Display for Time {
    /// Go's `Time.String`, with the monotonic clock behind a time that came from the clock.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.format(b"2006-01-02 15:04:05.999999999 -0700 MST");
        f.write_str(&String::from_utf8_lossy(&text))?;
        let Some(monotonic) = self.monotonic() else { return Ok(()) };
        let sign = if monotonic < 0 { '-' } else { '+' };
        let all = monotonic.unsigned_abs();
        write!(f, " m={sign}{}.{:09}", all / 1_000_000_000, all % 1_000_000_000)
    }
}

/// What calendar and clock show.
struct Shown {
    date: Date,
    days: i64,
    clock: Clock,
    nanoseconds: i64,
    offset: Offset,
}

impl Shown {
    fn of(time: &Time) -> Self {
        Self {
            date: time.date(),
            days: time.day_and_second().0,
            clock: time.clock(),
            nanoseconds: time.nanoseconds(),
            offset: time.offset(),
        }
    }

    fn write(&self, element: Element, out: &mut String) -> fmt::Result {
        let Date { year, month, day } = self.date;
        let Clock { hour, minute, second } = self.clock;
        let half = if hour % 12 == 0 { 12 } else { hour % 12 };
        match element {
            Element::LongMonth => out.write_str(month_name(month)),
            Element::Month => out.write_str(&month_name(month)[..3]),
            Element::MonthNumber { padded } => number(out, month, padded),
            Element::LongWeekday => out.write_str(weekday_name(self.days)),
            Element::Weekday => out.write_str(&weekday_name(self.days)[..3]),
            Element::Day(Padding::Space) => write!(out, "{day:2}"),
            Element::Day(padding) => number(out, day, padding == Padding::Zero),
            Element::YearDay(Padding::Space) => write!(out, "{:3}", calendar::year_day(self.date)),
            Element::YearDay(_) => write!(out, "{:03}", calendar::year_day(self.date)),
            Element::Hour => number(out, hour, true),
            Element::Hour12 { padded } => number(out, half, padded),
            Element::Minute { padded } => number(out, minute, padded),
            Element::Second { padded } => number(out, second, padded),
            Element::LongYear if year < 0 => write!(out, "-{:04}", -year),
            Element::LongYear => write!(out, "{year:04}"),
            Element::Year => number(out, year.abs() % 100, true),
            Element::HalfDay { upper: true } => out.write_str(if hour < 12 { "AM" } else { "PM" }),
            Element::HalfDay { upper: false } => out.write_str(if hour < 12 { "am" } else { "pm" }),
            Element::ZoneName if self.offset.name.is_empty() => {
                let style = OffsetStyle { zulu: false, colon: false, parts: 2 };
                offset(out, self.offset.seconds, style)
            }
            Element::ZoneName => out.write_str(&self.offset.name.to_str_lossy()),
            Element::Offset(style) => offset(out, self.offset.seconds, style),
            Element::Fraction { digits, trimmed, separator } => {
                fraction(out, self.nanoseconds, digits, trimmed, separator)
            }
        }
    }
}

pub(super) fn month_name(month: i64) -> &'static str {
    MONTHS[usize::try_from(month - 1).expect("months are 1 to 12")]
}

fn weekday_name(days: i64) -> &'static str {
    WEEKDAYS[usize::try_from(calendar::weekday(days)).expect("weekdays are 0 to 6")]
}

fn number(out: &mut String, number: i64, padded: bool) -> fmt::Result {
    if padded { write!(out, "{number:02}") } else { write!(out, "{number}") }
}

fn offset(out: &mut String, seconds: i64, style: OffsetStyle) -> fmt::Result {
    if style.zulu && seconds == 0 {
        return out.write_str("Z");
    }
    // Go looks at whole minutes only: half a minute west of UTC has a plus.
    let minutes = seconds / 60;
    let colon = if style.colon { ":" } else { "" };
    let sign = if minutes < 0 { '-' } else { '+' };
    write!(out, "{sign}{:02}", (minutes / 60).abs())?;
    if style.parts > 1 {
        write!(out, "{colon}{:02}", (minutes % 60).abs())?;
    }
    if style.parts > 2 {
        write!(out, "{colon}{:02}", (seconds % 60).abs())?;
    }
    Ok(())
}

fn fraction(
    out: &mut String,
    nanoseconds: i64,
    digits: usize,
    trimmed: bool,
    separator: u8,
) -> fmt::Result {
    let all = format!("{nanoseconds:09}");
    let shown = &all[..digits.min(9)];
    let shown = if trimmed { shown.trim_end_matches('0') } else { shown };
    if trimmed && shown.is_empty() {
        return Ok(());
    }
    out.push(char::from(separator));
    out.write_str(shown)
}
