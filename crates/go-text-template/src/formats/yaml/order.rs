//! The order in which go-yaml writes the keys of a map: letters behind everything else, and runs of
//! digits by their value.
//!
//! The order is not transitive for very long numbers and some mixtures, so Rust's own sort, which
//! may panic on such an order, must not be used with it.

use crate::data::{Runes, is_letter};

use super::dialect::Dialect;

/// Sorts `items` by the texts that `key` gives.
pub(super) fn sort<T>(items: Vec<T>, dialect: Dialect, key: impl Fn(&T) -> &[u8]) -> Vec<T> {
    let less = |a: &T, b: &T| is_less(key(a), key(b), dialect);
    if items.windows(2).all(|pair| !less(&pair[1], &pair[0])) {
        return items;
    }
    merge_sort(items, &less)
}

fn merge_sort<T>(mut items: Vec<T>, less: &impl Fn(&T, &T) -> bool) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let right = items.split_off(items.len() / 2);
    let mut left = merge_sort(items, less).into_iter().peekable();
    let mut right = merge_sort(right, less).into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if less(b, a) { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

/// True if `a` stands before `b`.
fn is_less(a: &[u8], b: &[u8], dialect: Dialect) -> bool {
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    // Bytes may differ in the middle of a character.
    let start = (0..=common).rev().find(|&at| is_boundary(a, at) && is_boundary(b, at));
    let (same, a_rest) = a.split_at(start.unwrap_or(0));
    let b_rest = &b[same.len()..];
    match (first_rune(a_rest), first_rune(b_rest)) {
        (Some(a_rune), Some(b_rune)) => {
            let split = Split { same, a: a_rest, b: b_rest };
            differing_less(a_rune, b_rune, &split, dialect)
        }
        (None, Some(_)) => true,
        _ => false,
    }
}

fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
}

fn first_rune(text: &[u8]) -> Option<char> {
    Runes::new(text).next().map(|(rune, _)| rune)
}

/// Two texts split where they begin to differ.
struct Split<'t> {
    same: &'t [u8],
    a: &'t [u8],
    b: &'t [u8],
}

fn differing_less(a: char, b: char, split: &Split<'_>, dialect: Dialect) -> bool {
    match (is_letter(a), is_letter(b)) {
        (true, true) => return a < b,
        (false, false) => {}
        (a_is_letter, b_is_letter) => {
            // The newer go-yaml turns the order around behind a digit: `a1b` before `a1-`.
            return match dialect {
                Dialect::Pretty if ends_in_digit(split.same) => a_is_letter,
                _ => b_is_letter,
            };
        }
    }
    // A zero behind other digits continues their number.
    let continues = (a == '0' || b == '0') && ends_in_number(split.same);
    let start = i64::from(continues);
    let (a_number, a_length) = leading_number(split.a, start);
    let (b_number, b_length) = leading_number(split.b, start);
    (a_number, a_length, a) < (b_number, b_length, b)
}

fn ends_in_digit(text: &[u8]) -> bool {
    last_runes(text).next().is_some_and(|rune| digit(rune).is_some())
}

/// True if `text` ends in digits that are not all zeros.
fn ends_in_number(text: &[u8]) -> bool {
    last_runes(text).take_while(|&rune| digit(rune).is_some()).any(|rune| rune != '0')
}

fn last_runes(text: &[u8]) -> impl Iterator<Item = char> + '_ {
    use bstr::ByteSlice as _;
    text.chars().rev()
}

/// The number at the start of `text`, its digits appended to `number`, and how many they are. Wraps
/// around as Go does.
fn leading_number(text: &[u8], number: i64) -> (i64, usize) {
    let runes = Runes::new(text).map(|(rune, _)| rune);
    let digits = runes.take_while(|&rune| digit(rune).is_some());
    digits.fold((number, 0), |(number, length), rune| {
        let value = i64::from(u32::from(rune)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(value), length + 1)
    })
}

/// The value of a decimal digit of any script.
fn digit(rune: char) -> Option<u32> {
    if rune.is_ascii() {
        return rune.to_digit(10);
    }
    let code = u32::from(rune);
    let zero = ZEROS.iter().rev().find(|&&zero| zero <= code)?;
    let count = if *zero == MATHEMATICAL_ZERO { 50 } else { 10 };
    (code - zero < count).then_some((code - zero) % 10)
}

/// Five alphabets' digits follow each other from here.
const MATHEMATICAL_ZERO: u32 = 0x1d7ce;

/// The digit zero of each script, in order.
#[rustfmt::skip]
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0,
    0x16b50, MATHEMATICAL_ZERO, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_natural_order() {
        let plain = " -x _a 0 1 01 9 10 A a a- a1 a1- a01 a9 a10 a010 a100 aB b z9 \u{e9}";
        let pretty = " -x _a 0 1 01 9 10 A a a- a1 a1b a1- a01 a9 a10 a010 a100 aB b z9 \u{e9}";
        for (dialect, expected) in [(Dialect::Plain, plain), (Dialect::Pretty, pretty)] {
            let mut keys: Vec<&str> = expected.split(' ').collect();
            keys.reverse();
            let sorted = sort(keys, dialect, |key| key.as_bytes());
            assert_eq!(sorted.join(" "), expected);
        }
    }
}
