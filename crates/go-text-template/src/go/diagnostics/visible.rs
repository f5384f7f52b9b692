//! Characters that a terminal obeys instead of showing them.

use std::borrow::Cow;
use std::fmt::Write;
use std::io;

use bstr::ByteSlice;

/// Goes to the start of the line and empties it. Only these very bytes, at this place in memory,
/// are let through to a terminal: whoever writes something equal only meant to.
pub static ERASE_LINE: [u8; 4] = *b"\r\x1b[K";

/// The colours of this program's own texts, let through to a terminal likewise.
pub static STYLES: [&[u8]; 6] =
    [b"\x1b[0m", b"\x1b[1m", b"\x1b[31m", b"\x1b[32m", b"\x1b[34m", b"\x1b[36m"];

/// Writes a text of this program's own, whose colours a terminal obeys.
pub fn write_styled(out: &mut dyn io::Write, text: &str) -> io::Result<()> {
    let mut rest = text.as_bytes();
    while let Some(start) = rest.find(b"\x1b") {
        out.write_all(&rest[..start])?;
        let style = STYLES.iter().find(|style| rest[start..].starts_with(style));
        style.map_or(Ok(()), |style| out.write_all(style))?;
        rest = &rest[start + style.map_or(1, |style| style.len())..];
    }
    out.write_all(rest)
}

/// `text` with everything that a terminal would obey written out, `\x1b`. Tabs, line feeds and a
/// carriage return in front of one stay.
pub fn visible(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text)
        && !text.contains(is_obeyed)
    {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for chunk in text.utf8_chunks() {
        let mut runes = chunk.valid().chars().peekable();
        while let Some(rune) = runes.next() {
            match rune {
                '\r' if runes.peek() == Some(&'\n') => shown.push(rune),
                rune => push(&mut shown, rune),
            }
        }
        // In some terminals these are control characters as well.
        chunk.invalid().iter().for_each(|byte| push_byte(&mut shown, *byte));
    }
    Cow::Owned(shown)
}

/// Appends `rune`, written out if a terminal would obey it.
pub(super) fn push(shown: &mut String, rune: char) {
    match u32::from(rune) {
        _ if !is_obeyed(rune) => shown.push(rune),
        code @ ..0x80 => push_byte(shown, code as u8),
        code => drop(write!(shown, "\\u{code:04x}")),
    }
}

/// Appends a byte that is no character.
pub(super) fn push_byte(shown: &mut String, byte: u8) {
    let _ = write!(shown, "\\x{byte:02x}");
}

/// Control characters, and those that turn the direction of what follows.
fn is_obeyed(rune: char) -> bool {
    match rune {
        '\t' | '\n' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        rune => rune.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_obeyed_is_written_out() {
        for (text, expected) in [
            (&b"a\tb\nc\r\n"[..], "a\tb\nc\r\n"),
            ("\u{e9}\u{4e2d}\u{1f600}".as_bytes(), "\u{e9}\u{4e2d}\u{1f600}"),
            (b"\x1b[2J\x07\x7f\0", "\\x1b[2J\\x07\\x7f\\x00"),
            (b"a\rb\r", "a\\x0db\\x0d"),
            ("\u{9b}31m\u{85}".as_bytes(), "\\u009b31m\\u0085"),
            (b"\x9b31m\xff", "\\x9b31m\\xff"),
            ("\u{202e}\u{2066}\u{200f}".as_bytes(), "\\u202e\\u2066\\u200f"),
        ] {
            assert_eq!(visible(text), expected, "{text:?}");
        }
    }
}
