//! Durations as numbers and rounded; only Helm 4 has these.
//!
//! A duration is one, a text like `1h30m`, or a number of seconds. Where it is none, most of these
//! functions say 0.

use bstr::ByteSlice;

use crate::data::{Failure, Str, Value, append_float, float_to_integer, parse_float, quoted};
use crate::dates::Duration;
use crate::template::{Function, function};

pub(super) static TABLE: &[Function] = &[
    ("durationDays", &function(duration_days)),
    ("durationHours", &function(duration_hours)),
    ("durationMicroseconds", &function(duration_microseconds)),
    ("durationMilliseconds", &function(duration_milliseconds)),
    ("durationMinutes", &function(duration_minutes)),
    ("durationNanoseconds", &function(duration_nanoseconds)),
    ("durationRoundTo", &function(duration_round_to)),
    ("durationSeconds", &function(duration_seconds)),
    ("durationTruncateTo", &function(duration_truncate_to)),
    ("durationWeeks", &function(duration_weeks)),
    ("mustToDuration", &function(must_to_duration)),
];

/// The duration that `value` stands for.
///
/// ```text
/// {{ mustToDuration "1h" }}     -> 1h0m0s
/// {{ mustToDuration 1.5 }}      -> 1.5s
/// {{ mustToDuration " 90 " }}   -> 1m30s
/// {{ mustToDuration "x" }}      -> error: could not parse duration "x"
/// {{ mustToDuration nil }}      -> error: invalid duration
/// {{ mustToDuration (list) }}   -> error: unsupported duration type []interface {}
/// ```
fn must_to_duration(value: Value) -> Result<Value, Failure> {
    to_duration(&value).map(Value::object)
}

/// `value` in seconds.
///
/// ```text
/// {{ durationSeconds "2m30s" }}   -> 150
/// {{ durationSeconds "x" }}       -> 0
/// ```
fn duration_seconds(value: Value) -> f64 {
    or_zero(&value).seconds()
}

/// `value` in whole milliseconds.
///
/// ```text
/// {{ durationMilliseconds "1.5s" }}   -> 1500
/// ```
fn duration_milliseconds(value: Value) -> Value {
    Value::int64(or_zero(&value).0 / 1_000_000)
}

/// `value` in whole microseconds.
///
/// ```text
/// {{ durationMicroseconds "1ms" }}   -> 1000
/// ```
fn duration_microseconds(value: Value) -> Value {
    Value::int64(or_zero(&value).0 / 1_000)
}

/// `value` in nanoseconds.
///
/// ```text
/// {{ durationNanoseconds "1us" }}   -> 1000
/// ```
fn duration_nanoseconds(value: Value) -> Value {
    Value::int64(or_zero(&value).0)
}

/// `value` in minutes.
///
/// ```text
/// {{ durationMinutes "90s" }}   -> 1.5
/// ```
fn duration_minutes(value: Value) -> f64 {
    or_zero(&value).minutes()
}

/// `value` in hours.
///
/// ```text
/// {{ durationHours "90m" }}   -> 1.5
/// ```
fn duration_hours(value: Value) -> f64 {
    or_zero(&value).hours()
}

/// `value` in days of 24 hours.
///
/// ```text
/// {{ durationDays "36h" }}   -> 1.5
/// ```
fn duration_days(value: Value) -> f64 {
    or_zero(&value).hours() / 24.0
}

/// `value` in weeks.
///
/// ```text
/// {{ durationWeeks "84h" }}   -> 0.5
/// ```
fn duration_weeks(value: Value) -> f64 {
    or_zero(&value).hours() / 24.0 / 7.0
}

/// `value` rounded to the nearest multiple of `unit`; as it is if `unit` is no duration.
///
/// ```text
/// {{ durationRoundTo "2h30m" "1h" }}   -> 3h0m0s
/// {{ durationRoundTo "2h13m" "x" }}    -> 2h13m0s
/// ```
fn duration_round_to(value: Value, unit: Value) -> Value {
    Value::object(or_zero(&value).round(or_zero(&unit)))
}

/// `value` cut to a multiple of `unit`; as it is if `unit` is no duration.
///
/// ```text
/// {{ durationTruncateTo "2h53m" "1h" }}   -> 2h0m0s
/// ```
fn duration_truncate_to(value: Value, unit: Value) -> Value {
    Value::object(or_zero(&value).truncate(or_zero(&unit)))
}

fn or_zero(value: &Value) -> Duration {
    to_duration(value).unwrap_or_default()
}

fn to_duration(value: &Value) -> Result<Duration, Failure> {
    match value {
        Value::Nil => Err("invalid duration".into()),
        Value::String(text) => from_text(text),
        Value::Int(kind, bits) if kind.is_unsigned() => from_unsigned(bits.cast_unsigned()),
        Value::Int(_, seconds) => from_seconds(*seconds),
        Value::Float(seconds) => from_float(*seconds),
        Value::Object(object) => match (value.downcast::<Duration>(), object.underlying()) {
            (Some(duration), _) => Ok(*duration),
            (None, Some(plain @ (Value::Int(..) | Value::Float(_)))) => to_duration(&plain),
            _ => Err(unsupported(value)),
        },
        _ => Err(unsupported(value)),
    }
}

fn unsupported(value: &Value) -> Failure {
    format!("unsupported duration type {}", value.go_type()).into()
}

fn from_text(text: &Str) -> Result<Duration, Failure> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("empty duration".into());
    }
    if let Ok(duration) = Duration::parse(trimmed) {
        return Ok(duration);
    }
    match parse_float(trimmed) {
        Ok(seconds) => from_float(seconds),
        Err(_) => Err(format!("could not parse duration {}", quoted(text)).into()),
    }
}

fn from_seconds(seconds: i64) -> Result<Duration, Failure> {
    const MOST: i64 = i64::MAX / 1_000_000_000;
    if (-MOST..=MOST).contains(&seconds) {
        return Ok(Duration::from_seconds(seconds));
    }
    Err(format!("duration seconds overflow: {seconds}").into())
}

fn from_unsigned(seconds: u64) -> Result<Duration, Failure> {
    match i64::try_from(seconds) {
        Ok(seconds) => from_seconds(seconds),
        Err(_) => Err(format!("duration seconds overflow: {seconds}").into()),
    }
}

fn from_float(seconds: f64) -> Result<Duration, Failure> {
    const MOST: f64 = i64::MAX as f64;
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", shown(seconds)).into());
    }
    if seconds.abs() > MOST / 1e9 {
        return Err(format!("duration seconds overflow: {}", shown(seconds)).into());
    }
    let nanoseconds = seconds * 1e9;
    if nanoseconds.abs() > MOST {
        return Err(format!("duration nanoseconds overflow: {}", shown(nanoseconds)).into());
    }
    Ok(Duration(float_to_integer(nanoseconds)))
}

fn shown(number: f64) -> String {
    let mut text = Vec::new();
    append_float(&mut text, number);
    String::from_utf8_lossy(&text).into_owned()
}
