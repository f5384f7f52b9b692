//! Base64 and Base32.
//!
//! Text that is not valid does not fail: the result is then Go's error message, because sprig
//! gives it in place of the decoded text.

use bstr::ByteSlice;
use data_encoding::{BASE32, BASE64};

use crate::data::Str;
use crate::template::{Context, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[
    ("b32dec", &function(b32dec)),
    ("b32enc", &function(b32enc)),
    ("b64dec", &function(b64dec)),
    ("b64enc", &function(b64enc)),
];

/// The text in Base64, padded, without line breaks.
///
/// ```text
/// {{ b64enc "hello" }} -> aGVsbG8=
/// {{ b64enc "" | quote }} -> ""
/// ```
fn b64enc(cx: &mut Context<'_>, text: Str) -> Result<String, Raised> {
    cx.reserve(BASE64.encode_len(text.len()) as u64)?;
    Ok(BASE64.encode(text.as_bytes()))
}

/// The text that the Base64 `text` stands for; line breaks are skipped.
///
/// ```text
/// {{ b64dec "aGVsbG8=" }} -> hello
/// {{ b64dec "aGVs\nbG8=\n" }} -> hello
/// {{ b64dec "aGVsbG8" }} -> illegal base64 data at input byte 4
/// {{ b64dec "!!" }} -> illegal base64 data at input byte 0
/// ```
fn b64dec(text: Str) -> Str {
    decode_base64(text.as_bytes()).map_or_else(|error| Str::from(error.base64()), Str::from)
}

/// The text in Base32, padded, upper case.
///
/// ```text
/// {{ b32enc "hello" }} -> NBSWY3DP
/// {{ b32enc "a" }} -> ME======
/// ```
fn b32enc(cx: &mut Context<'_>, text: Str) -> Result<String, Raised> {
    cx.reserve(BASE32.encode_len(text.len()) as u64)?;
    Ok(BASE32.encode(text.as_bytes()))
}

/// The text that the Base32 `text` stands for; line breaks are skipped, lower case is refused.
///
/// ```text
/// {{ b32dec "NBSWY3DP" }} -> hello
/// {{ b32dec "ME======" }} -> a
/// {{ b32dec "nbswy3dp" }} -> illegal base32 data at input byte 0
/// ```
fn b32dec(text: Str) -> Str {
    decode_base32(text.as_bytes()).map_or_else(|error| Str::from(error.base32()), Str::from)
}

/// The offset of the byte that Go complains about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corrupt(usize);

impl Corrupt {
    /// Go's sentence about Base64.
    pub(super) fn base64(self) -> String {
        format!("illegal base64 data at input byte {}", self.0)
    }

    fn base32(self) -> String {
        format!("illegal base32 data at input byte {}", self.0)
    }
}

/// The bytes that `text` stands for, as Go's `base64.StdEncoding` reads it.
pub(super) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, Corrupt> {
    // The crate allows padding in the middle, where texts have been joined; Go does not.
    if padding_is_last(text, 2)
        && let Ok(bytes) = BASE64.decode(text)
    {
        return Ok(bytes);
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut reader = Quanta { text, at: 0 };
    while reader.next_quantum(&mut out)? {}
    Ok(out)
}

/// The bytes that `text` stands for, as Go's `base32.StdEncoding` reads it.
fn decode_base32(text: &[u8]) -> Result<Vec<u8>, Corrupt> {
    if padding_is_last(text, 6)
        && let Ok(bytes) = BASE32.decode(text)
    {
        return Ok(bytes);
    }
    // Unlike Base64, Go counts the bytes that are left without the line breaks.
    let text: Vec<u8> = text.iter().copied().filter(|byte| !is_line_break(*byte)).collect();
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    let mut rest = &text[..];
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        let (digits, padded) = base32_quantum(rest, start)?;
        append_bits(&mut out, &digits, 5);
        rest = &rest[8.min(rest.len())..];
        // What stands behind the padding is not looked at: it is at most the rest of a quantum.
        if padded {
            break;
        }
    }
    Ok(out)
}

/// True if the first `=` is among the last `most` bytes.
fn padding_is_last(text: &[u8], most: usize) -> bool {
    text.find_byte(b'=').is_none_or(|at| text.len() - at <= most)
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Reads Base64 four digits at a time, in Go's order of complaints.
struct Quanta<'t> {
    text: &'t [u8],
    at: usize,
}

impl Quanta<'_> {
    /// Decodes the next four digits; false at the end.
    fn next_quantum(&mut self, out: &mut Vec<u8>) -> Result<bool, Corrupt> {
        let mut digits = Vec::with_capacity(4);
        while digits.len() < 4 {
            self.skip_line_breaks();
            let Some(&byte) = self.text.get(self.at) else {
                return if digits.is_empty() { Ok(false) } else { Err(self.unfinished(&digits)) };
            };
            self.at += 1;
            match base64_digit(byte) {
                Some(digit) => digits.push(digit),
                None if byte == b'=' => {
                    self.finish_padding(digits.len())?;
                    append_bits(out, &digits, 6);
                    return Ok(false);
                }
                None => return Err(Corrupt(self.at - 1)),
            }
        }
        append_bits(out, &digits, 6);
        Ok(true)
    }

    /// The text ended inside a quantum: Go subtracts the digits it has from the offset, even if
    /// there were line breaks between them.
    fn unfinished(&self, digits: &[u8]) -> Corrupt {
        Corrupt(self.text.len() - digits.len())
    }

    /// Behind the first `=`: there must be as many as are needed, and nothing else.
    fn finish_padding(&mut self, digits: usize) -> Result<(), Corrupt> {
        if digits < 2 {
            return Err(Corrupt(self.at - 1));
        }
        if digits == 2 {
            self.skip_line_breaks();
            match self.text.get(self.at) {
                None => return Err(Corrupt(self.text.len())),
                Some(b'=') => self.at += 1,
                Some(_) => return Err(Corrupt(self.at - 1)),
            }
        }
        self.skip_line_breaks();
        if self.at < self.text.len() { Err(Corrupt(self.at)) } else { Ok(()) }
    }

    fn skip_line_breaks(&mut self) {
        while self.text.get(self.at).copied().is_some_and(is_line_break) {
            self.at += 1;
        }
    }
}

/// The digits of the quantum at the front of `rest`, which begins at `start`, and whether it is
/// padded.
fn base32_quantum(rest: &[u8], start: usize) -> Result<(Vec<u8>, bool), Corrupt> {
    let mut digits = Vec::with_capacity(8);
    for (index, &byte) in rest.iter().take(8).enumerate() {
        let left = rest.len() - index - 1;
        if byte == b'=' && index >= 2 && left < 8 {
            check_base32_padding(&rest[index + 1..], index, start + index + 1)?;
            return Ok((digits, true));
        }
        digits.push(base32_digit(byte).ok_or(Corrupt(start + index))?);
    }
    if digits.len() < 8 {
        return Err(Corrupt(start));
    }
    Ok((digits, false))
}

/// Checks `rest`, which begins at `at`, behind the first `=` of a quantum with `digits` digits.
fn check_base32_padding(rest: &[u8], digits: usize, at: usize) -> Result<(), Corrupt> {
    if rest.len() + digits < 7 {
        return Err(Corrupt(at + rest.len()));
    }
    if let Some(index) = rest.iter().take(7 - digits).position(|&byte| byte != b'=') {
        return Err(Corrupt(at + index - 1));
    }
    // One, three or six digits do not make whole bytes.
    if matches!(digits, 1 | 3 | 6) { Err(Corrupt(at - 1)) } else { Ok(()) }
}

/// Appends the whole bytes that digits of `width` bits make; bits left over are dropped.
fn append_bits(out: &mut Vec<u8>, digits: &[u8], width: u32) {
    let (mut bits, mut held) = (0_u32, 0);
    for &digit in digits {
        bits = bits << width | u32::from(digit);
        held += width;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn base32_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_go_reads_it() {
        for (text, expected) in [
            ("", ""),
            ("aGVs\r\nbG8=\n", "hello"),
            ("QUJ=", "AB"),
            ("QQ==\n", "A"),
            ("QQ=\n=\n", "A"),
            ("QQ", "illegal base64 data at input byte 0"),
            ("QUJDQ\n", "illegal base64 data at input byte 5"),
            ("QQ=", "illegal base64 data at input byte 3"),
            ("QQ=A", "illegal base64 data at input byte 2"),
            ("=", "illegal base64 data at input byte 0"),
            ("QQ==QQ==", "illegal base64 data at input byte 4"),
            ("QUJD QUJD", "illegal base64 data at input byte 4"),
        ] {
            assert_eq!(b64dec(Str::from(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn base32_is_read_as_go_reads_it() {
        for (text, expected) in [
            ("", ""),
            ("NBSW\nY3DP\n", "hello"),
            ("MF======", "a"),
            ("ME=====", "illegal base32 data at input byte 7"),
            ("MFR=====", "illegal base32 data at input byte 3"),
            ("ME===A==", "illegal base32 data at input byte 4"),
            ("ME", "illegal base32 data at input byte 0"),
            ("M=======", "illegal base32 data at input byte 1"),
            ("ME======ME======", "illegal base32 data at input byte 2"),
        ] {
            assert_eq!(b32dec(Str::from(text)), expected, "{text:?}");
        }
    }
}
