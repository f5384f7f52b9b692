//! The names of files and folders that are there only while something is written.
//!
//! They are Helm's, a name with random digits behind it, but with more digits than Go's ten, and
//! the last four follow from the others. So nobody else makes such names, Helm included, and what
//! a program that was killed has left can be told from everything that is somebody's own.

/// The digits of a number, and those that follow from them.
const NUMBER_DIGITS: usize = 20;
const CHECK_DIGITS: usize = 4;
const DIGITS: usize = NUMBER_DIGITS + CHECK_DIGITS;
/// A prime: a digit that changed makes another rest.
const DIVISOR: u64 = 9973;
/// Names may not be longer, in bytes.
const LONGEST: usize = 255;

/// `name` with digits behind it that are made of `random`.
pub fn passing_name(name: &[u8], random: u64) -> Vec<u8> {
    let digits = format!("{random:0NUMBER_DIGITS$}{:0CHECK_DIGITS$}", random % DIVISOR);
    let kept = name.len().min(LONGEST - DIGITS);
    [&name[..kept], digits.as_bytes()].concat()
}

/// True for what [`passing_name`] makes.
pub fn is_passing(name: &[u8]) -> bool {
    let Some((_, digits)) = name.split_last_chunk::<DIGITS>() else { return false };
    let number = |digits: &[u8]| {
        let is_number = digits.iter().all(u8::is_ascii_digit);
        std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse::<u64>().ok()
    };
    let (random, check) = digits.split_at(NUMBER_DIGITS);
    number(random).is_some_and(|random| number(check) == Some(random % DIVISOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_again() {
        for random in [0, 1, 9973, 1 << 40, u64::MAX] {
            assert!(is_passing(&passing_name(b"c-0.1.0.tgz", random)));
            assert!(is_passing(&passing_name(b"", random)));
            let long = passing_name(&[b'x'; 300], random);
            assert!(is_passing(&long) && long.len() == LONGEST);
        }
        assert_eq!(passing_name(b"a.tgz", 20_000), b"a.tgz000000000000000200000054");
    }

    #[test]
    fn other_names_are_not() {
        for name in [
            "",
            "a.tgz",
            "a.tgz1234567890",
            "tmpcharts-4711",
            "a.tgz000000000000000200000055",
            "a.tgz00000000000000020000005x",
            "a.tgz999999999999999999990000",
            "a.tgz+00000000000000200000054",
        ] {
            assert!(!is_passing(name.as_bytes()), "{name}");
        }
    }
}
