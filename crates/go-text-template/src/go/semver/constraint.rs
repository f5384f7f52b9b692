//! What a version must be like.

use std::cmp::Ordering;
use std::fmt;

use super::scan::{self, Pieces};
use super::version::{Version, compare_prereleases};
use crate::data::{Failure, quoted};

/// Longer text is refused unread.
const MAX_LEN: usize = 512;
/// More alternatives are refused.
const MAX_GROUPS: usize = 32;

/// A condition on versions: alternatives, each made of comparisons that must all hold.
#[derive(Clone, Debug)]
pub struct Constraint {
    groups: Vec<Group>,
}

/// Why text is not a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstraintError {
    /// It has more than 512 bytes.
    TooLong,
    /// There are more than 32 alternatives.
    TooManyGroups,
    /// This alternative has not the shape of one.
    Improper(Vec<u8>),
    /// The shape is right, but a version in it is none.
    Version,
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("constraint string is too long (max 512 bytes)"),
            Self::TooManyGroups => f.write_str("too many constraint groups (max 32)"),
            Self::Improper(group) => write!(f, "improper constraint: {}", quoted(group)),
            Self::Version => f.write_str("constraint parser error"),
        }
    }
}

impl std::error::Error for ConstraintError {}

impl From<ConstraintError> for Failure {
    fn from(error: ConstraintError) -> Self {
        Self::from(error.to_string())
    }
}

impl Constraint {
    /// Reads `text`: groups with `||` between them, comparisons with spaces or commas.
    pub fn parse(text: &[u8]) -> Result<Self, ConstraintError> {
        if text.len() > MAX_LEN {
            return Err(ConstraintError::TooLong);
        }
        let rewritten = rewrite_ranges(text);
        let groups = split_groups(rewritten.as_deref().unwrap_or(text));
        if groups.len() > MAX_GROUPS {
            return Err(ConstraintError::TooManyGroups);
        }
        Ok(Self { groups: groups.into_iter().map(Group::parse).collect::<Result<_, _>>()? })
    }

    /// True if `version` fits one of the alternatives.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| group.check(version))
    }
}

fn split_groups(mut text: &[u8]) -> Vec<&[u8]> {
    let mut groups = Vec::new();
    while let Some(at) = text.windows(2).position(|pair| pair == b"||") {
        groups.push(&text[..at]);
        text = &text[at + 2..];
    }
    groups.push(text);
    groups
}

#[derive(Clone, Debug)]
struct Group {
    comparisons: Vec<Comparison>,
    /// A pre-release in one comparison lets pre-releases in for all of them.
    prereleases: bool,
}

impl Group {
    fn parse(text: &[u8]) -> Result<Self, ConstraintError> {
        let items = items(text).ok_or_else(|| ConstraintError::Improper(text.to_vec()))?;
        let comparisons = items
            .into_iter()
            .map(|(operator, pieces)| Comparison::new(operator, &pieces))
            .collect::<Result<Vec<_>, _>>()?;
        let prereleases = comparisons.iter().any(|item| !item.version.prerelease().is_empty());
        Ok(Self { comparisons, prereleases })
    }

    fn check(&self, version: &Version) -> bool {
        if !version.prerelease().is_empty() && !self.prereleases {
            return false;
        }
        self.comparisons.iter().all(|comparison| comparison.check(version))
    }
}

/// Splits a group into operators and versions; nothing if it has another shape.
fn items(text: &[u8]) -> Option<Vec<(Operator, Pieces<'_>)>> {
    let mut found = Vec::new();
    let mut rest = skip_spaces(text);
    loop {
        let (item, behind) = item(rest)?;
        found.push(item);
        rest = skip_spaces(behind);
        if rest.is_empty() {
            return Some(found);
        }
        rest = match rest.strip_prefix(b",") {
            Some(behind_comma) => skip_spaces(behind_comma),
            None if rest.len() < behind.len() => rest,
            None => return None,
        };
    }
}

fn item(text: &[u8]) -> Option<((Operator, Pieces<'_>), &[u8])> {
    let (sign, rest) = scan::run(text, |byte| b"=!<>~^".contains(&byte));
    let operator = Operator::of(sign)?;
    let rest = skip_spaces(rest);
    let pieces = scan::pieces(rest, is_number)?;
    Some(((operator, pieces), &rest[pieces.whole.len()..]))
}

/// The library's pattern has `|` here by mistake, so `1|2` has the shape of a version.
fn is_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"|xX*".contains(&byte)
}

fn skip_spaces(text: &[u8]) -> &[u8] {
    scan::run(text, is_space).1
}

fn is_space(byte: u8) -> bool {
    b" \t\n\r\x0c".contains(&byte)
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    TildeOrEqual,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

impl Operator {
    fn of(sign: &[u8]) -> Option<Self> {
        Some(match sign {
            b"" | b"=" => Self::TildeOrEqual,
            b"!=" => Self::NotEqual,
            b">" => Self::Greater,
            b"<" => Self::Less,
            b">=" | b"=>" => Self::GreaterOrEqual,
            b"<=" | b"=<" => Self::LessOrEqual,
            b"~" | b"~>" => Self::Tilde,
            b"^" => Self::Caret,
            _ => return None,
        })
    }
}

/// How much of a version is given; what is not given or a wildcard is zero in the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Nothing,
    Major,
    Minor,
    All,
}

#[derive(Clone, Debug)]
struct Comparison {
    operator: Operator,
    version: Version,
    given: Given,
}

impl Comparison {
    fn new(operator: Operator, pieces: &Pieces<'_>) -> Result<Self, ConstraintError> {
        let given = given(pieces);
        let version = match given {
            Given::Nothing => zero_filled(&[], pieces.prerelease),
            Given::Major => zero_filled(&[pieces.major], pieces.prerelease),
            Given::Minor => {
                zero_filled(&[pieces.major, pieces.minor.unwrap_or_default()], pieces.prerelease)
            }
            Given::All => pieces.whole.to_vec(),
        };
        let version = Version::parse(&version).map_err(|_| ConstraintError::Version)?;
        Ok(Self { operator, version, given })
    }

    fn check(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        match self.operator {
            Operator::TildeOrEqual if self.given == Given::All => order.is_eq(),
            Operator::TildeOrEqual | Operator::Tilde => order.is_ge() && self.same_minor(version),
            Operator::NotEqual => self.differs(version, order),
            Operator::Greater => self.is_exceeded_by(version, order),
            Operator::Less => order.is_lt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual => self.reaches(version, order),
            Operator::Caret => order.is_ge() && self.is_compatible(version),
        }
    }

    /// `~`: the same numbers as far as they are given, up to the second; 0.0.0 and `*` take all.
    fn same_minor(&self, version: &Version) -> bool {
        let wanted = &self.version;
        let zero = (wanted.major(), wanted.minor(), wanted.patch()) == (0, 0, 0);
        if zero && matches!(self.given, Given::Nothing | Given::All) {
            return true;
        }
        version.major() == wanted.major()
            && (self.given == Given::Major || version.minor() == wanted.minor())
    }

    /// `!=`: not in the range that the given numbers span.
    fn differs(&self, version: &Version, order: Ordering) -> bool {
        let wanted = &self.version;
        if self.given == Given::All {
            return order.is_ne();
        }
        if version.major() != wanted.major() {
            return true;
        }
        match self.given {
            Given::Major => false,
            _ if version.minor() != wanted.minor() => true,
            // The two are compared as texts: a release differs from `!=1.2.x-rc`.
            Given::Minor => compare_prereleases(version.prerelease(), wanted.prerelease()).is_ne(),
            _ => version.patch() != wanted.patch() || order.is_ne(),
        }
    }

    /// `>`: behind the whole range that the given numbers span.
    fn is_exceeded_by(&self, version: &Version, order: Ordering) -> bool {
        let wanted = &self.version;
        match (self.given, version.major().cmp(&wanted.major())) {
            (Given::All, _) | (Given::Nothing, Ordering::Equal) => order.is_gt(),
            (Given::Minor, Ordering::Equal) => version.minor() > wanted.minor(),
            (_, majors) => majors.is_gt(),
        }
    }

    /// `<=`: not behind the range that the given numbers span.
    fn reaches(&self, version: &Version, order: Ordering) -> bool {
        let wanted = &self.version;
        match (self.given, version.major().cmp(&wanted.major())) {
            (Given::All, _) => order.is_le(),
            (Given::Major, Ordering::Equal) => true,
            (_, Ordering::Equal) => version.minor() <= wanted.minor(),
            (_, majors) => majors.is_lt(),
        }
    }

    /// `^`: the same numbers up to the first given one that is not zero.
    ///
    /// So `^*` is 0.0.0 and takes no version above it.
    fn is_compatible(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if wanted.major() > 0 || self.given == Given::Major {
            return version.major() == wanted.major();
        }
        if version.major() > 0 {
            return false;
        }
        if wanted.minor() > 0 || self.given == Given::Minor {
            return version.minor() == wanted.minor();
        }
        version.minor() == 0 && version.patch() == wanted.patch()
    }
}

fn given(pieces: &Pieces<'_>) -> Given {
    let is_wild =
        |piece: Option<&[u8]>| piece.is_none_or(|text| matches!(text, b"x" | b"X" | b"*"));
    if is_wild(Some(pieces.major)) {
        Given::Nothing
    } else if is_wild(pieces.minor) {
        Given::Major
    } else if is_wild(pieces.patch) {
        Given::Minor
    } else {
        Given::All
    }
}

/// The version with the given `numbers` in front and zeros behind them; metadata is dropped.
fn zero_filled(numbers: &[&[u8]], prerelease: &[u8]) -> Vec<u8> {
    let mut numbers = numbers.to_vec();
    numbers.resize(3, b"0");
    let mut text = numbers.join(&b'.');
    if !prerelease.is_empty() {
        text.push(b'-');
        text.extend_from_slice(prerelease);
    }
    text
}

/// Writes each `a - b` as `>= a, <= b `; nothing if there is none.
fn rewrite_ranges(text: &[u8]) -> Option<Vec<u8>> {
    let mut rewritten: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < text.len() {
        let Some((low, high, len)) = range(&text[at..]) else {
            at += 1;
            continue;
        };
        let comparisons = [b">= ", low, b", <= ", high, b" "].concat();
        let target = rewritten.get_or_insert_with(|| text.to_vec());
        replace_first(target, &text[at..at + len], comparisons);
        at += len;
    }
    rewritten
}

/// Reads `a - b` with the spaces around it: both versions and the length of it all.
fn range(text: &[u8]) -> Option<(&[u8], &[u8], usize)> {
    let low_start = skip_spaces(text);
    let low = scan::pieces(low_start, is_number)?.whole;
    let behind_low = &low_start[low.len()..];
    let dash = skip_spaces(behind_low);
    let behind_dash = dash.strip_prefix(b"-")?;
    let high_start = skip_spaces(behind_dash);
    if dash.len() == behind_low.len() || high_start.len() == behind_dash.len() {
        return None;
    }
    let high = scan::pieces(high_start, is_number)?.whole;
    let rest = skip_spaces(&high_start[high.len()..]);
    Some((low, high, text.len() - rest.len()))
}

/// The first occurrence is not always the one that was found: that is the library's oddity.
fn replace_first(text: &mut Vec<u8>, old: &[u8], new: Vec<u8>) {
    if let Some(at) = text.windows(old.len()).position(|window| window == old) {
        text.splice(at..at + old.len(), new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(constraint: &str, version: &str) -> String {
        let version = Version::parse(version.as_bytes()).unwrap();
        match Constraint::parse(constraint.as_bytes()) {
            Ok(constraint) => constraint.check(&version).to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn comparisons_follow_the_given_numbers() {
        let cases = [
            (">1.2", "1.2.9", "false"),
            (">1.2", "1.3.0", "true"),
            ("<=1", "1.9.0", "true"),
            ("<1.2", "1.2.0", "false"),
            ("=1.2", "1.2.7", "true"),
            ("!=1.2", "1.2.7", "false"),
            ("!=*", "1.2.3", "true"),
            ("^0.2.3", "0.2.9", "true"),
            ("^0.0.3", "0.0.4", "false"),
            ("^*", "1.2.3", "false"),
            ("~*", "9.9.9", "true"),
            ("~1", "1.9.0", "true"),
            ("1.2 - 1.4", "1.4.9", "true"),
            (">=1,<2 || >=3", "3.1.0", "true"),
        ];
        for (constraint, version, expected) in cases {
            assert_eq!(check(constraint, version), expected, "{constraint} {version}");
        }
    }

    #[test]
    fn prereleases_need_one_in_the_group() {
        assert_eq!(check(">=1.19", "1.20.4-gke.1"), "false");
        assert_eq!(check(">=1.19-0", "1.20.4-gke.1"), "true");
        assert_eq!(check(">=1.19-0, <2", "1.20.4-gke.1"), "true");
        assert_eq!(check("*", "1.0.0-rc1"), "false");
        assert_eq!(check("<1.0.0-alpha.2", "1.0.0-alpha.10"), "false");
    }

    #[test]
    fn errors_show_the_group() {
        assert_eq!(check("", "1.0.0"), "improper constraint: \"\"");
        assert_eq!(check("1 || ==1.0", "1.0.0"), "improper constraint: \" ==1.0\"");
        assert_eq!(check(">1 - 2", "1.0.0"), "improper constraint: \">>= 1, <= 2 \"");
        assert_eq!(check("1|2", "1.0.0"), "constraint parser error");
        assert_eq!(check(&"1||".repeat(33), "1.0.0"), "too many constraint groups (max 32)");
    }
}
