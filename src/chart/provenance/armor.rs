//! ASCII armor: binary data as lines of base64 between two marks.

use bstr::ByteSlice;
use data_encoding::BASE64;

use super::error::Error;

/// A block of armored data.
#[derive(Debug)]
pub(super) struct Block {
    /// What stands behind `BEGIN`.
    pub(super) kind: Vec<u8>,
    /// The data, up to where it is broken.
    pub(super) data: Vec<u8>,
    /// Why there is no more.
    pub(super) end: Error,
}

/// How many bytes Helm's library reads ahead, at most.
const BUFFER: usize = 100;

/// Reads the lines of a text, as far ahead as Go's buffered reader does: what has been read ahead
/// when a block is complete is lost to the next one.
#[derive(Debug)]
struct Lines<'d> {
    bytes: &'d [u8],
    at: usize,
    /// How far the buffer reaches.
    ahead: usize,
}

impl<'d> Lines<'d> {
    /// The next line, and whether it goes on; none at the end.
    fn next(&mut self) -> Option<(&'d [u8], bool)> {
        let mut line = &self.bytes[self.at..self.ahead];
        if line.find_byte(b'\n').is_none() {
            self.ahead = self.bytes.len().min(self.at + BUFFER);
            line = &self.bytes[self.at..self.ahead];
        }
        let Some(end) = line.find_byte(b'\n') else {
            self.at = self.ahead;
            return (!line.is_empty()).then_some((line, line.len() == BUFFER));
        };
        self.at += end + 1;
        Some((line[..end].strip_suffix(b"\r").unwrap_or(&line[..end]), false))
    }
}

/// The first block in `bytes`, and what is left behind it.
pub(super) fn decode(bytes: &[u8]) -> Result<(Block, &[u8]), Error> {
    let mut lines = Lines { bytes, at: 0, ahead: 0 };
    let kind = loop {
        let kind = find_start(&mut lines).ok_or(Error::End)?;
        if skip_headers(&mut lines)? {
            break kind.to_vec();
        }
    };
    let (data, end) = read_data(&mut lines);
    Ok((Block { kind, data, end }, &bytes[lines.ahead..]))
}

/// Goes behind the line that begins a block, and gives what it names.
fn find_start<'d>(lines: &mut Lines<'d>) -> Option<&'d [u8]> {
    let mut goes_on = false;
    loop {
        let is_rest = goes_on;
        let line;
        (line, goes_on) = lines.next()?;
        let kind = line.trim().strip_prefix(b"-----BEGIN ").unwrap_or_default();
        if !is_rest && !goes_on && kind.len() > 5 {
            return Some(&kind[..kind.len() - 5]);
        }
    }
}

/// Goes behind the empty line below the headers; false if there is something else.
fn skip_headers(lines: &mut Lines<'_>) -> Result<bool, Error> {
    let mut goes_on = false;
    loop {
        let is_rest = goes_on;
        let line;
        (line, goes_on) = lines.next().ok_or(Error::End)?;
        if is_rest {
            continue;
        }
        match line.trim() {
            [] => return Ok(true),
            line if !line.contains(&b':') => return Ok(false),
            _ => {}
        }
    }
}

/// The data up to the mark at its end, the sum of its bytes, or where it is broken.
fn read_data(lines: &mut Lines<'_>) -> (Vec<u8>, Error) {
    const LONGEST_LINE: usize = 96;
    let corrupt = Error::structure("armor invalid");
    let mut data = Vec::new();
    let mut text: Vec<u8> = Vec::new();
    while let Some((line, goes_on)) = lines.next() {
        if goes_on {
            return (data, corrupt);
        }
        let line = line.trim();
        if line.starts_with(b"-----END ") || line.len() == 5 && line[0] == b'=' {
            break;
        }
        if line.len() > LONGEST_LINE {
            return (data, corrupt);
        }
        text.extend_from_slice(line);
        let whole = text.len() / 4 * 4;
        let result = decode_onto(&mut data, &text[..whole]);
        if let Err(at) = result {
            return (data, Error::Base64(at));
        }
        text.drain(..whole);
    }
    let end = if text.is_empty() { Error::End } else { Error::UnexpectedEnd };
    (data, end)
}

/// Appends what `text` stands for; else says where it is broken, behind having appended the rest.
fn decode_onto(data: &mut Vec<u8>, text: &[u8]) -> Result<(), usize> {
    for (index, group) in text.chunks(4).enumerate() {
        let mut bytes = [0; 3];
        match BASE64.decode_mut(group, &mut bytes) {
            Ok(count) => data.extend_from_slice(&bytes[..count]),
            Err(error) => return Err(index * 4 + error.error.position),
        }
    }
    Ok(())
}

/// `data` as a block of that kind. GnuPG before 2.4 needs the checksum to see the end of data that
/// fills its last line of base64.
pub(super) fn encode(kind: &str, data: &[u8]) -> String {
    const LINE: usize = 64;
    let text = BASE64.encode(data);
    let mut out = format!("-----BEGIN {kind}-----\n\n");
    for start in (0..text.len()).step_by(LINE) {
        out.push_str(&text[start..text.len().min(start + LINE)]);
        out.push('\n');
    }
    let checksum = BASE64.encode(&checksum(data).to_be_bytes()[1..]);
    out.push_str(&format!("={checksum}\n-----END {kind}-----\n"));
    out
}

/// The CRC-24 of `data`.
fn checksum(data: &[u8]) -> u32 {
    const START: u32 = 0xb7_04ce;
    const POLYNOMIAL: u32 = 0x186_4cfb;
    data.iter().fold(START, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 16, |sum, _| {
            let shifted = sum << 1;
            if shifted & 0x100_0000 == 0 { shifted } else { shifted ^ POLYNOMIAL }
        })
    })
}
