//! ASN.1 in its distinguished encoding: what certificates and keys are written in.
//!
//! Writing is a handful of functions that give bytes; reading is one [`Reader`] over bytes, which
//! refuses with the sentences of Go's `encoding/asn1`.

use num_bigint::BigUint;

use crate::data::Failure;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The encoding of `null`.
pub(super) const NULL: &[u8] = &[0x05, 0];
/// The encoding of `true`.
pub(super) const TRUE: &[u8] = &[0x01, 1, 0xff];

/// The tag of a context-specific element that holds others.
pub(super) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// An element with that tag around `parts`.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    push_length(&mut out, length);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// A sequence of `parts`.
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, parts)
}

/// A number that is not negative.
pub(super) fn integer(value: &BigUint) -> Vec<u8> {
    let bytes = value.to_bytes_be();
    // The highest bit is the sign.
    let sign: &[u8] = if bytes[0] & 0x80 == 0 { &[] } else { &[0] };
    element(INTEGER, &[sign, &bytes])
}

/// A string of whole bytes as a string of bits.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes])
}

fn push_length(out: &mut Vec<u8>, length: usize) {
    if length < 0x80 {
        out.push(length as u8);
        return;
    }
    let bytes = length.to_be_bytes();
    let used = &bytes[length.leading_zeros() as usize / 8..];
    out.push(0x80 | used.len() as u8);
    out.extend_from_slice(used);
}

/// One element: its tag, what is in it, and all of its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'d> {
    pub(super) tag: u8,
    pub(super) content: &'d [u8],
    pub(super) whole: &'d [u8],
}

/// Reads elements one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'d> {
    bytes: &'d [u8],
    at: usize,
}

impl<'d> Reader<'d> {
    /// A reader of the elements in `bytes`.
    pub(super) fn new(bytes: &'d [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// True if nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The next element, whatever it is.
    pub(super) fn next(&mut self) -> Result<Element<'d>, Failure> {
        self.next_if(|_, _, _| Ok(()))
    }

    /// The next element, which must have that tag; `go_type` is what Go would have made of it.
    pub(super) fn expect(&mut self, tag: u8, go_type: &str) -> Result<Element<'d>, Failure> {
        self.next_if(|found, length, at| {
            if found == tag { Ok(()) } else { Err(mismatch(tag, found, length, go_type, at)) }
        })
    }

    /// The next element if it has that tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'d>>, Failure> {
        if self.bytes.get(self.at) == Some(&tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// A reader of the next element, which must be a sequence.
    pub(super) fn sequence(&mut self, go_type: &str) -> Result<Self, Failure> {
        Ok(Self::new(self.expect(SEQUENCE, go_type)?.content))
    }

    /// The next element as a number that is not negative.
    pub(super) fn integer(&mut self, go_type: &str) -> Result<BigUint, Failure> {
        let content = self.expect(INTEGER, go_type)?.content;
        match *content {
            [] => Err(failure("structure error: empty integer")),
            [0, next, ..] if next & 0x80 == 0 => {
                Err(failure("structure error: integer not minimally-encoded"))
            }
            [first, ..] if first & 0x80 != 0 => {
                Err(Failure::new("x509: private key contains zero or negative value"))
            }
            _ => Ok(BigUint::from_bytes_be(content)),
        }
    }

    /// The next element as a string of whole bytes.
    pub(super) fn bit_string(&mut self) -> Result<&'d [u8], Failure> {
        match self.expect(BIT_STRING, "BitString")?.content {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(failure("syntax error: invalid padding bits in BIT STRING")),
        }
    }

    /// The next element, if `check` lets its tag, its length and the offset of its content pass.
    /// Go looks at the tag before it looks whether the content is all there.
    fn next_if(
        &mut self,
        check: impl FnOnce(u8, usize, usize) -> Result<(), Failure>,
    ) -> Result<Element<'d>, Failure> {
        let rest = &self.bytes[self.at..];
        let (header, length) = read_header(rest)?;
        check(rest[0], length, self.at + header)?;
        if rest.len() - header < length {
            return Err(failure("syntax error: data truncated"));
        }
        let whole = &rest[..header + length];
        self.at += whole.len();
        Ok(Element { tag: whole[0], content: &whole[header..], whole })
    }
}

/// The size of the tag and the length at the front of `bytes`, and the length.
fn read_header(bytes: &[u8]) -> Result<(usize, usize), Failure> {
    const TRUNCATED: &str = "syntax error: truncated tag or length";
    let first = match *bytes {
        [] => return Err(failure("syntax error: sequence truncated")),
        [_, first, ..] => first,
        [_] => return Err(failure(TRUNCATED)),
    };
    if first < 0x80 {
        return Ok((2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 {
        return Err(failure("syntax error: indefinite length found (not DER)"));
    }
    let mut length = 0;
    for index in 2..2 + count {
        let digit = *bytes.get(index).ok_or_else(|| failure(TRUNCATED))?;
        if length >= 1 << 23 {
            return Err(failure("structure error: length too large"));
        }
        length = length << 8 | usize::from(digit);
        if length == 0 {
            return Err(failure("structure error: superfluous leading zeros in length"));
        }
    }
    if length < 0x80 {
        return Err(failure("structure error: non-minimal length"));
    }
    Ok((2 + count, length))
}

/// Go's complaint about another tag, with all that Go knows about the field.
fn mismatch(wanted: u8, found: u8, length: usize, go_type: &str, at: usize) -> Failure {
    let (wanted, class, tag) = (wanted & 0x1f, found >> 6, found & 0x1f);
    let is_compound = found & 0x20 != 0;
    failure(&format!(
        "structure error: tags don't match ({wanted} vs {{class:{class} tag:{tag} \
         length:{length} isCompound:{is_compound}}}) {{optional:false explicit:false \
         application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 \
         set:false omitEmpty:false}} {go_type} @{at}"
    ))
}

fn failure(what: &str) -> Failure {
    Failure::from(format!("asn1: {what}"))
}
