//! The values of constants, read as Go's `strconv` reads them.

use std::ops::Range;

use bstr::ByteSlice;

use super::ast::Number;
use crate::data::{NumberError, Runes, Str, parse_float, parse_integer, parse_unsigned, quoted};

/// The value of the string constant, in double or back quotes, at `range` of `text`; `None` if its
/// syntax is invalid.
pub(super) fn unquote(text: &Str, range: Range<usize>) -> Option<Str> {
    let inside = range.start + 1..range.end - 1;
    let bytes = &text[inside.clone()];
    let is_plain = if text[range.start] == b'`' {
        !bytes.contains(&b'\r')
    } else {
        !bytes.contains(&b'\\') && (bytes.is_ascii() || bytes.is_utf8())
    };
    match text[range.start] {
        _ if is_plain => Some(text.slice(inside)),
        b'`' => Some(bytes.replace(b"\r", b"").into()),
        _ => unescape(bytes).map(Str::from),
    }
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
pub(super) fn character(text: &[u8]) -> Result<Number, String> {
    let Some((unit, rest)) = unescape_one(&text[1..], b'\'') else {
        return Err("invalid syntax".to_owned());
    };
    if rest != b"'" {
        return Err(format!("malformed character constant: {}", text.as_bstr()));
    }
    let code = unit.code();
    Ok(Number {
        int: Some(i64::from(code)),
        uint: Some(u64::from(code)),
        float: Some(f64::from(code)),
        complex: None,
    })
}

/// The value of a complex constant with both parts, such as `1+2i`.
pub(super) fn complex(text: &[u8]) -> Result<Number, String> {
    let both = text.strip_suffix(b"i").unwrap_or_default();
    let at = second_sign(both).unwrap_or(0);
    Ok(simplified(part(&both[..at])?, part(&both[at..])?))
}

fn part(text: &[u8]) -> Result<f64, String> {
    parse_float(text).map_err(|error| {
        let trouble = match error {
            NumberError::Syntax => "invalid syntax",
            NumberError::Range(_) => "value out of range",
        };
        format!("strconv.ParseFloat: parsing {}: {trouble}", quoted(text))
    })
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
fn simplified(real: f64, imaginary: f64) -> Number {
    let mut number = Number { complex: Some((real, imaginary)), ..Number::default() };
    if imaginary == 0.0 {
        number.float = Some(real);
        number.int = exact_int(real);
        number.uint = exact_uint(real);
    }
    number
}

/// The value of any other numeric constant under every type that can represent it.
pub(super) fn number(text: &[u8]) -> Result<Number, String> {
    if let Some(digits) = few_digits(text) {
        return Ok(Number {
            int: Some(digits.into()),
            uint: Some(digits.into()),
            float: Some(digits.into()),
            complex: None,
        });
    }
    if let Some(imaginary) = text.strip_suffix(b"i").and_then(|text| parse_float(text).ok()) {
        return Ok(simplified(0.0, imaginary));
    }
    let (uint, int) = (parse_unsigned(text, 0).ok(), parse_integer(text, 0).ok());
    let mut number = Number { uint, int, ..Number::default() };
    if number.int == Some(0) {
        number.uint = Some(0);
    }
    number.float = match (number.int, number.uint) {
        (Some(int), _) => Some(int as f64),
        (None, Some(uint)) => Some(uint as f64),
        (None, None) => parse_float(text).ok(),
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

/// The value of a few decimal digits, as nearly all numbers are; a zero in front could mean more.
fn few_digits(text: &[u8]) -> Option<u32> {
    const MOST: usize = 9;
    let is_decimal = matches!(text, b"0" | [b'1'..=b'9', ..]) && text.len() <= MOST;
    if !is_decimal || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
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
            let found = unquote(&Str::from(*text), 0..text.len());
            assert_eq!(found.as_ref().map(Str::as_bytes), *value, "{text}");
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
            let number = number(text.as_bytes()).expect(text);
            assert_eq!((number.int, number.float), (*int, *float), "{text}");
        }
        assert_eq!(number(b"08").unwrap_err(), r#"integer overflow: "08""#);
        assert_eq!(number(b"1__0").unwrap_err(), r#"illegal number syntax: "1__0""#);
    }
}
