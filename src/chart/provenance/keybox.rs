//! `pubring.kbx`: the box in which GnuPG keeps public keys since 2.1.

use super::error::Error;

/// True if `data` is a keybox.
pub(super) fn is_keybox(data: &[u8]) -> bool {
    data.len() >= 12 && data[4] == HEADER && &data[8..12] == b"KBXf"
}

const HEADER: u8 = 1;
const OPENPGP: u8 = 2;
/// The flag of keys that GnuPG does not count as its own yet.
const EPHEMERAL: u8 = 2;

/// The OpenPGP packets in the keybox, one behind the other.
pub(super) fn packets(data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut packets = Vec::new();
    let mut at = 0;
    while at < data.len() {
        let rest = &data[at..];
        let size = blob_size(rest, at)?;
        if rest[4] == OPENPGP {
            packets.extend_from_slice(key_block(&rest[..size], at)?);
        }
        at += size;
    }
    if packets.is_empty() {
        return Err(Error::Keybox("keybox contains no OpenPGP keys".to_owned()));
    }
    Ok(packets)
}

fn blob_size(rest: &[u8], at: usize) -> Result<usize, Error> {
    const SMALLEST: usize = 5;
    if rest.len() < SMALLEST {
        return Err(Error::Keybox(format!("truncated blob header at offset {at}")));
    }
    let size = number(rest, 0);
    if size < SMALLEST {
        return Err(Error::Keybox(format!("invalid blob length {size} at offset {at}")));
    }
    if size > rest.len() {
        return Err(Error::Keybox(format!(
            "blob at offset {at} has length {size} exceeding the {} remaining bytes",
            rest.len()
        )));
    }
    Ok(size)
}

/// The packets in a blob; none if they do not count.
fn key_block(blob: &[u8], at: usize) -> Result<&[u8], Error> {
    if blob.len() < 16 {
        return Err(Error::Keybox(format!("OpenPGP blob at offset {at} is too short")));
    }
    let (start, size) = (number(blob, 8), number(blob, 12));
    let block = start.checked_add(size).and_then(|end| blob.get(start..end));
    let block = block.ok_or_else(|| {
        Error::Keybox(format!("OpenPGP blob at offset {at} has an out-of-range keyblock"))
    })?;
    Ok(if blob[7] & EPHEMERAL == 0 { block } else { &[] })
}

/// The number of four bytes at `at`.
fn number(bytes: &[u8], at: usize) -> usize {
    bytes[at..at + 4].iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}
