//! What counts as true.

use super::{Object, Value};

/// True for what `if` takes as true: all but nil, `false`, zeros and what has no elements.
///
/// Structs are always true. sprig's `empty` is the exact opposite.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Nil => false,
        Value::Bool(truth) => *truth,
        Value::Int(_, number) => *number != 0,
        Value::Float(number) => *number != 0.0,
        Value::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
        Value::String(text) | Value::Bytes(text) => !text.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Map(map) => !map.is_empty(),
        Value::Object(object) => is_true_object(object.as_ref()),
    }
}

fn is_true_object(object: &dyn Object) -> bool {
    object.underlying().is_none_or(|plain| is_true(&plain))
}
