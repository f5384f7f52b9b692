//! A stream of packets, read with the leniency of Helm's library.

use super::body::Body;
use super::error::Error;
use super::public_key::PublicKey;
use super::secret_key::SecretKey;
use super::signature::Signature;
use go_text_template::data::Str;

/// A packet, as far as keyrings and signatures are made of it.
#[derive(Clone, Debug)]
pub(super) enum Packet {
    PublicKey(PublicKey),
    SecretKey(SecretKey),
    Signature(Signature),
    UserId(Str),
    Other,
}

/// Kinds of packets.
mod kind {
    pub(super) const SIGNATURE: u8 = 2;
    pub(super) const SECRET_KEY: u8 = 5;
    pub(super) const PUBLIC_KEY: u8 = 6;
    pub(super) const SECRET_SUBKEY: u8 = 7;
    pub(super) const MARKER: u8 = 10;
    pub(super) const TRUST: u8 = 12;
    pub(super) const USER_ID: u8 = 13;
    pub(super) const PUBLIC_SUBKEY: u8 = 14;
    /// Kinds from here on may be ignored by who does not know them.
    pub(super) const FIRST_NOT_CRITICAL: u8 = 40;
}

/// Packets one after another.
#[derive(Debug)]
pub(super) struct Packets<'d> {
    bytes: &'d [u8],
    at: usize,
    /// Why there is no more behind the bytes.
    end: Error,
    unread: Option<Packet>,
}

impl<'d> Packets<'d> {
    /// The packets in `bytes`, behind which is `end`.
    pub(super) fn new(bytes: &'d [u8], end: Error) -> Self {
        Self { bytes, at: 0, end, unread: None }
    }

    /// Puts a packet back, to be the next one again.
    pub(super) fn unread(&mut self, packet: Packet) {
        self.unread = Some(packet);
    }

    /// The next packet; those that nobody knows, and keys and signatures of unknown sorts, are
    /// passed over. [`Error::End`] behind the last one.
    pub(super) fn next(&mut self) -> Result<Packet, Error> {
        if let Some(packet) = self.unread.take() {
            return Ok(packet);
        }
        loop {
            match self.read() {
                Ok(Some(packet)) => return Ok(packet),
                Ok(None) | Err(Error::Unsupported(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads a packet; none if it is to be passed over.
    fn read(&mut self) -> Result<Option<Packet>, Error> {
        let (kind, mut body, size) = self.header()?;
        let result = parse(kind, &mut body);
        if let Some(size) = size {
            // What a good packet has too much is taken for the next one, as Helm's library does.
            self.at += if result.is_ok() { body.position() } else { size };
        }
        result
    }

    /// The kind of the packet, its body, and how much of it is still to be passed over.
    fn header(&mut self) -> Result<(u8, Body<'d>, Option<usize>), Error> {
        let tag = self.byte(Error::End)?;
        if tag & 0x80 == 0 {
            return Err(Error::structure("tag byte does not have MSB set"));
        }
        if tag & 0x40 == 0 {
            let kind = (tag & 0x3f) >> 2;
            let length = match tag & 3 {
                3 => None,
                code => Some(self.number(1 << code)?),
            };
            return Ok(self.whole(kind, length));
        }
        let kind = tag & 0x3f;
        match self.length()? {
            (length, false) => Ok(self.whole(kind, Some(length))),
            (length, true) => Ok((kind, self.pieces(length), None)),
        }
    }

    /// A body in one piece; without a length it is all that is left.
    fn whole(&self, kind: u8, length: Option<usize>) -> (u8, Body<'d>, Option<usize>) {
        let left = &self.bytes[self.at..];
        let (bytes, end) = match length {
            Some(length) if length <= left.len() => (&left[..length], Error::End),
            Some(_) => (left, self.cut_off()),
            None => (left, self.end.clone()),
        };
        (kind, Body::new(bytes, end), Some(bytes.len()))
    }

    /// A body in pieces, the first of which is `length` bytes long.
    fn pieces(&mut self, mut length: usize) -> Body<'d> {
        let mut bytes = Vec::new();
        let mut more = true;
        loop {
            let left = &self.bytes[self.at..];
            let piece = &left[..length.min(left.len())];
            bytes.extend_from_slice(piece);
            self.at += piece.len();
            if piece.len() < length {
                return Body::new(bytes, self.cut_off());
            }
            if !more {
                return Body::new(bytes, Error::End);
            }
            match self.length() {
                Ok(next) => (length, more) = next,
                Err(error) => return Body::new(bytes, error),
            }
        }
    }

    /// The length of a packet, or of a first piece of it.
    fn length(&mut self) -> Result<(usize, bool), Error> {
        let first = usize::from(self.byte(Error::UnexpectedEnd)?);
        Ok(match first {
            0..192 => (first, false),
            192..224 => (((first - 192) << 8) + self.number(1)? + 192, false),
            224..255 => (1 << (first & 0x1f), true),
            _ => (self.number(4)?, false),
        })
    }

    fn number(&mut self, size: usize) -> Result<usize, Error> {
        (0..size).try_fold(0, |number, _| {
            Ok(number << 8 | usize::from(self.byte(Error::UnexpectedEnd)?))
        })
    }

    fn byte(&mut self, at_end: Error) -> Result<u8, Error> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte.ok_or_else(|| match &self.end {
            Error::End => at_end,
            end => end.clone(),
        })
    }

    /// What is at the end of a packet that is longer than the data.
    fn cut_off(&self) -> Error {
        match &self.end {
            Error::End => Error::UnexpectedEnd,
            end => end.clone(),
        }
    }
}

fn parse(kind: u8, body: &mut Body<'_>) -> Result<Option<Packet>, Error> {
    Ok(Some(match kind {
        kind::SIGNATURE => Packet::Signature(Signature::read(body)?),
        kind::SECRET_KEY => Packet::SecretKey(SecretKey::read(body, false)?),
        kind::SECRET_SUBKEY => Packet::SecretKey(SecretKey::read(body, true)?),
        kind::PUBLIC_KEY => Packet::PublicKey(PublicKey::read(body, false)?),
        kind::PUBLIC_SUBKEY => Packet::PublicKey(PublicKey::read(body, true)?),
        kind::USER_ID => Packet::UserId(body.rest()?.into()),
        kind::MARKER | kind::TRUST | kind::FIRST_NOT_CRITICAL.. => {
            body.rest()?;
            return Ok(None);
        }
        1 | 3 | 4 | 8 | 9 | 11 | 17 | 18 | 20 | 21 => {
            body.rest()?;
            Packet::Other
        }
        kind => return Err(Error::UnknownCriticalPacket(kind)),
    }))
}
