//! Public keys of version 4.

use aws_lc_rs::signature::{ED25519 as ED25519_SIGNATURES, UnparsedPublicKey};

use super::algorithm::{
    CURVES, Curve, DSA, ECDH, ECDSA, ED25519, ED25519_OID, EDDSA, ELGAMAL, Hash, RSA,
    RSA_ENCRYPT_ONLY, RSA_SIGN_ONLY, X25519,
};
use super::body::{Body, Mpi};
use super::error::Error;
use super::number;
use super::signature::Signature;

/// A public key.
#[derive(Clone, Debug)]
pub(super) struct PublicKey {
    /// The packet's body.
    bytes: Vec<u8>,
    pub(super) is_subkey: bool,
    created: u32,
    pub(super) algorithm: u8,
    pub(super) fingerprint: Vec<u8>,
    /// The end of the fingerprint, by which signatures name it.
    pub(super) id: u64,
    pub(super) material: Material,
}

/// The numbers of a key.
#[derive(Clone, Debug)]
pub(super) enum Material {
    Rsa {
        modulus: Mpi,
        exponent: Mpi,
    },
    Dsa(Box<[Mpi; 4]>),
    Ecdsa(&'static Curve, Vec<u8>),
    Ed25519(Vec<u8>),
    /// A key that does not sign.
    Encryption,
}

impl PublicKey {
    /// Reads the body of a packet, or the first part of the body of a private key.
    pub(super) fn read(body: &mut Body<'_>, is_subkey: bool) -> Result<Self, Error> {
        let start = body.position();
        let head = body.take(6)?;
        let (version, algorithm) = (head[0], head[5]);
        let created = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        if version != 4 {
            return Err(Error::Unsupported(format!("public key version {version}")));
        }
        let material = Material::read(body, algorithm)?;
        let bytes = body.since(start).to_vec();
        let mut key =
            Self { bytes, is_subkey, created, algorithm, fingerprint: Vec::new(), id: 0, material };
        let fingerprint = Hash::Sha1.digest(&[&key.hash_head(), &key.bytes]);
        key.fingerprint = fingerprint.as_ref().to_vec();
        key.id = key.fingerprint[12..].iter().fold(0, |id, byte| id << 8 | u64::from(*byte));
        Ok(key)
    }

    /// What is hashed in front of the key.
    fn hash_head(&self) -> [u8; 3] {
        let [high, low] = (self.bytes.len() as u16).to_be_bytes();
        [0x99, high, low]
    }

    /// True if the signature names this key as its maker.
    pub(super) fn is_issuer_of(&self, signature: &Signature) -> bool {
        match &signature.issuer_fingerprint {
            Some(fingerprint) => *fingerprint == self.fingerprint,
            None => signature.issuer == Some(self.id),
        }
    }

    /// True before the key was made, and once it is not valid any more, as `signature` has it.
    pub(super) fn is_expired(&self, signature: &Signature, now: i64) -> bool {
        let created = i64::from(self.created);
        let lifetime = i64::from(signature.key_lifetime.unwrap_or(0));
        created > now || lifetime != 0 && now > created + lifetime
    }

    /// Checks a signature of this key by itself.
    pub(super) fn verify_own(&self, signature: &Signature) -> Result<(), Error> {
        self.verify(&[&self.hash_head(), &self.bytes], signature)
    }

    /// Checks a signature of this key for one of its users.
    pub(super) fn verify_user(&self, user: &[u8], signature: &Signature) -> Result<(), Error> {
        let mut head = vec![0xb4];
        head.extend_from_slice(&(user.len() as u32).to_be_bytes());
        self.verify(&[&self.hash_head(), &self.bytes, &head, user], signature)
    }

    /// Checks the signature of this key for a subkey and, if that may sign, that of the subkey.
    pub(super) fn verify_subkey(&self, subkey: &Self, signature: &Signature) -> Result<(), Error> {
        let parts = [&self.hash_head()[..], &self.bytes, &subkey.hash_head()[..], &subkey.bytes];
        self.verify(&parts, signature)?;
        if !signature.allows_signing() {
            return Ok(());
        }
        let Some(embedded) = &signature.embedded else {
            return Err(Error::structure("signing subkey is missing cross-signature"));
        };
        subkey.verify(&parts, embedded).map_err(|error| {
            Error::Structure(format!("error while verifying cross-signature: {error}"))
        })
    }

    /// Checks a signature of `parts`, one behind the other.
    pub(super) fn verify(&self, parts: &[&[u8]], signature: &Signature) -> Result<(), Error> {
        if [RSA_ENCRYPT_ONLY, ELGAMAL, ECDH].contains(&self.algorithm) {
            return Err(Error::InvalidArgument("public key cannot generate signatures".to_owned()));
        }
        if self.algorithm != signature.algorithm {
            return Err(Error::InvalidArgument(
                "public key and signature use different algorithms".to_owned(),
            ));
        }
        let parts = [parts, &[&signature.suffix[..]]].concat();
        let digest = signature.hash.digest(&parts);
        if self.material.is_signature(signature, digest.as_ref()) {
            return Ok(());
        }
        Err(Error::Signature(format!("{} verification failure", self.algorithm_name())))
    }

    fn algorithm_name(&self) -> &'static str {
        match self.algorithm {
            DSA => "DSA",
            ECDSA => "ECDSA",
            EDDSA => "EdDSA",
            ED25519 => "Ed25519",
            _ => "RSA",
        }
    }
}

impl Material {
    fn read(body: &mut Body<'_>, algorithm: u8) -> Result<Self, Error> {
        Ok(match algorithm {
            RSA | RSA_ENCRYPT_ONLY | RSA_SIGN_ONLY => {
                let (modulus, exponent) = (body.mpi()?, body.mpi()?);
                if exponent.bytes.len() > 3 {
                    return Err(Error::unsupported("large public exponent"));
                }
                Self::Rsa { modulus, exponent }
            }
            DSA => Self::Dsa(Box::new([body.mpi()?, body.mpi()?, body.mpi()?, body.mpi()?])),
            ELGAMAL => {
                for _ in ["prime", "group", "public"] {
                    body.mpi()?;
                }
                Self::Encryption
            }
            ECDSA => {
                let oid = read_oid(body)?;
                let curve = CURVES.iter().find(|curve| curve.oid == oid);
                let point = body.mpi()?.bytes;
                Self::Ecdsa(curve.ok_or_else(|| unknown_curve(&oid))?, point)
            }
            ECDH => {
                read_oid(body)?;
                body.mpi()?;
                read_oid(body)?;
                Self::Encryption
            }
            EDDSA => read_eddsa(body)?,
            X25519 => {
                body.take_or_end(32)?;
                Self::Encryption
            }
            ED25519 => Self::Ed25519(body.take_or_end(32)?.to_vec()),
            other => return Err(Error::Unsupported(format!("public key type: {other}"))),
        })
    }

    fn is_signature(&self, signature: &Signature, digest: &[u8]) -> bool {
        let numbers = &signature.numbers;
        match self {
            Self::Rsa { modulus, exponent } => number::is_rsa_signature(
                &modulus.bytes,
                &exponent.bytes,
                signature.hash,
                digest,
                &numbers[0].bytes,
            ),
            Self::Dsa(key) => number::is_dsa_signature(
                key.each_ref().map(|number| &number.bytes[..]),
                digest,
                [&numbers[0].bytes, &numbers[1].bytes],
            ),
            Self::Ecdsa(curve, point) => {
                let Some((signature, digest)) = pair(numbers, curve.size).zip(curve.fit(digest))
                else {
                    return false;
                };
                let key = UnparsedPublicKey::new(curve.verifying, point);
                key.verify_digest(&digest, &signature).is_ok()
            }
            Self::Ed25519(point) => {
                let signature = match &numbers[..] {
                    [both] => Some(both.bytes.clone()),
                    numbers => pair(numbers, 32),
                };
                let key = UnparsedPublicKey::new(&ED25519_SIGNATURES, point);
                signature.is_some_and(|signature| key.verify(digest, &signature).is_ok())
            }
            Self::Encryption => false,
        }
    }
}

/// Two numbers of that size, one behind the other.
fn pair(numbers: &[Mpi], size: usize) -> Option<Vec<u8>> {
    Some([numbers[0].sized(size)?, numbers[1].sized(size)?].concat())
}

fn read_oid(body: &mut Body<'_>) -> Result<Vec<u8>, Error> {
    match body.byte()? {
        0 | 0xff => Err(Error::unsupported("reserved for future extensions")),
        size => Ok(body.take(usize::from(size))?.to_vec()),
    }
}

fn unknown_curve(oid: &[u8]) -> Error {
    let digits: String = oid.iter().map(|byte| format!("{byte:02x}")).collect();
    Error::Unsupported(format!("unknown oid: {digits}"))
}

fn read_eddsa(body: &mut Body<'_>) -> Result<Material, Error> {
    let oid = read_oid(body)?;
    if oid != ED25519_OID {
        return Err(unknown_curve(&oid));
    }
    match &body.mpi()?.bytes[..] {
        [] => Err(Error::structure("empty EdDSA public key")),
        [0x40, point @ ..] if point.len() == 32 => Ok(Material::Ed25519(point.to_vec())),
        [0x40, ..] => Err(Error::Other("eddsa: failed to parse EC point")),
        [flag, ..] => Err(Error::Unsupported(format!("unsupported EdDSA compression: {flag}"))),
    }
}
