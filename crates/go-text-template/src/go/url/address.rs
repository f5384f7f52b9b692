//! IP addresses, as far as URLs and formats need them: if they are valid, and why not.

use bstr::ByteSlice;

use crate::data::quoted;

/// The kind of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// As in `127.0.0.1`.
    V4,
    /// As in `::1`, maybe with `%` and a zone.
    V6,
}

/// The kind of the address `text`, or what Go's `netip.ParseAddr` says against it.
pub fn family(text: &[u8]) -> Result<Family, String> {
    let checked = match text.iter().find(|byte| b".:%".contains(byte)) {
        Some(b'.') => check_v4(text).map(|()| Family::V4),
        Some(b':') => check_v6(text).map(|()| Family::V6),
        Some(_) => Err(at_all("missing IPv6 address")),
        None => Err(at_all("unable to parse IP")),
    };
    checked.map_err(|(message, place)| {
        let place =
            if place.is_empty() { String::new() } else { format!(" (at {})", quoted(place)) };
        format!("ParseAddr({}): {message}{place}", quoted(text))
    })
}

/// What is wrong, and the text from there on.
type Wrong<'t> = (&'static str, &'t [u8]);

fn at_all(message: &'static str) -> Wrong<'static> {
    (message, b"")
}

fn check_v4(text: &[u8]) -> Result<(), Wrong<'_>> {
    let (mut value, mut digits, mut dots) = (0_u32, 0, 0);
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(at_all("IPv4 field has octet with leading zero"));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(at_all("IPv4 field has value >255"));
                }
            }
            b'.' => {
                if digits == 0 || at == text.len() - 1 {
                    return Err(("IPv4 field must have at least one digit", &text[at..]));
                }
                if dots == 3 {
                    return Err(at_all("IPv4 address too long"));
                }
                (value, digits, dots) = (0, 0, dots + 1);
            }
            _ => return Err(("unexpected character", &text[at..])),
        }
    }
    if dots < 3 { Err(at_all("IPv4 address too short")) } else { Ok(()) }
}

fn check_v6(text: &[u8]) -> Result<(), Wrong<'_>> {
    let (mut rest, zone) = match text.split_once_str("%") {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    if zone.is_some_and(<[u8]>::is_empty) {
        return Err(at_all("zone must be a non-empty string"));
    }
    // The number of 16-bit groups read, and if a `::` was among them.
    let mut groups = 0;
    let mut gap = false;
    if let Some(behind) = rest.strip_prefix(b"::") {
        if behind.is_empty() {
            return Ok(());
        }
        (gap, rest) = (true, behind);
    }
    while groups < 8 {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits > 4 {
            return Err(("each group must have 4 or less digits", rest));
        }
        if digits == 0 {
            return Err(("each colon-separated field must have at least one digit", rest));
        }
        if rest.get(digits) == Some(&b'.') {
            check_embedded(rest, groups, gap)?;
            (groups, rest) = (groups + 2, b"");
            break;
        }
        groups += 1;
        rest = &rest[digits..];
        match rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", rest)),
            [b':', behind @ ..] => rest = behind,
            _ => return Err(("unexpected character, want colon", rest)),
        }
        if rest[0] == b':' {
            if gap {
                return Err(("multiple :: in address", rest));
            }
            (gap, rest) = (true, &rest[1..]);
            if rest.is_empty() {
                break;
            }
        }
    }
    if !rest.is_empty() {
        return Err(("trailing garbage after address", rest));
    }
    match (groups < 8, gap) {
        (true, false) => Err(at_all("address string too short")),
        (false, true) => Err(at_all("the :: must expand to at least one field of zeros")),
        _ => Ok(()),
    }
}

/// Checks an IPv4 address in the place of the last two groups.
fn check_embedded(text: &[u8], groups: u32, gap: bool) -> Result<(), Wrong<'_>> {
    if !gap && groups != 6 {
        let message = "embedded IPv4 address must replace the final 2 fields of the address";
        return Err((message, text));
    }
    if groups > 6 {
        let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
        return Err((message, text));
    }
    check_v4(text)
}
