//! Values to TOML.

use crate::data::{Failure, Form, Kind, Object, Str, Value, append_float_as, append_integer};
use crate::dates::{Duration, Time, Zone};
use crate::json::{Room, WriteError};

/// The library would use up the stack on deeper values; only cyclic ones are.
const MAX_DEPTH: usize = 1000;

/// The TOML text of `value`, which must not be nil.
///
/// Values that are no map are written as they would stand behind a key.
pub fn write(value: &Value, room: &mut Room<'_>) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer { out: Vec::new(), room, announced: 0, key: Vec::new(), depth: 0 };
    writer.encode(value)?;
    writer.announce()?;
    Ok(writer.out)
}

/// What a value is to TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Nil,
    Table,
    /// A list of tables, at least one.
    Tables,
    Plain,
}

struct Writer<'w, 'r> {
    out: Vec<u8>,
    room: &'w mut Room<'r>,
    /// Bytes for which room has been asked.
    announced: usize,
    /// The full key of what is being written.
    key: Vec<Str>,
    depth: usize,
}

impl Writer<'_, '_> {
    /// Writes `value` under the current key, on lines of its own.
    fn encode(&mut self, value: &Value) -> Result<(), WriteError> {
        let value = plain(value);
        match &value {
            Value::Complex(..) => {
                let key = full_key(&self.key);
                let message = format!("unsupported type for key '{key}': {}", value.kind());
                Err(Failure::from(message).into())
            }
            other => match shape(other, 0)? {
                Shape::Nil if !matches!(other, Value::List(_)) => Ok(()),
                Shape::Nil | Shape::Plain => self.key_value(other),
                Shape::Table => self.table(other),
                Shape::Tables => self.tables(other),
            },
        }
    }

    fn key_value(&mut self, value: &Value) -> Result<(), WriteError> {
        let Some(name) = self.key.last().cloned() else { return self.element(value) };
        self.indent();
        append_key(&mut self.out, &name);
        self.out.extend_from_slice(b" = ");
        self.element(value)?;
        self.out.push(b'\n');
        self.announce()
    }

    fn table(&mut self, value: &Value) -> Result<(), WriteError> {
        if self.key.len() == 1 {
            self.blank_line();
        }
        if !self.key.is_empty() {
            self.header("[", "]");
        }
        self.entries(value)
    }

    fn tables(&mut self, value: &Value) -> Result<(), WriteError> {
        if self.key.is_empty() {
            return Err(Failure::new("toml: top-level values must be Go maps or structs").into());
        }
        let Value::List(list) = value else { return Ok(()) };
        for item in list.iter() {
            self.blank_line();
            self.header("[[", "]]");
            self.entries(&item)?;
        }
        Ok(())
    }

    /// Separates tables, but nothing stands before the first one.
    fn blank_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
    }

    fn header(&mut self, open: &str, close: &str) {
        self.indent();
        self.out.extend_from_slice(open.as_bytes());
        self.out.extend_from_slice(full_key(&self.key).as_bytes());
        self.out.extend_from_slice(close.as_bytes());
        self.out.push(b'\n');
    }

    fn indent(&mut self) {
        let levels = self.key.len().saturating_sub(1);
        self.out.resize(self.out.len() + 2 * levels, b' ');
    }

    /// Writes the entries of a table: first what is no table itself.
    fn entries(&mut self, table: &Value) -> Result<(), WriteError> {
        let (direct, sub) = split_entries(table)?;
        self.down()?;
        for (name, value) in direct.into_iter().chain(sub) {
            if shape_is_nil(&value) {
                continue;
            }
            self.key.push(name);
            let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.encode(&value));
            self.key.pop();
            result?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Writes a value as it stands behind a key or in a list.
    fn element(&mut self, value: &Value) -> Result<(), WriteError> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match &plain(value) {
            Value::Bool(true) => self.text("true"),
            Value::Bool(false) => self.text("false"),
            Value::Int(kind, bits) if kind.is_unsigned() => {
                self.text(&bits.cast_unsigned().to_string())
            }
            Value::Int(_, number) => {
                append_integer(&mut self.out, *number);
                Ok(())
            }
            Value::Float(number) => {
                append_number(&mut self.out, *number);
                Ok(())
            }
            Value::String(text) => {
                append_quoted(&mut self.out, text);
                self.announce()
            }
            Value::Bytes(bytes) => {
                let numbers = bytes.iter().map(u8::to_string).collect::<Vec<_>>();
                self.text(&format!("[{}]", numbers.join(", ")))
            }
            Value::List(list) => self.list(list),
            Value::Object(object) => self.object(object.as_ref(), value),
            Value::Map(_) => self.inline_table(value),
            Value::Nil | Value::Complex(..) => {
                let found = value.go_type();
                Err(Failure::from(format!("unexpected type: {found}")).into())
            }
        })
    }

    fn text(&mut self, text: &str) -> Result<(), WriteError> {
        self.out.extend_from_slice(text.as_bytes());
        self.announce()
    }

    fn list(&mut self, list: &crate::data::List) -> Result<(), WriteError> {
        self.down()?;
        self.out.push(b'[');
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(b", ");
            }
            self.element(&item)?;
        }
        self.out.push(b']');
        self.depth -= 1;
        self.announce()
    }

    fn object(&mut self, object: &dyn Object, value: &Value) -> Result<(), WriteError> {
        if let Some(time) = value.downcast::<Time>() {
            self.out.extend(time_text(time));
        } else if let Some(duration) = value.downcast::<Duration>() {
            append_quoted(&mut self.out, duration.to_string().as_bytes());
        } else if let Some(text) = marshalled(object)? {
            append_quoted(&mut self.out, &text);
        } else {
            return self.inline_table(value);
        }
        Ok(())
    }

    /// Writes a table in braces. A nil at the end leaves the comma before it behind.
    fn inline_table(&mut self, table: &Value) -> Result<(), WriteError> {
        let (direct, sub) = split_entries(table)?;
        self.down()?;
        self.out.push(b'{');
        self.inline_entries(&direct, !sub.is_empty())?;
        self.inline_entries(&sub, false)?;
        self.out.push(b'}');
        self.depth -= 1;
        self.announce()
    }

    fn inline_entries(
        &mut self,
        entries: &[(Str, Value)],
        more_follow: bool,
    ) -> Result<(), WriteError> {
        for (index, (name, value)) in entries.iter().enumerate() {
            if shape_is_nil(value) {
                continue;
            }
            append_key(&mut self.out, name);
            self.out.extend_from_slice(b" = ");
            self.element(value)?;
            if more_follow || index + 1 < entries.len() {
                self.out.extend_from_slice(b", ");
            }
        }
        Ok(())
    }

    fn down(&mut self) -> Result<(), WriteError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep().into());
        }
        Ok(())
    }

    /// Asks for room for what has been written since the last time.
    fn announce(&mut self) -> Result<(), WriteError> {
        let new = (self.out.len() - self.announced) as u64;
        self.announced = self.out.len();
        if (self.room)(new) { Ok(()) } else { Err(WriteError::NoRoom) }
    }
}

fn too_deep() -> Failure {
    Failure::from(format!("toml: values are nested more than {MAX_DEPTH} levels deep"))
}

/// A named number, list or map without its name, unless it has a text of its own.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) if value.downcast::<Duration>().is_none() => {
            object.underlying().unwrap_or_else(|| value.clone())
        }
        other => other.clone(),
    }
}

fn shape_is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::Map(map) => map.is_nil(),
        Value::List(list) => list.is_nil(),
        _ => false,
    }
}

/// What `value` is, which needs a look at all its elements.
fn shape(value: &Value, depth: usize) -> Result<Shape, Failure> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    if shape_is_nil(value) {
        return Ok(Shape::Nil);
    }
    match &plain(value) {
        Value::Map(_) => Ok(Shape::Table),
        Value::List(list) => stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            let mut tables = !list.is_empty();
            for item in list.iter() {
                match shape(&item, depth + 1)? {
                    Shape::Nil => {
                        return Err("toml: cannot encode array with nil element".into());
                    }
                    found => tables &= found == Shape::Table,
                }
            }
            Ok(if tables { Shape::Tables } else { Shape::Plain })
        }),
        Value::Object(object) if is_table(object.as_ref(), value) => Ok(Shape::Table),
        Value::Complex(..) => Err(Failure::from(format!("unsupported type: {}", value.kind()))),
        _ => Ok(Shape::Plain),
    }
}

fn is_table(object: &dyn Object, value: &Value) -> bool {
    let has_text = value.downcast::<Time>().is_some() || object.method("MarshalText").is_some();
    !has_text && matches!(object.go_type().kind(), Kind::Struct | Kind::Pointer)
}

/// The text of a type that has one for encoders.
fn marshalled(object: &dyn Object) -> Result<Option<Str>, Failure> {
    if object.method("MarshalText").is_none() {
        return Ok(None);
    }
    match object.call("MarshalText", &mut [])? {
        Value::Bytes(text) | Value::String(text) => Ok(Some(text)),
        _ => Ok(None),
    }
}

type Entries = Vec<(Str, Value)>;

/// The entries of a table in two parts: those that are no tables, and those that are.
fn split_entries(table: &Value) -> Result<(Entries, Entries), Failure> {
    let entries: Entries = match &plain(table) {
        Value::Map(map) => map.entries(),
        Value::Object(object) => fields(object.as_ref()),
        _ => Vec::new(),
    };
    let (mut direct, mut sub) = (Vec::new(), Vec::new());
    for entry in entries {
        match shape(&entry.1, 0)? {
            Shape::Table | Shape::Tables => sub.push(entry),
            Shape::Nil | Shape::Plain => direct.push(entry),
        }
    }
    Ok((direct, sub))
}

/// The exported fields of a struct, those of an embedded one in its place.
fn fields(object: &dyn Object) -> Entries {
    let mut entries = Vec::new();
    for (name, value) in object.fields() {
        match &value {
            _ if name.starts_with(|first: char| first.is_ascii_lowercase()) => {}
            Value::Object(inner) if is_named_as_its_type(name, &inner.go_type().to_string()) => {
                entries.extend(fields(inner.as_ref()));
            }
            _ => entries.push((Str::from_static(name), value)),
        }
    }
    entries
}

/// True for the name of an embedded struct: Go makes it from the type.
fn is_named_as_its_type(name: &str, of: &str) -> bool {
    of.rsplit(['.', '*']).next() == Some(name)
}

/// The keys from the top down, with dots between them.
pub(super) fn full_key(keys: &[Str]) -> String {
    let mut text = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        if index > 0 {
            text.push(b'.');
        }
        append_key(&mut text, key);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Appends a key, in quotes if it is more than letters, digits, `_` and `-`.
fn append_key(out: &mut Vec<u8>, key: &Str) {
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.iter().all(bare) {
        out.extend_from_slice(key);
    } else {
        append_quoted(out, key);
    }
}

/// Appends text in quotes; only control characters, quotes and backslashes are escaped.
fn append_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 | 0x7f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Appends a float, which has to look like one.
fn append_number(out: &mut Vec<u8>, number: f64) {
    if number.is_nan() || number.is_infinite() {
        let sign = if number.is_sign_negative() { "-" } else { "" };
        let name = if number.is_nan() { "nan" } else { "inf" };
        out.extend_from_slice(format!("{sign}{name}").as_bytes());
        return;
    }
    let start = out.len();
    append_float_as(out, number, Form::General, None);
    if !out[start..].iter().any(|byte| matches!(byte, b'.' | b'e')) {
        out.extend_from_slice(b".0");
    }
}

/// The text of a time; one that was read without a zone is written without one.
fn time_text(time: &Time) -> Vec<u8> {
    let name = time.zone().name();
    let layout: &[u8] = match name.as_bytes() {
        b"datetime-local" => b"2006-01-02T15:04:05.999999999",
        b"date-local" => b"2006-01-02",
        b"time-local" => b"15:04:05.999999999",
        _ => return time.format(b"2006-01-02T15:04:05.999999999Z07:00"),
    };
    time.in_zone(Zone::UTC).format(layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Map;

    fn written(value: &Value) -> String {
        match write(value, &mut |_| true) {
            Ok(text) => String::from_utf8(text).unwrap(),
            Err(WriteError::Failure(failure)) => failure.to_string(),
            Err(WriteError::NoRoom) => "no room".to_owned(),
        }
    }

    fn map(entries: Vec<(&str, Value)>) -> Value {
        entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>().into()
    }

    #[test]
    fn tables_come_after_plain_entries() {
        let inner = map(vec![("x", 1.5.into()), ("a b", 1e6.into())]);
        let tables = Value::list(vec![map(vec![("n", Value::int(1))]), map(vec![])]);
        let value = map(vec![
            ("a", map(vec![("b", inner), ("k", "v\n".into())])),
            ("nil", Value::Nil),
            ("t", tables),
            ("z", Value::list(vec![Value::Float(2.0), map(vec![("q", true.into())])])),
        ]);
        let expected = "z = [2.0, {q = true}]\n\n[a]\n  k = \"v\\n\"\n  [a.b]\n    \"a b\" = 1e+06\n    \
                        x = 1.5\n\n[[t]]\n  n = 1\n\n[[t]]\n";
        assert_eq!(written(&value), expected);
    }

    #[test]
    fn oddities_of_the_library() {
        assert_eq!(written(&Value::list(vec![Value::int(1)])), "[1]");
        assert_eq!(written(&"x".into()), "\"x\"");
        let trailing = map(vec![("a", 1.0.into()), ("b", Value::Nil)]);
        assert_eq!(written(&Value::list(vec![Value::int(1), trailing])), "[1, {a = 1.0, }]");
        let nil = map(vec![("l", Value::list(vec![Value::Nil]))]);
        assert_eq!(written(&nil), "toml: cannot encode array with nil element");
        let top = Value::list(vec![map(vec![])]);
        assert_eq!(written(&top), "toml: top-level values must be Go maps or structs");
    }
}
