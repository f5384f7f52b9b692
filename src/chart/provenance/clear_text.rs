//! Texts that are signed and can still be read.

use bstr::ByteSlice;

use super::armor;
use super::error::Error;

/// A signed text.
#[derive(Debug)]
pub(super) struct ClearText {
    /// The text, without white space at the ends of its lines.
    pub(super) plain: Vec<u8>,
    /// The text with CR and LF between its lines, which is what is signed.
    pub(super) signed: Vec<u8>,
    /// The signatures.
    pub(super) signature: Vec<u8>,
    /// What is behind the signatures, if it is not just their end.
    pub(super) end: Error,
}

const START: &[u8] = b"\n-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const END: &[u8] = b"\n-----END PGP SIGNATURE-----";
/// The hash functions that may be named above the text.
const HASHES: [&str; 9] =
    ["MD5", "SHA1", "RIPEMD160", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"];

impl ClearText {
    /// The first signed text in `data`, if there is one and it is complete.
    pub(super) fn find(data: &[u8]) -> Option<Self> {
        let rest = match data.strip_prefix(&START[1..]) {
            Some(rest) => rest,
            None => &data[data.find(START)? + START.len()..],
        };
        let rest = rest.strip_prefix(b"\r").filter(|rest| rest.starts_with(b"\n")).unwrap_or(rest);
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix(b"\n")? };
        let rest = skip_headers(rest)?;
        let (lines, rest) = split_lines(rest)?;
        let armored = &rest[..rest.find(END)? + END.len()];
        let (block, _) = armor::decode(armored).ok()?;
        let signed = lines.join(&b"\r\n"[..]);
        Some(Self { plain: lines.join(&b'\n'), signed, signature: block.data, end: block.end })
    }
}

/// The first line, and what is behind it.
fn split_line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.split_once_str("\n") {
        Some((line, rest)) => (line.strip_suffix(b"\r").unwrap_or(line), rest),
        None => (data, &[]),
    }
}

/// What is behind the headers, if they are all of the one kind that there is.
fn skip_headers(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        if rest.is_empty() {
            return None;
        }
        let line;
        (line, rest) = split_line(rest);
        if line.trim().is_empty() {
            return Some(rest);
        }
        let line = line.to_str().ok().filter(|line| line.chars().all(|c| (' '..='~').contains(&c)));
        let (key, values) = line?.split_once(':')?;
        let is_known = |value: &str| HASHES.contains(&value.trim().to_uppercase().as_str());
        if key.trim() != "Hash" || !values.split(',').all(is_known) {
            return None;
        }
    }
}

/// The lines of the text, and what begins with the signature.
fn split_lines(mut rest: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let mut lines = Vec::new();
    loop {
        let start = rest;
        let line;
        (line, rest) = split_line(rest);
        if line.is_empty() && rest.is_empty() {
            return None;
        }
        if line == SIGNATURE {
            // Without any line, Helm's library cuts a byte off an empty text, and dies.
            return (!lines.is_empty()).then_some((lines, start));
        }
        lines.push(without_blanks(line.strip_prefix(b"- ").unwrap_or(line), |byte| {
            matches!(byte, b' ' | b'\t')
        }));
    }
}

fn without_blanks(line: &[u8], is_blank: impl Fn(u8) -> bool) -> &[u8] {
    let end = line.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    &line[..end]
}

fn lines_to_sign(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_blank = |byte| matches!(byte, b' ' | b'\t' | b'\r');
    text.split_str("\n").map(move |line| without_blanks(line, is_blank))
}

/// What is signed of `text`.
pub(super) fn signed_bytes(text: &[u8]) -> Vec<u8> {
    lines_to_sign(text).collect::<Vec<_>>().join(&b"\r\n"[..])
}

/// `text` with its signature.
pub(super) fn write(text: &[u8], signature: &str) -> Vec<u8> {
    let mut out = [&START[1..], b"\nHash: SHA512\n\n"].concat();
    for line in lines_to_sign(text) {
        if line.starts_with(b"-") {
            out.extend_from_slice(b"- ");
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(signature.as_bytes());
    out
}
