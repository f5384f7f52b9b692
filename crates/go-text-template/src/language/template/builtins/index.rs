//! `index`: elements of lists, maps and texts.

use crate::data::{Failure, IntKind, List, Map, Value};
use crate::template::eval::zero;
use crate::template::{Function, Rest, function};

pub(super) static TABLE: &[Function] = &[("index", &function(index))];

/// `index x 1 2` is `x[1][2]`.
fn index(item: Value, indexes: Rest<Value>) -> Result<Value, Failure> {
    if item.is_nil() {
        return Err("index of untyped nil".into());
    }
    indexes.0.iter().try_fold(item, element)
}

fn element(item: Value, index: &Value) -> Result<Value, Failure> {
    match &item {
        Value::Nil => Err("index of nil pointer".into()),
        Value::String(text) => byte(text, index, "reflect: string index out of range"),
        Value::Bytes(bytes) => byte(bytes, index, "reflect: slice index out of range"),
        Value::List(list) => list_element(list, index),
        Value::Map(map) => map_element(map, index),
        Value::Object(object) => match object.underlying() {
            Some(plain @ (Value::List(_) | Value::Map(_) | Value::String(_) | Value::Bytes(_))) => {
                element(plain, index)
            }
            _ => Err(format!("can't index item of type {}", item.go_type().pointee()).into()),
        },
        _ => Err(format!("can't index item of type {}", item.go_type()).into()),
    }
}

fn byte(bytes: &[u8], index: &Value, out_of_range: &'static str) -> Result<Value, Failure> {
    let at = position(index, bytes.len())?;
    let byte = bytes.get(at).ok_or(out_of_range)?;
    Ok(Value::Int(IntKind::Uint8, i64::from(*byte)))
}

fn list_element(list: &List, index: &Value) -> Result<Value, Failure> {
    let at = position(index, list.len())?;
    list.get(at).ok_or_else(|| "reflect: slice index out of range".into())
}

/// The place that `index` means; Go lets the length itself pass here and fails later.
fn position(index: &Value, length: usize) -> Result<usize, Failure> {
    let number = match index {
        Value::Int(_, number) => *number,
        Value::Nil => return Err("cannot index slice/array with nil".into()),
        Value::Object(object) => match object.underlying() {
            Some(Value::Int(_, number)) => number,
            _ => return Err(unfit(index)),
        },
        _ => return Err(unfit(index)),
    };
    match usize::try_from(number) {
        Ok(at) if at <= length => Ok(at),
        _ => Err(format!("index out of range: {number}").into()),
    }
}

fn unfit(index: &Value) -> Failure {
    format!("cannot index slice/array with type {}", index.go_type()).into()
}

fn map_element(map: &Map, index: &Value) -> Result<Value, Failure> {
    match index {
        Value::String(key) => {
            Ok(map.get(key.as_bytes()).unwrap_or_else(|| zero(map.class().element)))
        }
        Value::Nil => Err("value is nil; should be of type string".into()),
        other => Err(format!("value has type {}; should be string", other.go_type()).into()),
    }
}
