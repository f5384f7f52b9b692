//! JSON text to a [`Document`], with the words of Go's decoder for what is wrong with it.
//!
//! Numbers stay as they are written: schemas are checked exactly.

use super::document::{Data, Document, NodeId};
use go_text_template::data::{Failure, Str};

/// Go's decoder refuses deeper nesting.
const MAX_DEPTH: u32 = 10_000;

/// Reads the one JSON value in `text`.
pub(super) fn read(text: &[u8]) -> Result<Document, Failure> {
    read_up_to(text, None)
}

/// Finds what is wrong with a text of which only the start is there: `failure`, unless Go notices
/// something else before it.
pub(super) fn read_broken(text: &[u8], failure: Failure) -> Result<Document, Failure> {
    read_up_to(text, Some(failure))
}

fn read_up_to(text: &[u8], broken: Option<Failure>) -> Result<Document, Failure> {
    let mut reader = Reader { text, broken, at: 0, depth: 0, document: Document::default() };
    reader.skip_space();
    if reader.peek().is_none() {
        return Err(reader.broken.unwrap_or_else(|| "EOF".into()));
    }
    let root = reader.value()?;
    let end = reader.at;
    reader.skip_space();
    // Where a number or a word ends, only the byte behind it tells.
    let is_closed =
        matches!(reader.document.data(root), Data::List(_) | Data::Map(_)) || end < reader.at;
    match (reader.peek(), reader.broken) {
        (None, None) => Ok(reader.document),
        (None, Some(failure)) if !is_closed => Err(failure),
        _ => Err("invalid character after top-level value".into()),
    }
}

struct Reader<'t> {
    text: &'t [u8],
    /// Why the text ends where it does, if that is not its end.
    broken: Option<Failure>,
    at: usize,
    depth: u32,
    document: Document,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<NodeId, Failure> {
        self.skip_space();
        let node = self.document.open();
        let data = match self.peek() {
            Some(b'{') => self.nested(Self::map)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Data::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Data::Number(self.number()?),
            Some(b't') => self.literal(b"true", Data::Bool(true))?,
            Some(b'f') => self.literal(b"false", Data::Bool(false))?,
            Some(b'n') => self.literal(b"null", Data::Null)?,
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        self.document.fill(node, data);
        Ok(node)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Data, Failure>) -> Result<Data, Failure> {
        if self.depth == MAX_DEPTH {
            return Err("exceeded max depth".into());
        }
        self.depth += 1;
        self.at += 1;
        let data = stacker::maybe_grow(64 * 1024, 1024 * 1024, || read(self))?;
        self.depth -= 1;
        Ok(data)
    }

    fn map(&mut self) -> Result<Data, Failure> {
        let mut entries = Vec::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Data::Map(entries));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = self.string()?;
            self.skip_space();
            if !self.eat(b':') {
                return Err(self.unexpected("after object key"));
            }
            entries.push((key, self.value()?));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Data::Map(sorted(entries)));
            }
            if !self.eat(b',') {
                return Err(self.unexpected("after object key:value pair"));
            }
        }
    }

    fn list(&mut self) -> Result<Data, Failure> {
        let mut items = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Data::List(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Data::List(items));
            }
            if !self.eat(b',') {
                return Err(self.unexpected("after array element"));
            }
        }
    }

    fn literal(&mut self, word: &'static [u8], data: Data) -> Result<Data, Failure> {
        for (at, expected) in word.iter().enumerate() {
            if self.peek() != Some(*expected) {
                let (word, expected) = (String::from_utf8_lossy(word), char::from(word[at]));
                return Err(self.unexpected(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(data)
    }

    fn number(&mut self) -> Result<Str, Failure> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits("in numeric literal")?;
        }
        if self.eat(b'.') {
            self.digits("after decimal point in numeric literal")?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits("in exponent of numeric literal")?;
        }
        Ok(Str::from(&self.text[start..self.at]))
    }

    /// At least one digit.
    fn digits(&mut self, place: &str) -> Result<(), Failure> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected(place));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Str, Failure> {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            self.at += 1;
        }
        let plain = &self.text[start..self.at];
        if self.eat(b'"') {
            return Ok(Str::from(String::from_utf8_lossy(plain)));
        }
        let mut out = plain.to_vec();
        while !self.eat(b'"') {
            match self.peek() {
                Some(b'\\') => self.escape(&mut out)?,
                Some(byte) if byte >= b' ' => {
                    out.push(byte);
                    self.at += 1;
                }
                _ => return Err(self.unexpected("in string literal")),
            }
        }
        Ok(Str::from(String::from_utf8_lossy(&out)))
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), Failure> {
        self.at += 1;
        let byte = match self.peek() {
            Some(b'u') => return self.unicode_escape(out),
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            _ => return Err(self.unexpected("in string escape code")),
        };
        out.push(byte);
        self.at += 1;
        Ok(())
    }

    /// `\u` with four digits; surrogates count only in pairs.
    fn unicode_escape(&mut self, out: &mut Vec<u8>) -> Result<(), Failure> {
        let first = self.hex()?;
        let mut rune = char::from_u32(first);
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 1;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                rune = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            } else {
                self.at = before;
            }
        }
        let rune = rune.unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    /// Four hexadecimal digits behind the `u` that is next.
    fn hex(&mut self) -> Result<u32, Failure> {
        let mut value = 0;
        for _ in 0..4 {
            self.at += 1;
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            value = value * 16 + digit;
        }
        self.at += 1;
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Steps over `byte` if it is next.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// What Go says about the next byte, or about the end of the text.
    fn unexpected(&self, place: &str) -> Failure {
        let Some(byte) = self.peek() else {
            return self.broken.clone().unwrap_or_else(|| "unexpected EOF".into());
        };
        let shown = match byte {
            b'\'' => r"\'".into(),
            b'"' => "\"".into(),
            byte => {
                let quoted = super::quoting::quoted(char::from(byte).to_string().as_bytes());
                quoted[1..quoted.len() - 1].to_owned()
            }
        };
        format!("invalid character '{shown}' {place}").into()
    }
}

/// The entries in byte order of their keys; of equal keys the last wins.
fn sorted(mut entries: Vec<(Str, NodeId)>) -> Vec<(Str, NodeId)> {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_text_is_named_as_go_does() {
        for (text, expected) in [
            ("", "EOF"),
            (" \n", "EOF"),
            ("{", "unexpected EOF"),
            ("\"a", "unexpected EOF"),
            ("{a", "invalid character 'a' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 x", "invalid character 'x' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("nul!", "invalid character '!' in literal null (expecting 'l')"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("1e+x", "invalid character 'x' in exponent of numeric literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
            ("\"\\u00g0\"", "invalid character 'g' in \\u hexadecimal character escape"),
            ("\"\n\"", "invalid character '\\n' in string literal"),
            ("'a'", "invalid character '\\'' looking for beginning of value"),
            ("{} {}", "invalid character after top-level value"),
            ("01", "invalid character after top-level value"),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err().message(), expected, "{text}");
        }
        assert_eq!(read(&b"[".repeat(20_000)).unwrap_err().message(), "exceeded max depth");
    }

    #[test]
    fn broken_off_text_is_named_as_go_does() {
        let behind = "invalid character after top-level value";
        for (text, expected) in [
            ("", "cut"),
            ("{\"a\": ", "cut"),
            ("\"a", "cut"),
            ("true", "cut"),
            ("\"a\"", "cut"),
            ("true ", behind),
            ("{}", behind),
            ("{} ", behind),
            ("[] x", behind),
            ("<html", "invalid character '<' looking for beginning of value"),
        ] {
            let found = read_broken(text.as_bytes(), "cut".into()).unwrap_err();
            assert_eq!(found.message(), expected, "{text}");
        }
    }

    #[test]
    fn text_is_decoded() {
        let document =
            read(br#"{"b": "\u00e9\ud83d\ude00\ud800x", "a": 1.50, "b": [null]}"#).unwrap();
        let entries = document.data(super::super::document::ROOT).as_map().unwrap();
        assert_eq!(entries.len(), 2);
        assert!(matches!(document.data(entries[0].1), Data::Number(text) if text == "1.50"));
        assert!(matches!(document.data(entries[1].1), Data::List(items) if items.len() == 1));
    }
}
