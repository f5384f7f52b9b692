//! Private keys: unlocking them with a passphrase, and signing with them.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptingKey, DecryptionContext, UnboundCipherKey,
};
use aws_lc_rs::digest::Context;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA512, RsaKeyPair};
use num_bigint::BigUint;

use super::algorithm::{ED25519, Hash};
use super::body::{Body, Mpi};
use super::error::Error;
use super::public_key::{Material, PublicKey};
use super::signature::kind;

/// A private key with its public half.
#[derive(Clone)]
pub(super) struct SecretKey {
    pub(super) public: PublicKey,
    secret: Secret,
}

/// The secret half.
#[derive(Clone)]
enum Secret {
    /// The numbers of the key.
    Open(Vec<u8>),
    Locked(Lock),
    /// It is on a card, or somewhere else.
    Elsewhere,
}

/// What is needed to unlock a key, but for the passphrase.
#[derive(Clone)]
struct Lock {
    cipher: Cipher,
    derivation: Derivation,
    initial: [u8; 16],
    /// True for a digest behind the numbers, false for a sum of their bytes.
    has_digest: bool,
    data: Vec<u8>,
}

/// A cipher of private keys.
#[derive(Clone, Copy)]
enum Cipher {
    /// AES with a key of that many bytes.
    Aes(usize),
    /// An older one, which Helm's library knows.
    Old,
}

/// How a passphrase becomes a key.
#[derive(Clone)]
struct Derivation {
    hash: Hash,
    salt: Vec<u8>,
    /// How many bytes are hashed at least.
    count: usize,
}

// What is secret is not shown.
impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

impl SecretKey {
    /// Reads the body of a packet.
    pub(super) fn read(body: &mut Body<'_>, is_subkey: bool) -> Result<Self, Error> {
        let public = PublicKey::read(body, is_subkey)?;
        let secret = match body.byte()? {
            0 => Secret::Open(without_sum(body.rest()?)?),
            usage @ (254 | 255) => read_locked(body, usage == 254)?,
            253 => return Err(Error::unsupported("unsupported aead mode in private key")),
            _ => return Err(Error::unsupported("deprecated s2k function in private key")),
        };
        Ok(Self { public, secret })
    }

    /// True if a passphrase is needed.
    pub(super) fn is_locked(&self) -> bool {
        matches!(self.secret, Secret::Locked(_))
    }

    /// Unlocks the key.
    pub(super) fn unlock(&mut self, passphrase: &[u8]) -> Result<(), Error> {
        match &self.secret {
            Secret::Open(_) => Ok(()),
            Secret::Elsewhere => Err(Error::DummyKey),
            Secret::Locked(lock) => {
                self.secret = Secret::Open(lock.open(passphrase)?);
                Ok(())
            }
        }
    }

    /// A signature packet for `text`, whose lines end in CR and LF, made at the time `now`.
    pub(super) fn sign(&self, text: &[u8], now: i64) -> Result<Vec<u8>, Error> {
        let secret = match &self.secret {
            Secret::Open(secret) => secret,
            Secret::Locked(_) => return Err(Error::Locked(format!("{:016X}", self.public.id))),
            Secret::Elsewhere => return Err(Error::DummyKey),
        };
        let head = self.signature_head(now);
        let length = (head.len() as u32).to_be_bytes();
        let digest = Hash::Sha512.digest(&[text, &head, &[4, 0xff], &length]);
        let numbers = self.numbers(secret, &digest)?;
        let mut body = head;
        // There are no parts outside of what is hashed.
        body.extend_from_slice(&[0, 0]);
        body.extend_from_slice(&digest.as_ref()[..2]);
        body.extend_from_slice(&numbers);
        let mut packet = vec![0xc2, 0xff];
        packet.extend_from_slice(&(body.len() as u32).to_be_bytes());
        packet.extend_from_slice(&body);
        Ok(packet)
    }

    /// What is signed besides the text: when, and by which key.
    fn signature_head(&self, now: i64) -> Vec<u8> {
        const SHA512: u8 = 10;
        const CREATED: u8 = 0x80 | 2;
        let now = u32::try_from(now).unwrap_or(u32::MAX);
        let mut parts = vec![5, CREATED];
        parts.extend_from_slice(&now.to_be_bytes());
        parts.extend_from_slice(&[9, 16]);
        parts.extend_from_slice(&self.public.id.to_be_bytes());
        parts.extend_from_slice(&[22, 33, 4]);
        parts.extend_from_slice(&self.public.fingerprint);
        let mut head = vec![4, kind::TEXT, self.public.algorithm, SHA512, 0, parts.len() as u8];
        head.extend_from_slice(&parts);
        head
    }

    /// The numbers of the signature of `digest`, as packets have them.
    fn numbers(&self, secret: &[u8], digest: &aws_lc_rs::digest::Digest) -> Result<Vec<u8>, Error> {
        let mut secret = Body::new(secret, Error::End);
        let both = match &self.public.material {
            Material::Rsa { modulus, exponent } => {
                let pair = rsa_pair(modulus, exponent, &mut secret)?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(&RSA_PKCS1_SHA512, digest, &mut signature).map_err(failed)?;
                let mut number = Vec::new();
                Mpi::from_bytes(&signature).append_to(&mut number);
                return Ok(number);
            }
            Material::Ecdsa(curve, point) => {
                let number = secret.mpi()?.sized(curve.size).ok_or_else(mismatch)?;
                let pair =
                    EcdsaKeyPair::from_private_key_and_public_key(curve.signing, &number, point)
                        .map_err(|_| mismatch())?;
                let digest = curve.fit(digest.as_ref()).ok_or_else(mismatch)?;
                pair.sign_digest(&digest).map_err(failed)?.as_ref().to_vec()
            }
            Material::Ed25519(point) if self.public.algorithm == ED25519 => {
                let pair = Ed25519KeyPair::from_seed_and_public_key(secret.take(32)?, point);
                return Ok(pair.map_err(|_| mismatch())?.sign(digest.as_ref()).as_ref().to_vec());
            }
            Material::Ed25519(point) => {
                let seed = secret.mpi()?.sized(32).ok_or_else(mismatch)?;
                let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, point);
                pair.map_err(|_| mismatch())?.sign(digest.as_ref()).as_ref().to_vec()
            }
            Material::Dsa(_) | Material::Encryption => {
                return Err(Error::unsupported("signing with a key of this algorithm"));
            }
        };
        let mut numbers = Vec::new();
        let (r, s) = both.split_at(both.len() / 2);
        [r, s].into_iter().for_each(|number| Mpi::from_bytes(number).append_to(&mut numbers));
        Ok(numbers)
    }
}

fn mismatch() -> Error {
    Error::InvalidKey("invalid key parameters".to_owned())
}

fn failed(_: aws_lc_rs::error::Unspecified) -> Error {
    mismatch()
}

fn rsa_pair(modulus: &Mpi, exponent: &Mpi, secret: &mut Body<'_>) -> Result<RsaKeyPair, Error> {
    let [d, p, q] = [secret.mpi()?, secret.mpi()?, secret.mpi()?]
        .map(|number| BigUint::from_bytes_be(&number.bytes));
    let one = BigUint::from(1_u32);
    if p <= one || q <= one {
        return Err(mismatch());
    }
    let (dp, dq) = (&d % (&p - &one), &d % (&q - &one));
    let inverse = q.modinv(&p).ok_or_else(mismatch)?;
    let components = KeyPairComponents {
        public_key: PublicKeyComponents {
            n: Mpi::from_bytes(&modulus.bytes).bytes,
            e: Mpi::from_bytes(&exponent.bytes).bytes,
        },
        d: d.to_bytes_be(),
        p: p.to_bytes_be(),
        q: q.to_bytes_be(),
        dP: dp.to_bytes_be(),
        dQ: dq.to_bytes_be(),
        qInv: inverse.to_bytes_be(),
    };
    RsaKeyPair::from_components(&components).map_err(|_| mismatch())
}

fn read_locked(body: &mut Body<'_>, has_digest: bool) -> Result<Secret, Error> {
    let cipher = match body.byte()? {
        7 => Cipher::Aes(16),
        8 => Cipher::Aes(24),
        9 => Cipher::Aes(32),
        0 | 2 | 3 => Cipher::Old,
        _ => return Err(Error::unsupported("unsupported cipher function in private key")),
    };
    let Some(derivation) = Derivation::read(body)? else { return Ok(Secret::Elsewhere) };
    let mut initial = [0; 16];
    match cipher {
        Cipher::Aes(_) => initial.copy_from_slice(body.take(16)?),
        Cipher::Old => initial[..8].copy_from_slice(body.take(8)?),
    }
    let data = body.rest()?.to_vec();
    Ok(Secret::Locked(Lock { cipher, derivation, initial, has_digest, data }))
}

impl Derivation {
    /// Reads how a passphrase becomes a key; none if the key is not here.
    fn read(body: &mut Body<'_>) -> Result<Option<Self>, Error> {
        let mode = body.take_or_end(1)?[0];
        let size = match mode {
            0 => 1,
            1 => 9,
            3 => 10,
            101 => 5,
            _ => return Err(Error::unsupported("S2K function")),
        };
        let fields = body.take_or_end(size)?;
        if mode == 101 {
            return match &fields[1..] {
                b"GNU\x01" => Ok(None),
                _ => Err(Error::unsupported("GNU S2K extension")),
            };
        }
        let id = fields[0];
        let hash = Hash::from_id(id)
            .ok_or_else(|| Error::Unsupported(format!("hash for S2K function: {id}")))?;
        let salt = fields.get(1..9).unwrap_or_default().to_vec();
        let count = fields
            .get(9)
            .map_or(0, |code| (16 + usize::from(code & 15)) << (u32::from(code >> 4) + 6));
        Ok(Some(Self { hash, salt, count }))
    }

    /// A key of `size` bytes.
    fn key(&self, passphrase: &[u8], size: usize) -> Vec<u8> {
        let piece = [&self.salt, passphrase].concat();
        let count = self.count.max(piece.len());
        let mut key = Vec::new();
        let mut zeros = Vec::new();
        while key.len() < size {
            let mut context = Context::new(self.hash.algorithm());
            context.update(&zeros);
            // An empty passphrase without salt has nothing to repeat.
            let whole = count.checked_div(piece.len()).unwrap_or(0);
            (0..whole).for_each(|_| context.update(&piece));
            context.update(&piece[..count - whole * piece.len()]);
            key.extend_from_slice(context.finish().as_ref());
            zeros.push(0);
        }
        key.truncate(size);
        key
    }
}

impl Lock {
    /// The numbers of the key.
    fn open(&self, passphrase: &[u8]) -> Result<Vec<u8>, Error> {
        let Cipher::Aes(size) = self.cipher else {
            return Err(Error::unsupported("private keys that are not protected with AES"));
        };
        let key = self.derivation.key(passphrase, size);
        let mut data = self.data.clone();
        decrypt(cipher(size), &key, self.initial, &mut data).map_err(failed)?;
        if !self.has_digest {
            return without_sum(&data);
        }
        let (numbers, digest) = data.split_last_chunk::<20>().ok_or_else(truncated)?;
        if Hash::Sha1.digest(&[numbers]).as_ref() == digest {
            return Ok(numbers.to_vec());
        }
        Err(wrong_sum())
    }
}

fn cipher(size: usize) -> &'static Algorithm {
    match size {
        16 => &AES_128,
        24 => &AES_192,
        _ => &AES_256,
    }
}

fn decrypt(
    cipher: &'static Algorithm,
    key: &[u8],
    initial: [u8; 16],
    data: &mut [u8],
) -> Result<(), aws_lc_rs::error::Unspecified> {
    let key = DecryptingKey::cfb128(UnboundCipherKey::new(cipher, key)?)?;
    key.decrypt(data, DecryptionContext::Iv128(FixedLength::from(initial)))?;
    Ok(())
}

/// The numbers in front of the sum of their bytes.
fn without_sum(data: &[u8]) -> Result<Vec<u8>, Error> {
    let (numbers, sum) = data.split_last_chunk::<2>().ok_or_else(truncated)?;
    let total = numbers.iter().fold(0_u16, |total, byte| total.wrapping_add(u16::from(*byte)));
    if total.to_be_bytes() == *sum {
        return Ok(numbers.to_vec());
    }
    Err(wrong_sum())
}

fn truncated() -> Error {
    Error::structure("truncated private key data")
}

fn wrong_sum() -> Error {
    Error::structure("private key checksum failure")
}
