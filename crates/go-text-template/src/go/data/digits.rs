//! Integers and floats in the forms of `printf`'s verbs.

use super::{Form, append_float_as};

/// How an integer's digits are written.
#[derive(Clone, Copy)]
pub(super) struct Base {
    radix: u64,
    digits: &'static [u8; 16],
    prefix: &'static str,
    prefixed: bool,
    /// `%O`: `0o` before everything else.
    long_octal: bool,
}

impl Base {
    pub(super) const DECIMAL: Self = Self {
        radix: 10,
        digits: b"0123456789abcdef",
        prefix: "",
        prefixed: false,
        long_octal: false,
    };
    pub(super) const BINARY: Self = Self { radix: 2, prefix: "0b", ..Self::DECIMAL };
    pub(super) const OCTAL: Self = Self { radix: 8, prefix: "0", ..Self::DECIMAL };
    pub(super) const LONG_OCTAL: Self = Self { long_octal: true, ..Self::OCTAL };
    pub(super) const HEX: Self = Self { radix: 16, prefix: "0x", ..Self::DECIMAL };
    pub(super) const UPPER_HEX: Self =
        Self { radix: 16, digits: b"0123456789ABCDEF", prefix: "0X", ..Self::DECIMAL };

    pub(super) fn with_prefix(self, prefixed: bool) -> Self {
        Self { prefixed, ..self }
    }

    /// Appends prefix, zeros up to `least` digits, and digits.
    pub(super) fn append(self, text: &mut Vec<u8>, magnitude: u64, least: usize) {
        let mut digits = Vec::with_capacity(least.max(20));
        let mut rest = magnitude;
        while rest >= self.radix {
            digits.push(self.digits[(rest % self.radix) as usize]);
            rest /= self.radix;
        }
        digits.push(self.digits[rest as usize]);
        digits.resize(digits.len().max(least), b'0');
        if self.long_octal {
            text.extend_from_slice(b"0o");
        }
        // Octal numbers that begin with a zero anyway get no further one.
        if self.prefixed && !(self.radix == 8 && digits.last() == Some(&b'0')) {
            text.extend_from_slice(self.prefix.as_bytes());
        }
        text.extend(digits.iter().rev());
    }
}

/// The rune of that number; U+FFFD if there is none.
pub(super) fn rune(number: i64) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// True for the verbs that print floats.
pub(super) fn is_float_verb(verb: char) -> bool {
    matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E')
}

/// Appends the number in the form of the verb.
pub(super) fn append_float_of_verb(
    text: &mut Vec<u8>,
    number: f64,
    verb: char,
    precision: Option<usize>,
) {
    let (form, precision) = match verb {
        'e' | 'E' => (Form::Exponent, precision.or(Some(6))),
        'f' | 'F' => (Form::Plain, precision.or(Some(6))),
        'b' => (Form::Binary, precision),
        'x' | 'X' => (Form::Hex, precision),
        _ => (Form::General, precision),
    };
    append_float_as(text, number, form, precision);
    if matches!(verb, 'E' | 'G' | 'X') && number.is_finite() {
        text.make_ascii_uppercase();
    }
}

/// The flag `#`: a decimal point, and the trailing zeros that `%g` drops. `text` has a sign.
pub(super) fn restore_zeros(text: &mut Vec<u8>, verb: char, precision: Option<usize>) {
    let mut missing = match verb {
        'v' | 'g' | 'G' | 'x' => precision.map_or(6, |precision| precision as i64),
        _ => 0,
    };
    let is_hex = matches!(verb, 'x' | 'X');
    let tail = text
        .iter()
        .position(|byte| matches!(byte, b'p' | b'P') || (!is_hex && matches!(byte, b'e' | b'E')))
        .unwrap_or(text.len());
    let tail = text.split_off(tail);
    let mut significant = false;
    for &byte in &text[1..] {
        significant |= !matches!(byte, b'0' | b'.');
        missing -= i64::from(significant && byte != b'.');
    }
    if !text.contains(&b'.') {
        // The digit of a lone zero counts, too.
        missing -= i64::from(text.len() == 2 && text[1] == b'0');
        text.push(b'.');
    }
    let missing = usize::try_from(missing).unwrap_or(0);
    text.resize(text.len() + missing, b'0');
    text.extend_from_slice(&tail);
}
