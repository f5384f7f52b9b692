//! DSA keys, which can be made but cannot sign certificates.

use num_bigint::BigUint;

use super::der::{self, Reader};
use super::prime::is_prime;
use crate::data::Failure;
use crate::template::World;

/// Bits of the modulus, and of the order of the group: Go's `L2048N256`.
const MODULUS_BITS: u64 = 2048;
const ORDER_BYTES: usize = 32;

/// A new key in the form that OpenSSL made up: version, p, q, g, y, x.
pub(super) fn generate(world: &dyn World) -> Vec<u8> {
    let (p, q) = random_group(world);
    let g = generator(&p, &q);
    let x = random_exponent(world, &q);
    let y = g.modpow(&x, &p);
    let numbers = [&BigUint::ZERO, &p, &q, &g, &y, &x].map(der::integer);
    der::sequence(&numbers.each_ref().map(Vec::as_slice))
}

/// Refuses what is not an encoded key; the numbers may be any.
pub(super) fn check(bytes: &[u8]) -> Result<(), Failure> {
    let mut reader = Reader::new(bytes).sequence("DSAKeyFormat")?;
    reader.integer("int")?;
    (0..5).try_for_each(|_| reader.integer("").map(|_| ()))
}

/// Primes `p` and `q` such that `q` divides `p - 1`.
fn random_group(world: &dyn World) -> (BigUint, BigUint) {
    loop {
        let q = random_odd(world, ORDER_BYTES);
        if !is_prime::<4>(world, &q) {
            continue;
        }
        for _ in 0..4 * MODULUS_BITS {
            let candidate = random_odd(world, MODULUS_BITS as usize / 8);
            let p = &candidate + 1_u32 - &candidate % &q;
            if p.bits() == MODULUS_BITS && is_prime::<32>(world, &p) {
                return (p, q);
            }
        }
    }
}

/// The smallest power of that kind that generates the group of order `q`.
fn generator(p: &BigUint, q: &BigUint) -> BigUint {
    let one = BigUint::from(1_u32);
    let exponent = (p - &one) / q;
    let powers = (2_u32..).map(|base| BigUint::from(base).modpow(&exponent, p));
    powers.into_iter().find(|power| *power != one).expect("half of all bases do")
}

/// A number between zero and `q`, neither included.
fn random_exponent(world: &dyn World, q: &BigUint) -> BigUint {
    loop {
        let mut bytes = [0; ORDER_BYTES];
        world.fill_random(&mut bytes);
        let exponent = BigUint::from_bytes_be(&bytes);
        if exponent != BigUint::ZERO && exponent < *q {
            return exponent;
        }
    }
}

/// An odd number of exactly `8 * bytes` bits.
fn random_odd(world: &dyn World, bytes: usize) -> BigUint {
    let mut digits = vec![0; bytes];
    world.fill_random(&mut digits);
    digits[0] |= 0x80;
    digits[bytes - 1] |= 1;
    BigUint::from_bytes_be(&digits)
}
