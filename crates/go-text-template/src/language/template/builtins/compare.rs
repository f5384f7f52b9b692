//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`.
//!
//! Only basic kinds have an order, and numbers of different kinds are never equal: Go compares a
//! signed with an unsigned integer, but not an integer with a float.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

use bstr::ByteSlice;

use crate::data::{Failure, Kind, Value, sprintf};
use crate::template::{Function, Rest, function};

pub(super) static TABLE: &[Function] = &[
    ("eq", &function(eq)),
    ("ge", &function(ge)),
    ("gt", &function(gt)),
    ("le", &function(le)),
    ("lt", &function(lt)),
    ("ne", &function(ne)),
];

/// True if the first value equals any of the others.
fn eq(first: Value, others: Rest<Value>) -> Result<bool, Failure> {
    if others.0.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in &others.0 {
        if equal(&first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn ne(a: Value, b: Value) -> Result<bool, Failure> {
    equal(&a, &b).map(|equal| !equal)
}

fn lt(a: Value, b: Value) -> Result<bool, Failure> {
    less(&a, &b)
}

fn le(a: Value, b: Value) -> Result<bool, Failure> {
    Ok(less(&a, &b)? || equal(&a, &b)?)
}

fn gt(a: Value, b: Value) -> Result<bool, Failure> {
    le(a, b).map(|less_or_equal| !less_or_equal)
}

fn ge(a: Value, b: Value) -> Result<bool, Failure> {
    less(&a, &b).map(|less| !less)
}

/// A value of a basic kind.
enum Basic<'v> {
    Bool(bool),
    Complex(f64, f64),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(&'v [u8]),
}

fn basic(value: &Value) -> Option<Basic<'_>> {
    Some(match value {
        Value::Bool(value) => Basic::Bool(*value),
        Value::Complex(real, imaginary) => Basic::Complex(*real, *imaginary),
        Value::Int(kind, value) if kind.is_unsigned() => Basic::Uint(*value as u64),
        Value::Int(_, value) => Basic::Int(*value),
        Value::Float(value) => Basic::Float(*value),
        Value::String(text) => Basic::Text(text.as_bytes()),
        Value::Nil | Value::Bytes(_) | Value::List(_) | Value::Map(_) | Value::Object(_) => {
            return None;
        }
    })
}

/// The value without the name of its type, as far as comparisons are concerned.
fn plain(value: &Value) -> Cow<'_, Value> {
    if let Value::Object(object) = value
        && let Some(plain) = object.underlying()
    {
        return Cow::Owned(plain);
    }
    Cow::Borrowed(value)
}

fn equal(a: &Value, b: &Value) -> Result<bool, Failure> {
    let (plain_a, plain_b) = (plain(a), plain(b));
    match (basic(&plain_a), basic(&plain_b)) {
        (Some(Basic::Bool(a)), Some(Basic::Bool(b))) => Ok(a == b),
        (Some(Basic::Complex(a, c)), Some(Basic::Complex(b, d))) => Ok(a == b && c == d),
        (Some(Basic::Int(a)), Some(Basic::Int(b))) => Ok(a == b),
        (Some(Basic::Uint(a)), Some(Basic::Uint(b))) => Ok(a == b),
        (Some(Basic::Int(a)), Some(Basic::Uint(b))) => Ok(i128::from(a) == i128::from(b)),
        (Some(Basic::Uint(a)), Some(Basic::Int(b))) => Ok(i128::from(a) == i128::from(b)),
        (Some(Basic::Float(a)), Some(Basic::Float(b))) => Ok(a == b),
        (Some(Basic::Text(a)), Some(Basic::Text(b))) => Ok(a == b),
        (None, None) => equal_composites(a, b, &plain_a, &plain_b),
        _ if a.is_nil() || b.is_nil() => Ok(false),
        _ => Err(incompatible(a, b)),
    }
}

fn incompatible(a: &Value, b: &Value) -> Failure {
    let (a, b) = (a.go_type(), b.go_type());
    format!("incompatible types for comparison: {a} and {b}").into()
}

/// Values of other kinds are compared with nil only, or if they are structs or pointers.
fn equal_composites(
    a: &Value,
    b: &Value,
    plain_a: &Value,
    plain_b: &Value,
) -> Result<bool, Failure> {
    let (kind_a, kind_b) = (a.kind(), b.kind());
    if kind_a != kind_b && kind_a != Kind::Invalid && kind_b != Kind::Invalid {
        let args = [a.clone(), b.clone()];
        let (type_a, type_b) = (a.go_type(), b.go_type());
        let format = format!("non-comparable types %s: {type_a}, {type_b}: %v");
        return Err(text_of(&format, &args));
    }
    let (nil_a, nil_b) = (is_nil(plain_a), is_nil(plain_b));
    if nil_a || nil_b {
        return Ok(nil_a == nil_b);
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if kind_b == Kind::Struct => Ok(a.equals(b.as_ref())),
        // Pointers are compared as such, not what they point to.
        (Value::Object(a), Value::Object(b)) if kind_b == Kind::Pointer => Ok(Rc::ptr_eq(a, b)),
        _ => {
            let format = format!("non-comparable type %s: {}", b.go_type());
            Err(text_of(&format, std::slice::from_ref(b)))
        }
    }
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::List(list) => list.is_nil(),
        Value::Map(map) => map.is_nil(),
        _ => false,
    }
}

fn text_of(format: &str, args: &[Value]) -> Failure {
    match sprintf(format.as_bytes(), args) {
        Ok(text) => text.to_str_lossy().into_owned().into(),
        Err(failure) => failure,
    }
}

fn less(a: &Value, b: &Value) -> Result<bool, Failure> {
    const INVALID: &str = "invalid type for comparison";
    let (plain_a, plain_b) = (plain(a), plain(b));
    let (Some(basic_a), Some(basic_b)) = (basic(&plain_a), basic(&plain_b)) else {
        return Err(INVALID.into());
    };
    let ordering = match (basic_a, basic_b) {
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => {
            return Err(INVALID.into());
        }
        (Basic::Int(a), Basic::Int(b)) => a.cmp(&b),
        (Basic::Uint(a), Basic::Uint(b)) => a.cmp(&b),
        (Basic::Int(a), Basic::Uint(b)) => i128::from(a).cmp(&i128::from(b)),
        (Basic::Uint(a), Basic::Int(b)) => i128::from(a).cmp(&i128::from(b)),
        (Basic::Float(a), Basic::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Greater),
        (Basic::Text(a), Basic::Text(b)) => a.cmp(b),
        _ => return Err(incompatible(a, b)),
    };
    Ok(ordering == Ordering::Less)
}
