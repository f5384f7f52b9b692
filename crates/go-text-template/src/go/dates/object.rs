//! Times, durations and what they give, as templates see them.

use std::any::Any;

use super::calendar::{self, WEEKDAYS};
use super::duration::Duration;
use super::format::month_name;
use super::quote::quote;
use super::time::Time;
use super::zone::Zone;
use crate::data::{
    Failure, IntKind, Kind, List, Map, Object, Pointer, Signature, Str, Struct, Type, Value,
};

/// `time.Time`.
pub const TIME: Type = Type::Named("time.Time", Kind::Struct);
/// `time.Duration`.
pub const DURATION: Type = Type::Named("time.Duration", Kind::Int(IntKind::Int64));
const LOCATION: Type = Type::Named("*time.Location", Kind::Pointer);

const NOTHING: Signature = Signature { params: &[], rest: None };
const ONE_TIME: Signature = Signature { params: &[TIME], rest: None };
const ONE_DURATION: Signature = Signature { params: &[DURATION], rest: None };
const ONE_LOCATION: Signature = Signature { params: &[LOCATION], rest: None };
const ONE_STRING: Signature = Signature { params: &[Type::String], rest: None };
const THREE_INTS: Signature = {
    const INT: Type = Type::Int(IntKind::Int);
    Signature { params: &[INT, INT, INT], rest: None }
};

impl Object for Time {
    fn go_type(&self) -> Type {
        TIME
    }

    fn method(&self, name: &str) -> Option<Signature> {
        match name {
            "Year" | "Month" | "Day" | "Hour" | "Minute" | "Second" | "Nanosecond" | "Weekday"
            | "YearDay" | "Unix" | "UnixMilli" | "UnixMicro" | "UnixNano" | "UTC" | "Local"
            | "Location" | "IsZero" | "IsDST" | "String" | "MarshalText" | "MarshalJSON"
            | "Date" | "Clock" | "ISOWeek" | "Zone" | "ZoneBounds" => Some(NOTHING),
            "Add" | "Round" | "Truncate" => Some(ONE_DURATION),
            "AddDate" => Some(THREE_INTS),
            "After" | "Before" | "Equal" | "Compare" | "Sub" => Some(ONE_TIME),
            "Format" => Some(ONE_STRING),
            "In" => Some(ONE_LOCATION),
            _ => None,
        }
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        let (wall, ext) = inside(self);
        vec![
            ("wall", Value::Int(IntKind::Uint64, wall.cast_signed())),
            ("ext", Value::int64(ext)),
            ("loc", location(self.zone())),
        ]
    }

    fn uncallable(&self, name: &str) -> Option<String> {
        let second = match name {
            "Date" | "Clock" => {
                return Some(format!("function {name} has 3 return values; should be 1 or 2"));
            }
            "ISOWeek" | "Zone" => "int",
            "ZoneBounds" => "time.Time",
            _ => return None,
        };
        Some(format!(
            "invalid function signature for {name}: second return value should be error; is {second}"
        ))
    }

    fn call(&self, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        Ok(match name {
            "Add" => Value::object(self.add(duration(&args[0]))),
            "Round" => Value::object(self.round(duration(&args[0]))),
            "Truncate" => Value::object(self.truncate(duration(&args[0]))),
            "AddDate" => Value::object(self.add_date(int(&args[0]), int(&args[1]), int(&args[2]))),
            "After" => self.compare(time(&args[0])).is_gt().into(),
            "Before" => self.compare(time(&args[0])).is_lt().into(),
            "Equal" => self.compare(time(&args[0])).is_eq().into(),
            "Compare" => Value::int(self.compare(time(&args[0])) as i64),
            "Sub" => Value::object(self.since(time(&args[0]))),
            "Format" => Value::String(self.format(string(&args[0])).into()),
            "In" => {
                let zone = args[0].downcast::<Zone>();
                let zone = zone.ok_or("time: missing Location in call to Time.In")?;
                Value::object(self.in_zone(zone.clone()))
            }
            "MarshalJSON" => Value::Bytes(format!("\"{}\"", rfc3339(self)).into()),
            "MarshalText" => Value::Bytes(rfc3339(self)),
            _ => part(self, name),
        })
    }

    fn string(&self) -> Option<Str> {
        Some(self.to_string().into())
    }

    fn go_string(&self) -> Option<Str> {
        let (date, clock) = (self.date(), self.clock());
        let month = month_name(date.month);
        let zone = match self.zone() {
            zone if zone.local_at().is_some() => "time.Local".to_owned(),
            zone if *zone == Zone::UTC => "time.UTC".to_owned(),
            zone => format!("time.Location({})", quote(&zone.name())),
        };
        let text = format!(
            "time.Date({}, time.{month}, {}, {}, {}, {}, {}, {zone})",
            date.year,
            date.day,
            clock.hour,
            clock.minute,
            clock.second,
            self.nanoseconds()
        );
        Some(text.into())
    }

    fn json(&self) -> Value {
        Value::String(rfc3339(self))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
    }
}

/// How Go keeps a time: a time from the clock has the seconds since 1885 in front of the
/// nanoseconds, and beside them what the process had lived.
fn inside(time: &Time) -> (u64, i64) {
    const FROM_YEAR_1: i64 = 62_135_596_800;
    const FROM_YEAR_1885: i64 = 2_682_288_000;
    let nanoseconds = time.nanoseconds().cast_unsigned();
    match time.monotonic() {
        Some(lived) => {
            let seconds = time.unix().wrapping_add(FROM_YEAR_1885).cast_unsigned();
            (1 << 63 | seconds << 30 | nanoseconds, lived)
        }
        None => (nanoseconds, time.unix().wrapping_add(FROM_YEAR_1)),
    }
}

/// The pointer that a time has to its zone; to none if that is UTC.
fn location(zone: &Zone) -> Value {
    if *zone == Zone::UTC {
        return Value::object(Pointer::nil(LOCATION));
    }
    Value::object(zone.clone())
}

/// What the methods without parameters give.
fn part(time: &Time, name: &str) -> Value {
    let (days, _) = time.day_and_second();
    let (date, clock) = (time.date(), time.clock());
    match name {
        "Year" => Value::int(date.year),
        "Month" => Value::object(Month(date.month)),
        "Day" => Value::int(date.day),
        "Hour" => Value::int(clock.hour),
        "Minute" => Value::int(clock.minute),
        "Second" => Value::int(clock.second),
        "Nanosecond" => Value::int(time.nanoseconds()),
        "Weekday" => Value::object(Weekday(calendar::weekday(days))),
        "YearDay" => Value::int(calendar::year_day(date)),
        "Unix" => Value::int64(time.unix()),
        "UnixMilli" => Value::int64(fine_unix(time, 1_000)),
        "UnixMicro" => Value::int64(fine_unix(time, 1_000_000)),
        "UnixNano" => Value::int64(time.unix_nanoseconds()),
        "UTC" => Value::object(time.in_zone(Zone::UTC)),
        "Local" => Value::object(time.in_zone(time.home().clone())),
        "Location" => Value::object(time.zone().clone()),
        "IsZero" => time.is_zero().into(),
        "IsDST" => time.offset().is_daylight_saving.into(),
        _ => Value::from(time.to_string()),
    }
}

/// The time since 1970 in parts of a second.
fn fine_unix(time: &Time, parts: i64) -> i64 {
    let rest = time.nanoseconds() / (1_000_000_000 / parts);
    time.unix().wrapping_mul(parts).wrapping_add(rest)
}

fn rfc3339(time: &Time) -> Str {
    time.format(b"2006-01-02T15:04:05.999999999Z07:00").into()
}

impl Object for Duration {
    fn go_type(&self) -> Type {
        DURATION
    }

    fn method(&self, name: &str) -> Option<Signature> {
        match name {
            "Abs" | "Hours" | "Minutes" | "Seconds" | "Milliseconds" | "Microseconds"
            | "Nanoseconds" | "String" => Some(NOTHING),
            "Round" | "Truncate" => Some(ONE_DURATION),
            _ => None,
        }
    }

    fn call(&self, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        Ok(match name {
            "Abs" => Value::object(self.abs()),
            "Hours" => self.hours().into(),
            "Minutes" => self.minutes().into(),
            "Seconds" => self.seconds().into(),
            "Milliseconds" => Value::int64(self.0 / 1_000_000),
            "Microseconds" => Value::int64(self.0 / 1_000),
            "Nanoseconds" => Value::int64(self.0),
            "Round" => Value::object(self.round(duration(&args[0]))),
            "Truncate" => Value::object(self.truncate(duration(&args[0]))),
            _ => Value::from(self.to_string()),
        })
    }

    fn string(&self) -> Option<Str> {
        Some(self.to_string().into())
    }

    fn json(&self) -> Value {
        Value::int64(self.0)
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::int64(self.0))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
    }
}

impl Object for Zone {
    fn go_type(&self) -> Type {
        LOCATION
    }

    /// Of a zone whose offset changes this has the name alone.
    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        let offset = self.fixed_offset();
        let offsets = offset.map(|offset| offset_struct(&self.name(), offset));
        let (start, end) = if offset.is_some() { (i64::MIN, i64::MAX) } else { (0, 0) };
        let pointer =
            if offset.is_some() { Pointer::somewhere(OFFSET) } else { Pointer::nil(OFFSET) };
        vec![
            ("name", self.name().into()),
            ("zone", list(OFFSETS, offsets)),
            ("tx", list(CHANGES, offset.map(|_| first_change()))),
            ("extend", "".into()),
            ("cacheStart", Value::int64(start)),
            ("cacheEnd", Value::int64(end)),
            ("cacheZone", Value::object(pointer)),
        ]
    }

    fn address(&self) -> u64 {
        self.local_at().unwrap_or_else(|| Pointer::somewhere(LOCATION).address)
    }

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "String").then_some(NOTHING)
    }

    fn call(&self, _: &str, _: &mut [Value]) -> Result<Value, Failure> {
        Ok(Value::String(self.name()))
    }

    fn string(&self) -> Option<Str> {
        Some(self.name())
    }

    fn json(&self) -> Value {
        Map::new().into()
    }

    fn deep_copy(&self) -> Option<Value> {
        Some(Value::object(Self::blank()))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
    }
}

const OFFSET: Type = Type::Named("*time.zone", Kind::Pointer);
const OFFSETS: Type = Type::Named("[]time.zone", Kind::Slice);
const CHANGES: Type = Type::Named("[]time.zoneTrans", Kind::Slice);

/// A list of that one element, or nil.
fn list(of: Type, element: Option<Struct>) -> Value {
    match element {
        Some(element) => List::of(of, vec![Value::object(element)]).into(),
        None => List::nil(of).into(),
    }
}

fn offset_struct(name: &Str, offset: i64) -> Struct {
    Struct {
        go_type: Type::Named("time.zone", Kind::Struct),
        fields: vec![
            ("name", name.clone().into()),
            ("offset", Value::int(offset)),
            ("isDST", false.into()),
        ],
    }
}

/// The change that came before all times.
fn first_change() -> Struct {
    Struct {
        go_type: Type::Named("time.zoneTrans", Kind::Struct),
        fields: vec![
            ("when", Value::int64(i64::MIN)),
            ("index", Value::Int(IntKind::Uint8, 0)),
            ("isstd", false.into()),
            ("isutc", false.into()),
        ],
    }
}

/// `time.Month`: an `int` with a name.
#[derive(Debug, PartialEq, Eq)]
struct Month(i64);

/// `time.Weekday`: an `int` with a name.
#[derive(Debug, PartialEq, Eq)]
struct Weekday(i64);

impl Object for Month {
    fn go_type(&self) -> Type {
        Type::Named("time.Month", Kind::Int(IntKind::Int))
    }

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "String").then_some(NOTHING)
    }

    fn call(&self, _: &str, _: &mut [Value]) -> Result<Value, Failure> {
        Ok(month_name(self.0).into())
    }

    fn string(&self) -> Option<Str> {
        Some(Str::from_static(month_name(self.0)))
    }

    fn json(&self) -> Value {
        Value::int(self.0)
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::int(self.0))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
    }
}

impl Object for Weekday {
    fn go_type(&self) -> Type {
        Type::Named("time.Weekday", Kind::Int(IntKind::Int))
    }

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "String").then_some(NOTHING)
    }

    fn call(&self, _: &str, _: &mut [Value]) -> Result<Value, Failure> {
        Ok(self.name().into())
    }

    fn string(&self) -> Option<Str> {
        Some(Str::from_static(self.name()))
    }

    fn json(&self) -> Value {
        Value::int(self.0)
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::int(self.0))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
    }
}

impl Weekday {
    fn name(&self) -> &'static str {
        WEEKDAYS[usize::try_from(self.0).expect("weekdays are 0 to 6")]
    }
}

/// A `time.Duration` argument: a duration, or the integer that a constant became.
fn duration(value: &Value) -> Duration {
    match value {
        Value::Int(_, nanoseconds) => Duration(*nanoseconds),
        other => *other.downcast().expect("the evaluator has checked the argument's type"),
    }
}

fn time(value: &Value) -> &Time {
    value.downcast().expect("the evaluator has checked the argument's type")
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(_, value) => *value,
        other => unreachable!("a {} was passed for an int", other.go_type()),
    }
}

fn string(value: &Value) -> &Str {
    match value {
        Value::String(text) => text,
        other => unreachable!("a {} was passed for a string", other.go_type()),
    }
}
