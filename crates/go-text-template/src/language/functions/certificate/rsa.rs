//! RSA keys.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use num_bigint::BigUint;
use num_integer::Integer;

use super::der;
use super::encodings::{Format, hint, read_pkcs1};
use super::prime::random_prime;
use crate::data::Failure;
use crate::template::World;

/// The identifier of signatures with RSA and SHA-256.
pub(super) const SHA256_SIGNATURE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];

/// The public exponent of new keys.
const EXPONENT: u32 = 65537;

/// An RSA key.
pub(super) struct Rsa {
    numbers: Numbers,
    /// The encoded private key.
    pkcs1: Vec<u8>,
    /// The encoded public key.
    public: Vec<u8>,
}

impl Rsa {
    /// A new key of `2 * 64 * N` bits.
    pub(super) fn generate<const N: usize>(world: &dyn World) -> Self {
        loop {
            let [p, q] = [random_prime::<N>(world), random_prime::<N>(world)];
            if let Some(numbers) = Numbers::from_primes(p, q) {
                return Self::new(numbers);
            }
        }
    }

    /// The key in the format of PKCS #1.
    pub(super) fn from_pkcs1(bytes: &[u8]) -> Result<Self, Failure> {
        let numbers = read_pkcs1(bytes)
            .map(Numbers)
            .map_err(|failure| hint(bytes, [Format::Sec1, Format::Pkcs8]).unwrap_or(failure))?;
        numbers.check()?;
        Ok(Self::new(numbers))
    }

    fn new(numbers: Numbers) -> Self {
        let Numbers([modulus, exponent, ..]) = &numbers;
        let public = der::sequence(&[&der::integer(modulus), &der::integer(exponent)]);
        Self { pkcs1: numbers.to_pkcs1(), public, numbers }
    }

    /// The private key in the format of PKCS #1.
    pub(super) fn pkcs1(&self) -> &[u8] {
        &self.pkcs1
    }

    /// The public key in the format of PKCS #1.
    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    /// Signs `message` with the padding of PKCS #1 and SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let Numbers([modulus, ..]) = &self.numbers;
        let bits = modulus.bits();
        if bits < 1024 {
            return Err(Failure::from(format!(
                "crypto/rsa: {bits}-bit keys are insecure (see {MINIMUM_SIZE})"
            )));
        }
        // The library refuses sizes that were usual once, and that Go still accepts.
        let Ok(pair) = RsaKeyPair::from_der(&self.pkcs1) else {
            return Ok(self.numbers.sign(message));
        };
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Failure::new("crypto/rsa: internal error"))?;
        Ok(signature)
    }
}

/// Where Go says what keys it takes.
const MINIMUM_SIZE: &str = "https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size";
/// What stands in front of a SHA-256 hash that is signed: which hash it is.
const SHA256_PREFIX: &[u8] =
    &[0x30, 49, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32];

/// The numbers of a key in the order of PKCS #1: n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p.
struct Numbers([BigUint; 8]);

impl Numbers {
    /// The key that two primes make; none if they do not suit each other or the exponent.
    fn from_primes(p: BigUint, q: BigUint) -> Option<Self> {
        // FIPS 186-5 wants primes that are not close; random ones practically never are.
        if distance(&p, &q).bits() <= p.bits() - 100 {
            return None;
        }
        let [p1, q1] = [&p, &q].map(|prime| prime - 1_u32);
        let exponent = BigUint::from(EXPONENT);
        let d = exponent.modinv(&p1.lcm(&q1))?;
        let inverse = q.modinv(&p)?;
        let (dp, dq) = (&d % p1, &d % q1);
        Some(Self([&p * &q, exponent, d, p, q, dp, dq, inverse]))
    }

    /// Refuses numbers that do not belong together, with Go's words.
    fn check(&self) -> Result<(), Failure> {
        let Self([n, e, d, p, q, dp, dq, inverse]) = self;
        let one = BigUint::from(1_u32);
        refuse_first(&[
            (n.is_odd(), "public modulus is even"),
            (*e > one, "public exponent too small or negative"),
            (e.is_odd(), "public exponent is even"),
            (e.bits() < 32, "public exponent too large"),
            (p * q == *n && *p > one && *q > one, "p * q != n"),
        ])?;
        let [p1, q1] = [p, q].map(|prime| prime - 1_u32);
        refuse_first(&[
            (dp * e % &p1 == one && dq * e % &q1 == one, "invalid CRT exponent"),
            (q * inverse % p == one, "invalid CRT coefficient"),
            (d % &p1 == *dp, "d does not match dP"),
            (d % &q1 == *dq, "d does not match dQ"),
        ])
    }

    /// The signature of `message`, as [`Rsa::sign`] gives it, for keys of at least 1024 bits.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let Self([n, _, d, ..]) = self;
        let size = n.bits().div_ceil(8) as usize;
        let hash = digest(&SHA256, message);
        let tail = [&[0], SHA256_PREFIX, hash.as_ref()].concat();
        let padded = [&[0, 1], &vec![0xff; size - 2 - tail.len()][..], &tail].concat();
        let signature = BigUint::from_bytes_be(&padded).modpow(d, n).to_bytes_be();
        [&vec![0; size - signature.len()][..], &signature].concat()
    }

    fn to_pkcs1(&self) -> Vec<u8> {
        let version = der::integer(&BigUint::ZERO);
        let numbers = self.0.each_ref().map(der::integer);
        der::sequence(&[&version, &numbers.concat()])
    }
}

fn refuse_first(rules: &[(bool, &str)]) -> Result<(), Failure> {
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, complaint)) => Err(Failure::from(format!("crypto/rsa: {complaint}"))),
        None => Ok(()),
    }
}

fn distance(a: &BigUint, b: &BigUint) -> BigUint {
    if a > b { a - b } else { b - a }
}
