//! One version.

use std::cmp::Ordering;
use std::fmt;

use super::scan::{self, Pieces};
use crate::data::{Failure, Str};

/// Longer text is refused unread.
const MAX_LEN: usize = 256;

/// A semantic version.
///
/// Versions are ordered by [`Version::compare`], which ignores the metadata; there is no `Ord`,
/// because versions that compare as equal need not be the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: Str,
    metadata: Str,
    original: Str,
}

/// Why text is not a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionError {
    /// It has not the shape of one.
    Invalid,
    /// Strictly read: it is empty.
    Empty,
    /// Strictly read: one of the three numbers is not one.
    InvalidCharacters,
    /// A number starts with a needless 0.
    StartsWithZero,
    /// The pre-release is not made of identifiers.
    InvalidPrerelease,
    /// The metadata is not made of identifiers.
    InvalidMetadata,
    /// It has more than 256 bytes.
    TooLong,
    /// A number has more than 64 bits.
    NumberTooLarge {
        /// The number as written.
        number: String,
        /// Strict and lenient reading word this differently.
        strict: bool,
    },
    /// Strictly read: a number is missing.
    NumberMissing,
    /// The part to increment has reached the largest 64-bit number.
    Overflow(Part),
}

/// A part of a version that can be incremented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Part {
    Major,
    Minor,
    Patch,
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Invalid => "invalid semantic version",
            Self::Empty => "version string empty",
            Self::InvalidCharacters => "invalid characters in version",
            Self::StartsWithZero => "version segment starts with 0",
            Self::InvalidPrerelease => "invalid prerelease string",
            Self::InvalidMetadata => "invalid metadata string",
            Self::TooLong => "version string is too long (max 256 bytes)",
            Self::NumberMissing => "strconv.ParseUint: parsing \"\": invalid syntax",
            Self::Overflow(Part::Major) => "major version increment would overflow uint64",
            Self::Overflow(Part::Minor) => "minor version increment would overflow uint64",
            Self::Overflow(Part::Patch) => "patch version increment would overflow uint64",
            Self::NumberTooLarge { number, strict } => {
                let prefix = if *strict { "" } else { "error parsing version segment: " };
                return write!(
                    f,
                    "{prefix}strconv.ParseUint: parsing \"{number}\": value out of range"
                );
            }
        };
        f.write_str(text)
    }
}

impl std::error::Error for VersionError {}

impl From<VersionError> for Failure {
    fn from(error: VersionError) -> Self {
        Self::from(error.to_string())
    }
}

impl Version {
    /// Reads `text` leniently: a leading `v`, missing numbers and needless zeros are fine.
    pub fn parse(text: &[u8]) -> Result<Self, VersionError> {
        if text.len() > MAX_LEN {
            return Err(VersionError::TooLong);
        }
        match scan::pieces(text, |byte| byte.is_ascii_digit()) {
            Some(pieces) if pieces.whole.len() == text.len() => Self::from_pieces(&pieces),
            _ => Err(VersionError::Invalid),
        }
    }

    /// Reads `text`, which must be a semantic version to the letter.
    pub fn parse_strict(text: &[u8]) -> Result<Self, VersionError> {
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        if text.len() > MAX_LEN {
            return Err(VersionError::TooLong);
        }
        let mut parts = text.splitn(3, |&byte| byte == b'.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(VersionError::Invalid);
        };
        let (rest, metadata) = split_off(rest, b'+');
        metadata.map_or(Ok(()), check_metadata)?;
        let (patch, prerelease) = split_off(rest, b'-');
        prerelease.map_or(Ok(()), check_prerelease)?;
        for number in [major, minor, patch] {
            check_number(number)?;
        }
        Ok(Self {
            major: number(major, true)?,
            minor: number(minor, true)?,
            patch: number(patch, true)?,
            prerelease: prerelease.unwrap_or_default().into(),
            metadata: metadata.unwrap_or_default().into(),
            original: text.into(),
        })
    }

    fn from_pieces(pieces: &Pieces<'_>) -> Result<Self, VersionError> {
        let version = Self {
            major: number(pieces.major, false)?,
            minor: pieces.minor.map_or(Ok(0), |text| number(text, false))?,
            patch: pieces.patch.map_or(Ok(0), |text| number(text, false))?,
            prerelease: pieces.prerelease.into(),
            metadata: pieces.metadata.into(),
            original: pieces.whole.into(),
        };
        if !pieces.prerelease.is_empty() {
            check_prerelease(pieces.prerelease)?;
        }
        Ok(version)
    }

    /// The first number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// The second number.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// The third number.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// What stands behind the `-`, or nothing.
    pub fn prerelease(&self) -> &Str {
        &self.prerelease
    }

    /// What stands behind the `+`, or nothing.
    pub fn metadata(&self) -> &Str {
        &self.metadata
    }

    /// The text this version was read from.
    pub fn original(&self) -> &Str {
        &self.original
    }

    /// Compares by numbers, then by pre-release; metadata does not count.
    pub fn compare(&self, other: &Self) -> Ordering {
        let numbers = |version: &Self| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| {
            match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prereleases(&self.prerelease, &other.prerelease),
            }
        })
    }

    /// The next version of which `part` is one higher, and what stands behind `part` is gone.
    ///
    /// The next patch of a pre-release is its release.
    pub fn increment(&self, part: Part) -> Result<Self, VersionError> {
        let up = |number: u64| number.checked_add(1).ok_or(VersionError::Overflow(part));
        let (major, minor, patch) = match part {
            Part::Major => (up(self.major)?, 0, 0),
            Part::Minor => (self.major, up(self.minor)?, 0),
            Part::Patch if self.prerelease.is_empty() => (self.major, self.minor, up(self.patch)?),
            Part::Patch => (self.major, self.minor, self.patch),
        };
        let next = Self {
            major,
            minor,
            patch,
            prerelease: Str::EMPTY,
            metadata: Str::EMPTY,
            ..self.clone()
        };
        Ok(next.with_original_of(self))
    }

    /// This version with another pre-release; empty for none.
    pub fn with_prerelease(&self, prerelease: Str) -> Result<Self, VersionError> {
        if !prerelease.is_empty() {
            check_prerelease(&prerelease)?;
        }
        Ok(Self { prerelease, ..self.clone() }.with_original_of(self))
    }

    /// This version with other metadata; empty for none.
    pub fn with_metadata(&self, metadata: Str) -> Result<Self, VersionError> {
        if !metadata.is_empty() {
            check_metadata(&metadata)?;
        }
        Ok(Self { metadata, ..self.clone() }.with_original_of(self))
    }

    /// A changed version's "original" is its own text, with a `v` if the unchanged one had it.
    fn with_original_of(mut self, unchanged: &Self) -> Self {
        let prefix = if unchanged.original.starts_with(b"v") { "v" } else { "" };
        self.original = format!("{prefix}{self}").into();
        self
    }
}

impl fmt::Display for Version {
    /// The normalised text: no `v`, all three numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// Compares pre-releases identifier by identifier; a missing one comes before all others.
pub(super) fn compare_prereleases(left: &[u8], right: &[u8]) -> Ordering {
    let mut left = left.split(|&byte| byte == b'.');
    let mut right = right.split(|&byte| byte == b'.');
    loop {
        let (left, right) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => (left.unwrap_or_default(), right.unwrap_or_default()),
        };
        match compare_identifiers(left, right) {
            Ordering::Equal => {}
            order => return order,
        }
    }
}

/// Numbers compare as numbers and come before words; a number of more than 64 bits is a word.
fn compare_identifiers(left: &[u8], right: &[u8]) -> Ordering {
    if left.is_empty() || right.is_empty() {
        return left.len().cmp(&right.len());
    }
    match (parse_number(left), parse_number(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

fn number(text: &[u8], strict: bool) -> Result<u64, VersionError> {
    if text.is_empty() {
        return Err(VersionError::NumberMissing);
    }
    let too_large = || VersionError::NumberTooLarge {
        number: String::from_utf8_lossy(text).into_owned(),
        strict,
    };
    parse_number(text).ok_or_else(too_large)
}

/// The value of a run of digits, if `text` is one and fits 64 bits.
fn parse_number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().all(u8::is_ascii_digit);
    if digits { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}

fn split_off(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| byte == mark) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn check_number(text: &[u8]) -> Result<(), VersionError> {
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(VersionError::InvalidCharacters);
    }
    check_leading_zero(text)
}

fn check_leading_zero(digits: &[u8]) -> Result<(), VersionError> {
    if digits.len() > 1 && digits[0] == b'0' {
        return Err(VersionError::StartsWithZero);
    }
    Ok(())
}

fn check_prerelease(text: &[u8]) -> Result<(), VersionError> {
    for identifier in text.split(|&byte| byte == b'.') {
        if !is_identifier(identifier) {
            return Err(VersionError::InvalidPrerelease);
        }
        if identifier.iter().all(u8::is_ascii_digit) {
            check_leading_zero(identifier)?;
        }
    }
    Ok(())
}

fn check_metadata(text: &[u8]) -> Result<(), VersionError> {
    if text.split(|&byte| byte == b'.').all(is_identifier) {
        return Ok(());
    }
    Err(VersionError::InvalidMetadata)
}

fn is_identifier(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| scan::is_identifier(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(version: Result<Version, VersionError>) -> String {
        version.map_or_else(|error| error.to_string(), |version| version.to_string())
    }

    #[test]
    fn lenient_reading_fills_in() {
        let cases = [
            ("1", "1.0.0"),
            ("v1.2", "1.2.0"),
            ("01.2.3-rc.1+b", "1.2.3-rc.1+b"),
            ("1.2.3-01", "version segment starts with 0"),
            ("1.2.3.4", "invalid semantic version"),
            ("1.0.0-", "invalid semantic version"),
            (
                "1.99999999999999999999",
                "error parsing version segment: strconv.ParseUint: parsing \
                 \"99999999999999999999\": value out of range",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parsed(Version::parse(text.as_bytes())), expected, "{text}");
        }
    }

    #[test]
    fn strict_reading_does_not() {
        let cases = [
            ("", "version string empty"),
            ("1.2", "invalid semantic version"),
            ("v1.2.3", "invalid characters in version"),
            ("1.02.3", "version segment starts with 0"),
            ("1..3", "strconv.ParseUint: parsing \"\": invalid syntax"),
            ("1.2.3+", "invalid metadata string"),
            ("1.2.3-a_b", "invalid prerelease string"),
        ];
        for (text, expected) in cases {
            assert_eq!(parsed(Version::parse_strict(text.as_bytes())), expected, "{text}");
        }
    }

    #[test]
    fn increments_keep_the_v_of_the_original() {
        let version = Version::parse(b"v1.2.3-rc.1").unwrap();
        assert_eq!(version.increment(Part::Patch).unwrap().original(), &"v1.2.3");
        assert_eq!(version.increment(Part::Minor).unwrap().original(), &"v1.3.0");
        assert_eq!(version.with_metadata("b".into()).unwrap().original(), &"v1.2.3-rc.1+b");
    }
}
