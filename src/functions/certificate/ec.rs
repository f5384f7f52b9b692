//! Keys on elliptic curves, for ECDSA.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm,
};
use num_bigint::BigUint;

use super::der::{self, Reader};
use super::key::{Format, hint, within};
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
        size: 32,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x22],
        signature_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3],
        agreement: &ECDH_P384,
        signing: &ECDSA_P384_SHA384_ASN1_SIGNING,
        size: 48,
    },
    Curve {
        oid: &[0x2b, 0x81, 4, 0, 0x23],
        signature_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4],
        agreement: &ECDH_P521,
        signing: &ECDSA_P521_SHA512_ASN1_SIGNING,
        size: 66,
    },
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

    /// Signs `message`. The random number that ECDSA needs is the library's own: there is no way
    /// to hand it one of the [`World`].
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let Self { curve, private, public } = self;
        EcdsaKeyPair::from_private_key_and_public_key(curve.signing, private, public)
            .ok()
            .and_then(|pair| pair.sign(&SystemRandom::new(), message).ok())
            .map(|signature| signature.as_ref().to_vec())
            .ok_or(Failure::new("crypto/ecdsa: invalid private key"))
    }
}

/// What SEC 1 writes of a key, but for the public half.
pub(super) struct Sec1<'d> {
    version: BigUint,
    private: &'d [u8],
    curve: Option<&'d [u8]>,
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
