//! The algorithms that have numbers in OpenPGP, and what `aws-lc-rs` calls them.

use aws_lc_rs::digest::{self, Context, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED,
    ECDSA_P256K1_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaSigningAlgorithm,
    EcdsaVerificationAlgorithm,
};

use super::error::Error;

pub(super) const RSA: u8 = 1;
pub(super) const RSA_ENCRYPT_ONLY: u8 = 2;
pub(super) const RSA_SIGN_ONLY: u8 = 3;
pub(super) const ELGAMAL: u8 = 16;
pub(super) const DSA: u8 = 17;
pub(super) const ECDH: u8 = 18;
pub(super) const ECDSA: u8 = 19;
pub(super) const EDDSA: u8 = 22;
pub(super) const X25519: u8 = 25;
pub(super) const ED25519: u8 = 27;

/// Instead of a size: a number that says itself how long it is.
pub(super) const AS_MPI: usize = 0;

/// The sizes of the numbers that a signature consists of.
pub(super) fn signature_numbers(algorithm: u8) -> Result<&'static [usize], Error> {
    match algorithm {
        RSA | RSA_SIGN_ONLY => Ok(&[AS_MPI]),
        DSA | ECDSA | EDDSA => Ok(&[AS_MPI, AS_MPI]),
        ED25519 => Ok(&[64]),
        other => Err(Error::Unsupported(format!("public key algorithm {other}"))),
    }
}

/// True if such a key can be the first one of an entity.
pub(super) fn can_sign(algorithm: u8) -> bool {
    signature_numbers(algorithm).is_ok()
}

/// A hash function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    #[default]
    Sha256,
    Sha384,
    Sha512,
    Sha224,
    Sha3x256,
    Sha3x512,
}

impl Hash {
    /// The function with that number.
    pub(super) fn from_id(id: u8) -> Option<Self> {
        Some(match id {
            2 => Self::Sha1,
            8 => Self::Sha256,
            9 => Self::Sha384,
            10 => Self::Sha512,
            11 => Self::Sha224,
            12 => Self::Sha3x256,
            14 => Self::Sha3x512,
            _ => return None,
        })
    }

    /// The library's name of it.
    pub(super) fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
            Self::Sha224 => &digest::SHA224,
            Self::Sha3x256 => &digest::SHA3_256,
            Self::Sha3x512 => &digest::SHA3_512,
        }
    }

    /// The digest of `parts`, one behind the other.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Digest {
        let mut context = Context::new(self.algorithm());
        parts.iter().for_each(|part| context.update(part));
        context.finish()
    }

    /// What PKCS #1 puts in front of a digest: which function it is of, in ASN.1.
    pub(super) fn prefix(self) -> Vec<u8> {
        const NIST: [u8; 8] = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];
        let last = match self {
            Self::Sha1 => None,
            Self::Sha256 => Some(1),
            Self::Sha384 => Some(2),
            Self::Sha512 => Some(3),
            Self::Sha224 => Some(4),
            Self::Sha3x256 => Some(8),
            Self::Sha3x512 => Some(10),
        };
        let oid = match last {
            Some(last) => [&NIST[..], &[last]].concat(),
            None => vec![0x2b, 0x0e, 3, 2, 0x1a],
        };
        let size = self.algorithm().output_len() as u8;
        let (inner, outer) = (oid.len() as u8 + 4, oid.len() as u8 + 8 + size);
        let head = [0x30, outer, 0x30, inner, 6, oid.len() as u8];
        [&head[..], &oid, &[5, 0, 4, size]].concat()
    }
}

/// An elliptic curve for ECDSA.
#[derive(Debug)]
pub(super) struct Curve {
    pub(super) oid: &'static [u8],
    pub(super) verifying: &'static EcdsaVerificationAlgorithm,
    pub(super) signing: &'static EcdsaSigningAlgorithm,
    /// The digest that the two above take; others are cut or filled up to its size.
    digest: &'static digest::Algorithm,
    /// Bytes of a number.
    pub(super) size: usize,
}

/// The curves that are known.
pub(super) static CURVES: [Curve; 4] = [
    Curve {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        verifying: &ECDSA_P256_SHA256_FIXED,
        signing: &ECDSA_P256_SHA256_FIXED_SIGNING,
        digest: &digest::SHA256,
        size: 32,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x22],
        verifying: &ECDSA_P384_SHA384_FIXED,
        signing: &ECDSA_P384_SHA384_FIXED_SIGNING,
        digest: &digest::SHA384,
        size: 48,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x23],
        verifying: &ECDSA_P521_SHA512_FIXED,
        signing: &ECDSA_P521_SHA512_FIXED_SIGNING,
        digest: &digest::SHA512,
        size: 66,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x0a],
        verifying: &ECDSA_P256K1_SHA256_FIXED,
        signing: &ECDSA_P256K1_SHA256_FIXED_SIGNING,
        digest: &digest::SHA256,
        size: 32,
    },
];

impl Curve {
    /// The digest as a number of the curve's size: ECDSA takes its leading bits.
    pub(super) fn fit(&self, digest: &[u8]) -> Option<Digest> {
        let size = self.digest.output_len();
        let cut = &digest[..digest.len().min(size)];
        let mut sized = vec![0; size - cut.len()];
        sized.extend_from_slice(cut);
        Digest::import_less_safe(&sized, self.digest).ok()
    }
}

/// The identifier of the curve of EdDSA.
pub(super) const ED25519_OID: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];
