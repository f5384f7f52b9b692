//! Chart.lock and requirements.lock.

use super::metadata::{Dependency, Overlay, take_structs, take_text};
use crate::data::{Str, Tree, TreeMap};

/// What a lock file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// When it was written, as RFC 3339 has it; empty if it does not say.
    pub generated: Str,
    /// A hash of the dependencies.
    pub digest: Str,
    /// The dependencies with the versions chosen; Helm lets nulls stand.
    pub dependencies: Vec<Option<Dependency>>,
}

impl Overlay for Lock {
    fn overlay(&mut self, table: &TreeMap) {
        for (field, value) in table.iter() {
            match field.as_bytes() {
                b"generated" => take_text(value, &mut self.generated),
                b"digest" => take_text(value, &mut self.digest),
                b"dependencies" => take_structs(value, &mut self.dependencies),
                _ => {}
            }
        }
    }
}

/// What Go finds wrong with the time in `table`.
pub(super) fn time_fault(table: &TreeMap) -> Option<String> {
    match table.get(b"generated")? {
        Tree::String(text) => rfc3339_fault(text),
        _ => Some("Time.UnmarshalJSON: input is not a JSON string".to_owned()),
    }
}

/// The elements of Go's layout and the digits or bytes they stand for.
const LAYOUT: [(&str, u32, u32, Option<&str>); 6] = [
    ("2006", 0, 9999, None),
    ("01", 1, 12, Some("month")),
    ("02", 1, 31, Some("day")),
    ("15", 0, 23, Some("hour")),
    ("04", 0, 59, Some("minute")),
    ("05", 0, 59, Some("second")),
];

/// What Go finds wrong with `text` as a time of RFC 3339.
fn rfc3339_fault(text: &Str) -> Option<String> {
    let quoted = |part: &[u8]| Str::from(crate::data::quoted(part));
    let cannot = |rest: &[u8], element: &str| {
        Some(format!(
            "parsing time {} as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as \"{element}\"",
            quoted(text.as_bytes()),
            quoted(rest)
        ))
    };
    let out_of_range =
        |what: &str| Some(format!("parsing time {}: {what} out of range", quoted(text.as_bytes())));
    let mut rest = text.as_bytes();
    let mut numbers = [0u32; 6];
    for (index, (element, low, high, what)) in LAYOUT.into_iter().enumerate() {
        if let Some(separator) = ["", "-", "-", "T", ":", ":"].get(index).filter(|s| !s.is_empty())
        {
            match rest.strip_prefix(separator.as_bytes()) {
                Some(behind) => rest = behind,
                None => return cannot(rest, separator),
            }
        }
        let width = element.len();
        let digits = rest.get(..width).filter(|part| part.iter().all(u8::is_ascii_digit));
        let Some(digits) = digits else { return cannot(rest, element) };
        let value = digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        if let Some(what) = what.filter(|_| !(low..=high).contains(&value)) {
            return out_of_range(what);
        }
        numbers[index] = value;
        rest = &rest[width..];
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest = if digits > 0 { &fraction[digits..] } else { rest };
    }
    let Some(behind) = zone(rest) else { return cannot(rest, "Z07:00") };
    if !behind.is_empty() {
        return Some(format!(
            "parsing time {}: extra text: {}",
            quoted(text.as_bytes()),
            quoted(behind)
        ));
    }
    let [year, month, day, ..] = numbers;
    if day > days_of(year, month) {
        return out_of_range("day");
    }
    None
}

/// What follows a `Z` or an offset.
fn zone(text: &[u8]) -> Option<&[u8]> {
    if let Some(behind) = text.strip_prefix(b"Z") {
        return Some(behind);
    }
    let (offset, behind) = text.split_at_checked(6)?;
    let shape = |(index, byte): (usize, &u8)| match index {
        0 => matches!(byte, b'+' | b'-'),
        3 => *byte == b':',
        _ => byte.is_ascii_digit(),
    };
    offset.iter().enumerate().all(shape).then_some(behind)
}

fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
