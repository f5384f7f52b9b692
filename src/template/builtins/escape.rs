//! `html`, `js` and `urlquery`: their arguments printed, then escaped.

use crate::data::{Failure, Runes, Str, Value, is_printable, sprint};
use crate::template::{Function, Rest, function};

pub(super) static TABLE: &[Function] =
    &[("html", &function(html)), ("js", &function(js)), ("urlquery", &function(urlquery))];

fn html(values: Rest<Value>) -> Result<Str, Failure> {
    let text = printed(values)?;
    let mut out = Vec::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            _ => out.push(byte),
        }
    }
    Ok(out.into())
}

fn js(values: Rest<Value>) -> Result<Str, Failure> {
    let text = printed(values)?;
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((rune, size)) = Runes::new(rest).next() {
        match rune {
            '\\' => out.extend_from_slice(br"\\"),
            '\'' => out.extend_from_slice(br"\'"),
            '"' => out.extend_from_slice(br#"\""#),
            '<' | '>' | '&' | '=' | '\0'..='\x1f' => push_escape(&mut out, rune),
            rune if rune.is_ascii() || is_printable(rune) => out.extend_from_slice(&rest[..size]),
            rune => push_escape(&mut out, rune),
        }
        rest = &rest[size..];
    }
    Ok(out.into())
}

fn push_escape(out: &mut Vec<u8>, rune: char) {
    out.extend_from_slice(format!("\\u{:04X}", u32::from(rune)).as_bytes());
}

fn urlquery(values: Rest<Value>) -> Result<Str, Failure> {
    let text = printed(values)?;
    let mut out = Vec::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(byte),
            byte if byte.is_ascii_alphanumeric() => out.push(byte),
            byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    Ok(out.into())
}

/// The values as `print` shows them, except that nil reads as in an action.
fn printed(Rest(mut values): Rest<Value>) -> Result<Str, Failure> {
    if let [Value::String(text)] = values.as_slice() {
        return Ok(text.clone());
    }
    for value in &mut values {
        if value.is_nil() {
            *value = Value::String(Str::from_static("<no value>"));
        }
    }
    sprint(&values).map(Str::from)
}
