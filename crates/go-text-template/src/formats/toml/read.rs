//! TOML to values.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::lexer::{Bad, Lexer, Next, Style, Text, Top, Word};
use super::write::full_key;
use crate::data::{
    List, Map, NumberError, Runes, Str, Type, Value, parse_float, parse_integer, quoted,
};
use crate::dates::{Time, Zone};

/// Values may be nested so deep; the library has no bound, but a stack.
const MAX_DEPTH: usize = 1000;

/// Why text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    line: usize,
    /// The key that was read last, with the keys around it.
    last_key: String,
    message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "toml: line {}", self.line)?;
        if !self.last_key.is_empty() {
            write!(f, " (last key {})", quoted(self.last_key.as_bytes()))?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Error {}

/// The map that `text` holds; times without a zone belong to `zone`, of which `now` gives the
/// offset.
pub fn read(text: &[u8], zone: &Zone, now: &Time) -> Result<Map, Error> {
    let text = without_byte_order_mark(text);
    if text.iter().take(6).any(|&byte| byte == 0) {
        let message = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be \
                       UTF-8";
        return Err(Error { line: 1, last_key: String::new(), message: message.to_owned() });
    }
    let mut reader = Reader {
        lexer: Lexer::new(text),
        zone,
        now,
        root: Table::default(),
        context: Vec::new(),
        current_key: None,
        key_line: 0,
        implicit: HashSet::new(),
        arrays: HashSet::new(),
        depth: 0,
    };
    match reader.document() {
        Ok(()) => Ok(reader.root.into_map()),
        Err(Bad { line, message }) => Err(Error { line, last_key: reader.last_key(), message }),
    }
}

fn without_byte_order_mark(text: &[u8]) -> &[u8] {
    let marks: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"];
    marks.iter().find_map(|mark| text.strip_prefix(*mark)).unwrap_or(text)
}

/// A table that is being filled.
#[derive(Debug, Default)]
struct Table(BTreeMap<Str, Node>);

#[derive(Debug)]
enum Node {
    Value(Value),
    Table(Table),
    /// `[[name]]`; never empty.
    Tables(Vec<Table>),
}

impl Table {
    fn into_map(self) -> Map {
        self.0.into_iter().map(|(key, node)| (key, node.into_value())).collect()
    }
}

impl Node {
    fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Table(table) => table.into_map().into(),
            Self::Tables(tables) => {
                let items = tables.into_iter().map(|table| table.into_map().into()).collect();
                List::of(Type::List(&Type::Map), items).into()
            }
        }
    }
}

type Key = Vec<Str>;

struct Reader<'t> {
    lexer: Lexer<'t>,
    zone: &'t Zone,
    now: &'t Time,
    root: Table,
    /// The full key of the table in scope.
    context: Key,
    /// The last part of the key whose value is being read.
    current_key: Option<Str>,
    /// The line of the last key.
    key_line: usize,
    /// Tables that only the keys of others made, by their full keys.
    implicit: HashSet<String>,
    /// Arrays, by their full keys.
    arrays: HashSet<String>,
    depth: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Bad> {
        loop {
            match self.lexer.top()? {
                Top::End => return Ok(()),
                Top::Table => {
                    let key = self.table_key()?;
                    self.add_context(&key, false)?;
                    self.arrays.remove(&full_key(&self.context));
                }
                Top::ArrayTable => {
                    let key = self.table_key()?;
                    self.lexer.array_table_end()?;
                    self.add_context(&key, true)?;
                    self.arrays.remove(&full_key(&self.context));
                }
                Top::Key => {
                    let outer = self.context.clone();
                    self.key_and_value()?;
                    self.context = outer;
                    self.current_key = None;
                }
            }
            if self.lexer.top_end()? == Next::End {
                return Ok(());
            }
        }
    }

    fn table_key(&mut self) -> Result<Key, Bad> {
        let mut key = Key::new();
        loop {
            let name = self.lexer.table_name()?;
            self.add_part(&mut key, &name)?;
            if self.lexer.table_name_end()? == Next::End {
                return Ok(key);
            }
        }
    }

    fn key(&mut self) -> Result<Key, Bad> {
        let mut key = Key::new();
        loop {
            let name = self.lexer.key_name()?;
            self.add_part(&mut key, &name)?;
            if self.lexer.key_name_end()? == Next::End {
                return Ok(key);
            }
        }
    }

    fn add_part(&mut self, key: &mut Key, name: &Text<'_>) -> Result<(), Bad> {
        if key.is_empty() {
            self.key_line = self.lexer.line();
        }
        key.push(self.text(name)?);
        Ok(())
    }

    /// Reads a key and its value, and notes the value; gives both.
    fn key_and_value(&mut self) -> Result<(Key, Value), Bad> {
        let key = self.key()?;
        let (last, parents) = key.split_last().expect("a key has at least one part");
        self.current_key = Some(last.clone());
        for part in parents {
            let mut parent = self.context.clone();
            parent.push(part.clone());
            self.implicit.insert(full_key(&parent));
            self.add_context(&parent, false)?;
        }
        let (value, is_array) = self.value(false)?;
        self.set_value(last, Node::Value(value.clone()))?;
        if !is_array {
            let name = self.typed_key(Some(last));
            self.arrays.remove(&name);
        }
        Ok((key, value))
    }

    /// Reads a value; tells if it is an array.
    fn value(&mut self, in_array: bool) -> Result<(Value, bool), Bad> {
        let word = self.lexer.value()?;
        let line = self.lexer.line();
        let bad = |message| Bad { line, message };
        let value = match word {
            Word::Text(text) => Value::String(self.text(&text)?),
            Word::Bool(value) => Value::Bool(value),
            Word::Integer(text) => Value::int64(integer(text).map_err(bad)?),
            Word::Float(text) => Value::Float(float(text).map_err(bad)?),
            Word::Datetime(text) => Value::object(self.time(text).map_err(bad)?),
            Word::Array => return Ok((self.nested(Self::array)?, true)),
            Word::InlineTable => {
                return Ok((self.nested(|reader| reader.inline_table(in_array))?, false));
            }
        };
        Ok((value, false))
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Value, Bad>) -> Result<Value, Bad> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("values are nested more than {MAX_DEPTH} levels deep");
            return Err(Bad { line: self.lexer.line(), message });
        }
        let value = stacker::maybe_grow(64 * 1024, 1024 * 1024, || read(self))?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Value, Bad> {
        let name = self.typed_key(self.current_key.as_ref());
        self.arrays.insert(name);
        let mut items = Vec::new();
        while self.lexer.array_element()? == Next::More {
            items.push(self.value(true)?.0);
            if self.lexer.array_element_end()? == Next::End {
                break;
            }
        }
        Ok(Value::list(items))
    }

    /// Reads an inline table, which is noted like a table of its own.
    fn inline_table(&mut self, in_array: bool) -> Result<Value, Bad> {
        let (outer_context, outer_key) = (self.context.clone(), self.current_key.clone());
        let inner = self.full_current_key();
        self.current_key = None;
        self.context = inner.clone();
        self.implicit.insert(full_key(&inner));
        self.add_context(&inner, in_array)?;
        let table = Map::new();
        while self.lexer.inline_key()? == Next::More {
            let (key, value) = self.key_and_value()?;
            self.insert(&table, &key, value)?;
            self.context.clone_from(&inner);
            if self.lexer.inline_value_end()? == Next::End {
                break;
            }
        }
        (self.context, self.current_key) = (outer_context, outer_key);
        Ok(table.into())
    }

    fn insert(&self, table: &Map, key: &[Str], value: Value) -> Result<(), Bad> {
        let (last, parents) = key.split_last().expect("a key has at least one part");
        let mut table = table.clone();
        for part in parents {
            table = match table.get(part) {
                Some(Value::Map(inner)) => inner,
                Some(_) => {
                    let keys = self.context.iter().map(|key| quoted(key)).collect::<Vec<_>>();
                    return Err(self.bad_key(format!("[{}] is not a table", keys.join(" "))));
                }
                None => {
                    let inner = Map::new();
                    table.insert(part.clone(), inner.clone());
                    inner
                }
            };
        }
        table.insert(last.clone(), value);
        Ok(())
    }

    /// Makes the table `key` the one in scope: a new one, or one more of an array of tables.
    fn add_context(&mut self, key: &[Str], array: bool) -> Result<(), Bad> {
        let (last, parents) = key.split_last().expect("a key has at least one part");
        let mut table = &mut self.root;
        for (depth, part) in parents.iter().enumerate() {
            let so_far = &key[..=depth];
            if !table.0.contains_key(part) {
                self.implicit.insert(full_key(so_far));
            }
            let node = table.0.entry(part.clone()).or_insert_with(|| Node::Table(Table::default()));
            table = match node {
                Node::Table(inner) => inner,
                Node::Tables(tables) => tables.last_mut().expect("no array of tables is empty"),
                Node::Value(_) => {
                    let name = full_key(so_far);
                    let message = format!("Key '{name}' was already created as a hash.");
                    return Err(Bad { line: self.key_line, message });
                }
            };
        }
        self.context = parents.to_vec();
        if array {
            let node = table.0.entry(last.clone()).or_insert_with(|| Node::Tables(Vec::new()));
            let Node::Tables(tables) = node else {
                let name = full_key(key);
                return Err(self.bad_key(format!(
                    "Key '{name}' was already created and cannot be used as an array."
                )));
            };
            tables.push(Table::default());
        } else {
            self.set_value(last, Node::Table(Table::default()))?;
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Notes a value in the table in scope. A table that only other keys made may be set once.
    fn set_value(&mut self, key: &Str, value: Node) -> Result<(), Bad> {
        let mut full = self.context.clone();
        full.push(key.clone());
        let name = full_key(&full);
        let is_array = self.arrays.contains(&name);
        let was_implicit = self.implicit.contains(&name);
        let line = self.key_line;
        let defined =
            |name: &str| Bad { line, message: format!("Key '{name}' has already been defined.") };
        let mut table = &mut self.root;
        for (depth, part) in self.context.iter().enumerate() {
            table = match table.0.get_mut(part) {
                Some(Node::Table(inner)) => inner,
                Some(Node::Tables(tables)) => {
                    tables.last_mut().expect("no array of tables is empty")
                }
                Some(Node::Value(_)) | None => {
                    return Err(defined(&full_key(&self.context[..=depth])));
                }
            };
        }
        if table.0.contains_key(key) {
            if !was_implicit {
                return Err(defined(&name));
            }
            self.implicit.remove(&name);
            if !is_array {
                return Ok(());
            }
        }
        table.0.insert(key.clone(), value);
        Ok(())
    }

    /// The full key under which the type of a value is noted: an empty last part is left out.
    fn typed_key(&self, last: Option<&Str>) -> String {
        let mut key = self.context.clone();
        key.extend(last.filter(|last| !last.is_empty()).cloned());
        if key.is_empty() { full_key(&[Str::EMPTY]) } else { full_key(&key) }
    }

    fn full_current_key(&self) -> Key {
        let mut key = self.context.clone();
        key.extend(self.current_key.clone());
        key
    }

    fn bad_key(&self, message: String) -> Bad {
        Bad { line: self.key_line, message }
    }

    fn last_key(&self) -> String {
        let context = full_key(&self.context);
        match self.current_key.as_ref().filter(|key| !key.is_empty()) {
            None => context,
            Some(key) if self.context.is_empty() => key.to_string(),
            Some(key) => format!("{context}.{key}"),
        }
    }

    /// The text that a string stands for.
    fn text(&self, text: &Text<'_>) -> Result<Str, Bad> {
        let replaced = match text.style {
            Style::Plain => return Ok(text.raw.into()),
            Style::RawMultiline => return Ok(without_first_newline(text.raw).into()),
            Style::Escaped => unescape(text.raw),
            Style::Multiline => {
                unescape(&without_escaped_newlines(without_first_newline(text.raw)))
            }
        };
        replaced.map(Str::from).map_err(|message| Bad { line: self.lexer.line(), message })
    }

    fn time(&self, text: &[u8]) -> Result<Time, String> {
        let text: Vec<u8> = text
            .iter()
            .map(|byte| match byte {
                b'z' => b'Z',
                b't' | b' ' => b'T',
                other => *other,
            })
            .collect();
        let local = |name| self.now.fixed_zone(name);
        let layouts = [
            ("2006-01-02T15:04:05.999999999Z07:00", None),
            ("2006-01-02T15:04:05.999999999", Some("datetime-local")),
            ("2006-01-02", Some("date-local")),
            ("15:04:05.999999999", Some("time-local")),
            ("2006-01-02T15:04Z07:00", None),
            ("2006-01-02T15:04", Some("datetime-local")),
            ("15:04", Some("time-local")),
        ];
        for (layout, name) in layouts {
            let zone = name.map_or_else(|| self.zone.clone(), local);
            if let Ok(time) = Time::parse(layout.as_bytes(), &text, &zone) {
                if misses_leading_zero(&text, layout) {
                    break;
                }
                return Ok(time);
            }
        }
        Err(format!("invalid datetime: {}", quoted(&text)))
    }
}

/// Go's layouts take numbers without leading zeros; then the separators are not where they belong.
fn misses_leading_zero(text: &[u8], layout: &str) -> bool {
    let fixed = layout.bytes().take_while(|byte| !matches!(byte, b'.' | b'Z'));
    fixed.zip(text).any(|(expected, found)| !expected.is_ascii_digit() && expected != *found)
}

fn without_first_newline(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\n").or_else(|| text.strip_prefix(b"\r\n")).unwrap_or(text)
}

/// Removes backslashes at the ends of lines, with all white space behind them.
fn without_escaped_newlines(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let behind = &text[at + 1..];
        let spaces = behind.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        if byte == b'\\' && behind.first() == Some(&b'\\') {
            out.extend_from_slice(b"\\\\");
            at += 2;
        } else if byte == b'\\' && behind[..spaces].contains(&b'\n') {
            at += 1 + spaces;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    out
}

/// Replaces escapes, which the lexer has checked.
fn unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        let sign = rest.get(at + 1).copied().unwrap_or_default();
        rest = rest.get(at + 2..).unwrap_or_default();
        let digits = match sign {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        if digits > 0 {
            let (hex, behind) = rest.split_at(digits.min(rest.len()));
            rest = behind;
            out.extend_from_slice(code_point(hex)?.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        out.push(match sign {
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 0x0c,
            b'r' => b'\r',
            b'e' => 0x1b,
            b'"' | b'\\' => sign,
            other => return Err(format!("invalid escape: '\\{}'", char::from(other))),
        });
    }
    out.extend_from_slice(rest);
    Ok(out)
}

fn code_point(hex: &[u8]) -> Result<char, String> {
    let text = String::from_utf8_lossy(hex);
    let code = u32::from_str_radix(&text, 16).ok();
    code.and_then(char::from_u32)
        .ok_or_else(|| format!("Escaped character '\\u{text}' is not valid UTF-8."))
}

fn integer(text: &[u8]) -> Result<i64, String> {
    if !underscores_are_fine(text) {
        let text = quoted(text);
        return Err(format!("Invalid integer {text}: underscores must be surrounded by digits"));
    }
    if has_leading_zero(text) {
        return Err(format!("Invalid integer {}: cannot have leading zeroes", quoted(text)));
    }
    let text_of = String::from_utf8_lossy(text);
    match parse_integer(text, 0) {
        Ok(value) => Ok(value),
        Err(NumberError::Range(_)) => Err(format!("{text_of} is out of range for int64")),
        Err(NumberError::Syntax) => Err(format!("Expected integer value, but got '{text_of}'.")),
    }
}

fn float(text: &[u8]) -> Result<f64, String> {
    let invalid = |why: &str| Err(format!("Invalid float {}: {why}", quoted(text)));
    let mut parts = text
        .split(|byte| matches!(byte, b'.' | b'e' | b'E'))
        .filter(|part| !part.is_empty())
        .peekable();
    let first = parts.peek().copied().unwrap_or_default();
    if !parts.all(underscores_are_fine) {
        return invalid("underscores must be surrounded by digits");
    }
    if has_leading_zero(first) {
        return invalid("cannot have leading zeroes");
    }
    let open_period = |pair: &[u8]| pair[0] == b'.' && !pair[1].is_ascii_digit();
    if text.ends_with(b".") || text.windows(2).any(open_period) {
        return invalid("'.' must be followed by one or more digits");
    }
    let digits: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'_').collect();
    match digits.as_slice() {
        b"nan" | b"+nan" => return Ok(f64::NAN),
        b"-nan" => return Ok(-f64::NAN),
        _ => {}
    }
    match parse_float(&digits) {
        Ok(value) => Ok(value),
        Err(NumberError::Range(_)) => {
            Err(format!("{} is out of range for float64", String::from_utf8_lossy(text)))
        }
        Err(NumberError::Syntax) => Err(format!("Invalid float value: {}", quoted(text))),
    }
}

/// True if each underscore stands between digits, and the number ends with one.
fn underscores_are_fine(text: &[u8]) -> bool {
    if matches!(text, b"nan" | b"+nan" | b"-nan" | b"inf" | b"-inf" | b"+inf") {
        return true;
    }
    let mut accepted = false;
    for (rune, _) in Runes::new(text) {
        if rune == '_' && !accepted {
            return false;
        }
        accepted = rune.is_ascii_hexdigit();
    }
    accepted
}

fn has_leading_zero(text: &[u8]) -> bool {
    match text {
        [b'0', base, ..] => !matches!(base, b'b' | b'o' | b'x'),
        [b'-' | b'+', b'0', _, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::to_text;

    fn shown(text: &str) -> String {
        let now = Time::now((0, 0), 0, Zone::UTC);
        match read(text.as_bytes(), &Zone::UTC, &now) {
            Ok(map) => to_text(&map.into()).unwrap().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_have_gos_types() {
        let cases = [
            ("a = 0x1F\nb = 1_000.5", "map[a:31 b:1000.5]"),
            ("[[t]]\nx = 1\n[[t]]\n[t.u]\ny = 'z'", "map[t:[map[x:1] map[u:map[y:z]]]]"),
            ("a.b = {c = [1, {d = true}]}", "map[a:map[b:map[c:[1 map[d:true]]]]]"),
            ("d = 2020-01-02", "map[d:2020-01-02 00:00:00 +0000 date-local]"),
            ("s = \"\"\"\na\\\n   b\\u0041\"\"\"", "map[s:abA]"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn mistakes_are_worded_as_in_the_library() {
        let cases = [
            ("a = ", "toml: line 1 (last key \"a\"): unexpected EOF; expected value"),
            ("a = 1\na = 2", "toml: line 2 (last key \"a\"): Key 'a' has already been defined."),
            (
                "[t]\nx = 01",
                "toml: line 2 (last key \"t.x\"): Invalid integer \"01\": cannot have leading zeroes",
            ),
            (
                "a = [1 2]",
                "toml: line 1 (last key \"a\"): expected a comma (',') or array terminator (']'), but got '2'",
            ),
            ("a: 1", "toml: line 1: expected '.' or '=', but got ':' instead"),
            ("\na = \"x\ny\"", "toml: line 2 (last key \"a\"): strings cannot contain newlines"),
            ("[]", "toml: line 1: unexpected end of table name (table names cannot be empty)"),
            ("a = \"\\q\"", "toml: line 1 (last key \"a\"): invalid escape in string '\\q'"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
