//! Values turned into numbers, as `spf13/cast` does it: what does not fit becomes zero.

use super::{Kind, Value, parse_float, parse_integer};

/// The value as an integer: floats are cut, texts read with Go's prefixes, all else is 0.
pub fn to_integer(value: &Value) -> i64 {
    match value {
        Value::Int(_, number) => *number,
        Value::Float(number) => float_to_integer(*number),
        Value::Bool(truth) => i64::from(*truth),
        Value::String(text) => {
            parse_integer(without_zero_fraction(text.as_bytes()), 0).unwrap_or_default()
        }
        Value::Object(_) => calendar_number(value).unwrap_or_default(),
        _ => 0,
    }
}

/// The value as a float: texts are read as Go reads floats, what is no number is 0.
pub fn to_float(value: &Value) -> f64 {
    match value {
        Value::Int(kind, number) if kind.is_unsigned() => *number as u64 as f64,
        Value::Int(_, number) => *number as f64,
        Value::Float(number) => *number,
        Value::Bool(truth) => f64::from(*truth),
        Value::String(text) => parse_float(text.as_bytes()).unwrap_or_default(),
        Value::Object(_) => calendar_number(value).unwrap_or_default() as f64,
        _ => 0.0,
    }
}

/// Cuts the fraction off; NaN and what is out of range give the least integer, as on amd64.
pub fn float_to_integer(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) { number as i64 } else { i64::MIN }
}

/// Of the types that are named integers, only months and weekdays count as numbers.
fn calendar_number(value: &Value) -> Option<i64> {
    let Value::Object(object) = value else {
        return None;
    };
    if !matches!(object.go_type().to_string().as_str(), "time.Month" | "time.Weekday") {
        return None;
    }
    match object.underlying() {
        Some(Value::Int(_, number)) if matches!(value.kind(), Kind::Int(_)) => Some(number),
        _ => None,
    }
}

/// `5.00` without its `.00`, but `5.` and `500` as they are.
fn without_zero_fraction(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|&&byte| byte == b'0').count();
    match text[..text.len() - zeros].split_last() {
        Some((b'.', whole)) if zeros > 0 => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_integers_if_they_look_like_some() {
        for (text, expected) in [
            ("5.00", 5),
            ("5.", 0),
            ("1.5", 0),
            ("0x1f", 31),
            ("010", 8),
            ("08", 0),
            ("1_000", 1000),
            ("1e3", 0),
            ("-5.0", -5),
            ("99999999999999999999", 0),
        ] {
            assert_eq!(to_integer(&text.into()), expected, "{text}");
        }
    }

    #[test]
    fn floats_out_of_range_become_the_least_integer() {
        assert_eq!(to_integer(&2.9.into()), 2);
        assert_eq!(to_integer(&(-2.9).into()), -2);
        assert_eq!(to_integer(&1e19.into()), i64::MIN);
        assert_eq!(to_integer(&f64::NAN.into()), i64::MIN);
    }
}
