//! Private keys: made, read from PEM, written to PEM, and used to sign.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use bstr::BStr;
use num_bigint::BigUint;

use super::der::{self, Reader};
use super::ec::Ec;
use super::encodings::{Format, Pkcs8, hint, within};
use super::rsa::{self, Rsa};
use super::{dsa, pem};
use crate::data::Failure;
use crate::template::World;

/// A private key.
pub(super) enum PrivateKey {
    Rsa(Rsa),
    /// Its encoding; nothing can be done with it.
    Dsa(Vec<u8>),
    Ec(Ec),
    /// The key and the seed it is made of.
    Ed25519(Ed25519KeyPair, [u8; 32]),
}

/// The public half of a key, as certificates hold it.
pub(super) struct PublicKey {
    /// The encoded identifier of the algorithm, with its parameters.
    pub(super) algorithm: Vec<u8>,
    /// The key itself, without the header of the bit string it becomes.
    pub(super) bits: Vec<u8>,
}

impl PrivateKey {
    /// A new RSA key of 2048 bits, which is what certificates get.
    pub(super) fn generate_rsa_2048(world: &dyn World) -> Self {
        Self::Rsa(Rsa::generate::<16>(world))
    }

    /// A new key of the kind that `genPrivateKey` calls by that name.
    pub(super) fn generate(kind: &[u8], world: &dyn World) -> Option<Self> {
        Some(match kind {
            b"" | b"rsa" => Self::Rsa(Rsa::generate::<32>(world)),
            b"dsa" => Self::Dsa(dsa::generate(world)),
            b"ecdsa" => Self::Ec(Ec::generate(world)),
            b"ed25519" => {
                let mut seed = [0; 32];
                world.fill_random(&mut seed);
                Self::from_ed25519_seed(seed)
            }
            _ => return None,
        })
    }

    /// The key in the first block of `text`.
    pub(super) fn from_pem(text: &[u8]) -> Result<Self, Failure> {
        let block = pem::decode(text).ok_or("no PEM data in input")?;
        if block.label == b"PRIVATE KEY" {
            return Self::from_pkcs8(&block.bytes).map_err(within("decoding PEM as PKCS#8"));
        }
        match block.label.strip_suffix(b" PRIVATE KEY") {
            Some(b"RSA") => Rsa::from_pkcs1(&block.bytes)
                .map(Self::Rsa)
                .map_err(within("parsing RSA private key from PEM")),
            Some(b"EC") => Ec::from_sec1(&block.bytes, None)
                .map(Self::Ec)
                .map_err(within("parsing EC private key from PEM")),
            Some(b"DSA") => dsa::check(&block.bytes)
                .map(|()| Self::Dsa(block.bytes))
                .map_err(within("parsing DSA private key from PEM")),
            Some(_) => Err(said("invalid private key type ", &block.label)),
            None => Err(said("no private key data in PEM block of type ", &block.label)),
        }
    }

    fn from_pkcs8(bytes: &[u8]) -> Result<Self, Failure> {
        let Pkcs8 { algorithm, curve, key } = Pkcs8::read(bytes)
            .map_err(|failure| hint(bytes, [Format::Sec1, Format::Pkcs1]).unwrap_or(failure))?;
        match algorithm {
            RSA => Rsa::from_pkcs1(key)
                .map(Self::Rsa)
                .map_err(within("x509: failed to parse RSA private key embedded in PKCS#8")),
            EC => Ec::from_sec1(key, curve)
                .map(Self::Ec)
                .map_err(within("x509: failed to parse EC private key embedded in PKCS#8")),
            ED25519 => read_ed25519_seed(key).map(Self::from_ed25519_seed),
            other => Err(Failure::from(format!(
                "x509: PKCS#8 wrapping contained private key with unknown algorithm: {}",
                dotted(other)
            ))),
        }
    }

    fn from_ed25519_seed(seed: [u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed");
        Self::Ed25519(pair, seed)
    }

    /// The key as PEM, in the format that is usual for its kind.
    pub(super) fn to_pem(&self) -> String {
        match self {
            Self::Rsa(key) => pem::encode("RSA PRIVATE KEY", key.pkcs1()),
            Self::Dsa(bytes) => pem::encode("DSA PRIVATE KEY", bytes),
            Self::Ec(key) => pem::encode("EC PRIVATE KEY", &key.to_sec1()),
            Self::Ed25519(_, seed) => pem::encode("PRIVATE KEY", &ed25519_to_pkcs8(seed)),
        }
    }

    /// The public half.
    pub(super) fn public(&self) -> Result<PublicKey, Failure> {
        Ok(match self {
            Self::Rsa(key) => {
                PublicKey { algorithm: algorithm(RSA, der::NULL), bits: key.public().to_vec() }
            }
            Self::Dsa(_) => return Err("x509: unsupported public key type: *dsa.PublicKey".into()),
            Self::Ec(key) => {
                let curve = der::element(der::OID, &[key.curve_oid()]);
                PublicKey { algorithm: algorithm(EC, &curve), bits: key.public().to_vec() }
            }
            Self::Ed25519(pair, _) => {
                let bits = pair.public_key().as_ref().to_vec();
                PublicKey { algorithm: algorithm(ED25519, &[]), bits }
            }
        })
    }

    /// The encoded identifier of the algorithm that Go picks to sign with such a key.
    pub(super) fn signature_algorithm(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Rsa(_) => Ok(algorithm(rsa::SHA256_SIGNATURE, der::NULL)),
            Self::Ec(key) => Ok(algorithm(key.signature_oid(), &[])),
            Self::Ed25519(..) => Ok(algorithm(ED25519, &[])),
            Self::Dsa(_) => {
                Err(Failure::new("x509: certificate private key does not implement crypto.Signer"))
            }
        }
    }

    /// Signs `message` with that algorithm.
    pub(super) fn sign(&self, message: &[u8], world: &dyn World) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Rsa(key) => key.sign(message),
            Self::Ec(key) => key.sign(message, world),
            Self::Ed25519(pair, _) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::Dsa(_) => self.signature_algorithm(),
        }
    }
}

/// The identifier of RSA keys.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// The identifier of keys on elliptic curves.
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// The identifier of Ed25519, for keys and signatures.
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// True for the algorithms whose public keys Go reads out of certificates.
pub(super) fn is_known_algorithm(oid: &[u8]) -> bool {
    [RSA, EC, ED25519].contains(&oid)
}

/// True for the identifier of RSA keys.
pub(super) fn is_rsa(oid: &[u8]) -> bool {
    oid == RSA
}

/// The identifier of an algorithm with encoded parameters.
fn algorithm(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::element(der::OID, &[oid]), parameters])
}

fn read_ed25519_seed(bytes: &[u8]) -> Result<[u8; 32], Failure> {
    let seed = Reader::new(bytes)
        .expect(der::OCTET_STRING, "")
        .map_err(within("x509: invalid Ed25519 private key"))?
        .content;
    seed.try_into().map_err(|_| {
        Failure::from(format!("x509: invalid Ed25519 private key length: {}", seed.len()))
    })
}

fn ed25519_to_pkcs8(seed: &[u8]) -> Vec<u8> {
    let key = der::element(der::OCTET_STRING, &[seed]);
    der::sequence(&[
        &der::integer(&BigUint::ZERO),
        &algorithm(ED25519, &[]),
        &der::element(der::OCTET_STRING, &[&key]),
    ])
}

fn said(what: &str, word: &[u8]) -> Failure {
    Failure::from(format!("{what}{}", BStr::new(word)))
}

/// An object identifier in digits and dots.
fn dotted(oid: &[u8]) -> String {
    let mut arcs = oid.split_inclusive(|byte| byte & 0x80 == 0).map(arc);
    // The first two numbers share one.
    let shared = arcs.next().unwrap_or_default();
    let first = (shared / 40).min(2);
    let second = shared - first * 40;
    arcs.fold(format!("{first}.{second}"), |text, arc| format!("{text}.{arc}"))
}

/// One number of an object identifier, seven bits in each byte.
fn arc(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f))
}
