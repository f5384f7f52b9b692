//! JSON text to a tree.

use super::error::{Error, Problem};
use crate::data::{Runes, Str, Tree, TreeMap};

/// Go reads no deeper nesting.
const MAX_DEPTH: usize = 10_000;

/// The value that is the whole of `text`, as `json.Unmarshal` into an `interface{}` gives it.
pub fn read(text: &Str) -> Result<Tree, Error> {
    let mut reader = Reader::new(text, false);
    let tree = reader.value()?;
    reader.skip_space();
    match reader.peek() {
        None => reader.finish(tree),
        Some(_) => Err(reader.invalid("after top-level value")),
    }
}

/// Reads an object, or null, as `json.Unmarshal` into a map does.
pub fn read_map(text: &Str) -> Result<Tree, Error> {
    expect(read(text), |tree| matches!(tree, Tree::Map(_)), "map[string]interface {}")
}

/// Reads an array, or null, as `json.Unmarshal` into a slice does.
pub fn read_list(text: &Str) -> Result<Tree, Error> {
    expect(read(text), |tree| matches!(tree, Tree::List(_)), "[]interface {}")
}

/// The first value in `text` and the number of bytes up to its end, as a `json.Decoder` reads it.
pub fn read_prefix(text: &Str) -> Result<(Tree, usize), Error> {
    let mut reader = Reader::new(text, true);
    reader.skip_space();
    if reader.peek().is_none() {
        return Err(Error::new(Problem::NothingThere, reader.at));
    }
    let tree = reader.value()?;
    let end = reader.at;
    Ok((reader.finish(tree)?, end))
}

/// Refuses a value of another type; that error comes before one about a number inside the value.
fn expect(
    result: Result<Tree, Error>,
    fits: impl Fn(&Tree) -> bool,
    go_type: &'static str,
) -> Result<Tree, Error> {
    let (tree, offset) = match &result {
        Ok(tree) => (tree, 0),
        Err(error) => match error.problem() {
            Problem::Mismatch { stored, .. } => (stored, error.offset()),
            _ => return result,
        },
    };
    let found = match tree {
        tree if fits(tree) => return result,
        Tree::Null if result.is_ok() => return result,
        Tree::Null | Tree::Int(_) | Tree::Float(_) => "number",
        Tree::Bool(_) => "bool",
        Tree::String(_) => "string",
        Tree::List(_) => "array",
        Tree::Map(_) => "object",
    };
    let problem = Problem::Mismatch { found: found.to_string(), go_type, stored: Tree::Null };
    Err(Error::new(problem, offset))
}

struct Reader<'t> {
    text: &'t Str,
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    stream: bool,
    valid_utf8: bool,
    /// The first number that is too large, and where it is.
    too_large: Option<(String, usize)>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t Str, stream: bool) -> Self {
        let bytes = text.as_bytes();
        let valid_utf8 = str::from_utf8(bytes).is_ok();
        Self { text, bytes, at: 0, depth: 0, stream, valid_utf8, too_large: None }
    }

    /// The tree, unless a number in it was too large; Go leaves a nil there and complains.
    fn finish(self, tree: Tree) -> Result<Tree, Error> {
        let Some((number, offset)) = self.too_large else {
            return Ok(tree);
        };
        let found = format!("number {number}");
        let problem = Problem::Mismatch { found, go_type: "float64", stored: tree };
        Err(Error::new(problem, offset))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The error about the byte here, or about the end if there is none.
    fn invalid(&self, context: &'static str) -> Error {
        let problem = match self.peek() {
            Some(byte) => Problem::Invalid { byte, context },
            None => Problem::UnexpectedEnd { stream: self.stream },
        };
        Error::new(problem, self.at)
    }

    /// The error about the byte here, inside a word; at the end Go tries a blank, which does not fit.
    fn invalid_in_word(&self, context: &'static str) -> Error {
        match self.peek() {
            None if !self.stream => Error::new(Problem::Invalid { byte: b' ', context }, self.at),
            _ => self.invalid(context),
        }
    }

    fn value(&mut self) -> Result<Tree, Error> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Tree::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true", TRUE, Tree::Bool(true)),
            Some(b'f') => self.literal("false", FALSE, Tree::Bool(false)),
            Some(b'n') => self.literal("null", NULL, Tree::Null),
            _ => Err(self.invalid("looking for beginning of value")),
        }
    }

    fn nested(&mut self, body: fn(&mut Self) -> Result<Tree, Error>) -> Result<Tree, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.invalid("exceeded max depth"));
        }
        self.at += 1;
        self.skip_space();
        let tree = stacker::maybe_grow(64 * 1024, 1024 * 1024, || body(self))?;
        self.depth -= 1;
        Ok(tree)
    }

    fn object(&mut self) -> Result<Tree, Error> {
        let mut entries = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Tree::map(entries));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.invalid("looking for beginning of object key string"));
            }
            let key = self.string()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.invalid("after object key"));
            }
            self.at += 1;
            entries.push((key, self.value()?));
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.invalid("after object key:value pair")),
            }
        }
        self.at += 1;
        Ok(Tree::Map(TreeMap::new(entries).into()))
    }

    fn array(&mut self) -> Result<Tree, Error> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Tree::list(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.invalid("after array element")),
            }
        }
        self.at += 1;
        Ok(Tree::list(items))
    }

    fn literal(
        &mut self,
        word: &'static str,
        contexts: &[&'static str],
        tree: Tree,
    ) -> Result<Tree, Error> {
        self.at += 1;
        for (expected, context) in word.bytes().skip(1).zip(contexts) {
            if self.peek() != Some(expected) {
                return Err(self.invalid_in_word(context));
            }
            self.at += 1;
        }
        Ok(tree)
    }

    fn number(&mut self) -> Result<Tree, Error> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.skip_digits(),
            _ => return Err(self.invalid_in_word("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.require_digit("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.require_digit("in exponent of numeric literal")?;
        }
        Ok(self.number_value(start))
    }

    fn require_digit(&mut self, context: &'static str) -> Result<(), Error> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.invalid_in_word(context));
        }
        self.skip_digits();
        Ok(())
    }

    fn skip_digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn number_value(&mut self, start: usize) -> Tree {
        let text = str::from_utf8(&self.bytes[start..self.at]).expect("digits are ASCII");
        let value: f64 = text.parse().expect("the grammar of JSON numbers is a part of Rust's");
        if value.is_finite() {
            return Tree::Float(value);
        }
        self.too_large.get_or_insert_with(|| (text.to_string(), start));
        Tree::Null
    }

    fn string(&mut self) -> Result<Str, Error> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.check_escape()?;
                }
                Some(b' '..) => self.at += 1,
                _ => return Err(self.invalid("in string literal")),
            }
        }
        let raw = &self.bytes[start..self.at];
        self.at += 1;
        match !escaped && self.valid_utf8 {
            true => Ok(self.text.slice_ref(raw)),
            false => Ok(Str::from(unescape(raw))),
        }
    }

    fn check_escape(&mut self) -> Result<(), Error> {
        self.at += 1;
        match self.peek() {
            Some(b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.invalid_in_word("in \\u hexadecimal character escape"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.invalid_in_word("in string escape code")),
        }
        Ok(())
    }
}

const TRUE: &[&str] = &[
    "in literal true (expecting 'r')",
    "in literal true (expecting 'u')",
    "in literal true (expecting 'e')",
];
const FALSE: &[&str] = &[
    "in literal false (expecting 'a')",
    "in literal false (expecting 'l')",
    "in literal false (expecting 's')",
    "in literal false (expecting 'e')",
];
const NULL: &[&str] = &[
    "in literal null (expecting 'u')",
    "in literal null (expecting 'l')",
    "in literal null (expecting 'l')",
];

/// The text between quotes with its escapes resolved; U+FFFD for what is no character.
fn unescape(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        push_lossy(&mut out, &rest[..at]);
        rest = push_escape(&mut out, &rest[at + 1..]);
    }
    push_lossy(&mut out, rest);
    out
}

/// Appends `text`, each byte that is not part of valid UTF-8 as one U+FFFD.
fn push_lossy(out: &mut String, text: &[u8]) {
    match str::from_utf8(text) {
        Ok(text) => out.push_str(text),
        Err(_) => out.extend(Runes::new(text).map(|(rune, _)| rune)),
    }
}

/// Appends what the escape at the start of `text` stands for, and gives the rest.
fn push_escape<'t>(out: &mut String, text: &'t [u8]) -> &'t [u8] {
    out.push(match text[0] {
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return push_code(out, &text[1..]),
        byte => char::from(byte),
    });
    &text[1..]
}

/// Appends the character whose code begins `text`, which may take a second escape to complete it.
fn push_code<'t>(out: &mut String, text: &'t [u8]) -> &'t [u8] {
    let (code, rest) = (hex(&text[..4]), &text[4..]);
    let pair = match rest {
        [b'\\', b'u', low @ ..] => Some(hex(&low[..4])),
        _ => None,
    };
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (code, pair) {
        let code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        out.extend(char::from_u32(code));
        return &rest[6..];
    }
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

fn hex(digits: &[u8]) -> u32 {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default();
    digits.iter().fold(0, |code, byte| code << 4 | digit(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        read(&Str::from(text)).unwrap_err().to_string()
    }

    #[test]
    fn errors_are_gos() {
        let cases = [
            ("", "unexpected end of JSON input"),
            ("x", "invalid character 'x' looking for beginning of value"),
            ("1 2", "invalid character '2' after top-level value"),
            ("{a}", "invalid character 'a' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 \"", "invalid character '\"' after object key:value pair"),
            ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
            ("[1 2]", "invalid character '2' after array element"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("tru", "invalid character ' ' in literal true (expecting 'e')"),
            ("\"a", "unexpected end of JSON input"),
            ("trx", "invalid character 'x' in literal true (expecting 'u')"),
            ("-", "invalid character ' ' in numeric literal"),
            ("01", "invalid character '1' after top-level value"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
            ("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape"),
            ("\"a\nb\"", "invalid character '\\n' in string literal"),
            ("\u{e9}", "invalid character '\u{c3}' looking for beginning of value"),
            ("1e400", "json: cannot unmarshal number 1e400 into Go value of type float64"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    #[test]
    fn escapes_and_bad_utf8_become_text() {
        let text = Str::from(&b"[\"\\ud83d\\ude00\\ud800x\", \"\xff\xffz\", \"\\/\"]"[..]);
        let expected = ["\u{1f600}\u{fffd}x", "\u{fffd}\u{fffd}z", "/"];
        let expected = expected.map(|text| Tree::String(text.into())).to_vec();
        assert_eq!(read(&text), Ok(Tree::list(expected)));
    }

    #[test]
    fn a_prefix_is_read_up_to_its_end() {
        assert_eq!(read_prefix(&" {} x".into()), Ok((Tree::map(vec![]), 3)));
        assert_eq!(read_prefix(&"1,2".into()), Ok((Tree::Float(1.0), 1)));
        assert_eq!(read_prefix(&" ".into()).unwrap_err().to_string(), "EOF");
        assert_eq!(read_prefix(&"[".into()).unwrap_err().to_string(), "unexpected EOF");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = "[".repeat(10_001);
        assert_eq!(error(&text), "invalid character '[' exceeded max depth");
        let text = "[".repeat(10_000);
        assert_eq!(error(&text), "unexpected end of JSON input");
    }
}
