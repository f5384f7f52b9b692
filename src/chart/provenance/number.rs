//! Checking signatures of RSA and DSA with public numbers of any size.
//!
//! Only public numbers come here, so nothing can leak through time. The library checks RSA from
//! 2048 bits on only, and no DSA at all; keyrings are full of older keys.

use num_bigint::BigUint;

use super::algorithm::Hash;

/// The sizes in bits that a modulus may have; below, Go refuses as well.
const RSA_BITS: std::ops::RangeInclusive<u64> = 1024..=16384;
/// The most bits of the numbers of DSA: FIPS 186 stops at 3072.
const MOST_DSA_BITS: u64 = 4096;

/// True if `signature` is one of `digest` with the padding of PKCS #1.
pub(super) fn is_rsa_signature(
    modulus: &[u8],
    exponent: &[u8],
    hash: Hash,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    let [n, e, s] = [modulus, exponent, signature].map(BigUint::from_bytes_be);
    if !RSA_BITS.contains(&n.bits()) || !n.bit(0) || s >= n || e < BigUint::from(2_u32) {
        return false;
    }
    let size = n.bits().div_ceil(8) as usize;
    let info = [&hash.prefix(), digest].concat();
    let mut expected = vec![0, 1];
    expected.resize(size - info.len() - 1, 0xff);
    expected.push(0);
    expected.extend_from_slice(&info);
    s.modpow(&e, &n) == BigUint::from_bytes_be(&expected)
}

/// True if `r` and `s` are a signature of `digest` by the key of these numbers.
pub(super) fn is_dsa_signature(
    [p, q, g, y]: [&[u8]; 4],
    digest: &[u8],
    [r, s]: [&[u8]; 2],
) -> bool {
    let [p, q, g, y] = [p, q, g, y].map(BigUint::from_bytes_be);
    let [r, s] = [r, s].map(BigUint::from_bytes_be);
    let is_in_range = |number: &BigUint| *number > BigUint::ZERO && *number < q;
    if p.bits() > MOST_DSA_BITS || q.bits() % 8 != 0 || q >= p {
        return false;
    }
    if !is_in_range(&r) || !is_in_range(&s) {
        return false;
    }
    let Some(w) = s.modinv(&q) else { return false };
    let size = (q.bits() / 8) as usize;
    let z = BigUint::from_bytes_be(&digest[..digest.len().min(size)]);
    let (u1, u2) = (z * &w % &q, &r * w % &q);
    g.modpow(&u1, &p) * y.modpow(&u2, &p) % &p % q == r
}
