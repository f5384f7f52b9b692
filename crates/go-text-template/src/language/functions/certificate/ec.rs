//! Keys on elliptic curves, for ECDSA.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521};
use aws_lc_rs::digest::{self, Digest, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm,
};
use num_bigint::BigUint;

use super::der;
use super::encodings::{Format, Sec1, hint, within};
use crate::data::Failure;
use crate::template::World;

/// A key on an elliptic curve.
pub(super) struct Ec {
    curve: &'static Curve,
    /// The secret number, as many bytes as the order of the curve has.
    private: Vec<u8>,
    /// The point, not compressed.
    public: Vec<u8>,
}

/// An elliptic curve, and how Go signs with it.
struct Curve {
    oid: &'static [u8],
    signature_oid: &'static [u8],
    agreement: &'static agreement::Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
    digest: &'static digest::Algorithm,
    /// The number of points: secret numbers are below it.
    order: &'static [u8],
    /// Bytes of a secret number.
    size: usize,
}

/// The curves that Go knows, but for P-224.
static CURVES: [Curve; 3] = [
    Curve {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        signature_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2],
        agreement: &ECDH_P256,
        signing: &ECDSA_P256_SHA256_ASN1_SIGNING,
        digest: &SHA256,
        order: &P256_ORDER,
        size: 32,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x22],
        signature_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3],
        agreement: &ECDH_P384,
        signing: &ECDSA_P384_SHA384_ASN1_SIGNING,
        digest: &SHA384,
        order: &P384_ORDER,
        size: 48,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x23],
        signature_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4],
        agreement: &ECDH_P521,
        signing: &ECDSA_P521_SHA512_ASN1_SIGNING,
        digest: &SHA512,
        order: &P521_ORDER,
        size: 66,
    },
];

#[rustfmt::skip]
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[rustfmt::skip]
const P384_ORDER: [u8; 48] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
];

#[rustfmt::skip]
const P521_ORDER: [u8; 66] = [
    0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09,
    0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38,
    0x64, 0x09,
];

impl Ec {
    /// A new key on P-256.
    pub(super) fn generate(world: &dyn World) -> Self {
        let curve = &CURVES[0];
        loop {
            let mut private = vec![0; curve.size];
            world.fill_random(&mut private);
            // Zero, and numbers above the order of the curve, are refused.
            if let Ok(key) = Self::new(curve, private) {
                return key;
            }
        }
    }

    /// The key in the format of SEC 1; the curve may be named outside of it.
    pub(super) fn from_sec1(bytes: &[u8], curve: Option<&[u8]>) -> Result<Self, Failure> {
        let sec1 = Sec1::read(bytes).map_err(|failure| {
            hint(bytes, [Format::Pkcs8, Format::Pkcs1])
                .unwrap_or_else(|| within("x509: failed to parse EC private key")(failure))
        })?;
        if sec1.version != BigUint::from(1_u32) {
            let version = sec1.version;
            return Err(Failure::from(format!("x509: unknown EC private key version {version}")));
        }
        let oid = curve.or(sec1.curve);
        let curve = CURVES.iter().find(|curve| Some(curve.oid) == oid);
        let curve = curve.ok_or("x509: unknown elliptic curve")?;
        Self::new(curve, to_size(sec1.private, curve.size)?)
    }

    fn new(curve: &'static Curve, private: Vec<u8>) -> Result<Self, Failure> {
        let public = agreement::PrivateKey::from_private_key(curve.agreement, &private)
            .ok()
            .and_then(|key| key.compute_public_key().ok())
            .ok_or_else(|| {
                let is_zero = private.iter().all(|byte| *byte == 0);
                Failure::new(if is_zero {
                    "ecdsa: invalid public key encoding"
                } else {
                    "input overflows the modulus"
                })
            })?;
        Ok(Self { curve, private, public: public.as_ref().to_vec() })
    }

    /// The key in the format of SEC 1.
    pub(super) fn to_sec1(&self) -> Vec<u8> {
        let curve = der::element(der::OID, &[self.curve.oid]);
        der::sequence(&[
            &der::integer(&BigUint::from(1_u32)),
            &der::element(der::OCTET_STRING, &[&self.private]),
            &der::element(der::context(0), &[&curve]),
            &der::element(der::context(1), &[&der::bit_string(&self.public)]),
        ])
    }

    /// The identifier of the curve.
    pub(super) fn curve_oid(&self) -> &'static [u8] {
        self.curve.oid
    }

    /// The identifier of the signatures.
    pub(super) fn signature_oid(&self) -> &'static [u8] {
        self.curve.signature_oid
    }

    /// The public point, not compressed.
    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    /// Signs `message`. The library draws the random number that ECDSA needs itself; where the
    /// world repeats, the signature has to as well, so there the number is the world's.
    pub(super) fn sign(&self, message: &[u8], world: &dyn World) -> Result<Vec<u8>, Failure> {
        let Self { curve, private, public } = self;
        if world.watcher().is_some() {
            return Ok(self.sign_repeatably(message, world));
        }
        EcdsaKeyPair::from_private_key_and_public_key(curve.signing, private, public)
            .ok()
            .and_then(|pair| pair.sign(&SystemRandom::new(), message).ok())
            .map(|signature| signature.as_ref().to_vec())
            .ok_or(Failure::new("crypto/ecdsa: invalid private key"))
    }

    /// ECDSA as FIPS 186-5 writes it down; the point is the library's work.
    fn sign_repeatably(&self, message: &[u8], world: &dyn World) -> Vec<u8> {
        let order = BigUint::from_bytes_be(self.curve.order);
        let [secret, hash] =
            [&self.private, self.curve.hash(message).as_ref()].map(BigUint::from_bytes_be);
        loop {
            let nonce = Self::nonce(self.curve, world);
            let (x, _) = nonce.public[1..].split_at(self.curve.size);
            let r = BigUint::from_bytes_be(x) % &order;
            let number = BigUint::from_bytes_be(&nonce.private);
            let inverse = number.modinv(&order).expect("the order is prime");
            let s = inverse * (&hash + &r * &secret) % &order;
            if r != BigUint::ZERO && s != BigUint::ZERO {
                return der::sequence(&[&der::integer(&r), &der::integer(&s)]);
            }
        }
    }

    /// A random number below the order of the curve, and its point.
    fn nonce(curve: &'static Curve, world: &dyn World) -> Self {
        loop {
            let mut private = vec![0; curve.size];
            world.fill_random(&mut private);
            // The order of P-521 has seven bits less than its bytes.
            private[0] &= curve.order[0];
            if let Ok(key) = Self::new(curve, private) {
                return key;
            }
        }
    }
}

impl Curve {
    /// The hash that Go signs with this curve.
    fn hash(&self, message: &[u8]) -> Digest {
        digest(self.digest, message)
    }
}

/// The number in `size` bytes: some programs write zeros in front, others leave them out.
fn to_size(number: &[u8], size: usize) -> Result<Vec<u8>, Failure> {
    let surplus = number.len().saturating_sub(size);
    let (zeros, number) = number.split_at(surplus);
    if zeros.iter().any(|byte| *byte != 0) {
        return Err("x509: invalid private key length".into());
    }
    let mut sized = vec![0; size - number.len()];
    sized.extend_from_slice(number);
    Ok(sized)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, UnparsedPublicKey,
    };

    use super::super::seeded::Seeded;
    use super::*;

    #[test]
    fn signatures_repeat_and_hold() {
        let verifiers = [&ECDSA_P256_SHA256_ASN1, &ECDSA_P384_SHA384_ASN1, &ECDSA_P521_SHA512_ASN1];
        for (curve, verifier) in CURVES.iter().zip(verifiers) {
            let key = Ec::nonce(curve, &Seeded::new(1));
            let sign = |seed| key.sign_repeatably(b"message", &Seeded::new(seed));
            assert_eq!(sign(2), sign(2));
            assert_ne!(sign(2), sign(3));
            let public = UnparsedPublicKey::new(verifier, key.public());
            assert!(public.verify(b"message", &sign(2)).is_ok());
            assert!(public.verify(b"massage", &sign(2)).is_err());
        }
    }
}
