//! The values of constants, read as Go's `strconv` reads them.

use bstr::ByteSlice;

use super::ast::Number;
use crate::data::{Runes, Str, quoted};

/// The value of a string constant in double or back quotes; `None` if its syntax is invalid.
pub(super) fn unquote(text: &Str) -> Option<Str> {
    let inside = text.slice(1..text.len().checked_sub(1)?.max(1));
    if text.starts_with(b"`") {
        let returns = inside.contains(&b'\r');
        return Some(if returns { inside.replace(b"\r", b"").into() } else { inside });
    }
    if !inside.contains(&b'\\') && inside.is_utf8() {
        return Some(inside);
    }
    unescape(inside.as_bytes()).map(Str::from)
}

fn unescape(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (unit, tail) = unescape_one(rest, b'"')?;
        match unit {
            Unit::Byte(byte) => out.push(byte),
            Unit::Rune(rune) => out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = tail;
    }
    Some(out)
}

/// What one character or escape sequence stands for.
enum Unit {
    Byte(u8),
    Rune(char),
}

impl Unit {
    fn code(&self) -> u32 {
        match *self {
            Self::Byte(byte) => u32::from(byte),
            Self::Rune(rune) => u32::from(rune),
        }
    }
}

/// The first character of a constant in `quote`s and what follows it.
fn unescape_one(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    match *text {
        [] | [b'\n', ..] => None,
        [c, ..] if c == quote => None,
        [b'\\', c, ref rest @ ..] => escape(c, rest, quote),
        [b'\\'] => None,
        [c, ref rest @ ..] if c.is_ascii() => Some((Unit::Byte(c), rest)),
        _ => {
            let (rune, size) = Runes::new(text).next()?;
            Some((Unit::Rune(rune), &text[size..]))
        }
    }
}

fn escape(c: u8, rest: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    let byte = match c {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if c == quote => c,
        b'x' => return hexadecimal(rest, 2).map(|(n, rest)| (Unit::Byte(n as u8), rest)),
        b'u' => return rune(rest, 4),
        b'U' => return rune(rest, 8),
        b'0'..=b'7' => return octal(c, rest),
        _ => return None,
    };
    Some((Unit::Byte(byte), rest))
}

fn rune(text: &[u8], digits: usize) -> Option<(Unit, &[u8])> {
    let (code, rest) = hexadecimal(text, digits)?;
    Some((Unit::Rune(char::from_u32(code)?), rest))
}

fn hexadecimal(text: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (number, rest) = text.split_at_checked(digits)?;
    let mut code = 0_u32;
    for &digit in number {
        code = code << 4 | char::from(digit).to_digit(16)?;
    }
    Some((code, rest))
}

fn octal(first: u8, rest: &[u8]) -> Option<(Unit, &[u8])> {
    let (&[second, third], rest) = rest.split_first_chunk::<2>()?;
    let mut code = 0;
    for digit in [first, second, third] {
        code = code << 3 | char::from(digit).to_digit(8)?;
    }
    Some((Unit::Byte(u8::try_from(code).ok()?), rest))
}

/// The value of a character constant: a number.
pub(super) fn character(text: &Str) -> Result<Number, String> {
    let Some((unit, rest)) = unescape_one(&text.as_bytes()[1..], b'\'') else {
        return Err("invalid syntax".to_owned());
    };
    if rest != b"'" {
        return Err(format!("malformed character constant: {text}"));
    }
    let code = unit.code();
    Ok(Number {
        text: text.clone(),
        int: Some(i64::from(code)),
        uint: Some(u64::from(code)),
        float: Some(f64::from(code)),
        complex: None,
    })
}

/// The value of a complex constant with both parts, such as `1+2i`.
pub(super) fn complex(text: &Str) -> Result<Number, String> {
    let both = text.strip_suffix(b"i").unwrap_or_default();
    let at = second_sign(both).unwrap_or(0);
    match (parse_float(&both[..at]), parse_float(&both[at..])) {
        (Some(real), Some(imaginary)) => Ok(simplified(text, real, imaginary)),
        _ => Err("syntax error scanning complex number".to_owned()),
    }
}

/// Where the imaginary part begins: at a sign that does not belong to an exponent.
fn second_sign(text: &[u8]) -> Option<usize> {
    let hexadecimal = text.contains_str("x") || text.contains_str("X");
    (1..text.len()).find(|&at| {
        let exponent = match text[at - 1] {
            b'e' | b'E' => !hexadecimal,
            b'p' | b'P' => true,
            _ => false,
        };
        matches!(text[at], b'+' | b'-') && !exponent
    })
}

/// A complex number under the simpler types as well, if its imaginary part is zero.
fn simplified(text: &Str, real: f64, imaginary: f64) -> Number {
    let mut number =
        Number { text: text.clone(), complex: Some((real, imaginary)), ..Number::default() };
    if imaginary == 0.0 {
        number.float = Some(real);
        number.int = exact_int(real);
        number.uint = exact_uint(real);
    }
    number
}

/// The value of any other numeric constant under every type that can represent it.
pub(super) fn number(text: &Str) -> Result<Number, String> {
    if let Some(imaginary) = text.strip_suffix(b"i").and_then(parse_float) {
        return Ok(simplified(text, 0.0, imaginary));
    }
    let mut number = Number { text: text.clone(), ..Number::default() };
    number.uint = parse_uint(text);
    number.int = parse_int(text);
    if number.int == Some(0) {
        number.uint = Some(0);
    }
    number.float = match (number.int, number.uint) {
        (Some(int), _) => Some(int as f64),
        (None, Some(uint)) => Some(uint as f64),
        (None, None) => parse_float(text),
    };
    let Some(float) = number.float else {
        return Err(format!("illegal number syntax: {}", quoted(text)));
    };
    if number.int.is_none() && number.uint.is_none() {
        if !text.iter().any(|byte| b".eEpP".contains(byte)) {
            return Err(format!("integer overflow: {}", quoted(text)));
        }
        number.int = exact_int(float);
        number.uint = exact_uint(float);
    }
    Ok(number)
}

fn exact_int(float: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let exact = float.trunc() == float && (-LIMIT..LIMIT).contains(&float);
    exact.then_some(float as i64)
}

fn exact_uint(float: f64) -> Option<u64> {
    const LIMIT: f64 = 18_446_744_073_709_551_616.0;
    let exact = float.trunc() == float && (0.0..LIMIT).contains(&float);
    exact.then_some(float as u64)
}

/// Go's `ParseInt` with base 0.
fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match *text {
        [b'-', ref digits @ ..] => (true, digits),
        [b'+', ref digits @ ..] => (false, digits),
        _ => (false, text),
    };
    let size = parse_uint(digits)?;
    if negative { 0_i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() }
}

/// Go's `ParseUint` with base 0: prefixes tell the base, a bare `0` means octal.
fn parse_uint(text: &[u8]) -> Option<u64> {
    let (base, digits) = match *text {
        [] => return None,
        [b'0', b'x' | b'X', ref digits @ ..] if !digits.is_empty() => (16, digits),
        [b'0', b'o' | b'O', ref digits @ ..] if !digits.is_empty() => (8, digits),
        [b'0', b'b' | b'B', ref digits @ ..] if !digits.is_empty() => (2, digits),
        [b'0', ref digits @ ..] => (8, digits),
        _ => (10, text),
    };
    if !underscores_fit(text) {
        return None;
    }
    digits.iter().filter(|&&byte| byte != b'_').try_fold(0_u64, |value, &byte| {
        let digit = char::from(byte).to_digit(base)?;
        value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))
    })
}

/// Underscores stand between digits, or between a base prefix and a digit.
fn underscores_fit(text: &[u8]) -> bool {
    if !text.contains(&b'_') {
        return true;
    }
    let text = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let (mut last, hexadecimal, digits) = match *text {
        [b'0', b'x' | b'X', ref digits @ ..] => (b'0', true, digits),
        [b'0', b'b' | b'B' | b'o' | b'O', ref digits @ ..] => (b'0', false, digits),
        _ => (b'^', false, text),
    };
    for &byte in digits {
        let digit = byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit();
        match (digit, byte == b'_', last) {
            (true, ..) => last = b'0',
            (_, true, b'0') => last = b'_',
            (_, true, _) | (_, false, b'_') => return false,
            _ => last = b'!',
        }
    }
    last != b'_'
}

/// Go's `ParseFloat`; `None` also for numbers beyond the largest.
fn parse_float(text: &[u8]) -> Option<f64> {
    if !underscores_fit(text) {
        return None;
    }
    let text = String::from_utf8(text.replace(b"_", b"")).ok()?;
    let unsigned = text.trim_start_matches(['+', '-']);
    let value = if unsigned.starts_with("0x") || unsigned.starts_with("0X") {
        let size = parse_hexadecimal_float(unsigned[2..].as_bytes())?;
        if text.starts_with('-') { -size } else { size }
    } else {
        text.parse::<f64>().ok()?
    };
    value.is_finite().then_some(value)
}

/// `1.8p3`, with an exponent as Go demands, rounded to the nearest number, halves to even.
fn parse_hexadecimal_float(text: &[u8]) -> Option<f64> {
    let at = text.find_byteset(b"pP")?;
    let written: i64 = text[at + 1..].to_str().ok()?.parse().ok()?;
    let mut exponent = written.clamp(-1_000_000, 1_000_000);
    let (mut mantissa, mut inexact, mut digits, mut fraction) = (0_u128, false, 0, false);
    for &byte in &text[..at] {
        if byte == b'.' && !fraction {
            fraction = true;
            continue;
        }
        let digit = u128::from(char::from(byte).to_digit(16)?);
        digits += 1;
        exponent -= if fraction { 4 } else { 0 };
        if mantissa >> 100 == 0 {
            mantissa = mantissa << 4 | digit;
        } else {
            inexact |= digit != 0;
            exponent += 4;
        }
    }
    // The lost digits only matter for rounding: any bit below the last kept one stands for them.
    let mantissa = mantissa << 1 | u128::from(inexact);
    (digits > 0).then(|| scale(mantissa, exponent - 1))
}

/// `mantissa` × 2^`exponent`, rounded once.
fn scale(mantissa: u128, exponent: i64) -> f64 {
    let bits = 128 - i64::from(mantissa.leading_zeros());
    // The number of bits that do not fit: more for numbers below the smallest normal one.
    let surplus = (bits - 53).max(-1074 - exponent).max(0);
    if mantissa == 0 || surplus > 127 {
        return 0.0;
    }
    let kept = mantissa >> surplus;
    let lost = mantissa & ((1 << surplus) - 1);
    let half = if surplus == 0 { 1 } else { 1_u128 << (surplus - 1) };
    let rounds_up = lost > half || lost == half && kept & 1 == 1;
    let mut value = (kept + u128::from(rounds_up)) as f64;
    let mut left = exponent + surplus;
    while left != 0 && value != 0.0 && value.is_finite() {
        let step = left.clamp(-1000, 1000);
        value *= 2_f64.powi(step as i32);
        left -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_strings() {
        let cases: &[(&str, Option<&[u8]>)] = &[
            (r#""a\tb""#, Some(b"a\tb")),
            (r#""\x41\u00e9\101""#, Some("A\u{e9}A".as_bytes())),
            (r#""\xff""#, Some(b"\xff")),
            (r#""\q""#, None),
            (r#""\'""#, None),
            (r#""\ud800""#, None),
            ("`a\\n\r\nb`", Some(b"a\\n\nb")),
            (r#""""#, Some(b"")),
        ];
        for (text, value) in cases {
            assert_eq!(unquote(&Str::from(*text)).as_deref().map(|v| &v[..]), *value, "{text}");
        }
    }

    #[test]
    fn reads_numbers() {
        let cases: &[(&str, Option<i64>, Option<f64>)] = &[
            ("1_000", Some(1000), Some(1000.0)),
            ("017", Some(15), Some(15.0)),
            ("0b101", Some(5), Some(5.0)),
            ("-0", Some(0), Some(0.0)),
            ("5.", Some(5), Some(5.0)),
            (".5", None, Some(0.5)),
            ("1e3", Some(1000), Some(1000.0)),
            ("0x1p4", Some(16), Some(16.0)),
            ("0x1.8p1", Some(3), Some(3.0)),
            ("0x1p-1074", None, Some(f64::from_bits(1))),
            ("18446744073709551615", None, Some(18_446_744_073_709_551_615.0)),
        ];
        for (text, int, float) in cases {
            let number = number(&Str::from(*text)).expect(text);
            assert_eq!((number.int, number.float), (*int, *float), "{text}");
        }
        assert_eq!(number(&"08".into()).unwrap_err(), r#"integer overflow: "08""#);
        assert_eq!(number(&"1__0".into()).unwrap_err(), r#"illegal number syntax: "1__0""#);
    }
}
