//! Percent escapes.

use std::fmt;

use crate::data::quoted;

/// The part of a URL that is escaped: each lets other bytes stand as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Host,
    /// The zone of an IPv6 address.
    Zone,
    /// A user's name or password.
    User,
    Fragment,
    /// What stands between two slashes of a path.
    Segment,
}

/// Why escaped text cannot be read.
#[derive(Debug)]
pub enum EscapeError {
    /// A `%` without two digits behind it, or an escape that may not stand there.
    Escape(Vec<u8>),
    /// What may not stand in the name of a host.
    Host(u8),
}

impl fmt::Display for EscapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escape(text) => write!(f, "invalid URL escape {}", quoted(text)),
            Self::Host(byte) => write!(f, "invalid character {} in host name", quoted(&[*byte])),
        }
    }
}

impl std::error::Error for EscapeError {}

/// `text` with its escapes replaced by what they stand for.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, EscapeError> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = if byte == b'%' {
            let value = escaped_byte(rest, part)?;
            out.push(value);
            &rest[3..]
        } else {
            let in_host = matches!(part, Part::Host | Part::Zone);
            if in_host && byte.is_ascii() && !is_plain(byte, part) {
                return Err(EscapeError::Host(byte));
            }
            out.push(byte);
            behind
        };
    }
    Ok(out)
}

/// The byte that the escape at the start of `text` stands for.
fn escaped_byte(text: &[u8], part: Part) -> Result<u8, EscapeError> {
    let escape = &text[..text.len().min(3)];
    let invalid = || EscapeError::Escape(escape.to_vec());
    let digit = |at: usize| char::from(*escape.get(at)?).to_digit(16);
    let (Some(high), Some(low)) = (digit(1), digit(2)) else { return Err(invalid()) };
    let value = (high * 16 + low) as u8;
    let allowed = match part {
        _ if escape == b"%25" => true,
        // Only bytes that are not ASCII may be escaped in a host.
        Part::Host => high >= 8,
        Part::Zone => value == b' ' || is_plain(value, Part::Host),
        _ => true,
    };
    if allowed { Ok(value) } else { Err(invalid()) }
}

/// `text` with an escape for each byte that needs one.
pub(super) fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if is_plain(byte, part) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    out
}

/// True if `byte` needs no escape.
pub(super) fn is_plain(byte: u8, part: Part) -> bool {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        return true;
    }
    let more: &[u8] = match part {
        Part::Path => b"$&+,/:;=@",
        Part::Host | Part::Zone => b"!$&'()*+,;=:[]<>\"",
        Part::User => b"$&+,;=",
        Part::Fragment => b"$&+,/:;=?@!()*",
        Part::Segment => b"$&+:=@",
    };
    more.contains(&byte)
}

/// True if `text` is escaped well enough to be left as it is.
pub(super) fn is_escaped(text: &[u8], part: Part) -> bool {
    text.iter().all(|&byte| b"!$&'()*+,;=:@[]%".contains(&byte) || is_plain(byte, part))
}
