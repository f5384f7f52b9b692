//! Large random primes for RSA and DSA keys.
//!
//! The randomness comes from the caller, so that a render with a seeded source repeats its keys;
//! the key generators of the usual libraries do not allow that, and this one takes half their time.
//! Candidates that small primes divide are sieved out, the others have to pass Miller-Rabin tests.

use std::sync::OnceLock;

use num_bigint::BigUint;

use crate::template::World;

/// A number of `64 * N` bits, the lowest digits first.
type Digits<const N: usize> = [u64; N];

/// Odd numbers above the starting point that one sieve covers. Gaps between primes of 2048 bits
/// are around 700 odd numbers.
const WINDOW: usize = 4096;
/// Candidates are sieved with the primes below this.
const SMALL_PRIMES: usize = 1 << 16;
/// Groups of small primes that a number on its own is divided by.
const TRIAL_GROUPS: usize = 100;

/// A random prime of `64 * N` bits whose two highest bits are set: the product of two such primes
/// has exactly twice as many bits.
pub(super) fn random_prime<const N: usize>(world: &dyn World) -> BigUint {
    loop {
        let mut start = random_digits::<N>(world);
        start[N - 1] |= 0b11 << 62;
        start[0] |= 1;
        if let Some(prime) = search(world, &start) {
            return to_biguint(&prime);
        }
    }
}

/// True if `number`, which has exactly `64 * N` bits, is odd and passes the tests for primes.
pub(super) fn is_prime<const N: usize>(world: &dyn World, number: &BigUint) -> bool {
    let mut digits = [0; N];
    for (digit, source) in digits.iter_mut().zip(number.iter_u64_digits()) {
        *digit = source;
    }
    let has_small_factor = small_primes().iter().take(TRIAL_GROUPS).any(|group| {
        let shared = remainder(&digits, group.product);
        group.primes.iter().any(|prime| shared % u64::from(*prime) == 0)
    });
    digits[N - 1] >> 63 == 1
        && digits[0] & 1 == 1
        && !has_small_factor
        && passes_tests(world, &digits)
}

/// The first prime at or a little above `start`, which is odd.
fn search<const N: usize>(world: &dyn World, start: &Digits<N>) -> Option<Digits<N>> {
    let composite = sieve(start);
    let candidates = (0..WINDOW as u64).zip(composite).filter(|(_, composite)| !composite);
    for (index, _) in candidates {
        // The end of the range: draw another starting point.
        let candidate = add(start, 2 * index)?;
        if passes_tests(world, &candidate) {
            return Some(candidate);
        }
    }
    None
}

/// For each `i`, whether a small prime divides `start + 2 * i`.
fn sieve<const N: usize>(start: &Digits<N>) -> Vec<bool> {
    let mut composite = vec![false; WINDOW];
    for group in small_primes() {
        let shared = remainder(start, group.product);
        for &prime in &group.primes {
            let distance = (prime - (shared % u64::from(prime)) as u32) % prime;
            // Half of the distance to the next multiple; to the one after it if that is odd.
            let first =
                if distance.is_multiple_of(2) { distance / 2 } else { (distance + prime) / 2 };
            let multiples = composite.iter_mut().skip(first as usize).step_by(prime as usize);
            multiples.for_each(|multiple| *multiple = true);
        }
    }
    composite
}

/// Odd primes whose product fits into one digit: one long division serves all of them.
struct Group {
    product: u64,
    primes: Vec<u32>,
}

fn small_primes() -> &'static [Group] {
    static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut groups: Vec<Group> = Vec::new();
        for prime in odd_primes_below(SMALL_PRIMES) {
            match groups.last_mut() {
                Some(group) if group.product.checked_mul(u64::from(prime)).is_some() => {
                    group.product *= u64::from(prime);
                    group.primes.push(prime);
                }
                _ => groups.push(Group { product: u64::from(prime), primes: vec![prime] }),
            }
        }
        groups
    })
}

fn odd_primes_below(limit: usize) -> Vec<u32> {
    let mut composite = vec![false; limit];
    let mut primes = Vec::new();
    for number in (3..limit).step_by(2) {
        if composite[number] {
            continue;
        }
        primes.push(number as u32);
        (number * number..limit)
            .step_by(2 * number)
            .for_each(|multiple| composite[multiple] = true);
    }
    primes
}

/// Miller-Rabin with the base 2, which nearly all composites fail, and then with random bases.
fn passes_tests<const N: usize>(world: &dyn World, number: &Digits<N>) -> bool {
    let ring = Ring::new(number);
    ring.is_strong_pseudoprime(|exponent| ring.power_of_two(exponent))
        && (0..rounds(N)).all(|_| {
            let base = ring.random_base(world);
            ring.is_strong_pseudoprime(|exponent| ring.power(&base, exponent))
        })
}

/// Rounds after which a random composite passes with a probability below 2^-112 (FIPS 186-5,
/// table B.1), with some to spare for short ones.
fn rounds(digits: usize) -> u32 {
    match digits {
        ..16 => 40,
        16..32 => 5,
        _ => 4,
    }
}

/// Arithmetic modulo an odd number whose highest bit is set, in Montgomery's representation.
struct Ring<const N: usize> {
    modulus: Digits<N>,
    /// `-1 / modulus`, modulo 2^64.
    inverse: u64,
    /// Montgomery's representation of 1.
    one: Digits<N>,
}

impl<const N: usize> Ring<N> {
    fn new(modulus: &Digits<N>) -> Self {
        // Newton's iteration: the number of correct bits doubles six times, from one to 64.
        let inverse = (0..6).fold(1_u64, |inverse, _| {
            inverse.wrapping_mul(2_u64.wrapping_sub(modulus[0].wrapping_mul(inverse)))
        });
        // 2^(64 N) modulo a number with its highest bit set is the difference of the two.
        Self { modulus: *modulus, inverse: inverse.wrapping_neg(), one: subtract(&[0; N], modulus) }
    }

    /// The test of Miller and Rabin, for the base whose powers `power` gives.
    fn is_strong_pseudoprime(&self, power: impl Fn(&Digits<N>) -> Digits<N>) -> bool {
        let mut even = self.modulus;
        even[0] -= 1;
        let twos = trailing_zeros(&even);
        let minus_one = subtract(&self.modulus, &self.one);
        let mut value = power(&shift_right(&even, twos));
        if value == self.one || value == minus_one {
            return true;
        }
        (1..twos).any(|_| {
            value = self.multiply(&value, &value);
            value == minus_one
        })
    }

    /// Any number below the modulus stands for some base; which one does not matter.
    fn random_base(&self, world: &dyn World) -> Digits<N> {
        loop {
            let base = random_digits(world);
            if is_less(&base, &self.modulus) && base != [0; N] {
                return base;
            }
        }
    }

    fn power_of_two(&self, exponent: &Digits<N>) -> Digits<N> {
        let mut power = self.one;
        for index in (0..64 * N).rev() {
            power = self.multiply(&power, &power);
            if exponent[index / 64] >> (index % 64) & 1 == 1 {
                power = self.double(&power);
            }
        }
        power
    }

    fn power(&self, base: &Digits<N>, exponent: &Digits<N>) -> Digits<N> {
        let mut table = [self.one; 16];
        for index in 1..table.len() {
            table[index] = self.multiply(&table[index - 1], base);
        }
        let mut power = self.one;
        for index in (0..16 * N).rev() {
            for _ in 0..4 {
                power = self.multiply(&power, &power);
            }
            let bits = exponent[index / 16] >> (index % 16 * 4) & 0xf;
            power = self.multiply(&power, &table[bits as usize]);
        }
        power
    }

    fn double(&self, value: &Digits<N>) -> Digits<N> {
        let mut doubled = [0; N];
        let mut carry = 0;
        for (digit, &source) in doubled.iter_mut().zip(value) {
            *digit = source << 1 | carry;
            carry = source >> 63;
        }
        self.reduce_once(&doubled, carry)
    }

    /// Montgomery's product: `a * b / 2^(64 N)`.
    fn multiply(&self, a: &Digits<N>, b: &Digits<N>) -> Digits<N> {
        let mut sum = [0; N];
        let mut overflow = 0;
        for &factor in a {
            let mut carry = 0;
            for (digit, &other) in sum.iter_mut().zip(b) {
                (*digit, carry) = multiply_add(factor, other, *digit, carry);
            }
            let (top, above) = add_carry(overflow, carry);
            // A multiple of the modulus that makes the lowest digit zero, so that it can go.
            let multiple = sum[0].wrapping_mul(self.inverse);
            let (_, mut carry) = multiply_add(multiple, self.modulus[0], sum[0], 0);
            for index in 1..N {
                (sum[index - 1], carry) =
                    multiply_add(multiple, self.modulus[index], sum[index], carry);
            }
            let (last, below) = add_carry(top, carry);
            sum[N - 1] = last;
            overflow = above + below;
        }
        self.reduce_once(&sum, overflow)
    }

    /// The value modulo the modulus; it is less than twice as large.
    fn reduce_once(&self, value: &Digits<N>, overflow: u64) -> Digits<N> {
        if overflow == 0 && is_less(value, &self.modulus) {
            return *value;
        }
        subtract(value, &self.modulus)
    }
}

/// `a * b + c + d`: the low digit and the high one.
fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let sum = u128::from(a) * u128::from(b) + u128::from(c) + u128::from(d);
    (sum as u64, (sum >> 64) as u64)
}

fn add_carry(a: u64, b: u64) -> (u64, u64) {
    let (sum, carry) = a.overflowing_add(b);
    (sum, u64::from(carry))
}

fn add<const N: usize>(a: &Digits<N>, b: u64) -> Option<Digits<N>> {
    let mut sum = *a;
    let mut carry = b;
    for digit in &mut sum {
        (*digit, carry) = add_carry(*digit, carry);
    }
    (carry == 0).then_some(sum)
}

/// `a - b`, modulo 2^(64 N).
fn subtract<const N: usize>(a: &Digits<N>, b: &Digits<N>) -> Digits<N> {
    let mut difference = *a;
    let mut borrow = false;
    for (digit, &other) in difference.iter_mut().zip(b) {
        let (partial, first) = digit.overflowing_sub(other);
        let (rest, second) = partial.overflowing_sub(u64::from(borrow));
        (*digit, borrow) = (rest, first || second);
    }
    difference
}

fn remainder<const N: usize>(number: &Digits<N>, divisor: u64) -> u64 {
    number.iter().rev().fold(0, |rest, &digit| {
        ((u128::from(rest) << 64 | u128::from(digit)) % u128::from(divisor)) as u64
    })
}

fn is_less<const N: usize>(a: &Digits<N>, b: &Digits<N>) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

fn trailing_zeros<const N: usize>(number: &Digits<N>) -> u32 {
    let zeros = number.iter().take_while(|digit| **digit == 0).count();
    number.get(zeros).map_or(0, |digit| digit.trailing_zeros()) + 64 * zeros as u32
}

fn shift_right<const N: usize>(number: &Digits<N>, bits: u32) -> Digits<N> {
    let (whole, bits) = ((bits / 64) as usize, bits % 64);
    let mut shifted = [0; N];
    for index in 0..N.saturating_sub(whole) {
        let above = number.get(index + whole + 1).copied().unwrap_or(0);
        let pair = u128::from(above) << 64 | u128::from(number[index + whole]);
        shifted[index] = (pair >> bits) as u64;
    }
    shifted
}

fn random_digits<const N: usize>(world: &dyn World) -> Digits<N> {
    let mut bytes = vec![0; 8 * N];
    world.fill_random(&mut bytes);
    let mut digits = [0; N];
    for (digit, bytes) in digits.iter_mut().zip(bytes.chunks_exact(8)) {
        *digit = u64::from_le_bytes(bytes.try_into().expect("chunks of eight bytes"));
    }
    digits
}

fn to_biguint<const N: usize>(digits: &Digits<N>) -> BigUint {
    BigUint::from_bytes_le(&digits.map(u64::to_le_bytes).concat())
}

#[cfg(test)]
mod tests {
    use super::super::seeded::Seeded;
    use super::*;

    /// The number with all of `bits` bits set, less `offset`.
    fn below_power(bits: u32, offset: u32) -> BigUint {
        (BigUint::from(1_u32) << bits) - offset
    }

    #[test]
    fn tells_primes_from_composites() {
        let world = Seeded::new(1);
        // The largest primes below 2^256 and 2^1024, as OpenSSL knows them.
        assert!(is_prime::<4>(&world, &below_power(256, 189)));
        assert!(is_prime::<16>(&world, &below_power(1024, 105)));
        for offset in (1..189).step_by(2) {
            assert!(!is_prime::<4>(&world, &below_power(256, offset)), "{offset}");
        }
        // A product of two primes that no small prime gives away.
        let composite = below_power(128, 159) * below_power(128, 173);
        assert!(!is_prime::<4>(&world, &composite));
    }

    #[test]
    fn primes_have_their_two_highest_bits_set() {
        let world = Seeded::new(2);
        let prime = random_prime::<4>(&world);
        assert_eq!(&prime >> 254_u32, BigUint::from(3_u32));
        assert!(is_prime::<4>(&world, &prime));
        assert_ne!(prime, random_prime::<4>(&world));
    }
}
