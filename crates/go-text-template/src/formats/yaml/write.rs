//! Values to YAML text: what stands behind `toYaml` and `toYamlPretty`.
//!
//! `toYaml` is, in Go, the value's JSON, read as YAML by go-yaml v2 and written again. Here it goes
//! straight from the value to the text, with the marks that detour leaves: nil lists are `null`,
//! bytes are base64, times are quoted, `-0` is `0`, and what YAML cannot read back from JSON is an
//! error. `toYamlPretty` is go-yaml v3 on the value itself.

use std::borrow::Cow;
use std::rc::Rc;

use data_encoding::BASE64;

use super::dialect::Dialect;
use super::emitter::Emitter;
use super::node::{Document, NodeKind};
use super::order;
use crate::data::{
    Failure, Form, IntKind, Kind, List, Map, Object, Runes, Str, Tree, Type, Value, append_float_as,
};
use crate::json::{self, CycleTrap, Room, Style, WriteError};

/// Go reads no deeper nesting back, and without a bound a cycle would go on for ever.
const MAX_DEPTH: usize = 10_000;
/// The longest key, in JSON's spelling, that YAML recognises when it reads the JSON back.
const MAX_KEY_LENGTH: usize = 1022;

/// The YAML of `value` as `sigs.k8s.io/yaml` writes it, with a line break at its end.
pub fn write(value: &Value, room: &mut Room<'_>) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::new(Dialect::Plain, room);
    match writer.value(value, false) {
        Ok(()) => writer.emitter.finish(),
        Err(Refusal::NoRoom) => Err(WriteError::NoRoom),
        Err(Refusal::NotYaml) => Err(explain(value, room)),
        Err(Refusal::Failure(failure)) => Err(failure.into()),
    }
}

/// The YAML of `value` as go-yaml v3 writes it with an indentation of two, with a line break at its
/// end.
pub fn write_pretty(value: &Value, room: &mut Room<'_>) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::new(Dialect::Pretty, room);
    match writer.value(value, false) {
        Ok(()) => writer.emitter.finish(),
        Err(Refusal::NoRoom) => Err(WriteError::NoRoom),
        Err(Refusal::NotYaml) => Err(Failure::from("values are nested too deeply").into()),
        Err(Refusal::Failure(failure)) => Err(failure.into()),
    }
}

/// Says in Go's words why there is no YAML of `value`, by going Go's way.
fn explain(value: &Value, room: &mut Room<'_>) -> WriteError {
    let text = match json::write(value, Style::COMPACT, room) {
        Ok(text) => text,
        Err(WriteError::Failure(failure)) => {
            return Failure::from(format!("error marshaling into JSON: {failure}")).into();
        }
        Err(WriteError::NoRoom) => return WriteError::NoRoom,
    };
    match super::read(&Str::from(text)) {
        Err(error) => Failure::from(error.go_yaml_text()).into(),
        Ok(_) => Failure::from("yaml: control characters are not allowed").into(),
    }
}

/// Why the writer stopped.
enum Refusal {
    /// Go would not get through either; [`explain`] finds out why.
    NotYaml,
    Failure(Failure),
    NoRoom,
}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Failure(_) => Self::NotYaml,
            WriteError::NoRoom => Self::NoRoom,
        }
    }
}

/// A key as it is written, and its value.
type Entry<'a, T> = (Cow<'a, [u8]>, T);

struct Writer<'w, 'r> {
    emitter: Emitter<'w, 'r>,
    dialect: Dialect,
    depth: usize,
    trap: CycleTrap,
    scratch: Vec<u8>,
}

impl<'w, 'r> Writer<'w, 'r> {
    fn new(dialect: Dialect, room: &'w mut Room<'r>) -> Self {
        let emitter = Emitter::new(dialect, room);
        let trap = CycleTrap::default();
        Self { emitter, dialect, depth: 0, trap, scratch: Vec::new() }
    }

    /// Writes `value`; `below_key` if it is the value of a key.
    fn value(&mut self, value: &Value, below_key: bool) -> Result<(), Refusal> {
        match value {
            Value::List(_) | Value::Map(_) if self.trap.catches(self.depth + 1, value) => {
                return Err(Refusal::NotYaml);
            }
            Value::Nil => self.emitter.write_word(b"null"),
            Value::Bool(value) => self.bool(*value),
            Value::Int(kind, value) => self.int(*kind, *value),
            Value::Float(value) => self.float(*value)?,
            Value::Complex(..) => return Err(self.cannot_marshal(Type::Complex128)),
            Value::String(text) => self.text(text.as_bytes())?,
            Value::Bytes(bytes) => return self.bytes(bytes, below_key),
            Value::List(list) => return self.list(list, below_key),
            Value::Map(map) => return self.map(map),
            Value::Object(object) => {
                return stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    self.object(object, below_key)
                });
            }
        }
        Ok(())
    }

    fn tree(&mut self, tree: &Tree, below_key: bool) -> Result<(), Refusal> {
        match tree {
            Tree::Null => self.emitter.write_word(b"null"),
            Tree::Bool(value) => self.bool(*value),
            Tree::Int(value) => self.int(IntKind::Int64, *value),
            Tree::Float(value) => self.float(*value)?,
            Tree::String(text) => self.text(text.as_bytes())?,
            Tree::List(items) => {
                return self.sequence(items, below_key, |writer, item| writer.tree(item, false));
            }
            Tree::Map(map) => {
                return self.mapping(map.iter(), |writer, value| writer.tree(value, true));
            }
        }
        Ok(())
    }

    fn bool(&mut self, value: bool) {
        self.emitter.write_word(if value { b"true" } else { b"false" });
    }

    fn int(&mut self, kind: IntKind, value: i64) {
        self.scratch.clear();
        json::append_int(&mut self.scratch, kind, value);
        self.emitter.write_word(&self.scratch);
    }

    fn float(&mut self, value: f64) -> Result<(), Refusal> {
        self.scratch.clear();
        match self.dialect {
            Dialect::Plain => append_json_float(&mut self.scratch, value)?,
            Dialect::Pretty => append_yaml_float(&mut self.scratch, value),
        }
        self.emitter.write_word(&self.scratch);
        Ok(())
    }

    fn cannot_marshal(&self, go_type: Type) -> Refusal {
        match self.dialect {
            Dialect::Plain => Refusal::NotYaml,
            Dialect::Pretty => {
                Refusal::Failure(Failure::from(format!("cannot marshal type: {go_type}")))
            }
        }
    }

    fn text(&mut self, text: &[u8]) -> Result<(), Refusal> {
        match self.dialect {
            Dialect::Plain => self.emitter.write_text(&through_json(text, false)?),
            Dialect::Pretty if str::from_utf8(text).is_err() => {
                self.emitter.write_binary(&base64_lines(text), false);
            }
            Dialect::Pretty => self.emitter.write_text(text),
        }
        Ok(self.emitter.ask_for_room()?)
    }

    fn bytes(&mut self, bytes: &Str, below_key: bool) -> Result<(), Refusal> {
        match self.dialect {
            Dialect::Plain => self.text(BASE64.encode(bytes.as_bytes()).as_bytes()),
            Dialect::Pretty => self.sequence(bytes.as_bytes(), below_key, |writer, byte| {
                writer.int(IntKind::Uint8, i64::from(*byte));
                Ok(())
            }),
        }
    }

    fn list(&mut self, list: &List, below_key: bool) -> Result<(), Refusal> {
        if list.is_nil() && self.dialect == Dialect::Plain {
            self.emitter.write_word(b"null");
            return Ok(());
        }
        match list.frozen() {
            Some(items) => {
                self.sequence(&items, below_key, |writer, item| writer.tree(item, false))
            }
            None => list.with_items(|items| {
                self.sequence(items, below_key, |writer, item| writer.value(item, false))
            }),
        }
    }

    fn map(&mut self, map: &Map) -> Result<(), Refusal> {
        if map.is_nil() && self.dialect == Dialect::Plain {
            self.emitter.write_word(b"null");
            return Ok(());
        }
        match map.frozen() {
            Some(entries) => self.mapping(entries.iter(), |writer, value| writer.tree(value, true)),
            None => map.with_entries(|entries| {
                self.mapping(entries.iter(), |writer, value| writer.value(value, true))
            }),
        }
    }

    fn object(&mut self, object: &Rc<dyn Object>, below_key: bool) -> Result<(), Refusal> {
        if self.dialect == Dialect::Plain {
            return self.value(&object.json(), below_key);
        }
        match object.go_type() {
            Type::Named("time.Time", _) => self.time(object),
            Type::Named("time.Duration", _) => self.stringer(object),
            _ => match object.underlying() {
                Some(value) => self.value(&value, below_key),
                None => self.structure(object),
            },
        }
    }

    /// A time stands without quotes, although bare text of that form is a time and not text.
    fn time(&mut self, object: &Rc<dyn Object>) -> Result<(), Refusal> {
        match object.json() {
            Value::String(text) => self.emitter.write_word(text.as_bytes()),
            other => self.value(&other, true)?,
        }
        Ok(())
    }

    fn stringer(&mut self, object: &Rc<dyn Object>) -> Result<(), Refusal> {
        self.text(object.string().unwrap_or_default().as_bytes())
    }

    /// A struct's fields under their names in lower case, in the order of their declaration.
    fn structure(&mut self, object: &Rc<dyn Object>) -> Result<(), Refusal> {
        let mut fields = object.fields();
        fields.retain(|(name, _)| name.starts_with(char::is_uppercase));
        if fields.is_empty() && object.method("MarshalText").is_some() {
            return self.stringer(object);
        }
        if fields.is_empty() && object.go_type().kind() != Kind::Struct {
            return self.value(&object.json(), true);
        }
        self.block(fields.is_empty(), b"{}", false, |writer| {
            fields.iter().try_for_each(|(name, value)| {
                writer.entry(name.to_lowercase().as_bytes(), |writer| writer.value(value, true))
            })
        })
    }

    fn sequence<T>(
        &mut self,
        items: &[T],
        below_key: bool,
        mut item: impl FnMut(&mut Self, &T) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let indentless = self.dialect == Dialect::Plain && below_key && !self.emitter.indention;
        self.block(items.is_empty(), b"[]", indentless, |writer| {
            items.iter().try_for_each(|element| {
                writer.emitter.write_indent();
                writer.emitter.write_block_indicator(b'-');
                item(writer, element)?;
                Ok(writer.emitter.ask_for_room()?)
            })
        })
    }

    fn mapping<'a, T: Copy>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (&'a Str, T)>,
        mut value: impl FnMut(&mut Self, T) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.block(entries.len() == 0, b"{}", false, |writer| {
            let entries = writer.ordered(entries)?;
            entries
                .iter()
                .try_for_each(|(key, element)| writer.entry(key, |writer| value(writer, *element)))
        })
    }

    /// The entries in the order in which they are written.
    fn ordered<'a, T>(
        &self,
        entries: impl ExactSizeIterator<Item = (&'a Str, T)>,
    ) -> Result<Vec<Entry<'a, T>>, Refusal> {
        let mut ordered: Vec<Entry<'a, T>> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = match self.dialect {
                Dialect::Plain => through_json(key.as_bytes(), true)?,
                Dialect::Pretty => Cow::Borrowed(key.as_bytes()),
            };
            // Only keys that were not UTF-8 can have become equal.
            match ordered
                .iter()
                .position(|(known, _)| matches!(key, Cow::Owned(_)) && *known == key)
            {
                Some(at) => ordered[at].1 = value,
                None => ordered.push((key, value)),
            }
        }
        Ok(order::sort(ordered, self.dialect, |(key, _)| key))
    }

    fn entry(
        &mut self,
        key: &[u8],
        value: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.emitter.write_indent();
        let binary = self.dialect == Dialect::Pretty && str::from_utf8(key).is_err();
        let simple = match binary {
            true => self.emitter.write_binary(&base64_lines(key), true),
            false => self.emitter.write_key(key),
        };
        if simple {
            self.emitter.write_colon();
        } else {
            self.emitter.write_indent();
            self.emitter.write_block_indicator(b':');
        }
        value(self)?;
        Ok(self.emitter.ask_for_room()?)
    }

    /// A collection: `empty` if nothing is in it, else what `body` writes, one level deeper.
    fn block(
        &mut self,
        is_empty: bool,
        empty: &[u8],
        indentless: bool,
        body: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if self.depth == MAX_DEPTH {
            return Err(Refusal::NotYaml);
        }
        if is_empty {
            self.emitter.write_word(empty);
            return Ok(());
        }
        let outer = self.emitter.indent;
        self.emitter.indent = match outer {
            ..0 => 0,
            outer if indentless => outer,
            outer => outer + 2,
        };
        self.depth += 1;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || body(self))?;
        self.depth -= 1;
        self.emitter.indent = outer;
        Ok(())
    }
}

/// Appends a float as go-yaml v2 writes the number it reads from the float's JSON: an integer if
/// that is what the JSON looks like and it fits 64 bits.
fn append_json_float(out: &mut Vec<u8>, value: f64) -> Result<(), Refusal> {
    // The lowest `int64` itself is none any more with JSON's 16 digits and zeros behind them.
    let fits = value > -9_223_372_036_854_775_808.0 && value < 18_446_744_073_709_551_616.0;
    if value == 0.0 {
        out.push(b'0');
    } else if value.trunc() == value && fits {
        json::append_number(out, value).map_err(|_| Refusal::NotYaml)?;
    } else if value.is_finite() {
        append_float_as(out, value, Form::General, None);
    } else {
        return Err(Refusal::NotYaml);
    }
    Ok(())
}

fn append_yaml_float(out: &mut Vec<u8>, value: f64) {
    match value {
        value if value.is_nan() => out.extend_from_slice(b".nan"),
        f64::INFINITY => out.extend_from_slice(b".inf"),
        f64::NEG_INFINITY => out.extend_from_slice(b"-.inf"),
        value => append_float_as(out, value, Form::General, None),
    }
}

/// The text that YAML reads from the JSON of `text`; a refusal if it cannot read that.
fn through_json(text: &[u8], is_key: bool) -> Result<Cow<'_, [u8]>, Refusal> {
    // Only DEL and some characters from U+0080 on are a matter of interest.
    if text.iter().all(|byte| matches!(byte, 0..=0x7e)) {
        let short = !is_key || text.len() * 6 <= MAX_KEY_LENGTH;
        return if short { Ok(Cow::Borrowed(text)) } else { checked_key(text) };
    }
    match str::from_utf8(text) {
        Ok(valid) if !valid.chars().any(is_lost_in_json) => match is_key {
            true => checked_key(text),
            false => Ok(Cow::Borrowed(text)),
        },
        Ok(valid) if is_key || valid.chars().any(is_refused_by_yaml) => Err(Refusal::NotYaml),
        Ok(_) => folded(text),
        Err(_) => {
            let valid: String = Runes::new(text).map(|(rune, _)| rune).collect();
            through_json(valid.as_bytes(), is_key).map(|text| Cow::Owned(text.into_owned()))
        }
    }
}

fn checked_key(key: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    let mut spelled = Vec::new();
    json::append_string(&mut spelled, key, true);
    let length = spelled.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() - 2;
    if length <= MAX_KEY_LENGTH { Ok(Cow::Borrowed(key)) } else { Err(Refusal::NotYaml) }
}

fn is_lost_in_json(character: char) -> bool {
    character == '\u{85}' || is_refused_by_yaml(character)
}

fn is_refused_by_yaml(character: char) -> bool {
    let is_control = matches!(character, '\u{7f}'..='\u{9f}') && character != '\u{85}';
    is_control || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// The text as YAML folds it at its U+0085, which JSON leaves alone and YAML takes for a line end.
fn folded(text: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    let mut spelled = Vec::new();
    json::append_string(&mut spelled, text, true);
    let Ok(Some(document)) = Document::first(&spelled) else {
        return Err(Refusal::NotYaml);
    };
    match &document.node(document.root()).kind {
        NodeKind::Scalar(scalar) => Ok(Cow::Owned(scalar.value.clone())),
        _ => Err(Refusal::NotYaml),
    }
}

/// Base64 in lines of 70 if it is longer than that.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 70;
    let text = BASE64.encode(bytes);
    if text.len() < LINE {
        return text.into_bytes();
    }
    text.as_bytes().chunks(LINE).flat_map(|line| [line, b"\n"].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Written = Result<Vec<u8>, WriteError>;

    fn text(written: Written) -> String {
        String::from_utf8(written.unwrap()).unwrap()
    }

    #[test]
    fn values_are_written_as_go_does() {
        // JSON, its `toYaml`, its `toYamlPretty`.
        let cases = [
            (
                "{\"b\":[1,{\"c\":null,\"d\":[]}],\"a\":{\"x\":\"yes\",\"y\":\"1:30\",\"z\":{}}}",
                "a:\n  x: \"yes\"\n  \"y\": \"1:30\"\n  z: {}\nb:\n- 1\n- c: null\n  d: []\n",
                "a:\n  x: \"yes\"\n  \"y\": \"1:30\"\n  z: {}\nb:\n  - 1\n  - c: null\n    d: []\n",
            ),
            ("\"a: b\"", "'a: b'\n", "'a: b'\n"),
            ("\"x\\ny\\n\"", "|\n  x\n  y\n", "|\n  x\n  y\n"),
            (
                "[[\"a\",[\"b\"]],\" lead\",\"trail \",\"tab\\tx\",\"\\u2028\",\"\\ud83d\\ude00\",\"it's #1\",\"- a\",\"2001-01-01\",\"~\",\"\u{e9}\"]",
                "- - a\n  - - b\n- ' lead'\n- 'trail '\n- \"tab\\tx\"\n- '\u{2028}'\n- \"\\U0001F600\"\n- 'it''s #1'\n- '- a'\n- \"2001-01-01\"\n- \"~\"\n- \u{e9}\n",
                "- - a\n  - - b\n- ' lead'\n- 'trail '\n- \"tab\\tx\"\n- '\u{2028}'\n- \"\\U0001F600\"\n- 'it''s #1'\n- '- a'\n- \"2001-01-01\"\n- \"~\"\n- \u{e9}\n",
            ),
            (
                "[1000000,1234567.5,1e20,1e19,-9223372036854775808,-0.0,1e-7]",
                "- 1000000\n- 1.2345675e+06\n- 1e+20\n- 10000000000000000000\n- -9.223372036854776e+18\n- 0\n- 1e-07\n",
                "- 1e+06\n- 1.2345675e+06\n- 1e+20\n- 1e+19\n- -9.223372036854776e+18\n- -0\n- 1e-07\n",
            ),
            (
                "{\"k\":\"word word word word word word word word word word word word word word word word word word word word end\"}",
                "k: word word word word word word word word word word word word word word word word\n  word word word word end\n",
                "k: word word word word word word word word word word word word word word word word word word word word end\n",
            ),
            (
                "{\"k\":\"it's # it's # it's # it's # it's # it's # it's # it's # it's # it's # it's # it's # it's # it's # it's # end\"}",
                "k: 'it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s\n  # it''s # it''s # it''s # it''s # it''s # end'\n",
                "k: 'it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # it''s # end'\n",
            ),
            (
                "{\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\":\"v\"}",
                "? kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n: v\n",
                "? kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n: v\n",
            ),
            (
                "[\"|\\n\\n\",\" x\\ny\",\"x\\n\\n\"]",
                "- |+\n  |\n\n- |2-\n   x\n  y\n- |+\n  x\n\n",
                "- |+\n  |\n\n- |2-\n   x\n  y\n- |+\n  x\n\n",
            ),
            ("\"a\\u0085b\"", "a b\n", "\"a\\Nb\"\n"),
        ];
        for (json, plain, pretty) in cases {
            let value = Value::from(&json::read(&Str::from(json)).unwrap());
            assert_eq!(text(write(&value, &mut |_| true)), plain, "{json}");
            assert_eq!(text(write_pretty(&value, &mut |_| true)), pretty, "{json}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let cyclic = Map::new();
        cyclic.insert("self", cyclic.clone());
        let cases = [
            (
                Value::Complex(1.0, 0.0),
                "error marshaling into JSON: json: unsupported type: complex128",
            ),
            (Value::Float(f64::NAN), "error marshaling into JSON: json: unsupported value: NaN"),
            (Value::from("\u{7f}"), "yaml: control characters are not allowed"),
            (
                Value::Map(cyclic.clone()),
                "error marshaling into JSON: json: unsupported value: \
                 encountered a cycle via map[string]interface {}",
            ),
        ];
        for (value, expected) in cases {
            let failure = Failure::new(expected);
            assert_eq!(write(&value, &mut |_| true), Err(WriteError::Failure(failure)));
        }
        cyclic.remove(b"self");
    }

    #[test]
    fn a_text_larger_than_allowed_is_refused() {
        let list = Value::list(vec![Value::from("x".repeat(100)); 10_000]);
        assert_eq!(write(&list, &mut |_| false), Err(WriteError::NoRoom));
    }
}
