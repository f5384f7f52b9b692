//! How texts are quoted in messages.

use crate::data::Runes;

/// `text` as a Go string literal in double quotes.
pub(super) fn quoted(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text;
    for (rune, size) in Runes::new(text) {
        let (bytes, behind) = rest.split_at(size);
        rest = behind;
        match rune {
            char::REPLACEMENT_CHARACTER if size == 1 => {
                out.push_str(&format!("\\x{:02x}", bytes[0]));
            }
            '"' | '\\' => out.extend(['\\', rune]),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            _ if rune < ' ' || rune == '\x7f' => out.push_str(&format!("\\x{:02x}", rune as u32)),
            _ => out.push(rune),
        }
    }
    out.push('"');
    out
}

/// `text` in single quotes, for messages that may themselves be quoted.
pub(super) fn single_quoted(text: &[u8]) -> String {
    let quoted = quoted(text).replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{}'", &quoted[1..quoted.len() - 1])
}

/// The texts in single quotes, with commas between them.
pub(super) fn listed<T: AsRef<[u8]>>(texts: &[T]) -> String {
    texts.iter().map(|text| single_quoted(text.as_ref())).collect::<Vec<_>>().join(", ")
}
