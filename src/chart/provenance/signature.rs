//! Signature packets of version 4, the only one that GnuPG writes.

use super::algorithm::{self, Hash};
use super::body::{Body, Mpi};
use super::error::Error;

/// A signature of a text, a user or a key.
#[derive(Clone, Debug, Default)]
pub(super) struct Signature {
    pub(super) kind: u8,
    /// The algorithm of the key that made it.
    pub(super) algorithm: u8,
    pub(super) hash: Hash,
    /// What is hashed behind the data.
    pub(super) suffix: Vec<u8>,
    /// Its numbers, as many as the algorithm has.
    pub(super) numbers: Vec<Mpi>,
    /// When it was made, in seconds since 1970.
    created: Option<u32>,
    /// How long it is valid, in seconds.
    lifetime: Option<u32>,
    /// How long the key is valid that it is about, in seconds.
    pub(super) key_lifetime: Option<u32>,
    /// The identifier of the key that made it.
    pub(super) issuer: Option<u64>,
    pub(super) issuer_fingerprint: Option<Vec<u8>>,
    /// What the key may be used for, if it says so.
    flags: Option<u8>,
    /// Whether the user is the key's first one.
    pub(super) is_primary_user: bool,
    /// The names of the notes that one has to understand.
    pub(super) critical_notes: Vec<Vec<u8>>,
    /// True if the key is revoked because somebody else has it.
    is_compromised: bool,
    /// The signature of a subkey, inside of the one of its primary key.
    pub(super) embedded: Option<Box<Self>>,
}

/// Kinds of signatures.
pub(super) mod kind {
    pub(crate) const BINARY: u8 = 0x00;
    pub(crate) const TEXT: u8 = 0x01;
    pub(crate) const USER: std::ops::RangeInclusive<u8> = 0x10..=0x13;
    pub(crate) const SUBKEY: u8 = 0x18;
    pub(crate) const PRIMARY_KEY: u8 = 0x19;
    pub(crate) const KEY_REVOCATION: u8 = 0x20;
    pub(crate) const SUBKEY_REVOCATION: u8 = 0x28;
    pub(crate) const USER_REVOCATION: u8 = 0x30;
}

/// The flag of keys that sign.
const SIGNS: u8 = 2;
/// Signatures inside of signatures are read up to this depth; one is all that makes sense.
const MOST_NESTED: usize = 8;

impl Signature {
    /// Reads the body of a packet.
    pub(super) fn read(body: &mut Body<'_>) -> Result<Self, Error> {
        Self::read_nested(body, 0)
    }

    fn read_nested(body: &mut Body<'_>, depth: usize) -> Result<Self, Error> {
        let version = body.byte()?;
        if version != 4 {
            return Err(Error::Unsupported(format!("signature packet version {version}")));
        }
        let head = body.take(5)?;
        let (kind, algorithm, hash) = (head[0], head[1], head[2]);
        let size = usize::from(head[3]) << 8 | usize::from(head[4]);
        let mut suffix = vec![version];
        suffix.extend_from_slice(head);
        let numbers = algorithm::signature_numbers(algorithm)?;
        let hash = Hash::from_id(hash)
            .ok_or_else(|| Error::Unsupported(format!("hash function {hash}")))?;
        let mut signature = Self { kind, algorithm, hash, ..Self::default() };
        let hashed = body.take(size)?;
        suffix.extend_from_slice(hashed);
        signature.read_parts(hashed, true, depth)?;
        let length = suffix.len() as u32;
        suffix.extend_from_slice(&[version, 0xff]);
        suffix.extend_from_slice(&length.to_be_bytes());
        signature.suffix = suffix;
        let size = usize::from(body.u16()?);
        let unhashed = body.take(size)?.to_vec();
        signature.read_parts(&unhashed, false, depth)?;
        body.take(2)?;
        for size in numbers {
            signature.numbers.push(match *size {
                algorithm::AS_MPI => body.mpi()?,
                size => Mpi { bits: 0, bytes: body.take(size)?.to_vec() },
            });
        }
        Ok(signature)
    }

    fn read_parts(&mut self, mut parts: &[u8], hashed: bool, depth: usize) -> Result<(), Error> {
        while !parts.is_empty() {
            let (part, rest) = split_part(parts)?;
            parts = rest;
            let Some((kind, content)) = part.split_first() else {
                return Err(Error::structure("zero length signature subpacket"));
            };
            let (kind, is_critical) = (kind & 0x7f, kind & 0x80 != 0);
            // Outside of what is hashed, anybody may have written.
            if hashed || [16, 32, 33].contains(&kind) {
                self.read_part(kind, is_critical, content, depth)?;
            }
        }
        match self.created {
            Some(_) => Ok(()),
            None => Err(Error::structure("no creation time in signature")),
        }
    }

    fn read_part(
        &mut self,
        kind: u8,
        is_critical: bool,
        content: &[u8],
        depth: usize,
    ) -> Result<(), Error> {
        match kind {
            2 => self.created = Some(seconds(content, "signature creation time not four bytes")?),
            3 => self.lifetime = Some(seconds(content, "expiration subpacket with bad length")?),
            4 if content.first() == Some(&0) => {
                return Err(Error::unsupported("signature with non-exportable certification"));
            }
            5 if content.len() != 2 => {
                return Err(Error::structure("trust subpacket with bad length"));
            }
            6 if content.is_empty() => {
                return Err(Error::structure("regexp subpacket with bad length"));
            }
            6 if content.last() != Some(&0) => {
                return Err(Error::structure("expected regular expression to be null-terminated"));
            }
            9 => {
                let lifetime = seconds(content, "key expiration subpacket with bad length")?;
                self.key_lifetime = Some(lifetime);
            }
            16 => {
                let id = content.try_into();
                let id = id.map_err(|_| Error::structure("issuer subpacket with bad length"))?;
                self.issuer = Some(u64::from_be_bytes(id));
            }
            20 => self.read_note(content, is_critical)?,
            25 if content.len() != 1 => {
                return Err(Error::structure("primary user id subpacket with bad length"));
            }
            25 => self.is_primary_user = content[0] > 0,
            27 => {
                let flags = content.first().copied().unwrap_or(0);
                self.flags = Some(self.flags.unwrap_or(0) | flags);
            }
            29 if content.is_empty() => {
                return Err(Error::structure("empty revocation reason subpacket"));
            }
            29 => self.is_compromised = content[0] == 2,
            32 => self.read_embedded(content, depth)?,
            33 => self.read_fingerprint(content)?,
            35 => check_recipient(content)?,
            39 if !content.len().is_multiple_of(2) => {
                return Err(Error::structure("invalid aead cipher suite length"));
            }
            4..=6 | 11 | 21..=24 | 26 | 28 | 30 | 39 => {}
            kind if is_critical => {
                return Err(Error::Unsupported(format!(
                    "unknown critical signature subpacket type {kind}"
                )));
            }
            _ => {}
        }
        Ok(())
    }

    fn read_note(&mut self, content: &[u8], is_critical: bool) -> Result<(), Error> {
        let bad = || Error::structure("notation data subpacket with bad length");
        let Some((head, texts)) = content.split_at_checked(8) else { return Err(bad()) };
        let name = usize::from(head[4]) << 8 | usize::from(head[5]);
        let value = usize::from(head[6]) << 8 | usize::from(head[7]);
        if texts.len() != name + value {
            return Err(bad());
        }
        if is_critical {
            self.critical_notes.push(texts[..name].to_vec());
        }
        Ok(())
    }

    fn read_embedded(&mut self, content: &[u8], depth: usize) -> Result<(), Error> {
        if self.embedded.is_some() {
            return Err(Error::structure("Cannot have multiple embedded signatures"));
        }
        if depth == MOST_NESTED {
            return Err(Error::structure("signatures are nested too deeply"));
        }
        let embedded = Self::read_nested(&mut Body::new(content, Error::End), depth + 1)?;
        if embedded.kind != kind::PRIMARY_KEY {
            let kind = embedded.kind;
            return Err(Error::Structure(format!("cross-signature has unexpected type {kind}")));
        }
        self.embedded = Some(Box::new(embedded));
        Ok(())
    }

    fn read_fingerprint(&mut self, content: &[u8]) -> Result<(), Error> {
        let Some((version, fingerprint)) = content.split_first() else {
            return Err(Error::structure("empty issuer fingerprint subpacket"));
        };
        let (size, id) = if *version >= 5 { (32, 0..8) } else { (20, 12..20) };
        if fingerprint.len() != size {
            return Err(Error::structure("bad fingerprint length"));
        }
        let id = fingerprint[id].iter().fold(0, |id, byte| id << 8 | u64::from(*byte));
        self.issuer = Some(id);
        self.issuer_fingerprint = Some(fingerprint.to_vec());
        Ok(())
    }

    /// When it was made.
    pub(super) fn created(&self) -> u32 {
        self.created.unwrap_or(0)
    }

    /// True if it says that the key it is about may sign.
    pub(super) fn allows_signing(&self) -> bool {
        self.flags.is_some_and(|flags| flags & SIGNS != 0)
    }

    /// True before it was made and once it is not valid any more.
    pub(super) fn is_expired(&self, now: i64) -> bool {
        let created = i64::from(self.created());
        let lifetime = i64::from(self.lifetime.unwrap_or(0));
        created > now || lifetime != 0 && now > created + lifetime
    }

    /// True if, being a revocation, it counts.
    pub(super) fn revokes(&self, now: i64) -> bool {
        self.is_compromised || !self.is_expired(now)
    }
}

/// The first part of `parts`, and the others.
fn split_part(parts: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let truncated = || Error::structure("signature subpacket truncated");
    let (size, rest) = match parts {
        [first @ 0..192, rest @ ..] => (usize::from(*first), rest),
        [first @ 192..=254, second, rest @ ..] => {
            ((usize::from(*first - 192) << 8) + usize::from(*second) + 192, rest)
        }
        [255, a, b, c, d, rest @ ..] => (u32::from_be_bytes([*a, *b, *c, *d]) as usize, rest),
        _ => return Err(truncated()),
    };
    rest.split_at_checked(size).ok_or_else(truncated)
}

fn seconds(content: &[u8], otherwise: &str) -> Result<u32, Error> {
    let bytes = content.try_into().map_err(|_| Error::structure(otherwise))?;
    Ok(u32::from_be_bytes(bytes))
}

fn check_recipient(content: &[u8]) -> Result<(), Error> {
    let Some((version, fingerprint)) = content.split_first() else {
        return Err(Error::structure("invalid intended recipient fingerpring length"));
    };
    let size = if *version >= 5 { 32 } else { 20 };
    if fingerprint.len() == size {
        return Ok(());
    }
    Err(Error::structure("invalid fingerprint length"))
}
