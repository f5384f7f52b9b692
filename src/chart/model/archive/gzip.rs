//! Decompression of gzip, piece by piece, with Go's idea of what is an error.

use std::io::BufRead;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::model::error::ArchiveError;

/// Gives the bytes that a gzip stream of one or more members stands for.
#[derive(Debug)]
pub(super) struct Gunzip<'b, R> {
    input: R,
    /// How many bytes may still come out of this and other archives of the chart.
    left: &'b mut u64,
    inflate: Decompress,
    checksum: Crc,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Inside a member's data.
    Data,
    /// Behind the data, in front of checksum and size.
    Trailer,
    /// Behind the last member.
    End,
}

const FLAG_HEADER_CHECKSUM: u8 = 2;
const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
const FLAG_COMMENT: u8 = 16;

impl<'b, R: BufRead> Gunzip<'b, R> {
    /// Reads the first header of `input`, of which at most `left` bytes may come.
    pub(super) fn new(input: R, left: &'b mut u64) -> Result<Self, ArchiveError> {
        let inflate = Decompress::new(false);
        let mut new = Self { input, left, inflate, checksum: Crc::new(), state: State::Data };
        if new.read_header()? {
            return Ok(new);
        }
        Err(ArchiveError::Empty)
    }

    /// Fills the front of `out` and tells how much of it; 0 is the end.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        loop {
            match self.state {
                State::End => return Ok(0),
                State::Trailer => self.read_trailer()?,
                State::Data => {
                    let produced = self.inflate(out)?;
                    if produced > 0 || out.is_empty() {
                        return Ok(produced);
                    }
                }
            }
        }
    }

    fn inflate(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        let input = self.input.fill_buf().map_err(|_| ArchiveError::UnexpectedEnd)?;
        let at_end = input.is_empty();
        let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self
            .inflate
            .decompress(input, out, FlushDecompress::None)
            .map_err(|_| ArchiveError::Corrupt)?;
        let consumed = self.inflate.total_in() - before_in;
        self.input.consume(usize::try_from(consumed).expect("not above the buffer's length"));
        let produced = self.inflate.total_out() - before_out;
        *self.left = self.left.checked_sub(produced).ok_or(ArchiveError::TooMuchInflated)?;
        let produced = usize::try_from(produced).expect("not above the buffer's length");
        self.checksum.update(&out[..produced]);
        if status == Status::StreamEnd {
            self.state = State::Trailer;
        } else if produced == 0 && at_end {
            return Err(ArchiveError::UnexpectedEnd);
        }
        Ok(produced)
    }

    fn read_trailer(&mut self) -> Result<(), ArchiveError> {
        let mut trailer = [0; 8];
        self.fill(&mut trailer)?;
        let [a, b, c, d, e, f, g, h] = trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.checksum.sum()
            || u32::from_le_bytes([e, f, g, h]) != self.checksum.amount()
        {
            return Err(ArchiveError::GzipChecksum);
        }
        self.checksum.reset();
        self.inflate.reset(false);
        self.state = State::Data;
        if !self.read_header()? {
            self.state = State::End;
        }
        Ok(())
    }

    /// Reads a member's header; false if there is nothing more.
    fn read_header(&mut self) -> Result<bool, ArchiveError> {
        let at_end = self.input.fill_buf().map_or(true, <[u8]>::is_empty);
        if at_end {
            return Ok(false);
        }
        let mut checksum = Crc::new();
        let mut head = [0; 10];
        self.fill(&mut head)?;
        checksum.update(&head);
        if !head.starts_with(b"\x1f\x8b\x08") {
            return Err(ArchiveError::GzipHeader);
        }
        let flags = head[3];
        if flags & FLAG_EXTRA != 0 {
            let mut len = [0; 2];
            self.fill(&mut len)?;
            checksum.update(&len);
            let mut extra = vec![0; usize::from(u16::from_le_bytes(len))];
            self.fill(&mut extra)?;
            checksum.update(&extra);
        }
        for text in [FLAG_NAME, FLAG_COMMENT] {
            if flags & text != 0 {
                self.skip_text(&mut checksum)?;
            }
        }
        if flags & FLAG_HEADER_CHECKSUM != 0 {
            let mut expected = [0; 2];
            self.fill(&mut expected)?;
            if u32::from(u16::from_le_bytes(expected)) != checksum.sum() & 0xffff {
                return Err(ArchiveError::GzipHeader);
            }
        }
        Ok(true)
    }

    /// Reads over a NUL-terminated text; Go takes no longer ones than 511 bytes.
    fn skip_text(&mut self, checksum: &mut Crc) -> Result<(), ArchiveError> {
        for _ in 0..512 {
            let mut byte = [0];
            self.fill(&mut byte)?;
            checksum.update(&byte);
            if byte == [0] {
                return Ok(());
            }
        }
        Err(ArchiveError::GzipHeader)
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<(), ArchiveError> {
        self.input.read_exact(out).map_err(|_| ArchiveError::UnexpectedEnd)
    }
}
