//! Reads times.

use std::fmt;

use super::calendar::{self, Date, MONTHS, WEEKDAYS};
use super::duration::leading_int;
use super::layout::{Chunk, Element, OffsetStyle, Padding, next_chunk};
use super::quote::quote;
use super::time::{Clock, Time};
use super::zone::Zone;
use crate::data::Failure;

/// Why text is not a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    text: Box<[u8]>,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    /// What is left of the text does not begin with this part of the layout.
    Mismatch { layout: Box<[u8]>, part: Box<[u8]>, left: Box<[u8]> },
    /// The layout is read, but not the text.
    ExtraText(Box<[u8]>),
    /// The text names a time that does not exist.
    Impossible(&'static str),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parsing time {}", quote(&self.text))?;
        match &self.problem {
            Problem::Mismatch { layout, part, left } => {
                write!(f, " as {}: cannot parse {} as {}", quote(layout), quote(left), quote(part))
            }
            Problem::ExtraText(left) => write!(f, ": extra text: {}", quote(left)),
            Problem::Impossible(what) => write!(f, ": {what}"),
        }
    }
}

impl std::error::Error for ParseError {}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::from(error.to_string())
    }
}

impl Time {
    /// Reads `text`, which has the form of `layout`; a time without a zone is one in `zone`.
    pub fn parse(layout: &[u8], text: &[u8], zone: &Zone) -> Result<Self, ParseError> {
        let mut parts = Parts::default();
        let result = parts.read(layout, text).and_then(|()| parts.time(zone));
        result
            .map(|time| time.with_home(zone.clone()))
            .map_err(|problem| ParseError { text: text.into(), problem })
    }
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Parts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    clock: Clock,
    nanoseconds: i64,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i64>,
    zone_name: Vec<u8>,
}

/// Why an element cannot be read.
enum Bad {
    Value,
    Range(&'static str),
}

impl Parts {
    fn read(&mut self, layout: &[u8], text: &[u8]) -> Result<(), Problem> {
        let (mut rest_of_layout, mut value) = (layout, text);
        loop {
            let Chunk { prefix, element, rest } = next_chunk(rest_of_layout);
            let mismatch = |part: &[u8], left: &[u8]| Problem::Mismatch {
                layout: layout.into(),
                part: part.into(),
                left: left.into(),
            };
            value = skip(value, prefix).map_err(|left| mismatch(prefix, left))?;
            let Some((element, part)) = element else { break };
            rest_of_layout = rest;
            value = match self.element(element, value, rest) {
                Ok(value) => value,
                Err(Bad::Range(what)) => return Err(Problem::Impossible(what)),
                Err(Bad::Value) => return Err(mismatch(part, value)),
            };
        }
        if value.is_empty() { Ok(()) } else { Err(Problem::ExtraText(value.into())) }
    }

    /// Reads one element; gives what is behind it.
    fn element<'v>(
        &mut self,
        element: Element,
        value: &'v [u8],
        layout: &[u8],
    ) -> Result<&'v [u8], Bad> {
        let (number, rest) = match element {
            Element::LongMonth => name(value, &MONTHS, usize::MAX)?,
            Element::Month => name(value, &MONTHS, 3)?,
            Element::LongWeekday => name(value, &WEEKDAYS, usize::MAX)?,
            Element::Weekday => name(value, &WEEKDAYS, 3)?,
            Element::MonthNumber { padded }
            | Element::Hour12 { padded }
            | Element::Minute { padded }
            | Element::Second { padded } => short_number(value, padded)?,
            Element::Hour => short_number(value, false)?,
            Element::Day(padding) => {
                let value = without_spaces(value, padding, 1);
                short_number(value, padding == Padding::Zero)?
            }
            Element::YearDay(padding) => {
                let value = without_spaces(value, padding, 2);
                year_day(value, padding == Padding::Zero)?
            }
            Element::LongYear => long_year(value)?,
            Element::Year => year(value)?,
            Element::HalfDay { upper } => return self.half_day(value, upper),
            Element::ZoneName => return self.zone_name(value),
            Element::Offset(style) => return self.offset(value, style),
            Element::Fraction { digits, trimmed: false, .. } => {
                return self.fraction(value, digits);
            }
            Element::Fraction { .. } => return self.optional_fraction(value),
        };
        self.set(element, number)?;
        match element {
            Element::Second { .. } if !is_fraction(next_chunk(layout)) => {
                self.optional_fraction(rest)
            }
            _ => Ok(rest),
        }
    }

    /// Notes what a number or name stands for.
    fn set(&mut self, element: Element, number: i64) -> Result<(), Bad> {
        let below = |limit: i64, what| if number < limit { Ok(()) } else { Err(Bad::Range(what)) };
        match element {
            Element::LongMonth | Element::Month => self.month = Some(number + 1),
            Element::MonthNumber { .. } => {
                below(13, "month out of range")?;
                if number == 0 {
                    return Err(Bad::Range("month out of range"));
                }
                self.month = Some(number);
            }
            Element::Day(_) => self.day = Some(number),
            Element::YearDay(_) => self.year_day = Some(number),
            Element::Hour => {
                below(24, "hour out of range")?;
                self.clock.hour = number;
            }
            Element::Hour12 { .. } => {
                below(13, "hour out of range")?;
                self.clock.hour = number;
            }
            Element::Minute { .. } => {
                below(60, "minute out of range")?;
                self.clock.minute = number;
            }
            Element::Second { .. } => {
                below(60, "second out of range")?;
                self.clock.second = number;
            }
            Element::LongYear | Element::Year => self.year = number,
            // A weekday is only checked for its name.
            _ => {}
        }
        Ok(())
    }

    fn half_day<'v>(&mut self, value: &'v [u8], upper: bool) -> Result<&'v [u8], Bad> {
        let (word, rest) = value.split_at_checked(2).ok_or(Bad::Value)?;
        self.afternoon = match (word, upper) {
            (b"PM", true) | (b"pm", false) => Some(true),
            // Once afternoon, always afternoon.
            (b"AM", true) | (b"am", false) => Some(self.afternoon.unwrap_or(false)),
            _ => return Err(Bad::Value),
        };
        Ok(rest)
    }

    fn zone_name<'v>(&mut self, value: &'v [u8]) -> Result<&'v [u8], Bad> {
        if let Some(rest) = value.strip_prefix(b"UTC") {
            self.utc = true;
            return Ok(rest);
        }
        let (name, rest) = value.split_at(zone_name_len(value).ok_or(Bad::Value)?);
        self.zone_name = name.to_vec();
        Ok(rest)
    }

    fn offset<'v>(&mut self, value: &'v [u8], style: OffsetStyle) -> Result<&'v [u8], Bad> {
        if let Some(rest) = value.strip_prefix(b"Z").filter(|_| style.zulu) {
            self.utc = true;
            return Ok(rest);
        }
        let gap = usize::from(style.colon);
        let len = 1 + 2 * style.parts + gap * (style.parts - 1);
        let (written, rest) = value.split_at_checked(len).ok_or(Bad::Value)?;
        let at = |part: usize| 1 + part * (2 + gap);
        if style.colon && (1..style.parts).any(|part| written[at(part) - 1] != b':') {
            return Err(Bad::Value);
        }
        let mut numbers = [0; 3];
        let mut failed = false;
        for (part, number) in numbers.iter_mut().enumerate().take(style.parts) {
            match short_number(&written[at(part)..at(part) + 2], true) {
                Ok((value, _)) if !failed => *number = value,
                _ => failed = true,
            }
        }
        let [hours, minutes, seconds] = numbers;
        self.set_offset(written[0], hours, minutes, seconds)?;
        if failed { Err(Bad::Value) } else { Ok(rest) }
    }

    /// Some write 24 hours, 60 minutes or 60 seconds, so these are not out of range.
    fn set_offset(&mut self, sign: u8, hours: i64, minutes: i64, seconds: i64) -> Result<(), Bad> {
        if seconds > 60 {
            return Err(Bad::Range("time zone offset second out of range"));
        }
        if minutes > 60 {
            return Err(Bad::Range("time zone offset minute out of range"));
        }
        if hours > 24 {
            return Err(Bad::Range("time zone offset hour out of range"));
        }
        let offset = (hours * 60 + minutes) * 60 + seconds;
        let offset = match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(Bad::Value),
        };
        // Go marks "no offset" with -1.
        self.offset = Some(offset).filter(|offset| *offset != -1);
        Ok(())
    }

    /// Reads a separator and just so many digits.
    fn fraction<'v>(&mut self, value: &'v [u8], digits: usize) -> Result<&'v [u8], Bad> {
        let (written, rest) = value.split_at_checked(1 + digits).ok_or(Bad::Value)?;
        if !matches!(written[0], b'.' | b',') {
            return Err(Bad::Value);
        }
        self.nanoseconds = nanoseconds(&written[1..])?;
        Ok(rest)
    }

    /// Reads a separator and all digits behind it, if both are there.
    fn optional_fraction<'v>(&mut self, value: &'v [u8]) -> Result<&'v [u8], Bad> {
        let is_fraction = matches!(value, [b'.' | b',', b'0'..=b'9', ..]);
        if !is_fraction {
            return Ok(value);
        }
        let digits = value[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.fraction(value, digits)
    }

    /// The time that the parts make.
    fn time(mut self, zone: &Zone) -> Result<Time, Problem> {
        match self.afternoon {
            Some(true) if self.clock.hour < 12 => self.clock.hour += 12,
            Some(false) if self.clock.hour == 12 => self.clock.hour = 0,
            _ => {}
        }
        let date = self.date()?;
        let in_zone = |zone| Time::from_parts(date, self.clock, self.nanoseconds, zone);
        if self.utc {
            return Ok(in_zone(Zone::UTC));
        }
        let utc = in_zone(Zone::UTC);
        let moved = |offset: i64, zone| {
            Time::from_parts(
                date,
                Clock { second: self.clock.second - offset, ..self.clock },
                self.nanoseconds,
                Zone::UTC,
            )
            .in_zone(zone)
        };
        if let Some(offset) = self.offset {
            let there = zone.at(utc.unix() - offset);
            let fits = there.seconds == offset
                && (self.zone_name.is_empty() || there.name.as_bytes() == self.zone_name);
            let fixed = || Zone::fixed(self.zone_name.as_slice().into(), offset);
            return Ok(moved(offset, if fits { zone.clone() } else { fixed() }));
        }
        if self.zone_name.is_empty() {
            return Ok(in_zone(zone.clone()));
        }
        if let Some(offset) = zone.offset_of(&self.zone_name, utc.unix()) {
            return Ok(moved(offset, zone.clone()));
        }
        // The name is kept, the instant is as if it were UTC.
        let offset = gmt_offset(&self.zone_name);
        Ok(utc.in_zone(Zone::fixed(self.zone_name.as_slice().into(), offset)))
    }

    fn date(&self) -> Result<Date, Problem> {
        let year = self.year;
        let (month, day) = match self.year_day {
            Some(year_day) => self.month_and_day(year_day)?,
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        if day < 1 || day > calendar::days_in_month(year, month) {
            return Err(Problem::Impossible("day out of range"));
        }
        Ok(Date { year, month, day })
    }

    /// The month and day of a day of the year, which have to be those read, if any.
    fn month_and_day(&self, year_day: i64) -> Result<(i64, i64), Problem> {
        let last = 365 + i64::from(calendar::is_leap(self.year));
        if !(1..=last).contains(&year_day) {
            return Err(Problem::Impossible("day-of-year out of range"));
        }
        let new_year = calendar::days_from_date(self.year, 1, 1);
        let date = calendar::date_from_days(new_year + year_day - 1);
        if self.month.is_some_and(|month| month != date.month) {
            return Err(Problem::Impossible("day-of-year does not match month"));
        }
        if self.day.is_some_and(|day| day != date.day) {
            return Err(Problem::Impossible("day-of-year does not match day"));
        }
        Ok((date.month, date.day))
    }
}

/// Skips literal text; runs of spaces are alike. Gives what is left where it does not match.
fn skip<'v>(mut value: &'v [u8], mut prefix: &[u8]) -> Result<&'v [u8], &'v [u8]> {
    while let Some(&first) = prefix.first() {
        match value.first() {
            Some(&found) if first == b' ' && found != b' ' => return Err(value),
            _ if first == b' ' => {
                prefix = trim_spaces(prefix);
                value = trim_spaces(value);
            }
            Some(&found) if found == first => {
                prefix = &prefix[1..];
                value = &value[1..];
            }
            _ => return Err(value),
        }
    }
    Ok(value)
}

fn trim_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|&&byte| byte == b' ').count();
    &text[spaces..]
}

/// Removes up to `most` spaces if the element is padded with them.
fn without_spaces(value: &[u8], padding: Padding, most: usize) -> &[u8] {
    if padding != Padding::Space {
        return value;
    }
    let spaces = value.iter().take(most).take_while(|&&byte| byte == b' ').count();
    &value[spaces..]
}

type Number<'v> = Result<(i64, &'v [u8]), Bad>;

/// Reads one of `names`, cut to `len` bytes, in any case of letters; gives its number.
fn name<'v>(value: &'v [u8], names: &[&str], len: usize) -> Number<'v> {
    for (number, name) in names.iter().enumerate() {
        let name = &name.as_bytes()[..name.len().min(len)];
        if value.len() >= name.len() && value[..name.len()].eq_ignore_ascii_case(name) {
            return Ok((number as i64, &value[name.len()..]));
        }
    }
    Err(Bad::Value)
}

/// Reads one or two digits; just two if `fixed`.
fn short_number(value: &[u8], fixed: bool) -> Number<'_> {
    let digits = value.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || fixed && digits < 2 {
        return Err(Bad::Value);
    }
    Ok((decimal(&value[..digits]), &value[digits..]))
}

/// Reads up to three digits; just three if `fixed`.
fn year_day(value: &[u8], fixed: bool) -> Number<'_> {
    let digits = value.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || fixed && digits < 3 {
        return Err(Bad::Value);
    }
    Ok((decimal(&value[..digits]), &value[digits..]))
}

fn long_year(value: &[u8]) -> Number<'_> {
    let (digits, rest) = value.split_at_checked(4).ok_or(Bad::Value)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Bad::Value);
    }
    Ok((decimal(digits), rest))
}

/// Reads the last two digits of a year from 1969 to 2068; a sign may take the place of one.
fn year(value: &[u8]) -> Number<'_> {
    let (written, rest) = value.split_at_checked(2).ok_or(Bad::Value)?;
    let (sign, digits) = match written {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Bad::Value);
    }
    let year = sign * decimal(digits);
    Ok((if year >= 69 { year + 1900 } else { year + 2000 }, rest))
}

/// The value of a few digits.
fn decimal(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

fn is_fraction(chunk: Chunk<'_>) -> bool {
    matches!(chunk.element, Some((Element::Fraction { .. }, _)))
}

/// Nanoseconds of the digits of a fraction; those behind the ninth are dropped.
fn nanoseconds(digits: &[u8]) -> Result<i64, Bad> {
    let digits = &digits[..digits.len().min(9)];
    let (sign, unsigned) = match digits {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        rest => (1, rest),
    };
    if !unsigned.iter().all(u8::is_ascii_digit) {
        return Err(Bad::Value);
    }
    let value = sign * decimal(unsigned);
    if value < 0 {
        return Err(Bad::Range("fractional second out of range"));
    }
    Ok((digits.len()..9).fold(value, |value, _| value * 10))
}

/// The length of the zone abbreviation that `value` starts with, by its looks.
fn zone_name_len(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_offset_len(rest));
    }
    if matches!(value[0], b'+' | b'-') {
        return Some(signed_offset_len(value)).filter(|len| *len > 0);
    }
    let upper = value.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match upper {
        3 => Some(3),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        5 if value[4] == b'T' => Some(5),
        _ => None,
    }
}

/// The length of a sign and a number up to 23, or 0.
fn signed_offset_len(value: &[u8]) -> usize {
    let [b'+' | b'-', digits @ ..] = value else { return 0 };
    match leading_int(digits) {
        Some((hours, rest)) if hours <= 23 && rest.len() < digits.len() => value.len() - rest.len(),
        _ => 0,
    }
}

/// The offset that a name like `GMT-3` has in it.
fn gmt_offset(name: &[u8]) -> i64 {
    let hours = match name.strip_prefix(b"GMT") {
        Some([b'-', digits @ ..]) => -decimal(digits),
        Some([_, digits @ ..]) => decimal(digits),
        _ => 0,
    };
    hours * 3600
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(layout: &str, text: &str, zone: &Zone) -> String {
        let time = Time::parse(layout.as_bytes(), text.as_bytes(), zone);
        time.map_or_else(|error| error.to_string(), |time| time.to_string())
    }

    #[test]
    fn layouts_read_what_they_write() {
        let cases = [
            ("2006-01-02", "2024-02-29", "2024-02-29 00:00:00 +0000 UTC"),
            ("Jan _2 2006 3:04PM", "feb  3 2024 12:05AM", "2024-02-03 00:05:00 +0000 UTC"),
            (
                "2006-01-02T15:04:05Z07:00",
                "2024-01-02T03:04:05.5+02:00",
                "2024-01-02 03:04:05.5 +0200 +0200",
            ),
            ("2006 002", "2024 060", "2024-02-29 00:00:00 +0000 UTC"),
            ("15:04 MST", "10:00 GMT-3", "0000-01-01 07:00:00 -0300 GMT-3"),
            (
                "2006-01-02",
                "x",
                "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\"",
            ),
            ("2006-01-02", "2023-02-29", "parsing time \"2023-02-29\": day out of range"),
            ("2006-01-02", "2023-13-01", "parsing time \"2023-13-01\": month out of range"),
            ("2006", "2024é", "parsing time \"2024\\xc3\\xa9\": extra text: \"\\xc3\\xa9\""),
        ];
        for (layout, text, expected) in cases {
            assert_eq!(parsed(layout, text, &Zone::UTC), expected, "{layout}");
        }
    }

    #[test]
    fn a_zone_decides_where_nothing_is_written() {
        let zone = Zone::named("America/New_York").unwrap();
        let layout = "2006-01-02 15:04";
        assert_eq!(parsed(layout, "2024-07-01 00:00", &zone), "2024-07-01 00:00:00 -0400 EDT");
        assert_eq!(parsed(layout, "2024-03-10 02:30", &zone), "2024-03-10 01:30:00 -0500 EST");
        assert_eq!(parsed(layout, "2024-11-03 01:30", &zone), "2024-11-03 01:30:00 -0400 EDT");
        assert_eq!(
            parsed("15:04 MST 2006", "10:00 EST 2024", &zone),
            "2024-01-01 10:00:00 -0500 EST"
        );
        assert_eq!(Zone::named("america/new_york"), None);
    }
}
