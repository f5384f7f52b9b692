//! Text of floating-point numbers, as Go's `strconv.FormatFloat` writes it.
//!
//! In: a number, a form and perhaps a precision. Out: bytes appended to a buffer. Rust's own
//! formatting supplies the digits (shortest or exactly rounded, as Go's); the layout is Go's.

use std::io::Write as _;

/// The layouts of `strconv.FormatFloat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `%e`: `d.ddde±dd`.
    Exponent,
    /// `%f`: no exponent.
    Plain,
    /// `%g`: whichever of the two suits the exponent.
    General,
    /// `%b`: mantissa and binary exponent as integers.
    Binary,
    /// `%x`: hexadecimal mantissa, binary exponent.
    Hex,
}

/// Appends `value` as Go's `%v` prints it: `1.5`, `1e+06`, `NaN`, `+Inf`.
pub fn append_float(out: &mut Vec<u8>, value: f64) {
    // Whole numbers below the exponent form's threshold are by far the most frequent ones.
    if value.abs() < 1e6 && value.trunc() == value && (value != 0.0 || value.is_sign_positive()) {
        append_integer(out, value as i64);
        return;
    }
    append_float_as(out, value, Form::General, None);
}

/// Appends a `float32` as Go's `%v` prints it.
pub fn append_float32(out: &mut Vec<u8>, value: f32) {
    if append_special(out, f64::from(value)) {
        return;
    }
    Digits::parse(format!("{:e}", value.abs())).append_general(out, None);
}

/// Appends `value` in the given form; without a precision, as many digits as identify the number.
pub fn append_float_as(out: &mut Vec<u8>, value: f64, form: Form, precision: Option<usize>) {
    if append_special(out, value) {
        return;
    }
    let value = value.abs();
    match form {
        Form::Exponent => {
            Digits::of(value, precision.map(|n| n + 1)).append_exponent(out, precision);
        }
        Form::Plain => append_plain(out, value, precision),
        Form::General => {
            let significant = precision.map(|n| n.max(1));
            Digits::of(value, significant).append_general(out, significant);
        }
        Form::Binary => append_binary(out, value),
        Form::Hex => append_hex(out, value, precision),
    }
}

/// Appends `value` in decimal.
pub fn append_integer(out: &mut Vec<u8>, value: i64) {
    write!(out, "{value}").expect("a vector takes all bytes");
}

/// Appends NaN, an infinity or a minus sign; true if that was all.
fn append_special(out: &mut Vec<u8>, value: f64) -> bool {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
        return true;
    }
    if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
        return true;
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    false
}

/// No `float64` has more significant decimal digits; what a precision asks beyond is zeros.
const MOST_SIGNIFICANT: usize = 770;
/// No `float64` has more digits behind the decimal point.
const MOST_FRACTION: usize = 1080;

/// The decimal digits of a number, without trailing zeros: 0.d₁d₂… × 10^point.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    /// The digits of `value`: `significant` many, correctly rounded, or the fewest that identify it.
    fn of(value: f64, significant: Option<usize>) -> Self {
        let Some(count) = significant else {
            return Self::shortest(value);
        };
        let behind = count.clamp(1, MOST_SIGNIFICANT) - 1;
        Self::parse(format!("{value:.behind$e}"))
    }

    /// The fewest digits that identify `value`. Where two numbers of that many digits are equally
    /// near, Go takes the even one and Rust the larger one.
    fn shortest(value: f64) -> Self {
        let digits = Self::parse(format!("{value:e}"));
        if digits.digits.len() < 16 {
            return digits;
        }
        let behind = digits.digits.len() - 1;
        let rounded = format!("{value:.behind$e}");
        if rounded.parse() == Ok(value) { Self::parse(rounded) } else { digits }
    }

    /// Reads `d.ddde-dd`.
    fn parse(text: String) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent = exponent.parse::<i32>().unwrap_or_default();
        let mut digits = text.as_bytes()[..mantissa.len()].to_vec();
        digits.retain(u8::is_ascii_digit);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = if digits.is_empty() { 0 } else { exponent + 1 };
        Self { digits, point }
    }

    /// `%e`, with `precision` digits behind the point.
    fn append_exponent(&self, out: &mut Vec<u8>, precision: Option<usize>) {
        let behind = precision.unwrap_or(self.digits.len().saturating_sub(1));
        out.push(self.digits.first().copied().unwrap_or(b'0'));
        if behind > 0 {
            out.push(b'.');
            let rest = self.digits.get(1..).unwrap_or_default();
            out.extend_from_slice(&rest[..rest.len().min(behind)]);
            append_zeros(out, behind.saturating_sub(rest.len()));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        append_exponent_part(out, b'e', exponent);
    }

    /// `%g`: an exponent if it is below -4 or not below the precision. The precision counts as 6
    /// when the shortest digits are asked for, and as the number of digits when there are fewer.
    fn append_general(&self, out: &mut Vec<u8>, significant: Option<usize>) {
        let (len, exponent) = (self.digits.len() as i32, self.point - 1);
        let threshold = match significant {
            None => 6,
            Some(count) if count > self.digits.len() && len >= self.point => len,
            Some(count) => i32::try_from(count).unwrap_or(i32::MAX),
        };
        if exponent < -4 || exponent >= threshold {
            self.append_exponent(out, None);
        } else {
            self.append_plain(out);
        }
    }

    /// All digits without an exponent.
    fn append_plain(&self, out: &mut Vec<u8>) {
        let whole = self.point.max(0) as usize;
        if whole == 0 {
            out.push(b'0');
        } else {
            out.extend_from_slice(&self.digits[..whole.min(self.digits.len())]);
            append_zeros(out, whole.saturating_sub(self.digits.len()));
        }
        if whole < self.digits.len() {
            out.push(b'.');
            append_zeros(out, (-self.point).max(0) as usize);
            out.extend_from_slice(&self.digits[whole..]);
        }
    }
}

fn append_plain(out: &mut Vec<u8>, value: f64, precision: Option<usize>) {
    let Some(precision) = precision else {
        Digits::of(value, None).append_plain(out);
        return;
    };
    let behind = precision.min(MOST_FRACTION);
    write!(out, "{value:.behind$}").expect("a vector takes all bytes");
    append_zeros(out, precision - behind);
}

fn append_zeros(out: &mut Vec<u8>, count: usize) {
    out.resize(out.len() + count, b'0');
}

/// `e+06`: a sign and at least two digits.
fn append_exponent_part(out: &mut Vec<u8>, letter: u8, exponent: i32) {
    out.push(letter);
    out.push(if exponent < 0 { b'-' } else { b'+' });
    write!(out, "{:02}", exponent.unsigned_abs()).expect("a vector takes all bytes");
}

/// The bits of a finite number: the mantissa as an integer and its power of two.
fn mantissa_and_exponent(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    match (bits >> 52) & 0x7ff {
        0 => (mantissa, -1074),
        exponent => (mantissa | 1 << 52, exponent as i32 - 1075),
    }
}

fn append_binary(out: &mut Vec<u8>, value: f64) {
    let (mantissa, exponent) = mantissa_and_exponent(value);
    write!(out, "{mantissa}p{exponent:+}").expect("a vector takes all bytes");
}

fn append_hex(out: &mut Vec<u8>, value: f64, precision: Option<usize>) {
    let (mantissa, exponent) = mantissa_and_exponent(value);
    // The leading one goes to bit 60, so that 15 hexadecimal digits follow it.
    let (mut mantissa, mut exponent) = match mantissa.leading_zeros() {
        64 => (0, 0),
        zeros => (mantissa << (zeros - 3), exponent + 63 - zeros as i32),
    };
    if let Some(precision @ 0..15) = precision {
        (mantissa, exponent) = round_hex(mantissa, exponent, precision);
    }
    write!(out, "0x{}", (mantissa >> 60) & 1).expect("a vector takes all bytes");
    let fraction = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        None => fraction.trim_end_matches('0'),
        Some(precision) => &fraction[..precision.min(15)],
    };
    if precision.unwrap_or(fraction.len()) > 0 {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
        append_zeros(out, precision.unwrap_or(0).saturating_sub(fraction.len()));
    }
    append_exponent_part(out, b'p', exponent);
}

/// Rounds to `precision` hexadecimal digits behind the point, halves to even.
fn round_hex(mantissa: u64, exponent: i32, precision: usize) -> (u64, i32) {
    let shift = precision as u32 * 4;
    let lost = (mantissa << shift) & ((1 << 60) - 1);
    let mut kept = mantissa >> (60 - shift);
    if lost | (kept & 1) > 1 << 59 {
        kept += 1;
    }
    let rounded = kept << (60 - shift);
    if rounded & 1 << 61 == 0 { (rounded, exponent) } else { (rounded >> 1, exponent + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_form_changes_to_an_exponent_at_a_million() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (2.0, "2"),
            (-1.005, "-1.005"),
            (999_999.9, "999999.9"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (123_456_789.123, "1.23456789123e+08"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e20, "1e+20"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            let mut out = Vec::new();
            append_float(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn forms_without_precision_are_as_short_as_can_be() {
        for (value, form, expected) in [
            (1e21, Form::Plain, "1000000000000000000000"),
            (1.5e-7, Form::Plain, "0.00000015"),
            (1e21, Form::Exponent, "1e+21"),
            (1.0, Form::Hex, "0x1p+00"),
            (1.0, Form::Binary, "4503599627370496p-52"),
        ] {
            let mut out = Vec::new();
            append_float_as(&mut out, value, form, None);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
