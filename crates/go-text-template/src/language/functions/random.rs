//! Random text and numbers; all randomness comes from the render's [`World`].

use data_encoding::BASE64;

use crate::data::{Failure, Runes, Str};
use crate::template::{Context, Function, Raised, World, function};

pub(super) static TABLE: &[Function] = &[
    ("randAlpha", &function(rand_alpha)),
    ("randAlphaNum", &function(rand_alpha_num)),
    ("randAscii", &function(rand_ascii)),
    ("randBytes", &function(rand_bytes)),
    ("randInt", &function(rand_int)),
    ("randNumeric", &function(rand_numeric)),
    ("shuffle", &function(shuffle)),
    ("uuidv4", &function(uuidv4)),
];

/// `count` letters; none if `count` is negative.
///
/// ```text
/// {{ randAlpha 9 | regexMatch "^[a-zA-Z]{9}$" }} -> true
/// {{ randAlpha -1 | quote }} -> ""
/// ```
fn rand_alpha(cx: &mut Context<'_>, count: i64) -> Result<Str, Raised> {
    text_of(cx, count, |byte| byte.is_ascii_alphabetic())
}

/// `count` letters and digits; none if `count` is negative.
///
/// ```text
/// {{ randAlphaNum 40 | regexMatch "^[a-zA-Z0-9]{40}$" }} -> true
/// ```
fn rand_alpha_num(cx: &mut Context<'_>, count: i64) -> Result<Str, Raised> {
    text_of(cx, count, |byte| byte.is_ascii_alphanumeric())
}

/// `count` printable ASCII characters; none if `count` is negative.
///
/// ```text
/// {{ randAscii 9 | regexMatch "^[ -~]{9}$" }} -> true
/// ```
fn rand_ascii(cx: &mut Context<'_>, count: i64) -> Result<Str, Raised> {
    text_of(cx, count, |byte| matches!(byte, b' '..=b'~'))
}

/// `count` digits; none if `count` is negative.
///
/// ```text
/// {{ randNumeric 6 | regexMatch "^[0-9]{6}$" }} -> true
/// ```
fn rand_numeric(cx: &mut Context<'_>, count: i64) -> Result<Str, Raised> {
    text_of(cx, count, |byte| byte.is_ascii_digit())
}

/// `count` random bytes in Base64.
///
/// ```text
/// {{ randBytes 3 | len }} -> 4
/// {{ randBytes 0 | quote }} -> ""
/// {{ randBytes -1 }} -> error: runtime error: makeslice: len out of range
/// ```
fn rand_bytes(cx: &mut Context<'_>, count: i64) -> Result<String, Raised> {
    let count = slice_length(count, 1)?;
    cx.reserve(count as u64 * 3)?;
    let mut bytes = vec![0; count];
    cx.world().fill_random(&mut bytes);
    Ok(BASE64.encode(&bytes))
}

/// A number that is at least `low` and less than `high`.
///
/// ```text
/// {{ randInt 5 6 }} -> 5
/// {{ randInt 5 5 }} -> error: invalid argument to Intn
/// ```
fn rand_int(cx: &mut Context<'_>, low: i64, high: i64) -> Result<i64, Failure> {
    let span = high.wrapping_sub(low);
    if span <= 0 {
        return Err(Failure::new("invalid argument to Intn"));
    }
    Ok(low.wrapping_add(below(cx.world(), span as u64) as i64))
}

/// What a random number takes that is drawn on its own.
const STEPS_PER_DRAW: u64 = 16;

/// The characters of `text` in random order.
///
/// ```text
/// {{ shuffle "aaa" }} -> aaa
/// {{ shuffle "hello" | len }} -> 5
/// ```
fn shuffle(cx: &mut Context<'_>, text: Str) -> Result<String, Raised> {
    cx.reserve(4 * text.len() as u64)?;
    cx.work(STEPS_PER_DRAW * text.len() as u64)?;
    let mut runes: Vec<char> = Runes::new(&text).map(|(rune, _)| rune).collect();
    for last in (1..runes.len()).rev() {
        runes.swap(last, below(cx.world(), last as u64 + 1) as usize);
    }
    Ok(runes.into_iter().collect())
}

/// A random UUID of version 4.
///
/// ```text
/// {{ uuidv4 | regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" }} -> true
/// ```
fn uuidv4(cx: &mut Context<'_>) -> String {
    let mut bytes = [0; 16];
    cx.world().fill_random(&mut bytes);
    let [a, b] = [&bytes[..8], &bytes[8..]]
        .map(|half| u64::from_be_bytes(half.try_into().expect("half of sixteen bytes")));
    let (version, variant) = (a & 0x0fff | 0x4000, b >> 48 & 0x3fff | 0x8000);
    let (high, middle, node) = (a >> 32, a >> 16 & 0xffff, b & 0xffff_ffff_ffff);
    format!("{high:08x}-{middle:04x}-{version:04x}-{variant:04x}-{node:012x}")
}

/// `count` bytes, each of those that `wanted` picks with the same probability.
fn text_of(cx: &Context<'_>, count: i64, wanted: fn(u8) -> bool) -> Result<Str, Raised> {
    if count <= 0 {
        return Ok(Str::EMPTY);
    }
    // Go makes a slice of runes, four bytes each.
    let count = slice_length(count, 4)?;
    cx.reserve(count as u64)?;
    let alphabet: Vec<u8> = (0..=127).filter(|byte| wanted(*byte)).collect();
    // Bytes above the last whole multiple of the alphabet would favour its first characters.
    let fair = 256 / alphabet.len() * alphabet.len();
    let mut text = Vec::with_capacity(count);
    let mut pool = [0; 256];
    while text.len() < count {
        let draw = &mut pool[..(count - text.len()).saturating_mul(2).min(256)];
        cx.world().fill_random(draw);
        let fair = draw.iter().map(|&byte| usize::from(byte)).filter(|byte| *byte < fair);
        let missing = count - text.len();
        text.extend(fair.map(|byte| alphabet[byte % alphabet.len()]).take(missing));
    }
    Ok(Str::from(text))
}

/// `count` as the length of a Go slice with elements of `size` bytes.
fn slice_length(count: i64, size: i64) -> Result<usize, Failure> {
    /// Go's address space on 64-bit machines.
    const MOST_BYTES: i64 = 1 << 48;
    match usize::try_from(count) {
        Ok(length) if count <= MOST_BYTES / size => Ok(length),
        _ => Err(Failure::new("runtime error: makeslice: len out of range")),
    }
}

/// A number below `limit`, each with the same probability.
fn below(world: &dyn World, limit: u64) -> u64 {
    let unfair = limit.wrapping_neg() % limit;
    loop {
        let mut bytes = [0; 8];
        world.fill_random(&mut bytes);
        let product = u128::from(u64::from_le_bytes(bytes)) * u128::from(limit);
        if product as u64 >= unfair {
            return (product >> 64) as u64;
        }
    }
}
