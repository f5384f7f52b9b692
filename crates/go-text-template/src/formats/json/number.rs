//! Floats as JSON writes them.

use crate::data::{Failure, Form, append_float_as};

/// Appends `value` as `encoding/json` does: an exponent only below 1e-6 and from 1e21 on, and none
/// of its digits a padding zero.
pub fn append_number(out: &mut Vec<u8>, value: f64) -> Result<(), Failure> {
    let magnitude = value.abs();
    if magnitude < 1e15 && value.trunc() == value && !(value == 0.0 && value.is_sign_negative()) {
        out.extend_from_slice((value as i64).to_string().as_bytes());
        return Ok(());
    }
    if !value.is_finite() {
        let mut text = b"json: unsupported value: ".to_vec();
        append_float_as(&mut text, value, Form::General, None);
        return Err(Failure::from(String::from_utf8_lossy(&text).into_owned()));
    }
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        append_exponent(out, value);
    } else {
        append_float_as(out, value, Form::Plain, None);
    }
    Ok(())
}

fn append_exponent(out: &mut Vec<u8>, value: f64) {
    append_float_as(out, value, Form::Exponent, None);
    if let [.., b'e', b'-', b'0', digit] = out[..] {
        out.truncate(out.len() - 2);
        out.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use super::append_number;

    #[test]
    fn numbers_are_written_as_go_does() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1e6, "1000000"),
            (1_234_567.5, "1234567.5"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-10, "1.5e-10"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (123_456_723_456_789.0 + 0.125, "123456723456789.12"),
            (-12_345_678_901_234_567_168.0, "-12345678901234567000"),
            (9_007_199_254_740_992.0, "9007199254740992"),
        ];
        for (value, expected) in cases {
            let mut out = Vec::new();
            append_number(&mut out, value).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        let error = append_number(&mut Vec::new(), f64::NEG_INFINITY).unwrap_err();
        assert_eq!(error.message(), "json: unsupported value: -Inf");
    }
}
