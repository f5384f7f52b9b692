//! Internet addresses, with the words of Go's `net/netip` for those that are none.

use super::words::quoted;
use go_text_template::data::Failure;

/// Checks an IPv6 address, which may end in `%` and a zone, and gives the zone.
pub(super) fn check_ipv6(text: &str) -> Result<&str, Failure> {
    // Go looks for the first character that tells the two kinds apart.
    match text.bytes().find(|byte| matches!(byte, b'.' | b':' | b'%')) {
        Some(b':') => parse_ipv6(text),
        Some(b'.') => parse_ipv4(text, text).and_then(|()| Err("invalid IP-literal".into())),
        Some(_) => Err(failure(text, "missing IPv6 address", "")),
        None => Err(failure(text, "unable to parse IP", "")),
    }
}

fn failure(text: &str, message: &str, at: &str) -> Failure {
    let place =
        if at.is_empty() { String::new() } else { format!(" (at {})", quoted(at.as_bytes())) };
    format!("ParseAddr({}): {message}{place}", quoted(text.as_bytes())).into()
}

fn parse_ipv6(text: &str) -> Result<&str, Failure> {
    let (mut rest, zone) = match text.split_once('%') {
        Some((_, "")) => return Err(failure(text, "zone must be a non-empty string", "")),
        Some((address, zone)) => (address, zone),
        None => (text, ""),
    };
    let mut shortened = false;
    if let Some(more) = rest.strip_prefix("::") {
        if more.is_empty() {
            return Ok(zone);
        }
        (rest, shortened) = (more, true);
    }
    let mut bytes = 0;
    while bytes < 16 {
        let digits = group(text, rest)?;
        if rest.as_bytes().get(digits) == Some(&b'.') {
            if !shortened && bytes != 12 {
                let message =
                    "embedded IPv4 address must replace the final 2 fields of the address";
                return Err(failure(text, message, rest));
            }
            if bytes > 12 {
                let message =
                    "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err(failure(text, message, rest));
            }
            parse_ipv4(text, rest)?;
            (rest, bytes) = ("", bytes + 4);
            break;
        }
        bytes += 2;
        rest = &rest[digits..];
        if rest.is_empty() {
            break;
        }
        let Some(more) = rest.strip_prefix(':') else {
            return Err(failure(text, "unexpected character, want colon", rest));
        };
        if more.is_empty() {
            return Err(failure(text, "colon must be followed by more characters", rest));
        }
        rest = more;
        if let Some(more) = rest.strip_prefix(':') {
            if shortened {
                return Err(failure(text, "multiple :: in address", rest));
            }
            (rest, shortened) = (more, true);
            if rest.is_empty() {
                break;
            }
        }
    }
    match (rest, bytes, shortened) {
        ("", ..16, true) | ("", 16, false) => Ok(zone),
        ("", ..16, false) => Err(failure(text, "address string too short", "")),
        ("", ..) => Err(failure(text, "the :: must expand to at least one field of zeros", "")),
        (rest, ..) => Err(failure(text, "trailing garbage after address", rest)),
    }
}

/// The number of hexadecimal digits at the start of `rest`.
fn group(text: &str, rest: &str) -> Result<usize, Failure> {
    match rest.bytes().take_while(u8::is_ascii_hexdigit).count() {
        0 => {
            let message = "each colon-separated field must have at least one digit";
            Err(failure(text, message, rest))
        }
        digits @ 1..=4 => Ok(digits),
        _ => Err(failure(text, "each group must have 4 or less digits", rest)),
    }
}

/// Checks `address`, which is all or the end of `text`.
fn parse_ipv4(text: &str, address: &str) -> Result<(), Failure> {
    let (mut value, mut digits, mut fields) = (0_u32, 0, 1);
    for (at, byte) in address.bytes().enumerate() {
        match byte {
            b'0'..=b'9' if digits == 1 && value == 0 => {
                return Err(failure(text, "IPv4 field has octet with leading zero", ""));
            }
            b'0'..=b'9' => {
                (value, digits) = (value * 10 + u32::from(byte - b'0'), digits + 1);
                if value > 255 {
                    return Err(failure(text, "IPv4 field has value >255", ""));
                }
            }
            b'.' if digits == 0 || at == address.len() - 1 => {
                return Err(failure(
                    text,
                    "IPv4 field must have at least one digit",
                    &address[at..],
                ));
            }
            b'.' if fields == 4 => return Err(failure(text, "IPv4 address too long", "")),
            b'.' => (value, digits, fields) = (0, 0, fields + 1),
            _ => return Err(failure(text, "unexpected character", &address[at..])),
        }
    }
    if fields < 4 { Err(failure(text, "IPv4 address too short", "")) } else { Ok(()) }
}
