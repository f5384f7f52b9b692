//! Conversions to numbers, and arithmetic.
//!
//! Functions take any value and convert it; what is no number is 0. Integers wrap around. The
//! names that end in `f` compute with decimal fractions, exactly, and give a float.

use super::decimal::Decimal;
use super::lists::VALUE_BYTES;
use super::strings::text;
use crate::data::{
    Failure, IntKind, List, NumberError, Str, Type, Value, parse_integer, to_float, to_integer,
};
use crate::template::{Context, Function, Raised, Rest, function};

pub(super) static TABLE: &[Function] = &[
    ("add", &function(add)),
    ("add1", &function(add1)),
    ("add1f", &function(add1f)),
    ("addf", &function(addf)),
    ("atoi", &function(atoi)),
    ("biggest", &function(max)),
    ("ceil", &function(ceil)),
    ("div", &function(div)),
    ("divf", &function(divf)),
    ("float64", &function(float64)),
    ("floor", &function(floor)),
    ("int", &function(int)),
    ("int64", &function(int64)),
    ("max", &function(max)),
    ("maxf", &function(maxf)),
    ("min", &function(min)),
    ("minf", &function(minf)),
    ("mod", &function(modulo)),
    ("mul", &function(mul)),
    ("mulf", &function(mulf)),
    ("round", &function(round)),
    ("seq", &function(seq)),
    ("sub", &function(sub)),
    ("subf", &function(subf)),
    ("toDecimal", &function(to_decimal)),
    ("until", &function(until)),
    ("untilStep", &function(until_step)),
];

/// The value as an `int`.
///
/// ```text
/// {{ int 2.9 }}            -> 2
/// {{ int "0x1f" }}         -> 31
/// {{ int "5.00" }}         -> 5
/// {{ int "1.5" }}          -> 0
/// {{ int true }}           -> 1
/// {{ int nil }}            -> 0
/// {{ int "010" | kindOf }} -> int
/// ```
fn int(value: Value) -> i64 {
    to_integer(&value)
}

/// The value as an `int64`.
///
/// ```text
/// {{ int64 -2.9 }}       -> -2
/// {{ int64 "1_000" }}    -> 1000
/// {{ int64 1e19 }}       -> -9223372036854775808
/// {{ int64 5 | kindOf }} -> int64
/// ```
fn int64(value: Value) -> Value {
    Value::int64(to_integer(&value))
}

/// The value as a `float64`.
///
/// ```text
/// {{ float64 "1e3" }}      -> 1000
/// {{ float64 "x" }}        -> 0
/// {{ float64 3 | kindOf }} -> float64
/// ```
fn float64(value: Value) -> f64 {
    to_float(&value)
}

/// The decimal number that `text` holds, or 0; too large ones become the largest.
///
/// ```text
/// {{ atoi "42" }}                   -> 42
/// {{ atoi "010" }}                  -> 10
/// {{ atoi "4x" }}                   -> 0
/// {{ atoi "99999999999999999999" }} -> 9223372036854775807
/// ```
fn atoi(text: Str) -> i64 {
    match parse_integer(text.as_bytes(), 10) {
        Ok(number) | Err(NumberError::Range(number)) => number,
        Err(NumberError::Syntax) => 0,
    }
}

/// The number that the value's text holds in octal digits, or 0.
///
/// ```text
/// {{ toDecimal "777" }} -> 511
/// {{ toDecimal 755.0 }} -> 493
/// {{ toDecimal "8" }}   -> 0
/// ```
fn to_decimal(cx: &mut Context<'_>, value: Value) -> Result<Value, Raised> {
    let text = match &value {
        // `fmt.Sprint` does not take bytes for text.
        Value::Bytes(_) => Str::EMPTY,
        value => text(cx, value)?,
    };
    Ok(Value::int64(parse_integer(text.as_bytes(), 8).unwrap_or_default()))
}

/// The sum of all values as integers.
///
/// ```text
/// {{ add 1 2 "3" }} -> 6
/// {{ add 1 2.9 }}   -> 3
/// {{ add }}         -> 0
/// ```
fn add(Rest(values): Rest<Value>) -> Value {
    Value::int64(values.iter().map(to_integer).fold(0, i64::wrapping_add))
}

/// The value as an integer, plus one.
///
/// ```text
/// {{ add1 5 }}                   -> 6
/// {{ add1 9223372036854775807 }} -> -9223372036854775808
/// ```
fn add1(value: Value) -> Value {
    Value::int64(to_integer(&value).wrapping_add(1))
}

/// The difference of two values as integers.
///
/// ```text
/// {{ sub 5 7 }}   -> -2
/// {{ sub 5 3 1 }} -> error: wrong number of args for sub: want 2 got 3
/// ```
fn sub(a: Value, b: Value) -> Value {
    Value::int64(to_integer(&a).wrapping_sub(to_integer(&b)))
}

/// The product of all values as integers.
///
/// ```text
/// {{ mul 2 3 4 }} -> 24
/// {{ mul 1.9 2 }} -> 2
/// ```
fn mul(first: Value, Rest(values): Rest<Value>) -> Value {
    Value::int64(values.iter().map(to_integer).fold(to_integer(&first), i64::wrapping_mul))
}

/// The quotient of two values as integers, cut towards zero.
///
/// ```text
/// {{ div 7 2 }}  -> 3
/// {{ div -7 2 }} -> -3
/// {{ div 1 0 }}  -> error: runtime error: integer divide by zero
/// ```
fn div(a: Value, b: Value) -> Result<Value, Failure> {
    match to_integer(&b) {
        0 => Err(division_by_zero()),
        divisor => Ok(Value::int64(to_integer(&a).wrapping_div(divisor))),
    }
}

/// The remainder of two values as integers; it has the sign of the first.
///
/// ```text
/// {{ mod 7 3 }}   -> 1
/// {{ mod -7 3 }}  -> -1
/// {{ mod 7 "x" }} -> error: runtime error: integer divide by zero
/// ```
fn modulo(a: Value, b: Value) -> Result<Value, Failure> {
    match to_integer(&b) {
        0 => Err(division_by_zero()),
        divisor => Ok(Value::int64(to_integer(&a).wrapping_rem(divisor))),
    }
}

fn division_by_zero() -> Failure {
    Failure::new("runtime error: integer divide by zero")
}

/// The largest of the values as integers.
///
/// ```text
/// {{ max 1 5 3 }}     -> 5
/// {{ biggest 1 5.9 }} -> 5
/// ```
fn max(first: Value, Rest(values): Rest<Value>) -> Value {
    Value::int64(values.iter().map(to_integer).fold(to_integer(&first), i64::max))
}

/// The smallest of the values as integers.
///
/// ```text
/// {{ min 4 2 "x" }} -> 0
/// ```
fn min(first: Value, Rest(values): Rest<Value>) -> Value {
    Value::int64(values.iter().map(to_integer).fold(to_integer(&first), i64::min))
}

/// The largest of the values as floats.
///
/// ```text
/// {{ maxf 1 2.5 "2.6" }} -> 2.6
/// ```
fn maxf(first: Value, Rest(values): Rest<Value>) -> f64 {
    values.iter().map(to_float).fold(to_float(&first), larger)
}

/// Go's `math.Max`: NaN if either is NaN, unless the other is infinite, and 0 is larger than -0.
fn larger(a: f64, b: f64) -> f64 {
    match (a, b) {
        (f64::INFINITY, _) | (_, f64::INFINITY) => f64::INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        _ if a == b => {
            if a.is_sign_negative() {
                b
            } else {
                a
            }
        }
        _ => a.max(b),
    }
}

/// The smallest of the values as floats.
///
/// ```text
/// {{ minf 1 2.5 "0.6" }} -> 0.6
/// ```
fn minf(first: Value, Rest(values): Rest<Value>) -> f64 {
    values.iter().map(to_float).fold(to_float(&first), |a, b| -larger(-a, -b))
}

/// The sum of all values.
///
/// ```text
/// {{ addf 0.1 0.2 }}   -> 0.3
/// {{ addf 1.5 "2" 3 }} -> 6.5
/// {{ addf }}           -> 0
/// ```
fn addf(Rest(values): Rest<Value>) -> Result<f64, Failure> {
    computed(&Value::int(0), &values, |a, b| Ok(a.plus(b)))
}

/// The value plus one.
///
/// ```text
/// {{ add1f 0.1 }} -> 1.1
/// ```
fn add1f(value: Value) -> Result<f64, Failure> {
    computed(&value, &[Value::int(1)], |a, b| Ok(a.plus(b)))
}

/// The first value less all others.
///
/// ```text
/// {{ subf 0.3 0.1 }} -> 0.2
/// ```
fn subf(first: Value, Rest(values): Rest<Value>) -> Result<f64, Failure> {
    computed(&first, &values, |a, b| Ok(a.minus(b)))
}

/// The product of all values.
///
/// ```text
/// {{ mulf 1.1 1.1 }}     -> 1.21
/// {{ mulf 1e300 1e300 }} -> +Inf
/// ```
fn mulf(first: Value, Rest(values): Rest<Value>) -> Result<f64, Failure> {
    computed(&first, &values, |a, b| Ok(a.times(b)))
}

/// The first value divided by all others, each time to 16 decimal places.
///
/// ```text
/// {{ divf 1 3 }}  -> 0.3333333333333333
/// {{ divf 10 3 }} -> 3.3333333333333335
/// {{ divf -2 3 }} -> -0.6666666666666667
/// {{ divf 1 0 }}  -> error: decimal division by 0
/// ```
fn divf(first: Value, Rest(values): Rest<Value>) -> Result<f64, Failure> {
    computed(&first, &values, Decimal::divided_by)
}

fn computed(
    first: &Value,
    values: &[Value],
    operation: impl Fn(Decimal, &Decimal) -> Result<Decimal, Failure>,
) -> Result<f64, Failure> {
    let first = Decimal::from_float(to_float(first))?;
    let result = values.iter().try_fold(first, |result, value| {
        operation(result, &Decimal::from_float(to_float(value))?)
    })?;
    Ok(result.to_float())
}

/// The next whole number below, as a float.
///
/// ```text
/// {{ floor 2.9 }}     -> 2
/// {{ floor -2.1 }}    -> -3
/// {{ floor 1000000 }} -> 1e+06
/// ```
fn floor(value: Value) -> f64 {
    to_float(&value).floor()
}

/// The next whole number above, as a float.
///
/// ```text
/// {{ ceil 2.1 }}    -> 3
/// {{ ceil "-2.9" }} -> -2
/// ```
fn ceil(value: Value) -> f64 {
    to_float(&value).ceil()
}

/// The value rounded to `places` decimal places: up from a half on, or from the third argument on.
///
/// Negative numbers are always rounded down.
///
/// ```text
/// {{ round 123.5555 3 }}     -> 123.556
/// {{ round 123.5555 3 0.6 }} -> 123.555
/// {{ round -2.5 0 }}         -> -3
/// {{ round -1.4 0 }}         -> -2
/// {{ round 1.005 2 }}        -> 1
/// {{ round 1234.5 -2 }}      -> 1200
/// {{ round 1.5 "0" }}        -> error: expected integer; found "0"
/// ```
fn round(value: Value, places: i64, Rest(rest): Rest<f64>) -> f64 {
    let round_on = rest.first().copied().unwrap_or(0.5);
    let power = power_of_ten(places as f64);
    let shifted = power * to_float(&value);
    let rounded = if shifted.fract() >= round_on { shifted.ceil() } else { shifted.floor() };
    rounded / power
}

/// Go's `math.Pow(10, y)` for a whole `y`: its result may be off by a bit, and so is this one.
fn power_of_ten(y: f64) -> f64 {
    // 10 is 0.625 × 2⁴; both parts are squared again and again.
    let (mut fraction, mut exponent) = (0.625_f64, 4_i64);
    let (mut power, mut power_exponent) = (1.0_f64, 0_i64);
    let mut rest = y.abs().min(9e18) as u64;
    while rest != 0 {
        if exponent.abs() > 1 << 12 {
            power_exponent += exponent;
            break;
        }
        if rest & 1 == 1 {
            power *= fraction;
            power_exponent += exponent;
        }
        fraction *= fraction;
        exponent *= 2;
        if fraction < 0.5 {
            fraction += fraction;
            exponent -= 1;
        }
        rest >>= 1;
    }
    if y < 0.0 {
        (power, power_exponent) = (1.0 / power, -power_exponent);
    }
    scaled(power, power_exponent)
}

/// `number` × 2^`exponent`.
fn scaled(number: f64, exponent: i64) -> f64 {
    let half = exponent / 2;
    number * 2_f64.powi(half as i32) * 2_f64.powi((exponent - half) as i32)
}

/// The whole numbers from 1 to the only argument, or from the first to the last, as text; of three
/// arguments the second is the step.
///
/// ```text
/// {{ seq 5 }}             -> 1 2 3 4 5
/// {{ seq 0 }}             -> 1 0
/// {{ seq -2 }}            -> 1 0 -1 -2
/// {{ seq 2 5 }}           -> 2 3 4 5
/// {{ seq 5 2 }}           -> 5 4 3 2
/// {{ seq 0 2 9 }}         -> 0 2 4 6 8
/// {{ seq 9 -3 0 }}        -> 9 6 3 0
/// {{ seq 9 3 0 | quote }} -> ""
/// {{ seq | quote }}       -> ""
/// ```
fn seq(cx: &mut Context<'_>, Rest(bounds): Rest<i64>) -> Result<Str, Raised> {
    let (start, step, end) = match bounds[..] {
        [end] => (1, if end < 1 { -1 } else { 1 }, end),
        [start, end] => (start, if end < start { -1 } else { 1 }, end),
        [start, step, end] => (start, step, end),
        _ => return Ok(Str::EMPTY),
    };
    if end < start && step > 0 {
        return Ok(Str::EMPTY);
    }
    let numbers = Steps { start, stop: end.wrapping_add(if end < start { -1 } else { 1 }), step };
    let longest = start.to_string().len().max(end.to_string().len()) as u64;
    cx.reserve(numbers.count().saturating_mul(longest + 1))?;
    let mut out = String::new();
    for number in numbers.iter() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&number.to_string());
    }
    Ok(out.into())
}

/// The `int`s from 0 up, or down, to `count`, which is not among them.
///
/// ```text
/// {{ until 3 }}   -> [0 1 2]
/// {{ until -3 }}  -> [0 -1 -2]
/// {{ until 0 }}   -> []
/// {{ until 3.5 }} -> error: expected integer; found 3.5
/// ```
fn until(cx: &mut Context<'_>, count: i64) -> Result<List, Raised> {
    until_step(cx, 0, count, if count < 0 { -1 } else { 1 })
}

/// The `int`s from `start` on in steps of `step` up, or down, to `stop`, which is not among them.
///
/// ```text
/// {{ untilStep 0 10 3 }}  -> [0 3 6 9]
/// {{ untilStep 3 0 -1 }}  -> [3 2 1]
/// {{ untilStep 0 10 -3 }} -> []
/// {{ untilStep 0 10 0 }}  -> []
/// ```
fn until_step(cx: &mut Context<'_>, start: i64, stop: i64, step: i64) -> Result<List, Raised> {
    let steps = Steps { start, stop, step };
    cx.reserve(steps.count().saturating_mul(VALUE_BYTES))?;
    let numbers = steps.iter().map(Value::int).collect();
    Ok(List::of(Type::List(&Type::Int(IntKind::Int)), numbers).grown())
}

/// An arithmetic progression that ends before `stop`; empty if `step` leads elsewhere.
struct Steps {
    start: i64,
    stop: i64,
    step: i64,
}

impl Steps {
    fn count(&self) -> u64 {
        let distance = self.start.abs_diff(self.stop);
        let leads_there = if self.stop < self.start { self.step < 0 } else { self.step > 0 };
        if leads_there { distance.div_ceil(self.step.unsigned_abs()) } else { 0 }
    }

    fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.count() as i64).map(|index| self.start.wrapping_add(self.step.wrapping_mul(index)))
    }
}
