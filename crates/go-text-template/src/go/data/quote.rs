//! Go's quoted strings and runes.

use super::runes::is_printable;
use super::text::Runes;

/// Which runes stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// All printable ones.
    Unicode,
    /// Only printable ASCII: the form of `%+q`.
    Ascii,
}

/// Appends `text` as a double-quoted Go string, as `strconv.Quote` does.
pub fn append_quoted(out: &mut Vec<u8>, text: &[u8], charset: Charset) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.iter().position(|&byte| needs_care(byte)).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        rest = append_next_rune(out, &rest[plain..], charset);
    }
    out.push(b'"');
}

/// The text as a double-quoted Go string.
pub fn quoted(text: &[u8]) -> String {
    let mut out = Vec::new();
    append_quoted(&mut out, text, Charset::Unicode);
    String::from_utf8(out).expect("what is not UTF-8 is escaped")
}

/// Appends `rune` as a Go rune literal, as `strconv.QuoteRune` does; U+FFFD for what is no rune.
pub fn append_quoted_rune(out: &mut Vec<u8>, rune: Option<char>, charset: Charset) {
    out.push(b'\'');
    append_escaped(out, rune.unwrap_or(char::REPLACEMENT_CHARACTER), '\'', charset);
    out.push(b'\'');
}

/// True if `text` can stand between back quotes: one line without control characters except tab.
pub fn can_backquote(text: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(text) else {
        return false;
    };
    text.chars().all(|rune| match rune {
        '\t' => true,
        '\0'..' ' | '`' | '\u{7f}' | '\u{feff}' => false,
        _ => true,
    })
}

fn needs_care(byte: u8) -> bool {
    !matches!(byte, b' '..=b'~') || byte == b'"' || byte == b'\\'
}

/// Appends the first rune of `text`, if there is one, and gives the rest.
fn append_next_rune<'t>(out: &mut Vec<u8>, text: &'t [u8], charset: Charset) -> &'t [u8] {
    let mut runes = Runes::new(text);
    match runes.next() {
        None => {}
        Some((char::REPLACEMENT_CHARACTER, 1)) => append_hex(out, b'x', text[0].into(), 2),
        Some((rune, _)) => append_escaped(out, rune, '"', charset),
    }
    runes.rest()
}

fn append_escaped(out: &mut Vec<u8>, rune: char, quote: char, charset: Charset) {
    if rune == quote || rune == '\\' {
        out.extend_from_slice(&[b'\\', rune as u8]);
    } else if is_printable(rune) && (charset == Charset::Unicode || rune.is_ascii()) {
        out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        append_escape(out, rune);
    }
}

fn append_escape(out: &mut Vec<u8>, rune: char) {
    match rune {
        '\u{7}' => out.extend_from_slice(b"\\a"),
        '\u{8}' => out.extend_from_slice(b"\\b"),
        '\u{c}' => out.extend_from_slice(b"\\f"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\u{b}' => out.extend_from_slice(b"\\v"),
        '\0'..' ' | '\u{7f}' => append_hex(out, b'x', rune.into(), 2),
        '\0'..='\u{ffff}' => append_hex(out, b'u', rune.into(), 4),
        _ => append_hex(out, b'U', rune.into(), 8),
    }
}

fn append_hex(out: &mut Vec<u8>, letter: u8, number: u32, digits: u32) {
    out.extend_from_slice(&[b'\\', letter]);
    for digit in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(number >> (4 * digit) & 0xf) as usize]);
    }
}
