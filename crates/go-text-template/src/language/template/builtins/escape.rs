//! `html`, `js` and `urlquery`: their arguments printed, then escaped.

use crate::data::{Runes, Str, Value, is_printable, sprint};
use crate::template::{Context, Function, Raised, Rest, function};

pub(super) static TABLE: &[Function] =
    &[("html", &function(html)), ("js", &function(js)), ("urlquery", &function(urlquery))];

fn html(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    let text = printed(cx, values)?;
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
    counted(cx, out)
}

fn js(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    let text = printed(cx, values)?;
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
    counted(cx, out)
}

fn push_escape(out: &mut Vec<u8>, rune: char) {
    out.extend_from_slice(format!("\\u{:04X}", u32::from(rune)).as_bytes());
}

fn urlquery(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    let text = printed(cx, values)?;
    let mut out = Vec::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(byte),
            byte if byte.is_ascii_alphanumeric() => out.push(byte),
            byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    counted(cx, out)
}

fn counted(cx: &Context<'_>, text: Vec<u8>) -> Result<Str, Raised> {
    cx.reserve(text.len() as u64)?;
    Ok(text.into())
}

/// The values as `print` shows them, except that nil reads as in an action.
fn printed(cx: &Context<'_>, Rest(mut values): Rest<Value>) -> Result<Str, Raised> {
    if let [Value::String(text)] = values.as_slice() {
        cx.work(text.len() as u64)?;
        return Ok(text.clone());
    }
    for value in &mut values {
        if value.is_nil() {
            *value = Value::String(Str::from_static("<no value>"));
        }
    }
    counted(cx, sprint(&values)?)
}
