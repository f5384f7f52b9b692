//! The record of a result in a remote cache: Bazel's `ActionResult`, a protocol buffer.
//!
//! Servers check these records, so it is that message and no other. It has one output file, whose
//! digest leads to the bytes.

use super::key::Digest;

/// What the output file is called.
const PATH: &[u8] = b"release";

/// The numbers of the fields that are used, in their messages.
const OUTPUT_FILES: u64 = 2;
const FILE_PATH: u64 = 1;
const FILE_DIGEST: u64 = 2;
const DIGEST_HASH: u64 = 1;
const DIGEST_SIZE: u64 = 2;

/// The record of `size` bytes that have the digest `content`.
pub fn write_action(content: Digest, size: usize) -> Vec<u8> {
    let mut digest = Vec::new();
    message(&mut digest, DIGEST_HASH, content.to_string().as_bytes());
    varint(&mut digest, DIGEST_SIZE << 3);
    varint(&mut digest, size as u64);
    let mut file = Vec::new();
    message(&mut file, FILE_PATH, PATH);
    message(&mut file, FILE_DIGEST, &digest);
    let mut action = Vec::new();
    message(&mut action, OUTPUT_FILES, &file);
    action
}

/// The hexadecimal digest of the bytes that the record `action` is about; `None` if it is no such
/// record.
pub fn read_action(action: &[u8]) -> Option<String> {
    let mut rest = action;
    while !rest.is_empty() {
        let (number, file) = field(&mut rest)?;
        if number == OUTPUT_FILES && find(file, FILE_PATH)? == PATH {
            let hash = find(find(file, FILE_DIGEST)?, DIGEST_HASH)?;
            let is_digest = hash.len() == 64 && hash.iter().all(u8::is_ascii_hexdigit);
            return is_digest.then(|| String::from_utf8_lossy(hash).into_owned());
        }
    }
    None
}

fn message(bytes: &mut Vec<u8>, number: u64, content: &[u8]) {
    varint(bytes, number << 3 | 2);
    varint(bytes, content.len() as u64);
    bytes.extend_from_slice(content);
}

fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

/// The first field `number` of `message` that holds bytes.
fn find(message: &[u8], number: u64) -> Option<&[u8]> {
    let mut rest = message;
    loop {
        match field(&mut rest)? {
            (found, content) if found == number => return Some(content),
            _ => {}
        }
    }
}

/// The next field and its bytes; fields of other kinds have none.
fn field<'b>(rest: &mut &'b [u8]) -> Option<(u64, &'b [u8])> {
    let tag = read_varint(rest)?;
    let length = match tag & 7 {
        0 => {
            read_varint(rest)?;
            return Some((tag >> 3, &[]));
        }
        1 => 8,
        2 => usize::try_from(read_varint(rest)?).ok()?,
        5 => 4,
        _ => return None,
    };
    let (content, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some((tag >> 3, content))
}

fn read_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::digest;

    #[test]
    fn the_record_is_bazels() {
        let action = write_action(digest(b""), 300);
        let hash = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let expected =
            [&b"\x12\x50\x0a\x07release\x12\x45\x0a\x40"[..], &hash[..], &b"\x10\xac\x02"[..]]
                .concat();
        assert_eq!(action, expected);
        assert_eq!(read_action(&action).as_deref().map(str::as_bytes), Some(&hash[..]));
    }

    #[test]
    fn what_others_add_is_passed_over() {
        let own = write_action(digest(b"x"), 1);
        let other = b"\x12\x05\x0a\x03abc\x20\x01\x2a\x03out";
        let both = [&other[..], &own[..]].concat();
        assert_eq!(read_action(&both), read_action(&own));
    }

    #[test]
    fn other_bytes_are_no_record() {
        let action = write_action(digest(b"x"), 1);
        for end in 0..action.len() {
            assert_eq!(read_action(&action[..end]), None, "{end}");
        }
        assert_eq!(read_action(b"<html>"), None);
        assert_eq!(read_action(&[0xff; 40]), None);
    }
}
