//! Dates and times.
//!
//! Functions that take any value for a date take a time or whole seconds since 1970; everything
//! else, and so every number of a values file, silently means now.

use super::host;
use crate::compat::Compat;
use crate::data::{Failure, IntKind, NumberError, Str, Type, Value, parse_integer};
use crate::dates::{Duration, TIME, Time, Zone};
use crate::template::{Arg, Context, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[
    ("ago", &function(ago)),
    ("date", &function(date)),
    ("dateInZone", &function(date_in_zone)),
    ("dateModify", &function(date_modify)),
    ("date_in_zone", &function(date_in_zone)),
    ("date_modify", &function(date_modify)),
    ("duration", &function(duration)),
    ("durationRound", &function(duration_round)),
    ("htmlDate", &function(html_date)),
    ("htmlDateInZone", &function(html_date_in_zone)),
    ("mustDateModify", &function(must_date_modify)),
    ("mustToDate", &function(must_to_date)),
    ("must_date_modify", &function(must_date_modify)),
    ("now", &function(now)),
    ("toDate", &function(to_date)),
    ("unixEpoch", &function(unix_epoch)),
];

/// The layout of HTML's date inputs.
const HTML: &[u8] = b"2006-01-02";

/// How long ago `date` was, in seconds.
///
/// ```text
/// {{ ago now }}   -> 0s
/// ```
fn ago(cx: &mut Context, date: Value) -> String {
    let now = current(cx);
    now.since(&time_of(&date, cx)).round(Duration::from_seconds(1)).to_string()
}

/// `date` in the form of `layout`, in the local zone.
///
/// ```text
/// {{ date "2006-01-02 15:04:05" 1700000000 }}                     -> 2023-11-14 22:13:20
/// {{ toDate "2006-01-02" "2024-01-01" | date "Mon Jan _2 '06" }}  -> Mon Jan  1 '24
/// ```
fn date(cx: &mut Context, layout: Str, date: Value) -> Result<Str, Raised> {
    cx.work(layout.len() as u64)?;
    let text = format(&layout, &time_of(&date, cx), local_zone(cx));
    cx.reserve(text.len() as u64)?;
    Ok(text)
}

/// `date` in the form of `layout`, in `zone`; in UTC if there is no such zone.
///
/// ```text
/// {{ dateInZone "2006-01-02T15:04:05Z07:00" 1700000000 "America/New_York" }} -> 2023-11-14T17:13:20-05:00
/// {{ dateInZone "15:04 MST" 1700000000 "Bad/Zone" }}                          -> 22:13 UTC
/// ```
fn date_in_zone(cx: &mut Context, layout: Str, date: Value, zone: Str) -> Result<Str, Raised> {
    cx.work(layout.len() as u64)?;
    let text = format(&layout, &time_of(&date, cx), zone_of(cx, &zone));
    cx.reserve(text.len() as u64)?;
    Ok(text)
}

/// `date` as HTML has it, in the local zone.
///
/// ```text
/// {{ htmlDate 0 }}   -> 1970-01-01
/// ```
fn html_date(cx: &mut Context, date: Value) -> Str {
    format(HTML, &time_of(&date, cx), local_zone(cx))
}

/// `date` as HTML has it, in `zone`.
///
/// ```text
/// {{ htmlDateInZone 0 "America/New_York" }}   -> 1969-12-31
/// ```
fn html_date_in_zone(cx: &mut Context, date: Value, zone: Str) -> Str {
    format(HTML, &time_of(&date, cx), zone_of(cx, &zone))
}

/// `date` moved by `duration`; unchanged if that is none.
///
/// ```text
/// {{ dateModify "24h" (toDate "2006-01-02" "2024-02-28") }}   -> 2024-02-29 00:00:00 +0000 UTC
/// {{ dateModify "bad" (toDate "2006-01-02" "2024-02-28") }}   -> 2024-02-28 00:00:00 +0000 UTC
/// ```
fn date_modify(duration: Str, date: Time) -> Value {
    let moved = Duration::parse(&duration).map(|duration| date.add(duration));
    Value::object(moved.unwrap_or(date))
}

/// `date` moved by `duration`.
///
/// ```text
/// {{ mustDateModify "-1.5h" (toDate "2006" "2024") }}   -> 2023-12-31 22:30:00 +0000 UTC
/// {{ mustDateModify "bad" now }}                        -> error: time: invalid duration "bad"
/// ```
fn must_date_modify(duration: Str, date: Time) -> Result<Value, Failure> {
    Ok(Value::object(date.add(Duration::parse(&duration)?)))
}

/// The duration of `seconds`, a text or an `int64`; of no time if they are something else.
///
/// ```text
/// {{ duration "3661" }}      -> 1h1m1s
/// {{ duration (int64 95) }}  -> 1m35s
/// {{ duration 95 }}          -> 0s
/// ```
fn duration(seconds: Value) -> String {
    let seconds = match &seconds {
        Value::String(text) => saturated_integer(text),
        Value::Int(IntKind::Int64, seconds) => *seconds,
        _ => 0,
    };
    Duration::from_seconds(seconds).to_string()
}

/// `duration`, a text or nanoseconds as `int64`, in its largest unit; of a time, how long ago it was.
///
/// ```text
/// {{ durationRound "2h10m5s" }}   -> 2h
/// {{ durationRound "2400h" }}     -> 3mo
/// {{ durationRound "1s" }}        -> 0s
/// ```
fn duration_round(cx: &mut Context, duration: Value) -> String {
    let duration = match &duration {
        Value::String(text) => Duration::parse(text).unwrap_or_default(),
        Value::Int(IntKind::Int64, nanoseconds) => Duration(*nanoseconds),
        other => match other.downcast::<Time>() {
            Some(time) => current(cx).since(time),
            None => Duration::default(),
        },
    };
    largest_unit(duration)
}

/// The time the clock shows.
///
/// ```text
/// {{ now | date "2006" | len }}   -> 4
/// {{ kindOf now }}                -> struct
/// ```
fn now(cx: &mut Context) -> Value {
    Value::object(current(cx))
}

/// The time that `text`, in the form of `layout`, stands for; the zero time if it does not.
///
/// ```text
/// {{ toDate "2006-01-02T15:04:05Z07:00" "2024-01-02T03:04:05+02:00" }} -> 2024-01-02 03:04:05 +0200 +0200
/// {{ toDate "2006-01-02" "x" }}                                         -> 0001-01-01 00:00:00 +0000 UTC
/// {{ (toDate "2006-01-02" "2024-03-05").Month }}                        -> March
/// ```
fn to_date(cx: &mut Context, layout: Str, text: Str) -> Value {
    let zone = local_zone(cx);
    let time = Time::parse(&layout, &text, &zone);
    Value::object(time.unwrap_or_else(|_| Time::default().with_home(zone)))
}

/// The time that `text`, in the form of `layout`, stands for.
///
/// ```text
/// {{ mustToDate "2006-01-02" "2024-03-05" }} -> 2024-03-05 00:00:00 +0000 UTC
/// {{ mustToDate "2006-01-02" "x" }}          -> error: parsing time "x" as "2006-01-02": cannot parse "x" as "2006"
/// {{ mustToDate "2006-01-02" "2023-02-29" }} -> error: parsing time "2023-02-29": day out of range
/// ```
fn must_to_date(cx: &mut Context, layout: Str, text: Str) -> Result<Value, Failure> {
    Ok(Value::object(Time::parse(&layout, &text, &local_zone(cx))?))
}

/// Seconds since 1970 as text.
///
/// ```text
/// {{ unixEpoch (toDate "2006-01-02" "2024-01-01") }}   -> 1704067200
/// ```
fn unix_epoch(date: Time) -> String {
    date.unix().to_string()
}

impl Arg for Time {
    const TYPE: Type = TIME;

    fn take(slot: &mut Value) -> Self {
        slot.downcast::<Self>().expect("the evaluator has checked the argument's type").clone()
    }
}

fn current(cx: &Context) -> Time {
    Time::now(cx.world().now(), cx.world().monotonic(), local_zone(cx))
}

fn local_zone(cx: &Context) -> Zone {
    cx.world().local_zone().as_local(local_address(host::compat(cx)))
}

/// Where the reference programs have the local zone: `printf "%d"` of a time shows it.
fn local_address(compat: Compat) -> u64 {
    if compat.is_helm3() { 0x3ec_dec0 } else { 0x43b_d940 }
}

/// The zone `name`, which Go looks up as a file, so that some names are never found.
fn zone_of(cx: &Context, name: &Str) -> Zone {
    if *name == "Local" {
        return local_zone(cx);
    }
    let named = std::str::from_utf8(name).ok().and_then(|name| cx.world().zone(name));
    named.unwrap_or_default()
}

fn time_of(date: &Value, cx: &Context) -> Time {
    match date {
        Value::Int(IntKind::Int | IntKind::Int32 | IntKind::Int64, seconds) => {
            Time::from_unix(*seconds, local_zone(cx))
        }
        other => other.downcast::<Time>().cloned().unwrap_or_else(|| current(cx)),
    }
}

fn format(layout: &[u8], time: &Time, zone: Zone) -> Str {
    time.in_zone(zone).format(layout).into()
}

/// Like `strconv.ParseInt` with the error dropped: the nearest integer if it is out of range.
fn saturated_integer(text: &Str) -> i64 {
    match parse_integer(text, 10) {
        Ok(value) | Err(NumberError::Range(value)) => value,
        Err(NumberError::Syntax) => 0,
    }
}

/// The largest unit of which `duration` has more than one, exactly one does not count.
fn largest_unit(duration: Duration) -> String {
    const SECOND: u64 = 1_000_000_000;
    const DAY: u64 = 24 * 3600 * SECOND;
    let units = [
        (365 * DAY, "y"),
        (30 * DAY, "mo"),
        (DAY, "d"),
        (3600 * SECOND, "h"),
        (60 * SECOND, "m"),
        (SECOND, "s"),
    ];
    let all = duration.0.unsigned_abs();
    match units.into_iter().find(|(size, _)| all > *size) {
        Some((size, unit)) => format!("{}{unit}", all / size),
        None => "0s".to_owned(),
    }
}
