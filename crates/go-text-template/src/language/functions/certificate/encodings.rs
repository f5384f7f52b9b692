//! The formats of private keys: what each holds, and which of them a text has.

use num_bigint::BigUint;

use super::der::{self, Reader};
use crate::data::Failure;

/// Encoded keys above this size, with moduli of some 50,000 bits, are refused: arithmetic with
/// numbers out of templates must not take forever.
const MOST_BYTES: usize = 1 << 15;

/// A format of private keys.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Pkcs1,
    Sec1,
    Pkcs8,
}

/// Go's hint at the first of `formats` that can read `bytes`.
pub(super) fn hint(bytes: &[u8], formats: [Format; 2]) -> Option<Failure> {
    let parser = formats.into_iter().find_map(|format| match format {
        Format::Pkcs1 => read_pkcs1(bytes).is_ok().then_some("ParsePKCS1PrivateKey"),
        Format::Sec1 => Sec1::read(bytes).is_ok().then_some("ParseECPrivateKey"),
        Format::Pkcs8 => Pkcs8::read(bytes).is_ok().then_some("ParsePKCS8PrivateKey"),
    })?;
    Some(Failure::from(format!(
        "x509: failed to parse private key (use {parser} instead for this key format)"
    )))
}

/// Puts what was being done in front of what went wrong.
pub(super) fn within(what: &'static str) -> impl Fn(Failure) -> Failure {
    move |failure| Failure::from(format!("{what}: {failure}"))
}

/// The numbers of an RSA key in the order of PKCS #1; they need not belong together.
pub(super) fn read_pkcs1(bytes: &[u8]) -> Result<[BigUint; 8], Failure> {
    let mut outer = Reader::new(bytes);
    let mut reader = outer.sequence("pkcs1PrivateKey")?;
    if bytes.len() > MOST_BYTES {
        return Err("crypto/rsa: key too large".into());
    }
    if !outer.is_empty() {
        return Err("asn1: syntax error: trailing data".into());
    }
    if reader.integer("int")? > BigUint::from(1_u32) {
        return Err("x509: unsupported private key version".into());
    }
    let mut numbers = [const { BigUint::ZERO }; 8];
    for (index, number) in numbers.iter_mut().enumerate() {
        // The exponent is an `int` in Go, the others are of a type without a name.
        *number = reader.integer(if index == 1 { "int" } else { "" })?;
    }
    if numbers.contains(&BigUint::ZERO) {
        return Err("x509: private key contains zero or negative value".into());
    }
    Ok(numbers)
}

/// What SEC 1 writes of a key, but for the public half.
pub(super) struct Sec1<'d> {
    pub(super) version: BigUint,
    pub(super) private: &'d [u8],
    pub(super) curve: Option<&'d [u8]>,
}

impl<'d> Sec1<'d> {
    /// The parts of an encoded key.
    pub(super) fn read(bytes: &'d [u8]) -> Result<Self, Failure> {
        let mut reader = Reader::new(bytes).sequence("ecPrivateKey")?;
        let version = reader.integer("int")?;
        let private = reader.expect(der::OCTET_STRING, "")?.content;
        let curve = match reader.optional(der::context(0))? {
            Some(curve) => {
                Some(Reader::new(curve.content).expect(der::OID, "ObjectIdentifier")?.content)
            }
            None => None,
        };
        Ok(Self { version, private, curve })
    }
}

/// What PKCS #8 wraps around keys of all kinds.
pub(super) struct Pkcs8<'d> {
    pub(super) algorithm: &'d [u8],
    pub(super) curve: Option<&'d [u8]>,
    pub(super) key: &'d [u8],
}

impl<'d> Pkcs8<'d> {
    /// The parts of an encoded key.
    pub(super) fn read(bytes: &'d [u8]) -> Result<Self, Failure> {
        let mut reader = Reader::new(bytes).sequence("pkcs8")?;
        reader.integer("int")?;
        let mut identifier = reader.sequence("AlgorithmIdentifier")?;
        let algorithm = identifier.expect(der::OID, "ObjectIdentifier")?.content;
        let curve = identifier.optional(der::OID)?.map(|curve| curve.content);
        Ok(Self { algorithm, curve, key: reader.expect(der::OCTET_STRING, "")?.content })
    }
}
