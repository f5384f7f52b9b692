//! Numbers read as Go's `strconv` reads them.

use std::borrow::Cow;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberError<T> {
    /// It does not look like one.
    Syntax,
    /// It is beyond the range of the type; this is the nearest value within.
    Range(T),
}

/// The integer that `text` holds, as `strconv.ParseInt` with 64 bits reads it.
///
/// Base 0 takes the base from the prefix (`0x`, `0o`, `0`, `0b`) and allows underscores.
pub fn parse_integer(text: &[u8], base: u32) -> Result<i64, NumberError<i64>> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    match parse_unsigned(digits, base) {
        Ok(magnitude) if negative => {
            0_i64.checked_sub_unsigned(magnitude).ok_or(NumberError::Range(i64::MIN))
        }
        Ok(magnitude) => i64::try_from(magnitude).map_err(|_| NumberError::Range(i64::MAX)),
        Err(NumberError::Range(_)) if negative => Err(NumberError::Range(i64::MIN)),
        Err(NumberError::Range(_)) => Err(NumberError::Range(i64::MAX)),
        Err(NumberError::Syntax) => Err(NumberError::Syntax),
    }
}

/// The unsigned integer that `text` holds, as `strconv.ParseUint` with 64 bits reads it.
pub fn parse_unsigned(text: &[u8], base: u32) -> Result<u64, NumberError<u64>> {
    let (radix, digits) = if base == 0 { radix_and_digits(text) } else { (base, text) };
    let underscores = base == 0 && digits.contains(&b'_');
    if digits.is_empty() {
        return Err(NumberError::Syntax);
    }
    let mut number = 0_u64;
    for &byte in digits {
        if underscores && byte == b'_' {
            continue;
        }
        let digit = char::from(byte).to_digit(radix).ok_or(NumberError::Syntax)?;
        // What comes after an overflow is not looked at.
        let times = number.checked_mul(radix.into()).ok_or(NumberError::Range(u64::MAX))?;
        number = times.checked_add(digit.into()).ok_or(NumberError::Range(u64::MAX))?;
    }
    if underscores && !underscores_separate_digits(text) {
        return Err(NumberError::Syntax);
    }
    Ok(number)
}

/// The base that the prefix tells, and what follows it.
fn radix_and_digits(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, text),
    }
}

/// True if each underscore stands between two digits, or between a base's prefix and a digit.
fn underscores_separate_digits(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let has_prefix = matches!(text, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    let is_hex = matches!(text, [b'0', b'x' | b'X', ..]);
    let digits = if has_prefix { &text[2..] } else { text };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (is_hex && byte.is_ascii_hexdigit());
    let mut after_digit = has_prefix;
    let mut after_underscore = false;
    for &byte in digits {
        let digit = is_digit(byte);
        if (byte == b'_' && !after_digit) || (after_underscore && !digit) {
            return false;
        }
        after_digit = digit;
        after_underscore = byte == b'_';
    }
    !after_underscore
}

/// The number that `text` holds, as `strconv.ParseFloat` with 64 bits reads it.
pub fn parse_float(text: &[u8]) -> Result<f64, NumberError<f64>> {
    let (sign, magnitude) = match text {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] => (1.0, rest),
        _ => (1.0, text),
    };
    if let Some(special) = special_float(magnitude) {
        return Ok(sign * special);
    }
    let digits = without_underscores(magnitude).ok_or(NumberError::Syntax)?;
    let number = match digits.as_ref() {
        [b'0', b'x' | b'X', rest @ ..] => hex_float(rest),
        digits => decimal_float(digits),
    };
    match number {
        None => Err(NumberError::Syntax),
        Some(number) if number.is_infinite() => Err(NumberError::Range(sign * number)),
        Some(number) => Ok(sign * number),
    }
}

fn special_float(text: &[u8]) -> Option<f64> {
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Some(f64::INFINITY);
    }
    text.eq_ignore_ascii_case(b"nan").then_some(f64::NAN)
}

fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(text.into());
    }
    let plain = || text.iter().copied().filter(|&byte| byte != b'_').collect();
    underscores_separate_digits(text).then(plain).map(Cow::Owned)
}

fn decimal_float(text: &[u8]) -> Option<f64> {
    // Rust reads `inf` and `nan`, too, which have been dealt with.
    if !text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    if matches!(text.first(), Some(b'+' | b'-')) {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

/// Reads what follows `0x`: hexadecimal digits, perhaps with a point, and a binary exponent.
fn hex_float(text: &[u8]) -> Option<f64> {
    let p = text.iter().position(|byte| matches!(byte, b'p' | b'P'))?;
    let exponent = match parse_integer(&text[p + 1..], 10) {
        Ok(exponent) => exponent.clamp(-100_000, 100_000),
        Err(NumberError::Range(exponent)) => exponent.clamp(-100_000, 100_000),
        Err(NumberError::Syntax) => return None,
    };
    let (mut mantissa, mut shift, mut digits, mut point) = (0_u64, 0_i64, 0, false);
    for &byte in &text[..p] {
        if byte == b'.' && !point {
            point = true;
            continue;
        }
        let digit = u64::from(char::from(byte).to_digit(16)?);
        digits += 1;
        if mantissa >> 59 == 0 {
            mantissa = mantissa << 4 | digit;
            shift -= if point { 4 } else { 0 };
        } else {
            // Too many digits: what is cut off only counts for rounding.
            mantissa |= u64::from(digit != 0);
            shift += if point { 0 } else { 4 };
        }
    }
    (digits > 0).then(|| scaled(mantissa as f64, exponent + shift))
}

/// `number` × 2^`exponent`, in steps that neither overflow nor vanish too early.
fn scaled(mut number: f64, mut exponent: i64) -> f64 {
    while exponent != 0 && number != 0.0 && number.is_finite() {
        let step = exponent.clamp(-1000, 1000);
        number *= 2_f64.powi(step as i32);
        exponent -= step;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_go_reads_them() {
        let syntax = Err(NumberError::Syntax);
        for (text, base, expected) in [
            ("42", 10, Ok(42)),
            ("-5", 10, Ok(-5)),
            ("+5", 0, Ok(5)),
            ("0x1f", 0, Ok(31)),
            ("010", 0, Ok(8)),
            ("010", 10, Ok(10)),
            ("0b11", 0, Ok(3)),
            ("0o17", 0, Ok(15)),
            ("0", 0, Ok(0)),
            ("1_000", 0, Ok(1000)),
            ("0x_1f", 0, Ok(31)),
            ("1_000", 10, syntax),
            ("1__0", 0, syntax),
            ("_1", 0, syntax),
            ("1_", 0, syntax),
            ("0_7", 0, Ok(7)),
            ("08", 0, syntax),
            ("0x", 0, syntax),
            ("", 0, syntax),
            ("-", 10, syntax),
            (" 5", 10, syntax),
            ("9223372036854775807", 10, Ok(i64::MAX)),
            ("99999999999999999999x", 10, Err(NumberError::Range(i64::MAX))),
            ("9223372036854775808", 10, Err(NumberError::Range(i64::MAX))),
            ("-9223372036854775808", 10, Ok(i64::MIN)),
            ("-99999999999999999999", 10, Err(NumberError::Range(i64::MIN))),
        ] {
            assert_eq!(parse_integer(text.as_bytes(), base), expected, "{text}");
        }
    }

    #[test]
    fn floats_are_read_as_go_reads_them() {
        let syntax = Err(NumberError::Syntax);
        for (text, expected) in [
            ("1.5", Ok(1.5)),
            ("-.5", Ok(-0.5)),
            ("5.", Ok(5.0)),
            ("1e3", Ok(1000.0)),
            ("1_000", Ok(1000.0)),
            ("0x1p4", Ok(16.0)),
            ("0x1.8p1", Ok(3.0)),
            ("0x1", syntax),
            ("inf", Ok(f64::INFINITY)),
            ("-Infinity", Ok(f64::NEG_INFINITY)),
            ("1e400", Err(NumberError::Range(f64::INFINITY))),
            ("", syntax),
            (".", syntax),
            ("e5", syntax),
            ("+-1", syntax),
            ("1e", syntax),
            ("infx", syntax),
        ] {
            assert_eq!(parse_float(text.as_bytes()), expected, "{text}");
        }
    }
}
