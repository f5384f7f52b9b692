//! What a plain scalar means: go-yaml's mixture of YAML 1.1 and 1.2.

use std::borrow::Cow;

use super::timestamp::is_timestamp;

/// A scalar with its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Resolved {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer beyond the `int64`s.
    Uint(u64),
    Float(f64),
    /// Text that is a point in time; Go keeps the text.
    Timestamp,
    /// Any other text.
    String,
}

impl Resolved {
    /// YAML's name of the type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Uint(_) => "int",
            Self::Float(_) => "float",
            Self::Timestamp => "timestamp",
            Self::String => "str",
        }
    }
}

/// The meaning of a plain scalar without a tag.
pub(super) fn resolve(text: &[u8]) -> Resolved {
    resolve_unless_timestamp(text, true)
}

/// The meaning of a scalar whose tag asks for something else than a timestamp.
pub(super) fn resolve_without_timestamps(text: &[u8]) -> Resolved {
    resolve_unless_timestamp(text, false)
}

fn resolve_unless_timestamp(text: &[u8], timestamps: bool) -> Resolved {
    let Some(first) = text.first() else {
        return Resolved::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            word(text).unwrap_or(Resolved::String)
        }
        b'.' => word(text).or_else(|| fraction(text)).unwrap_or(Resolved::String),
        b'0'..=b'9' | b'+' | b'-' => number(text, timestamps),
        _ => Resolved::String,
    }
}

/// Words with a meaning.
fn word(text: &[u8]) -> Option<Resolved> {
    Some(match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"true" | b"True" | b"TRUE" | b"on" | b"On"
        | b"ON" => Resolved::Bool(true),
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"false" | b"False" | b"FALSE" | b"off" | b"Off"
        | b"OFF" => Resolved::Bool(false),
        b"~" | b"null" | b"Null" | b"NULL" => Resolved::Null,
        b".nan" | b".NaN" | b".NAN" => Resolved::Float(f64::NAN),
        b".inf" | b".Inf" | b".INF" | b"+.inf" | b"+.Inf" | b"+.INF" => {
            Resolved::Float(f64::INFINITY)
        }
        b"-.inf" | b"-.Inf" | b"-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &[u8], timestamps: bool) -> Resolved {
    if let Some(resolved) = word(text) {
        return resolved;
    }
    if timestamps && is_timestamp(text) {
        return Resolved::Timestamp;
    }
    let plain = without_underscores(text);
    integer(&plain)
        .or_else(|| float(&plain))
        .or_else(|| signed_binary(&plain))
        .unwrap_or(Resolved::String)
}

fn without_underscores(text: &[u8]) -> Cow<'_, [u8]> {
    match text.contains(&b'_') {
        true => Cow::Owned(text.iter().copied().filter(|&byte| byte != b'_').collect()),
        false => Cow::Borrowed(text),
    }
}

/// An integer with Go's prefixes: `0x`, `0b`, `0o`, and `0` for octal.
fn integer(text: &[u8]) -> Option<Resolved> {
    let (sign, digits) = match text {
        [sign @ (b'+' | b'-'), digits @ ..] => (Some(*sign), digits),
        digits => (None, digits),
    };
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', digits @ ..] => (16, digits),
        [b'0', b'b' | b'B', digits @ ..] => (2, digits),
        [b'0', b'o' | b'O', digits @ ..] => (8, digits),
        [b'0', digits @ ..] if !digits.is_empty() => (8, digits),
        digits => (10, digits),
    };
    let magnitude = magnitude(digits, radix)?;
    match sign {
        Some(b'-') => 0_i64.checked_sub_unsigned(magnitude).map(Resolved::Int),
        sign => match (i64::try_from(magnitude), sign) {
            (Ok(value), _) => Some(Resolved::Int(value)),
            // Go reads what is too big for an `int64` as an unsigned number, which has no sign.
            (Err(_), None) => Some(Resolved::Uint(magnitude)),
            (Err(_), Some(_)) => None,
        },
    }
}

fn magnitude(digits: &[u8], radix: u32) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &byte| {
        let digit = char::from(byte).to_digit(radix)?;
        value.checked_mul(u64::from(radix))?.checked_add(u64::from(digit))
    })
}

/// A float without a whole part, where Go allows underscores only between digits.
fn fraction(text: &[u8]) -> Option<Resolved> {
    let misplaced = |window: &[u8]| {
        window[1] == b'_' && !(window[0].is_ascii_digit() && window[2].is_ascii_digit())
    };
    if text.ends_with(b"_") || text.windows(3).any(misplaced) {
        return None;
    }
    float(&without_underscores(text))
}

/// A float in decimal digits that is not beyond the largest one.
fn float(text: &[u8]) -> Option<Resolved> {
    if !is_float(text) {
        return None;
    }
    let value = str::from_utf8(text).ok()?.parse::<f64>().ok()?;
    value.is_finite().then_some(Resolved::Float(value))
}

/// True for `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_float(text: &[u8]) -> bool {
    let text = strip_sign(text);
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => split_digits(rest),
        rest => (&rest[..0], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let (digits, rest) = split_digits(strip_sign(exponent));
            !digits.is_empty() && rest.is_empty()
        }
        _ => false,
    }
}

fn strip_sign(text: &[u8]) -> &[u8] {
    match text {
        [b'+' | b'-', rest @ ..] => rest,
        text => text,
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// `0b` and a number with a sign of its own, which Go reads by accident: `0b-11` is -3.
fn signed_binary(text: &[u8]) -> Option<Resolved> {
    let (negative, digits) = match text.strip_prefix(b"0b")? {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => return None,
    };
    let magnitude = magnitude(digits, 2)?;
    match negative {
        true => 0_i64.checked_sub_unsigned(magnitude).map(Resolved::Int),
        false => i64::try_from(magnitude).ok().map(Resolved::Int),
    }
}

/// True for `0o` and a number with a sign of its own, which only go-yaml v3 reads.
pub(super) fn is_signed_octal(text: &[u8]) -> bool {
    let Some([sign @ (b'+' | b'-'), digits @ ..]) = text.strip_prefix(b"0o") else {
        return false;
    };
    let limit = if *sign == b'-' { 1 << 63 } else { (1 << 63) - 1 };
    magnitude(&without_underscores(digits), 8).is_some_and(|value| value <= limit)
}

/// True for a number in YAML 1.1's base 60, which go-yaml reads as text and yet quotes:
/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`.
pub(super) fn is_base60(text: &[u8]) -> bool {
    let text = strip_sign(text);
    if !text.first().is_some_and(u8::is_ascii_digit) || !text.contains(&b':') {
        return false;
    }
    let (groups, fraction) = match text.iter().position(|&byte| byte == b'.') {
        Some(dot) => (&text[..dot], &text[dot + 1..]),
        None => (text, &text[..0]),
    };
    let mut groups = groups.split(|&byte| byte == b':');
    let digits = |text: &[u8]| text.iter().all(|&byte| byte.is_ascii_digit() || byte == b'_');
    groups.next().is_some_and(digits) && digits(fraction) && groups.all(is_base60_group)
}

fn is_base60_group(text: &[u8]) -> bool {
    matches!(text, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_have_go_yamls_types() {
        use Resolved::{Bool, Float, Int, Null, String, Timestamp, Uint};
        let cases = [
            ("", Null),
            ("~", Null),
            ("nUll", String),
            ("y", Bool(true)),
            ("OFF", Bool(false)),
            ("tRue", String),
            ("0777", Int(511)),
            ("0o17", Int(15)),
            ("-017", Int(-15)),
            ("08", Float(8.0)),
            ("0x1F", Int(31)),
            ("0x", String),
            ("0b2", String),
            ("-0b11", Int(-3)),
            ("0b-11", Int(-3)),
            ("1_000", Int(1000)),
            ("_1", String),
            ("1:30", String),
            ("1e400", String),
            (".5e1", Float(5.0)),
            ("5.", Float(5.0)),
            (".", String),
            (".5_5", Float(0.55)),
            (".5__5", String),
            (".5_", String),
            ("1e", String),
            ("18446744073709551615", Uint(u64::MAX)),
            ("+18446744073709551615", Float(18_446_744_073_709_551_615.0)),
            ("-9223372036854775808", Int(i64::MIN)),
            ("2001-01-01", Timestamp),
            ("+.inf", Float(f64::INFINITY)),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn base_60_is_recognised() {
        for text in ["1:30", "190:20:30", "+1_0:5:59.5_", "1:0."] {
            assert!(is_base60(text.as_bytes()), "{text}");
        }
        for text in ["1:60", "1:", ":1", "a:1", "1", "1:1.a", "1.5:1"] {
            assert!(!is_base60(text.as_bytes()), "{text}");
        }
    }
}
