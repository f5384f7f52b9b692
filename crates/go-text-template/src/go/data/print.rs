//! Go's default format, `%v`: what `{{ value }}`, `print`, `quote` and `toString` write.
//!
//! In: a value. Out: bytes appended to a buffer. Formats with verbs are in [`super::printf`].

use super::printer::{MOST_BYTES, MOST_NESTING, Printer, too_large};
use super::{Failure, Kind, List, Map, Object, Str, Value, append_float, append_integer};

/// Appends `value` in Go's default format, as `fmt.Sprint` of that one value writes it.
///
/// Fails for values that contain themselves and for text beyond all bounds.
pub fn append_value(out: &mut Vec<u8>, value: &Value) -> Result<(), Failure> {
    append(out, value, 0)
}

/// Appends `value` as a template's action writes it: a nil as `<no value>`, a pointer to a struct
/// as the struct.
pub fn append_action(out: &mut Vec<u8>, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Nil => out.extend_from_slice(b"<no value>"),
        // Below the top, `append` does not mark pointers with `&`, but prints their address.
        Value::Object(object) if is_plain_pointer(object.as_ref()) => {
            return Printer::new(out).fields(object.as_ref(), 'v', 0);
        }
        value => return append(out, value, 0),
    }
    Ok(())
}

/// The values printed one after another, with a space between two that are both not strings.
pub fn sprint(values: &[Value]) -> Result<Vec<u8>, Failure> {
    sprint_behind(Vec::new(), values)
}

/// The values printed behind the text `out` in the manner of [`sprint`].
pub fn sprint_behind(mut out: Vec<u8>, values: &[Value]) -> Result<Vec<u8>, Failure> {
    let mut after_string = true;
    for value in values {
        let is_string = value.kind() == Kind::String;
        if !is_string && !after_string {
            out.push(b' ');
        }
        append_value(&mut out, value)?;
        after_string = is_string;
    }
    Ok(out)
}

/// The values printed with a space between each two, and a newline.
pub fn sprintln(values: &[Value]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        append_value(&mut out, value)?;
    }
    out.push(b'\n');
    Ok(out)
}

/// The value's default format; a string as it is, and bytes as the text they hold.
///
/// This is what sprig's functions make of any value that is to be text.
pub fn to_text(value: &Value) -> Result<Str, Failure> {
    if let Value::String(text) | Value::Bytes(text) = value {
        return Ok(text.clone());
    }
    let mut out = Vec::new();
    append_value(&mut out, value)?;
    Ok(out.into())
}

fn append(out: &mut Vec<u8>, value: &Value, depth: u32) -> Result<(), Failure> {
    match value {
        Value::Nil => out.extend_from_slice(b"<nil>"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(kind, value) if kind.is_unsigned() => append_unsigned(out, *value as u64),
        Value::Int(_, value) => append_integer(out, *value),
        Value::Float(value) => append_float(out, *value),
        Value::String(text) => out.extend_from_slice(text.as_bytes()),
        Value::List(list) => return append_list(out, list, depth),
        Value::Map(map) => return append_map(out, map, depth),
        other => return Printer::new(out).value(other, 'v', depth),
    }
    Ok(())
}

fn append_unsigned(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(value.to_string().as_bytes());
}

fn append_list(out: &mut Vec<u8>, list: &List, depth: u32) -> Result<(), Failure> {
    out.push(b'[');
    list.with_items(|items| {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(b' ');
            }
            append_inner(out, item, depth)?;
        }
        out.push(b']');
        Ok(())
    })
}

fn append_map(out: &mut Vec<u8>, map: &Map, depth: u32) -> Result<(), Failure> {
    out.extend_from_slice(b"map[");
    map.with_entries(|entries| {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(key.as_bytes());
            out.push(b':');
            append_inner(out, value, depth)?;
        }
        out.push(b']');
        Ok(())
    })
}

/// Appends an element of a container that is `depth` deep itself.
fn append_inner(out: &mut Vec<u8>, value: &Value, depth: u32) -> Result<(), Failure> {
    if depth >= MOST_NESTING || out.len() > MOST_BYTES {
        return Err(too_large());
    }
    match value {
        Value::List(_) | Value::Map(_) | Value::Object(_) => {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || append(out, value, depth + 1))
        }
        scalar => append(out, scalar, depth + 1),
    }
}

fn is_plain_pointer(object: &dyn Object) -> bool {
    object.go_type().kind() == Kind::Pointer
        && object.string().is_none()
        && object.underlying().is_none()
}
