//! Times, durations and what they give, as templates see them.

use std::any::Any;

use super::calendar::{self, WEEKDAYS};
use super::duration::Duration;
use super::format::month_name;
use super::time::Time;
use super::zone::Zone;
use crate::data::{Failure, IntKind, Kind, Object, Signature, Str, Type, Value};

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

    fn hides(&self, name: &str) -> bool {
        matches!(name, "wall" | "ext" | "loc")
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

    fn json(&self) -> Value {
        Value::String(rfc3339(self))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
    }
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

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "String").then_some(NOTHING)
    }

    fn call(&self, _: &str, _: &mut [Value]) -> Result<Value, Failure> {
        Ok(Value::String(self.name()))
    }

    fn string(&self) -> Option<Str> {
        Some(self.name())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref().is_some_and(|other: &Self| self == other)
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
