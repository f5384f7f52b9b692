//! Values to JSON text, as `encoding/json` writes it.

use data_encoding::BASE64;

use super::number::append_number;
use crate::data::{Failure, IntKind, List, Map, Object, Runes, Str, Tree, Type, Value};

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Write `<`, `>` and `&` as `\u003c` and so on, as Go does unless told not to.
    pub escape_html: bool,
    /// Two blanks for each level, and line breaks.
    pub pretty: bool,
}

impl Style {
    /// What `json.Marshal` writes.
    pub const COMPACT: Self = Self { escape_html: true, pretty: false };
    /// What `json.MarshalIndent` writes with two blanks.
    pub const PRETTY: Self = Self { escape_html: true, pretty: true };
    /// What an encoder writes that leaves HTML's characters as they are.
    pub const RAW: Self = Self { escape_html: false, pretty: false };
}

/// Asked for room while the text grows: the bytes it has grown by, or is about to. Answers whether
/// they may be had.
pub type Room<'r> = dyn FnMut(u64) -> bool + 'r;

/// Why a value was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// Go has no text for it either.
    Failure(Failure),
    /// There is no room for the text.
    NoRoom,
}

impl From<Failure> for WriteError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// The JSON text of `value`.
pub fn write(value: &Value, style: Style, room: &mut Room<'_>) -> Result<Vec<u8>, WriteError> {
    let mut writer =
        Writer { out: Vec::new(), style, room, announced: 0, level: 0, trap: CycleTrap::default() };
    writer.value(value)?;
    writer.announce()?;
    Ok(writer.out)
}

/// Appends `text` as a JSON string.
pub fn append_string(out: &mut Vec<u8>, text: &[u8], escape_html: bool) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let plain = |byte: u8| match byte {
        b'"' | b'\\' => false,
        b'<' | b'>' | b'&' => !escape_html,
        byte => matches!(byte, b' '..=0x7f),
    };
    let mut rest = text;
    loop {
        let end = rest.iter().position(|&byte| !plain(byte)).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
        let Some(&byte) = rest.first() else {
            break;
        };
        let width = match byte {
            0..=0x7f => append_escape(out, byte),
            _ => append_rune(out, rest),
        };
        rest = &rest[width..];
    }
    out.push(b'"');
}

fn append_escape(out: &mut Vec<u8>, byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0c => out.extend_from_slice(b"\\f"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        byte => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    }
    1
}

/// Appends the rune that begins `text`, and gives how many bytes it has there.
fn append_rune(out: &mut Vec<u8>, text: &[u8]) -> usize {
    let Some((rune, width)) = Runes::new(text).next() else {
        return text.len();
    };
    match rune {
        '\u{2028}' => out.extend_from_slice(b"\\u2028"),
        '\u{2029}' => out.extend_from_slice(b"\\u2029"),
        char::REPLACEMENT_CHARACTER if width == 1 => out.extend_from_slice(b"\\ufffd"),
        _ => out.extend_from_slice(&text[..width]),
    }
    width
}

/// The text grows by this much between two questions for room.
const ROOM_STEP: usize = 64 * 1024;

struct Writer<'w, 'r> {
    out: Vec<u8>,
    style: Style,
    room: &'w mut Room<'r>,
    /// Bytes for which room has been asked.
    announced: usize,
    level: usize,
    trap: CycleTrap,
}

impl Writer<'_, '_> {
    fn value(&mut self, value: &Value) -> Result<(), WriteError> {
        match value {
            Value::Nil => self.out.extend_from_slice(b"null"),
            Value::Bool(value) => self.bool(*value),
            Value::Int(kind, value) => append_int(&mut self.out, *kind, *value),
            Value::Float(value) => append_number(&mut self.out, *value)?,
            Value::Complex(..) => return Err(unsupported_type(Type::Complex128)),
            Value::String(text) => self.string(text),
            Value::Bytes(bytes) => append_base64(&mut self.out, bytes.as_bytes()),
            Value::List(list) => return self.nested(value, |writer| writer.list(list)),
            Value::Map(map) => return self.nested(value, |writer| writer.map(map)),
            Value::Object(object) => {
                return self.nested(value, |writer| writer.object(object.as_ref()));
            }
        }
        self.ask_for_room()
    }

    /// A struct keeps the order of its fields.
    fn object(&mut self, object: &dyn Object) -> Result<(), WriteError> {
        match object.json_fields() {
            Some(fields) => {
                let members = fields.iter().map(|(name, value)| (name, value));
                self.entries(members, Self::value)
            }
            None => self.value(&object.json()),
        }
    }

    fn tree(&mut self, tree: &Tree) -> Result<(), WriteError> {
        match tree {
            Tree::Null => self.out.extend_from_slice(b"null"),
            Tree::Bool(value) => self.bool(*value),
            Tree::Int(value) => append_int(&mut self.out, IntKind::Int64, *value),
            Tree::Float(value) => append_number(&mut self.out, *value)?,
            Tree::String(text) => self.string(text),
            Tree::List(items) => {
                return self.deeper(|writer| writer.items(items.iter(), Self::tree));
            }
            Tree::Map(map) => {
                return self.deeper(|writer| writer.entries(map.iter(), Self::tree));
            }
        }
        self.ask_for_room()
    }

    fn bool(&mut self, value: bool) {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn string(&mut self, text: &Str) {
        append_string(&mut self.out, text.as_bytes(), self.style.escape_html);
    }

    fn list(&mut self, list: &List) -> Result<(), WriteError> {
        if list.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        match list.frozen() {
            Some(items) => self.items(items.iter(), Self::tree),
            None => list.with_items(|items| self.items(items.iter(), Self::value)),
        }
    }

    fn map(&mut self, map: &Map) -> Result<(), WriteError> {
        if map.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        match map.frozen() {
            Some(entries) => self.entries(entries.iter(), Self::tree),
            None => map.with_entries(|entries| self.entries(entries.iter(), Self::value)),
        }
    }

    fn items<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        mut item: impl FnMut(&mut Self, T) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let mut empty = true;
        self.out.push(b'[');
        for element in items {
            self.separate(&mut empty);
            item(self, element)?;
        }
        self.close(b']', empty);
        self.ask_for_room()
    }

    fn entries<'a, T>(
        &mut self,
        entries: impl Iterator<Item = (&'a Str, T)>,
        mut element: impl FnMut(&mut Self, T) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let mut empty = true;
        self.out.push(b'{');
        for (key, value) in entries {
            self.separate(&mut empty);
            self.string(key);
            self.out.extend_from_slice(if self.style.pretty { b": " } else { b":" });
            element(self, value)?;
        }
        self.close(b'}', empty);
        self.ask_for_room()
    }

    fn separate(&mut self, first: &mut bool) {
        if !*first {
            self.out.push(b',');
        }
        *first = false;
        self.line(self.level);
    }

    fn close(&mut self, bracket: u8, empty: bool) {
        if !empty {
            self.line(self.level - 1);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, level: usize) {
        if self.style.pretty {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * level, b' ');
        }
    }

    fn nested(
        &mut self,
        value: &Value,
        body: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        if self.trap.catches(self.level + 1, value) {
            let go_type = value.go_type();
            let text = format!("json: unsupported value: encountered a cycle via {go_type}");
            return Err(Failure::from(text).into());
        }
        self.deeper(body)
    }

    fn deeper(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.level += 1;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || body(self))?;
        self.level -= 1;
        Ok(())
    }

    /// Asks for room if the text has grown enough.
    fn ask_for_room(&mut self) -> Result<(), WriteError> {
        if self.out.len() - self.announced < ROOM_STEP {
            return Ok(());
        }
        self.announce()
    }

    fn announce(&mut self) -> Result<(), WriteError> {
        let grown = self.out.len() - self.announced;
        self.announced = self.out.len();
        if (self.room)(grown as u64) { Ok(()) } else { Err(WriteError::NoRoom) }
    }
}

/// Finds out whether a walk goes round in circles.
///
/// Whoever goes down a cycle meets every collection of it again and again, so it is enough to
/// remember one of them, and at ever greater depths another, in case the first stands above the
/// cycle.
#[derive(Debug, Default)]
pub(crate) struct CycleTrap(Option<(usize, Value)>);

impl CycleTrap {
    /// Go begins to look this many collections deep.
    const FIRST_LEVEL: usize = 1001;

    /// True if `collection`, at `level` collections deep, contains itself.
    pub(crate) fn catches(&mut self, level: usize, collection: &Value) -> bool {
        if level < Self::FIRST_LEVEL {
            return false;
        }
        if let Some((trap_level, trap)) = &self.0
            && *trap_level < level
        {
            if same_collection(trap, collection) {
                return true;
            }
            if level < 2 * *trap_level {
                return false;
            }
        }
        self.0 = Some((level, collection.clone()));
        false
    }
}

fn same_collection(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => a.same(b),
        (Value::List(a), Value::List(b)) => a.same(b),
        _ => false,
    }
}

fn unsupported_type(go_type: Type) -> WriteError {
    Failure::from(format!("json: unsupported type: {go_type}")).into()
}

/// Appends an integer; unsigned ones are held by their bits.
pub(crate) fn append_int(out: &mut Vec<u8>, kind: IntKind, value: i64) {
    let text = match kind.is_unsigned() {
        true => (value as u64).to_string(),
        false => value.to_string(),
    };
    out.extend_from_slice(text.as_bytes());
}

fn append_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(BASE64.encode(bytes).as_bytes());
    out.push(b'"');
}
