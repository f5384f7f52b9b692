//! Decimal fractions of any length, as far as sprig's arithmetic needs them.

use num_bigint::{BigInt, Sign};

use crate::data::{Failure, append_float};

/// Division stops at this decimal place.
const PLACES: i64 = 16;

/// `value` × 10^`exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    value: BigInt,
    exponent: i64,
}

impl Decimal {
    /// The fraction with the digits that Go prints for `number`.
    pub(super) fn from_float(number: f64) -> Result<Self, Failure> {
        if !number.is_finite() {
            let mut text = Vec::new();
            append_float(&mut text, number);
            let text = String::from_utf8_lossy(&text);
            return Err(format!("Cannot create a Decimal from {text}").into());
        }
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits = mantissa.replace('.', "").parse::<i64>().unwrap_or_default();
        let exponent = exponent.parse::<i64>().unwrap_or_default();
        Ok(Self { value: digits.into(), exponent: exponent - fraction as i64 })
    }

    /// The nearest float.
    pub(super) fn to_float(&self) -> f64 {
        format!("{}e{}", self.value, self.exponent).parse().unwrap_or(f64::NAN)
    }

    pub(super) fn plus(self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { value: self.at(exponent) + other.at(exponent), exponent }
    }

    pub(super) fn minus(self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { value: self.at(exponent) - other.at(exponent), exponent }
    }

    pub(super) fn times(self, other: &Self) -> Self {
        Self { value: self.value * &other.value, exponent: self.exponent + other.exponent }
    }

    /// The quotient to 16 decimal places, halves rounded away from zero.
    pub(super) fn divided_by(self, other: &Self) -> Result<Self, Failure> {
        if other.value.sign() == Sign::NoSign {
            return Err(Failure::new("decimal division by 0"));
        }
        let shift = self.exponent - other.exponent + PLACES;
        let dividend = &self.value * power_of_ten(shift.max(0));
        let divisor = &other.value * power_of_ten((-shift).max(0));
        let mut value = &dividend / &divisor;
        let rest = dividend % &divisor;
        if rest.magnitude() * 2_u32 >= *divisor.magnitude() {
            let negative =
                (self.value.sign() == Sign::Minus) != (other.value.sign() == Sign::Minus);
            value += if negative { -1 } else { 1 };
        }
        Ok(Self { value, exponent: -PLACES })
    }

    /// The value that goes with a lower exponent.
    fn at(&self, exponent: i64) -> BigInt {
        &self.value * power_of_ten(self.exponent - exponent)
    }
}

fn power_of_ten(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or_default())
}
