//! Reading the parts of a packet one after another.

use std::borrow::Cow;

use super::error::Error;

/// What is in a packet.
#[derive(Debug)]
pub(super) struct Body<'d> {
    bytes: Cow<'d, [u8]>,
    at: usize,
    /// What stands at the end: the packet's own end, or why there is no more.
    end: Error,
}

/// A number of many bytes; `bits` are what the packet claims it to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mpi {
    pub(super) bits: u16,
    pub(super) bytes: Vec<u8>,
}

impl<'d> Body<'d> {
    /// The body `bytes`, behind which is `end`.
    pub(super) fn new(bytes: impl Into<Cow<'d, [u8]>>, end: Error) -> Self {
        Self { bytes: bytes.into(), at: 0, end }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// What has been read since `start`.
    pub(super) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.at]
    }

    /// The next `count` bytes; the body must not end before them.
    pub(super) fn take(&mut self, count: usize) -> Result<&[u8], Error> {
        self.take_or_end(count).map_err(|error| match error {
            Error::End => Error::UnexpectedEnd,
            error => error,
        })
    }

    /// The next `count` bytes, or [`Error::End`] if the body ends right here.
    pub(super) fn take_or_end(&mut self, count: usize) -> Result<&[u8], Error> {
        let left = self.bytes.len() - self.at;
        if left < count {
            self.at = self.bytes.len();
            return Err(match &self.end {
                Error::End if left > 0 => Error::UnexpectedEnd,
                end => end.clone(),
            });
        }
        self.at += count;
        Ok(&self.bytes[self.at - count..self.at])
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    /// The next two bytes as a number.
    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        let bytes = self.take(2)?;
        Ok(u16::from(bytes[0]) << 8 | u16::from(bytes[1]))
    }

    /// The next number with its length in bits in front.
    pub(super) fn mpi(&mut self) -> Result<Mpi, Error> {
        let bits = self.u16()?;
        let bytes = self.take(usize::from(bits).div_ceil(8))?.to_vec();
        Ok(Mpi { bits, bytes })
    }

    /// Everything that is left.
    pub(super) fn rest(&mut self) -> Result<&[u8], Error> {
        let start = self.at;
        self.at = self.bytes.len();
        match &self.end {
            Error::End => Ok(&self.bytes[start..]),
            end => Err(end.clone()),
        }
    }
}

impl Mpi {
    /// The number that `bytes` are.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = bytes[zeros..].to_vec();
        let unused = bytes.first().map_or(0, |first| first.leading_zeros());
        Self { bits: (bytes.len() * 8) as u16 - unused as u16, bytes }
    }

    /// Appends it as packets have it.
    pub(super) fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bits.to_be_bytes());
        out.extend_from_slice(&self.bytes);
    }

    /// The number in exactly `size` bytes; none if it does not fit.
    pub(super) fn sized(&self, size: usize) -> Option<Vec<u8>> {
        let zeros = self.bytes.iter().take_while(|byte| **byte == 0).count();
        let digits = &self.bytes[zeros..];
        let mut sized = vec![0; size.checked_sub(digits.len())?];
        sized.extend_from_slice(digits);
        Some(sized)
    }
}
