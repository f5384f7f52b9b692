//! Scalars, indentation and indicators to text, as go-yaml's emitters write them.

use super::analysis::{Analysis, break_width, is_printable, width};
use super::dialect::Dialect;
use super::resolve::{Resolved, is_base60, resolve};
use crate::json::{Room, WriteError};

/// Lines of the plain dialect are folded at the next blank behind this column.
const BEST_WIDTH: usize = 80;
/// Longer keys, in bytes, are written behind a `?`.
const MAX_SIMPLE_KEY: usize = 128;
/// The text grows by this much between two questions for room.
const ROOM_STEP: usize = 64 * 1024;

/// How a scalar is to be written, unless the text forbids it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Plain,
    DoubleQuoted,
    Literal,
}

/// The text so far, and where on its line it ends.
pub(super) struct Emitter<'e, 'r> {
    out: Vec<u8>,
    dialect: Dialect,
    pub(super) column: usize,
    /// The indentation of the collection at hand; -1 outside of all.
    pub(super) indent: isize,
    /// The last thing written was white space.
    pub(super) whitespace: bool,
    /// Only indentation and indicators have been written on this line.
    pub(super) indention: bool,
    /// An empty line goes in front of the next line that is indented like this; -1 for none.
    pub(super) foot_indent: isize,
    room: &'e mut Room<'r>,
    announced: usize,
}

impl<'e, 'r> Emitter<'e, 'r> {
    pub(super) fn new(dialect: Dialect, room: &'e mut Room<'r>) -> Self {
        Self {
            out: Vec::new(),
            dialect,
            column: 0,
            indent: -1,
            whitespace: true,
            indention: true,
            foot_indent: -1,
            room,
            announced: 0,
        }
    }

    /// Ends the document and gives its text.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        self.write_indent();
        self.announce()?;
        Ok(self.out)
    }

    /// Asks for room if the text has grown enough.
    pub(super) fn ask_for_room(&mut self) -> Result<(), WriteError> {
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

    /// Goes to the indentation of the collection at hand, on a new line unless already there.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0) as usize;
        let beyond = self.column > indent || self.column == indent && !self.whitespace;
        if !self.indention || beyond {
            self.put_break();
        }
        if self.foot_indent == indent as isize {
            self.put_break();
        }
        self.foot_indent = -1;
        if self.column < indent {
            self.out.resize(self.out.len() + indent - self.column, b' ');
            self.column = indent;
        }
        self.whitespace = true;
        self.indention = true;
    }

    /// The `-` of a list, or the `?` or `:` of a key that is not simple.
    pub(super) fn write_block_indicator(&mut self, indicator: u8) {
        self.write_separation();
        self.put(indicator);
        self.whitespace = false;
    }

    /// The `:` behind a simple key.
    pub(super) fn write_colon(&mut self) {
        self.put(b':');
        self.whitespace = false;
        self.indention = false;
    }

    /// Text that means what it says: a number, a word, an empty collection.
    pub(super) fn write_word(&mut self, word: &[u8]) {
        self.write_separation();
        self.out.extend_from_slice(word);
        self.column += word.len();
        self.whitespace = false;
        self.indention = false;
    }

    pub(super) fn write_separation(&mut self) {
        if !self.whitespace {
            self.put(b' ');
        }
    }

    /// A text, in whatever way it can be read back.
    pub(super) fn write_text(&mut self, text: &[u8]) {
        let analysis = Analysis::of(text, self.dialect);
        self.write_scalar(text, analysis, self.wanted(text), false);
    }

    /// A key, in a line of its own; true if it is simple, so that `:` can follow at once.
    pub(super) fn write_key(&mut self, key: &[u8]) -> bool {
        let analysis = Analysis::of(key, self.dialect);
        let simple = !analysis.multiline && key.len() <= MAX_SIMPLE_KEY;
        if !simple {
            self.write_block_indicator(b'?');
        }
        self.write_scalar(key, analysis, self.wanted(key), simple);
        simple
    }

    /// Bytes that are no text: `!!binary` and their base64, which needs no quotes.
    pub(super) fn write_binary(&mut self, base64: &[u8], as_key: bool) -> bool {
        const TAG: &[u8] = b"!!binary";
        let analysis = Analysis::of(base64, self.dialect);
        let length = TAG.len() + base64.len();
        let simple = as_key && !analysis.multiline && length <= MAX_SIMPLE_KEY;
        if as_key && !simple {
            self.write_block_indicator(b'?');
        }
        self.write_word(TAG);
        let wanted = if base64.contains(&b'\n') { Wanted::Literal } else { Wanted::Plain };
        self.write_scalar(base64, analysis, wanted, simple);
        simple
    }

    fn wanted(&self, text: &[u8]) -> Wanted {
        match text {
            text if text.contains(&b'\n') => Wanted::Literal,
            text if self.is_read_back_as_text(text) => Wanted::Plain,
            _ => Wanted::DoubleQuoted,
        }
    }

    /// True if the bare `text` would not be taken for a value of another type.
    fn is_read_back_as_text(&self, text: &[u8]) -> bool {
        let octal = || self.dialect == Dialect::Pretty && super::resolve::is_signed_octal(text);
        resolve(text) == Resolved::String && !is_base60(text) && !octal()
    }

    fn write_scalar(&mut self, text: &[u8], analysis: Analysis, wanted: Wanted, simple_key: bool) {
        let outer = self.indent;
        self.indent = outer.max(0) + 2;
        let quoted_key = simple_key && text.is_empty();
        match wanted {
            Wanted::Literal if analysis.block_allowed && !simple_key => self.write_literal(text),
            Wanted::Plain if analysis.plain_allowed && !quoted_key => {
                self.write_plain(text, !simple_key);
            }
            Wanted::Plain if analysis.single_quoted_allowed => {
                self.write_single_quoted(text, !simple_key);
            }
            _ => self.write_double_quoted(text, !simple_key),
        }
        self.indent = outer;
    }

    /// True if a blank here may become a line break.
    fn may_fold(&self, allow_breaks: bool) -> bool {
        allow_breaks && self.dialect == Dialect::Plain && self.column > BEST_WIDTH
    }

    /// True if `text` cannot reach the column where lines are folded.
    fn fits_line(&self, text: &[u8]) -> bool {
        self.dialect == Dialect::Pretty || self.column + text.len() <= BEST_WIDTH
    }

    fn write_plain(&mut self, text: &[u8], allow_breaks: bool) {
        self.write_separation();
        if !allow_breaks || self.fits_line(text) {
            self.put_all(text);
        } else {
            self.write_folded(text);
        }
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes `text`, which has no line breaks, with one for each blank that is too far right.
    fn write_folded(&mut self, text: &[u8]) {
        let (mut at, mut after_space) = (0, false);
        while at < text.len() {
            let rest = &text[at..];
            let is_space = rest[0] == b' ';
            let inner = at > 0 && rest.len() > 1 && rest[1] != b' ';
            if is_space && inner && !after_space && self.may_fold(true) {
                self.write_indent();
            } else {
                self.put_character(rest);
            }
            after_space = is_space;
            at += width(rest[0]).min(rest.len());
        }
    }

    pub(super) fn write_single_quoted(&mut self, text: &[u8], allow_breaks: bool) {
        self.write_quote(b'\'');
        let (mut at, mut after_space, mut after_break) = (0, false, false);
        while at < text.len() {
            let rest = &text[at..];
            let inner = at > 0 && rest.len() > 1 && rest[1] != b' ';
            match rest[0] {
                b' ' if inner && !after_space && self.may_fold(allow_breaks) => self.write_indent(),
                b' ' => self.put(b' '),
                byte if break_width(rest) > 0 => {
                    if !after_break && byte == b'\n' {
                        self.put_break();
                    }
                    self.put_break_of(rest);
                }
                byte => {
                    if after_break {
                        self.write_indent();
                    }
                    if byte == b'\'' {
                        self.put(b'\'');
                    }
                    self.put_character(rest);
                    self.indention = false;
                }
            }
            (after_space, after_break) = match rest[0] {
                b' ' => (true, after_break),
                _ if break_width(rest) > 0 => (after_space, true),
                _ => (false, false),
            };
            at += width(rest[0]);
        }
        self.put(b'\'');
        self.whitespace = false;
        self.indention = false;
    }

    pub(super) fn write_double_quoted(&mut self, text: &[u8], allow_breaks: bool) {
        self.write_quote(b'"');
        // go-yaml looks for a byte order mark at the start of the text instead of here.
        let escape_all = text.starts_with(b"\xef\xbb\xbf");
        let (mut at, mut after_space) = (0, false);
        while at < text.len() {
            let rest = &text[at..];
            let inner = at > 0 && rest.len() > 1;
            let escaped = escape_all
                || !is_printable(rest)
                || break_width(rest) > 0
                || matches!(rest[0], b'"' | b'\\');
            let is_space = !escaped && rest[0] == b' ';
            if escaped {
                self.put_escape(rest);
            } else if is_space && inner && !after_space && self.may_fold(allow_breaks) {
                self.write_indent();
                if rest[1] == b' ' {
                    self.put(b'\\');
                }
            } else {
                self.put_character(rest);
            }
            after_space = is_space;
            at += width(rest[0]);
        }
        self.put(b'"');
        self.whitespace = false;
        self.indention = false;
    }

    fn write_quote(&mut self, quote: u8) {
        self.write_separation();
        self.put(quote);
        self.whitespace = false;
        self.indention = false;
    }

    fn put_escape(&mut self, text: &[u8]) {
        let (rune, _) = crate::data::Runes::new(text).next().unwrap_or_default();
        let escape = match rune {
            '\0' => "\\0".to_string(),
            '\x07' => "\\a".to_string(),
            '\x08' => "\\b".to_string(),
            '\t' => "\\t".to_string(),
            '\n' => "\\n".to_string(),
            '\x0b' => "\\v".to_string(),
            '\x0c' => "\\f".to_string(),
            '\r' => "\\r".to_string(),
            '\x1b' => "\\e".to_string(),
            '"' => "\\\"".to_string(),
            '\\' => "\\\\".to_string(),
            '\u{85}' => "\\N".to_string(),
            '\u{a0}' => "\\_".to_string(),
            '\u{2028}' => "\\L".to_string(),
            '\u{2029}' => "\\P".to_string(),
            '\0'..='\u{ff}' => format!("\\x{:02X}", u32::from(rune)),
            '\0'..='\u{ffff}' => format!("\\u{:04X}", u32::from(rune)),
            _ => format!("\\U{:08X}", u32::from(rune)),
        };
        self.put_all(escape.as_bytes());
    }

    fn write_literal(&mut self, text: &[u8]) {
        self.write_block_header(b'|', text);
        self.put_break();
        self.write_literal_lines(text);
    }

    /// What stands on the line above a text in lines.
    pub(super) fn write_block_header(&mut self, indicator: u8, text: &[u8]) {
        self.write_separation();
        self.put(indicator);
        if text.starts_with(b" ") || break_width(text) > 0 {
            self.put(b'2');
        }
        if let Some(hint) = chomping_hint(text) {
            self.put(hint);
        }
        self.whitespace = false;
        self.indention = false;
    }

    pub(super) fn write_literal_lines(&mut self, text: &[u8]) {
        self.whitespace = true;
        let mut rest = text;
        while !rest.is_empty() {
            let end = line_end(rest);
            if end > 0 {
                self.write_indent();
                self.put_all(&rest[..end]);
                self.indention = false;
                rest = &rest[end..];
            } else {
                self.put_break_of(rest);
                rest = &rest[break_width(rest)..];
            }
        }
    }

    pub(super) fn put(&mut self, byte: u8) {
        self.out.push(byte);
        self.column += 1;
    }

    pub(super) fn put_all(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
    }

    /// The character that begins `text`.
    pub(super) fn put_character(&mut self, text: &[u8]) {
        self.out.extend_from_slice(&text[..width(text[0]).min(text.len())]);
        self.column += 1;
    }

    pub(super) fn put_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
        self.indention = true;
    }

    /// The line break that begins `text`, as it is.
    pub(super) fn put_break_of(&mut self, text: &[u8]) {
        self.out.extend_from_slice(&text[..break_width(text)]);
        self.column = 0;
        self.indention = true;
    }
}

/// Where the first line break of `text` is, or where the text ends.
fn line_end(text: &[u8]) -> usize {
    let may_break = |byte: &u8| matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2);
    let mut at = 0;
    while let Some(skipped) = text[at..].iter().position(may_break) {
        at += skipped;
        if break_width(&text[at..]) > 0 {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// What says how many line breaks end a literal: `-` for none, `+` for more than one.
fn chomping_hint(text: &[u8]) -> Option<u8> {
    let Some(last) = last_break(text) else {
        return Some(b'-');
    };
    let before = &text[..last];
    (before.is_empty() || last_break(before).is_some()).then_some(b'+')
}

/// Where the line break begins that ends `text`.
fn last_break(text: &[u8]) -> Option<usize> {
    let last = (0..text.len()).rev().find(|&at| text[at] & 0xc0 != 0x80)?;
    (break_width(&text[last..]) > 0).then_some(last)
}
