//! The members of a tar archive, one after another, as Go's reader sees them.
//!
//! V7, USTAR, PAX and GNU headers are understood, with long names; sparse files are not expanded.

use std::io::BufRead;

use super::gzip::Gunzip;
use crate::model::Moment;
use crate::model::error::ArchiveError;
use go_text_template::data::Str;

const BLOCK: usize = 512;
/// Go does not read longer extension headers.
const MOST_EXTENSION: i64 = 1 << 20;

/// Reads members from decompressed data.
#[derive(Debug)]
pub(super) struct Tar<'b, R> {
    input: Gunzip<'b, R>,
    /// Content of the current member that has not been read.
    left: u64,
    /// Bytes between that content and the next header.
    padding: usize,
}

/// A member.
#[derive(Debug)]
pub struct Member {
    /// The name as the archive has it.
    pub name: Str,
    /// The size as the archive claims it; links claim 0, or lie.
    pub size: u64,
    /// A directory, by its type, its mode or an old-fashioned `/` at the end of its name.
    pub is_directory: bool,
    /// A header for all that follows, and not a file.
    pub is_global_header: bool,
    /// When it was changed last.
    pub modified: Moment,
    /// The letter of its type; `0` is a file, `5` a folder.
    pub kind: u8,
    /// Its permissions, and whatever else stands there.
    pub mode: i64,
}

/// What an extension header says about the member behind it.
#[derive(Debug, Default)]
struct Extension {
    name: Option<Str>,
    size: Option<i64>,
    modified: Option<Moment>,
    /// From a GNU header, which is stronger.
    long_name: Option<Str>,
}

impl<'b, R: BufRead> Tar<'b, R> {
    pub(super) fn new(input: Gunzip<'b, R>) -> Self {
        Self { input, left: 0, padding: 0 }
    }

    /// The next member; what is left of the current one is skipped.
    pub(super) fn next(&mut self) -> Result<Option<Member>, ArchiveError> {
        let mut extension = Extension::default();
        loop {
            self.skip_rest()?;
            let mut padding = [0; BLOCK];
            let padding = &mut padding[..std::mem::take(&mut self.padding)];
            // Go takes an archive that ends within padding as complete.
            if self.fill(padding)? < padding.len() {
                return Ok(None);
            }
            let Some(header) = self.read_header()? else { return Ok(None) };
            self.start_content(&header, header.size)?;
            match header.kind {
                b'x' => extension.read_records(&self.read_extension()?)?,
                b'L' => extension.long_name = Some(c_string(&self.read_extension()?)),
                b'K' => drop(self.read_extension()?),
                b'g' => {
                    Extension::default().read_records(&self.read_extension()?)?;
                    return Ok(Some(header.member(true)));
                }
                _ => {
                    let header = extension.apply(header);
                    self.start_content(&header, header.size)?;
                    return Ok(Some(header.member(false)));
                }
            }
        }
    }

    /// At most `limit` bytes of the current member's content.
    pub(super) fn read_content(&mut self, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        let wanted = self.left.min(limit);
        // Claimed sizes are cheap; memory is only taken for what really comes.
        let mut content = Vec::new();
        let mut chunk = vec![0; usize::try_from(wanted.min(1 << 16)).unwrap_or(1 << 16)];
        let mut missing = wanted;
        if wanted <= 1 << 20 {
            content.reserve_exact(usize::try_from(wanted).unwrap_or(0));
        }
        while missing > 0 {
            let most = usize::try_from(missing).unwrap_or(usize::MAX).min(chunk.len());
            let count = self.input.read(&mut chunk[..most])?;
            if count == 0 {
                return Err(ArchiveError::UnexpectedEnd);
            }
            content.extend_from_slice(&chunk[..count]);
            missing -= count as u64;
        }
        self.left -= wanted;
        Ok(content)
    }

    /// Fills the front of `out` with the next bytes of the current member's content, and tells how
    /// many; 0 is its end.
    pub(super) fn read_some(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        if most == 0 {
            return Ok(0);
        }
        match self.input.read(&mut out[..most])? {
            0 => Err(ArchiveError::UnexpectedEnd),
            count => {
                self.left -= count as u64;
                Ok(count)
            }
        }
    }

    fn skip_rest(&mut self) -> Result<(), ArchiveError> {
        let mut sink = [0; 8 * BLOCK];
        while self.left > 0 {
            let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(sink.len());
            let count = self.input.read(&mut sink[..most])?;
            if count == 0 {
                return Err(ArchiveError::UnexpectedEnd);
            }
            self.left -= count as u64;
        }
        Ok(())
    }

    fn start_content(&mut self, header: &Header, size: i64) -> Result<(), ArchiveError> {
        let size = if header.has_content() { size } else { 0 };
        self.left = u64::try_from(size).map_err(|_| ArchiveError::TarHeader)?;
        self.padding =
            usize::try_from(self.left.wrapping_neg() % BLOCK as u64).expect("less than a block");
        Ok(())
    }

    fn read_extension(&mut self) -> Result<Vec<u8>, ArchiveError> {
        if self.left > MOST_EXTENSION as u64 {
            return Err(ArchiveError::TarFieldTooLong);
        }
        self.read_content(self.left)
    }

    /// The next header; nothing at the end of the archive: two blocks of zeros, or of the data.
    fn read_header(&mut self) -> Result<Option<Header>, ArchiveError> {
        let Some(block) = self.read_block()? else { return Ok(None) };
        if block != [0; BLOCK] {
            return Header::parse(&block).map(Some);
        }
        match self.read_block()? {
            Some(second) if second != [0; BLOCK] => Err(ArchiveError::TarHeader),
            _ => Ok(None),
        }
    }

    fn read_block(&mut self) -> Result<Option<[u8; BLOCK]>, ArchiveError> {
        let mut block = [0; BLOCK];
        match self.fill(&mut block)? {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(ArchiveError::UnexpectedEnd),
        }
    }

    /// Reads until `out` is full or the data ends.
    fn fill(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        let mut filled = 0;
        while filled < out.len() {
            match self.input.read(&mut out[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }
}

#[derive(Debug)]
struct Header {
    name: Str,
    size: i64,
    mode: i64,
    modified: Moment,
    kind: u8,
}

impl Header {
    fn parse(block: &[u8; BLOCK]) -> Result<Self, ArchiveError> {
        let checksum = octal(&block[148..156])?;
        if !checksums(block).contains(&checksum) {
            return Err(ArchiveError::TarHeader);
        }
        let mode = numeric(&block[100..108])?;
        let size = numeric(&block[124..136])?;
        let seconds = numeric(&block[136..148])?;
        let modified = Moment { seconds, nanoseconds: 0 };
        for unused in [108..116, 116..124] {
            numeric(&block[unused])?;
        }
        let is_ustar = &block[257..263] == b"ustar\0";
        let is_gnu = &block[257..265] == b"ustar  \0";
        if is_ustar || is_gnu {
            numeric(&block[329..337])?;
            numeric(&block[337..345])?;
        }
        let prefix_end = if &block[508..] == b"tar\0" { 476 } else { 500 };
        let prefix = if is_ustar { c_string(&block[345..prefix_end]) } else { Str::EMPTY };
        let name = c_string(&block[..100]);
        let name = if prefix.is_empty() {
            name
        } else {
            [prefix.as_bytes(), b"/", name.as_bytes()].concat().into()
        };
        Ok(Self { name, size, mode, modified, kind: block[156] })
    }

    /// True for types whose content follows the header.
    fn has_content(&self) -> bool {
        !matches!(self.kind, b'1'..=b'6')
    }

    fn member(self, is_global_header: bool) -> Member {
        let old_directory = self.kind == 0 && self.name.ends_with(b"/");
        let is_directory = self.kind == b'5' || old_directory || self.mode & !0o7777 == 0o40000;
        let kind = match self.kind {
            0 if old_directory => b'5',
            0 => b'0',
            kind => kind,
        };
        let size = u64::try_from(self.size).unwrap_or(0);
        let Self { name, modified, mode, .. } = self;
        Member { name, size, is_directory, is_global_header, modified, kind, mode }
    }
}

/// The sums of a header's bytes, without and with sign, its checksum field taken as blanks.
fn checksums(block: &[u8; BLOCK]) -> [i64; 2] {
    let bytes = || {
        let blank = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
        block.iter().enumerate().map(move |(at, &byte)| blank(at, byte))
    };
    [bytes().map(i64::from).sum(), bytes().map(|byte| i64::from(byte.cast_signed())).sum()]
}

impl Extension {
    /// Reads `length key=value\n` records; a wrong one spoils the archive.
    fn read_records(&mut self, mut text: &[u8]) -> Result<(), ArchiveError> {
        while !text.is_empty() {
            let (key, value, rest) = record(text).ok_or(ArchiveError::TarHeader)?;
            text = rest;
            match key {
                _ if value.is_empty() => {}
                b"path" => self.name = Some(value.into()),
                b"size" => self.size = Some(decimal(value).ok_or(ArchiveError::TarHeader)?),
                b"mtime" => self.modified = moment(value),
                b"uid" | b"gid" => drop(decimal(value).ok_or(ArchiveError::TarHeader)?),
                _ => {}
            }
        }
        Ok(())
    }

    fn apply(self, header: Header) -> Header {
        let Header { name, size, mode, modified, kind } = header;
        let name = self.long_name.filter(|name| !name.is_empty()).or(self.name).unwrap_or(name);
        let modified = self.modified.unwrap_or(modified);
        Header { name, size: self.size.unwrap_or(size), mode, modified, kind }
    }
}

/// Splits off one record.
fn record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = text.iter().position(|&byte| byte == b' ')?;
    let len = usize::try_from(decimal(&text[..space])?).ok().filter(|&len| len >= 5)?;
    let content = text.get(space + 1..len)?.strip_suffix(b"\n")?;
    let equals = content.iter().position(|&byte| byte == b'=')?;
    let (key, value) = (&content[..equals], &content[equals + 1..]);
    let is_name = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
    let checked = if is_name { value } else { key };
    (!key.is_empty() && !checked.contains(&0)).then_some((key, value, &text[len..]))
}

/// Seconds with a fraction.
fn moment(text: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let mut nanoseconds = digits.map(|digit| char::from(digit).to_digit(10));
    let nanoseconds = nanoseconds.try_fold(0, |sum, digit| Some(sum * 10 + digit?))?;
    Some(Moment { seconds: whole.parse().ok()?, nanoseconds })
}

fn decimal(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The bytes up to the first NUL.
fn c_string(field: &[u8]) -> Str {
    field.split(|&byte| byte == 0).next().unwrap_or(field).into()
}

/// A number in octal digits or, if the first bit is set, in two's complement.
fn numeric(field: &[u8]) -> Result<i64, ArchiveError> {
    if field[0] & 0x80 == 0 {
        return octal(field);
    }
    let negative = field[0] & 0x40 != 0;
    let inverted = if negative { 0xff } else { 0 };
    let mut value: u64 = 0;
    for (at, &byte) in field.iter().enumerate() {
        let byte = (byte ^ inverted) & if at == 0 { 0x7f } else { 0xff };
        if value >> 56 > 0 {
            return Err(ArchiveError::TarHeader);
        }
        value = value << 8 | u64::from(byte);
    }
    let value = i64::try_from(value).map_err(|_| ArchiveError::TarHeader)?;
    Ok(if negative { !value } else { value })
}

fn octal(field: &[u8]) -> Result<i64, ArchiveError> {
    let is_filler = |byte: &u8| matches!(byte, b' ' | 0);
    let Some(start) = field.iter().position(|byte| !is_filler(byte)) else { return Ok(0) };
    let end = field.iter().rposition(|byte| !is_filler(byte)).map_or(start, |at| at + 1);
    let digits = field[start..end].split(|&byte| byte == 0).next().unwrap_or_default();
    let text = std::str::from_utf8(digits).map_err(|_| ArchiveError::TarHeader)?;
    let value = u64::from_str_radix(text, 8).map_err(|_| ArchiveError::TarHeader)?;
    Ok(value.cast_signed())
}
