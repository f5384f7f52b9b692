//! Exact decimal numbers: what Go's `big.Rat` does for schemas.
//!
//! In: the text of a JSON number. Out: a [`Decimal`] that can be compared and divided without
//! rounding, and the words for it in messages, which have thousands separators.

use std::cmp::Ordering;

use smallvec::SmallVec;

/// Go refuses to read numbers with larger exponents exactly.
const MAX_EXPONENT: i64 = 1_000_000;

/// A number `±digits × 10^exponent`.
///
/// Invariant: neither the first nor the last digit is zero; zero has no digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    negative: bool,
    digits: SmallVec<[u8; 24]>,
    exponent: i64,
}

impl Decimal {
    /// Reads a JSON number; none if its exponent is beyond what Go reads.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&text[..at], std::str::from_utf8(&text[at + 1..]).ok()?.parse().ok()?),
            None => (text, 0_i64),
        };
        let point = mantissa.iter().position(|byte| *byte == b'.');
        let fraction = point.map_or(0, |at| mantissa.len() - at - 1);
        let digits =
            mantissa.iter().filter(|byte| **byte != b'.').map(|byte| byte - b'0').collect();
        Self { negative, digits, exponent: 0 }.scaled(exponent.checked_sub(fraction as i64)?)
    }

    /// This number times `10^exponent`, in the form of the invariant.
    fn scaled(mut self, exponent: i64) -> Option<Self> {
        let leading = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..leading);
        if self.digits.is_empty() {
            return Some(Self { negative: false, digits: SmallVec::new(), exponent: 0 });
        }
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        self.exponent = exponent;
        while self.digits.last() == Some(&0) {
            self.digits.pop();
            self.exponent += 1;
        }
        Some(self)
    }

    /// True for zero.
    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// True for whole numbers.
    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The low 64 bits of a whole number, as Go's `Int64` gives them.
    pub(super) fn to_wrapped_i64(&self) -> i64 {
        let zeros = std::iter::repeat_n(&0, self.exponent.max(0) as usize);
        let magnitude = self
            .digits
            .iter()
            .chain(zeros)
            .fold(0_u64, |value, digit| value.wrapping_mul(10).wrapping_add(u64::from(*digit)));
        if self.negative { (magnitude as i64).wrapping_neg() } else { magnitude as i64 }
    }

    /// True if this number is a whole multiple of `divisor`, which is not zero.
    pub(super) fn is_multiple_of(&self, divisor: &Self) -> bool {
        if self.is_zero() {
            return true;
        }
        // The digits of this number do not end in zero, so no power of ten divides them.
        let Ok(zeros) = usize::try_from(self.exponent - divisor.exponent) else {
            return false;
        };
        let digits = self.digits.iter().chain(std::iter::repeat_n(&0, zeros)).copied();
        match divisor.to_small() {
            Some(small) => {
                digits.fold(0, |rest, digit| (rest * 10 + u128::from(digit)) % small) == 0
            }
            None => divides(&divisor.digits, digits, self.digits.len() + zeros),
        }
    }

    /// The digits as a number, if there are few.
    fn to_small(&self) -> Option<u128> {
        let few = self.digits.len() <= 30;
        few.then(|| self.digits.iter().fold(0, |value, digit| value * 10 + u128::from(*digit)))
    }

    /// How the sizes compare, signs left aside.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        if self.is_zero() || other.is_zero() {
            return other.is_zero().cmp(&self.is_zero());
        }
        let scale = |number: &Self| number.digits.len() as i64 + number.exponent;
        scale(self).cmp(&scale(other)).then_with(|| self.digits.cmp(&other.digits))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

/// True if the texts stand for the same number.
pub(super) fn equal(a: &[u8], b: &[u8]) -> bool {
    let exact = |text| Decimal::parse(text);
    a == b && !a.contains(&b'e') || matches!((exact(a), exact(b)), (Some(a), Some(b)) if a == b)
}

/// Long division by a divisor that no machine integer holds; `length` digits are divided.
///
/// Numbers of such size meet nowhere but in attacks: beyond a measure of work the answer is no.
fn divides(divisor: &[u8], digits: impl Iterator<Item = u8>, length: usize) -> bool {
    if divisor.len().saturating_mul(length) > 10_000_000 {
        return false;
    }
    let mut rest = Vec::new();
    for digit in digits {
        if digit != 0 || !rest.is_empty() {
            rest.push(digit);
        }
        while (rest.len(), rest.as_slice()) >= (divisor.len(), divisor) {
            subtract(&mut rest, divisor);
        }
    }
    rest.is_empty()
}

/// Takes `less`, which is not larger, from `number`; both are decimal digits.
fn subtract(number: &mut Vec<u8>, less: &[u8]) {
    let mut borrow = 0;
    let mut less = less.iter().rev();
    for digit in number.iter_mut().rev() {
        let taken = less.next().copied().unwrap_or(0) + borrow;
        borrow = u8::from(*digit < taken);
        *digit = *digit + borrow * 10 - taken;
    }
    let leading = number.iter().take_while(|digit| **digit == 0).count();
    number.drain(..leading);
}

/// `text` in the words of an English message: `70,000`, `0.5`, `1.5×10⁻⁰⁷`.
pub(super) fn spoken(text: &[u8]) -> String {
    let value: f64 = String::from_utf8_lossy(text).parse().unwrap_or(f64::NAN);
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "-∞".into() };
    }
    if value == 0.0 {
        return "0".into();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("Rust writes an exponent");
    match exponent.parse() {
        Ok(exponent @ -4..6) => plain(value, exponent),
        _ => format!("{mantissa}×10{}", raised(exponent)),
    }
}

/// A number between 0.0001 and a million, with its thousands marked.
fn plain(value: f64, exponent: i32) -> String {
    let mut text = format!("{value}");
    if exponent >= 3 {
        text.insert(text.find(['.']).unwrap_or(text.len()) - 3, ',');
    }
    text
}

/// `exponent` in small raised digits, at least two of them.
fn raised(exponent: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ("⁻", digits),
        None => ("", exponent),
    };
    let digits = format!("{digits:0>2}");
    let raised = digits.bytes().map(|digit| DIGITS[usize::from(digit - b'0')]);
    sign.chars().chain(raised).collect()
}

/// `count` with its thousands marked.
pub(super) fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut out = String::from(if count < 0 { "-" } else { "" });
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn numbers_are_spoken_as_the_message_printer_does() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("70000", "70,000"),
            ("999999.5", "999,999.5"),
            ("123456.7890123", "123,456.7890123"),
            ("1e6", "1×10⁰⁶"),
            ("1234567.5", "1.2345675×10⁰⁶"),
            ("0.0001", "0.0001"),
            ("0.00001", "1×10⁻⁰⁵"),
            ("-70000", "-70,000"),
            ("1.5e300", "1.5×10³⁰⁰"),
            ("5e-324", "5×10⁻³²⁴"),
            ("1e400", "∞"),
        ] {
            assert_eq!(spoken(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(-123), "-123");
    }

    #[test]
    fn decimals_compare_exactly() {
        assert!(decimal("9007199254740993") > decimal("9007199254740992"));
        assert!(decimal("-1.5") < decimal("-1.49"));
        assert_eq!(decimal("1.0"), decimal("1"));
        assert_eq!(decimal("100e-2"), decimal("1"));
        assert_eq!(decimal("-0"), decimal("0.00e5"));
        assert!(decimal("0") < decimal("1e-9") && decimal("-1e-9") < decimal("0"));
        assert!(decimal("12").is_integer() && decimal("1.20e1").is_integer());
        assert!(!decimal("1.2").is_integer());
        assert!(Decimal::parse(b"1e1000001").is_none());
    }

    #[test]
    fn multiples_are_found_without_rounding() {
        for (number, divisor, expected) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("1e300", "3", false),
            ("3e300", "3", true),
            ("5", "10", false),
            (
                "100000000000000000000000000000000000000000",
                "10000000000000000000000000000000000001",
                false,
            ),
            (
                "20000000000000000000000000000000000002",
                "10000000000000000000000000000000000001",
                true,
            ),
        ] {
            assert_eq!(decimal(number).is_multiple_of(&decimal(divisor)), expected, "{number}");
        }
    }
}
