//! What scalars mean: their text, or a value of the type that their form or their tag names.

use super::node::{Document, NodeId, NodeKind};
use super::parser::{LONG_TAG, Scalar};
use super::resolve::{Resolved, resolve, resolve_without_timestamps};
use super::{Error, Mark};
use crate::data::{Runes, Str, append_float32};

/// A scalar that is text, or a value of another type.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    Text(Str),
    Typed(Resolved),
}

/// What `scalar` means by its text and its tag.
pub(super) fn meaning(scalar: &Scalar, start: Mark) -> Result<Meaning, Error> {
    let text = || Ok(Meaning::Text(json_text(&scalar.value)));
    let tag = scalar.properties.tag.as_slice();
    if tag.is_empty() {
        return match scalar.implicit {
            true => Ok(typed(resolve(&scalar.value), scalar)),
            false => text(),
        };
    }
    match core_type(tag) {
        Some(b"binary") => match decode_base64(&scalar.value) {
            Some(bytes) => Ok(Meaning::Text(json_text(&bytes))),
            None => {
                let complaint = "!!binary value contains invalid base64 data";
                Err(Error::meaning(complaint, Some(start)))
            }
        },
        Some(name @ (b"bool" | b"int" | b"float" | b"null" | b"timestamp")) => {
            Ok(typed(resolve_as(name, scalar, start)?, scalar))
        }
        _ => text(),
    }
}

fn typed(resolved: Resolved, scalar: &Scalar) -> Meaning {
    match resolved {
        Resolved::String | Resolved::Timestamp => Meaning::Text(json_text(&scalar.value)),
        resolved => Meaning::Typed(resolved),
    }
}

/// The scalar as the type that its tag names.
fn resolve_as(name: &[u8], scalar: &Scalar, start: Mark) -> Result<Resolved, Error> {
    let resolved = match name {
        b"timestamp" => resolve(&scalar.value),
        _ => resolve_without_timestamps(&scalar.value),
    };
    match resolved {
        resolved if resolved.type_name().as_bytes() == name => Ok(resolved),
        Resolved::Int(value) if name == b"float" => Ok(Resolved::Float(value as f64)),
        resolved => {
            let found = resolved.type_name();
            let text = String::from_utf8_lossy(&scalar.value);
            let wanted = String::from_utf8_lossy(name);
            let complaint = format!("cannot decode !!{found} `{text}` as a !!{wanted}");
            Err(Error::meaning(complaint, Some(start)))
        }
    }
}

/// The `int` of `tag:yaml.org,2002:int`.
fn core_type(tag: &[u8]) -> Option<&[u8]> {
    tag.strip_prefix(LONG_TAG.as_bytes())
}

/// The text of a scalar that is a key, if it has one.
pub(super) fn key_text(scalar: &Scalar) -> Option<Str> {
    match meaning(scalar, Mark::default()).ok()? {
        Meaning::Text(text) => Some(text),
        Meaning::Typed(typed) => text_of_key(typed),
    }
}

/// The text of a number or boolean where a string is wanted; `None` for null.
pub(super) fn text_of(value: Resolved) -> Option<Str> {
    let mut out = Vec::new();
    match value {
        Resolved::Bool(value) => {
            return Some(Str::from_static(if value { "true" } else { "false" }));
        }
        Resolved::Int(value) => return Some(Str::from(value.to_string())),
        Resolved::Uint(value) => return Some(Str::from(value.to_string())),
        // Go takes the float for one of 32 bits here.
        Resolved::Float(value) => append_float32(&mut out, value as f32),
        Resolved::Null | Resolved::Timestamp | Resolved::String => return None,
    }
    Some(Str::from(out))
}

/// The text of a typed key.
pub(super) fn text_of_key(value: Resolved) -> Option<Str> {
    match value {
        // Go takes the float for one of 32 bits, so large ones are infinite.
        Resolved::Float(value) if value.is_nan() => Some(Str::from_static(".nan")),
        Resolved::Float(value) if value as f32 == f32::INFINITY => Some(Str::from_static(".inf")),
        Resolved::Float(value) if value as f32 == f32::NEG_INFINITY => {
            Some(Str::from_static("-.inf"))
        }
        value => text_of(value),
    }
}

/// The text as it comes back from JSON: valid UTF-8, U+FFFD for each byte that is not.
pub(super) fn json_text(text: &[u8]) -> Str {
    match str::from_utf8(text) {
        Ok(_) => Str::from(text),
        Err(_) => Str::from(Runes::new(text).map(|(rune, _)| rune).collect::<String>()),
    }
}

/// Standard base64 with padding; line breaks do not count.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    let digits: Vec<u8> = digits.copied().collect();
    let padding = digits.iter().rev().take_while(|&&byte| byte == b'=').count();
    if !digits.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for group in digits[..digits.len() - padding].chunks(4) {
        let bits = group.iter().try_fold(0_u32, |bits, &byte| Some(bits << 6 | sextet(byte)?))?;
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// True for the key `<<`, plain or tagged as what it is.
pub(super) fn is_merge(document: &Document, key: NodeId) -> bool {
    match &document.node(key).kind {
        NodeKind::Scalar(scalar) => {
            let tag = core_type(&scalar.properties.tag);
            scalar.value == b"<<" && (scalar.implicit || tag == Some(b"merge"))
        }
        _ => false,
    }
}
