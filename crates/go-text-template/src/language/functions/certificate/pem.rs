//! PEM: Base64 between two lines that say what it is.

use bstr::ByteSlice;
use data_encoding::BASE64;

use crate::functions::encoding::decode_base64;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";
/// Characters of Base64 in a line.
const LINE: usize = 64;

/// One block.
#[derive(Debug)]
pub(super) struct Block {
    /// What the block says it is: `CERTIFICATE`.
    pub(super) label: Vec<u8>,
    /// What it holds.
    pub(super) bytes: Vec<u8>,
}

/// The block that says it is `label` and holds `bytes`.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let digits = BASE64.encode(bytes);
    let mut out = String::with_capacity(digits.len() + digits.len() / LINE + 2 * label.len() + 40);
    out.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = &digits[..];
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(LINE));
        out.extend([line, "\n"]);
        rest = more;
    }
    out.extend(["-----END ", label, "-----\n"]);
    out
}

/// The first well-formed block in `text`, as Go finds it: text around blocks does not matter, and
/// a block that is not right is passed over.
pub(super) fn decode(text: &[u8]) -> Option<Block> {
    let mut rest = text;
    loop {
        let end = rest.find(END)?;
        let after_end = end + END.len();
        // A beginning without an end is passed over, so the last one counts.
        match rest[..end].rfind(BEGIN).filter(|begin| *begin == 0 || rest[begin - 1] == b'\n') {
            Some(begin) => {
                let begin = begin + BEGIN.len();
                match read_block(&rest[begin..], end - begin) {
                    Found::Block(block) => return Some(block),
                    Found::Nothing => return None,
                    Found::Junk => rest = &rest[after_end..],
                }
            }
            None => rest = &rest[after_end..],
        }
    }
}

enum Found {
    Block(Block),
    /// Not a block: look behind it.
    Junk,
    /// Not a block, and there cannot be one behind it.
    Nothing,
}

/// Reads the block whose label is at the front of `text`; its end line begins at `end`.
fn read_block(text: &[u8], end: usize) -> Found {
    let (line, mut at) = line_at(text, 0);
    let Some(label) = line.strip_suffix(DASHES) else { return Found::Junk };
    let body = at;
    loop {
        if at >= text.len() {
            return Found::Nothing;
        }
        let (line, next) = line_at(text, at);
        // Headers are read over.
        if !line.contains(&b':') {
            break;
        }
        at = next;
    }
    if (at > body && at > end) || !ends_with_label(&text[end + END.len()..], label) {
        return Found::Junk;
    }
    let digits = text.get(at..end).unwrap_or_default();
    let digits: Vec<u8> = digits.iter().copied().filter(|byte| !b" \t".contains(byte)).collect();
    match decode_base64(&digits) {
        Ok(bytes) => Found::Block(Block { label: label.to_vec(), bytes }),
        Err(_) => Found::Junk,
    }
}

/// True if `text` is the rest of an end line with that label.
fn ends_with_label(text: &[u8], label: &[u8]) -> bool {
    let rest = text.strip_prefix(label).and_then(|rest| rest.strip_prefix(DASHES));
    rest.is_some_and(|rest| line_at(rest, 0).0.is_empty())
}

/// The line at `at` without white space at its end, and where the next one begins.
fn line_at(text: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &text[at..];
    let (line, next) = match rest.find_byte(b'\n') {
        Some(end) => (rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]), at + end + 1),
        None => (rest, text.len()),
    };
    (line.trim_end_with(|c| matches!(c, ' ' | '\t')), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        for length in [0, 1, 48, 49, 200] {
            let bytes = vec![7; length];
            let block = decode(encode("SOME KEY", &bytes).as_bytes()).unwrap();
            assert_eq!((block.label, block.bytes), (b"SOME KEY".to_vec(), bytes));
        }
    }

    #[test]
    fn blocks_are_found_as_in_go() {
        for (text, expected) in [
            ("-----BEGIN A-----\nQQ==\n-----END A-----", Some("A")),
            ("x\n-----BEGIN A-----\r\n QQ = =\r\n-----END A----- \t\ny", Some("A")),
            ("-----BEGIN A-----\nk: v\n\nQQ==\n-----END A-----", Some("A")),
            ("-----BEGIN A-----\n-----BEGIN A-----\nQQ==\n-----END A-----", Some("A")),
            (
                "-----BEGIN A-----\n!\n-----END A-----\n-----BEGIN A-----\nQg==\n-----END A-----",
                Some("B"),
            ),
            ("-----BEGIN A-----\n-----END A-----", Some("")),
            ("x-----BEGIN A-----\nQQ==\n-----END A-----", None),
            ("-----BEGIN A-----\nQQ==\n-----END B-----", None),
            ("-----BEGIN A-----\nQQ==-----END A-----", None),
            ("-----BEGIN A-----\nQQ==\n-----END A-----x", None),
            ("-----BEGIN A-----\nQQ==\n", None),
            ("", None),
        ] {
            let found = decode(text.as_bytes()).map(|block| block.bytes);
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{text:?}");
        }
    }
}
