//! Matches names against the parts of a glob.

use std::cell::Cell;

use bstr::ByteSlice;

use crate::data::Runes;

/// What `*` and `?` stop at.
const SEPARATOR: u8 = b'/';

/// Pays for a match: hostile globs would try for hours.
pub(super) struct Fuel<'m> {
    /// Pays for one more try; false if it may not be made.
    pay: &'m dyn Fn() -> bool,
    /// How many more times a name may be cut, whoever pays.
    left: Cell<u32>,
}

impl<'m> Fuel<'m> {
    pub(super) fn new(pay: &'m dyn Fn() -> bool) -> Self {
        Self { pay, left: Cell::new(1_000_000) }
    }

    /// Takes one; false if there is none left.
    fn burn(&self) -> bool {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.unwrap_or(0));
        left.is_some() && (self.pay)()
    }
}

/// A part of a compiled glob.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    Text {
        text: Vec<u8>,
        len: usize,
    },
    /// `*`.
    Any,
    /// `**`.
    Super,
    /// `?`.
    Single,
    List {
        chars: Vec<char>,
        not: bool,
    },
    Range {
        low: char,
        high: char,
        not: bool,
    },
    Nothing,
    /// Matchers of fixed length that follow each other; `len` is the sum.
    Row {
        matchers: Vec<Self>,
        len: usize,
    },
    AnyOf(Vec<Self>),
    EveryOf(Vec<Self>),
    /// At least this many characters.
    Min(usize),
    /// At most this many characters.
    Max(usize),
    Contains {
        needle: Vec<u8>,
        not: bool,
    },
    Prefix(Vec<u8>),
    Suffix(Vec<u8>),
    /// A text, then `*`.
    PrefixAny(Vec<u8>),
    /// `*`, then a text.
    SuffixAny(Vec<u8>),
    /// A text, then `**`, then a text; the two may overlap.
    PrefixSuffix {
        prefix: Vec<u8>,
        suffix: Vec<u8>,
    },
    Split(Box<Split>),
}

/// A matcher with what has to match before and behind it.
#[derive(Clone, Debug)]
pub(super) struct Split {
    pub(super) value: Matcher,
    pub(super) left: Option<Matcher>,
    pub(super) right: Option<Matcher>,
    /// The lengths at compile time: later short cuts do not change them.
    left_len: Option<usize>,
    right_len: Option<usize>,
    len: Option<usize>,
}

/// Where a matcher first matches, and the lengths it can have there, in ascending order.
type Found = Option<(usize, Vec<usize>)>;

impl Matcher {
    pub(super) fn text(text: Vec<u8>) -> Self {
        let len = Runes::new(&text).count();
        Self::Text { text, len }
    }

    /// The number of characters, if it is fixed.
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Self::Text { len, .. } | Self::Row { len, .. } => Some(*len),
            Self::Single | Self::List { .. } | Self::Range { .. } => Some(1),
            Self::Nothing => Some(0),
            Self::AnyOf(matchers) => common_len(matchers),
            Self::Split(split) => split.len,
            _ => None,
        }
    }

    /// The characters that a wildcard stops at; nothing for other matchers.
    pub(super) fn stops(&self) -> Option<Vec<char>> {
        match self {
            Self::Super => Some(Vec::new()),
            Self::Any | Self::Single => Some(vec![SEPARATOR as char]),
            Self::List { chars, not: true } => Some(chars.clone()),
            _ => None,
        }
    }

    /// True if all of `name` matches.
    pub(super) fn matches(&self, name: &[u8], fuel: &Fuel<'_>) -> bool {
        match self {
            Self::Text { text, .. } => name == text,
            Self::Any => is_one_element(name),
            Self::Super => true,
            Self::Single | Self::List { .. } | Self::Range { .. } => {
                // No character at all counts as U+FFFD.
                let (rune, size) = first_rune(name);
                name.len() <= size && self.takes(rune)
            }
            Self::Nothing => name.is_empty(),
            Self::Row { matchers, len } => {
                Runes::new(name).count() == *len && row_matches(matchers, name, fuel)
            }
            Self::AnyOf(matchers) => matchers.iter().any(|matcher| matcher.matches(name, fuel)),
            Self::EveryOf(matchers) => matchers.iter().all(|matcher| matcher.matches(name, fuel)),
            Self::Min(limit) => Runes::new(name).count() >= *limit,
            Self::Max(limit) => Runes::new(name).count() <= *limit,
            Self::Contains { needle, not } => name.contains_str(needle) != *not,
            Self::Prefix(prefix) => name.starts_with(prefix),
            Self::Suffix(suffix) => name.ends_with(suffix),
            Self::PrefixAny(prefix) => {
                name.strip_prefix(prefix.as_slice()).is_some_and(is_one_element)
            }
            Self::SuffixAny(suffix) => {
                name.strip_suffix(suffix.as_slice()).is_some_and(is_one_element)
            }
            Self::PrefixSuffix { prefix, suffix } => {
                name.starts_with(prefix) && name.ends_with(suffix)
            }
            Self::Split(split) => split.matches(name, fuel),
        }
    }

    /// True if a matcher of one character takes `rune`.
    fn takes(&self, rune: char) -> bool {
        match self {
            Self::List { chars, not } => chars.contains(&rune) != *not,
            Self::Range { low, high, not } => (*low..=*high).contains(&rune) != *not,
            _ => rune != SEPARATOR as char,
        }
    }

    /// The first place in `name` where this matches.
    fn index(&self, name: &[u8], fuel: &Fuel<'_>) -> Found {
        match self {
            Self::Text { text, .. } => Some((name.find(text)?, vec![text.len()])),
            Self::Any => Some((0, ends(until_separator(name), 0, None))),
            Self::Super => Some((0, ends(name, 0, None))),
            Self::Single | Self::List { .. } | Self::Range { .. } => {
                let (at, rune) = runes_at(name).find(|(_, rune)| self.takes(*rune))?;
                Some((at, vec![rune.len_utf8()]))
            }
            Self::Nothing => Some((0, vec![0])),
            Self::Row { matchers, len } => {
                let fits = |&(at, _): &(usize, char)| name.len() - at >= *len;
                let mut places = runes_at(name).take_while(fits);
                let (at, _) = places.find(|&(at, _)| row_matches(matchers, &name[at..], fuel))?;
                Some((at, vec![*len]))
            }
            Self::AnyOf(matchers) => first_of(matchers, name, fuel),
            Self::EveryOf(matchers) => common_place(matchers, name, fuel),
            Self::Min(limit) => {
                let lengths = runes_at(name).map(|(at, rune)| at + rune.len_utf8());
                let lengths = lengths.skip(limit.saturating_sub(1)).collect::<Vec<_>>();
                (!lengths.is_empty()).then_some((0, lengths))
            }
            Self::Max(limit) => {
                let lengths = runes_at(name).map(|(at, rune)| at + rune.len_utf8()).take(*limit);
                Some((0, std::iter::once(0).chain(lengths).collect()))
            }
            Self::Contains { needle, not: true } => {
                let end = name.find(needle).unwrap_or(name.len());
                Some((0, ends(&name[..end], 0, None)))
            }
            Self::Contains { needle, not: false } => {
                let offset = name.find(needle)? + needle.len();
                Some((0, ends(&name[offset..], offset, None)))
            }
            Self::Prefix(prefix) => {
                let at = name.find(prefix)?;
                let rest = &name[at + prefix.len()..];
                Some((at, ends(rest, prefix.len(), Some(prefix.len()))))
            }
            Self::Suffix(suffix) => Some((0, vec![name.find(suffix)? + suffix.len()])),
            Self::PrefixAny(prefix) => {
                let at = name.find(prefix)?;
                let rest = until_separator(&name[at + prefix.len()..]);
                Some((at, ends(rest, prefix.len(), Some(prefix.len()))))
            }
            Self::SuffixAny(suffix) => {
                let found = name.find(suffix)?;
                let at = name[..found].rfind_byte(SEPARATOR).map_or(0, |at| at + 1);
                Some((at, vec![found + suffix.len() - at]))
            }
            Self::PrefixSuffix { prefix, suffix } => {
                let at = name.find(prefix)?;
                let mut lengths = Vec::new();
                let mut rest = &name[at..];
                while let Some(found) = rest.rfind(suffix) {
                    lengths.push(found + suffix.len());
                    rest = &rest[..found];
                }
                lengths.reverse();
                (!lengths.is_empty()).then_some((at, lengths))
            }
            // The library does not look for these.
            Self::Split(_) => None,
        }
    }
}

impl Split {
    pub(super) fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Self {
        // A missing side has length 0.
        let len = |side: &Option<Matcher>| side.as_ref().map_or(Some(0), Matcher::len);
        let (left_len, right_len) = (len(&left), len(&right));
        let len = [left_len, value.len(), right_len].into_iter().sum();
        Self { value, left, right, left_len, right_len, len }
    }

    fn matches(&self, name: &[u8], fuel: &Fuel<'_>) -> bool {
        if self.len.is_some_and(|len| len > name.len()) {
            return false;
        }
        let side = |matcher: &Option<Matcher>, part: &[u8]| match matcher {
            Some(matcher) => matcher.matches(part, fuel),
            None => part.is_empty(),
        };
        let mut offset = self.left_len.unwrap_or(0);
        let limit = name.len().saturating_sub(self.right_len.unwrap_or(0));
        while offset < limit && fuel.burn() {
            let Some((found, lengths)) = self.value.index(&name[offset..limit], fuel) else {
                return false;
            };
            let at = offset + found;
            if side(&self.left, &name[..at]) {
                let behind = |len: usize| &name[(at + len).min(name.len())..];
                if lengths.iter().rev().any(|&len| side(&self.right, behind(len))) {
                    return true;
                }
            }
            offset = at + first_rune(&name[at..]).1;
        }
        false
    }
}

/// The library's rule: a varying length in front is overruled by the next one.
fn common_len(matchers: &[Matcher]) -> Option<usize> {
    let mut common = None;
    for len in matchers.iter().map(Matcher::len) {
        match common {
            None => common = len,
            Some(_) if common != len => return None,
            Some(_) => {}
        }
    }
    common
}

/// Matches a row at the start of `name`.
///
/// The last character of each part counts as one byte, and a part of no length gets all that is
/// left; where nothing is left for it the library panics.
fn row_matches(matchers: &[Matcher], name: &[u8], fuel: &Fuel<'_>) -> bool {
    let mut rest = name;
    for matcher in matchers {
        let last = match matcher.len() {
            None => return false,
            Some(0) => runes_at(rest).last(),
            Some(len) => runes_at(rest).nth(len - 1),
        };
        let Some((last, _)) = last else { return false };
        if !matcher.matches(&rest[..=last], fuel) {
            return false;
        }
        rest = &rest[last + 1..];
    }
    true
}

/// The leftmost place of any matcher, with the lengths of all that match there.
fn first_of(matchers: &[Matcher], name: &[u8], fuel: &Fuel<'_>) -> Found {
    let mut best: Found = None;
    for (at, mut lengths) in matchers.iter().filter_map(|matcher| matcher.index(name, fuel)) {
        match &mut best {
            Some((first, known)) if at == *first => {
                known.append(&mut lengths);
                known.sort_unstable();
                known.dedup();
            }
            Some((first, _)) if at > *first => {}
            _ => best = Some((at, lengths)),
        }
    }
    best
}

/// The place where all of `matchers` match, with the ends they have in common.
fn common_place(matchers: &[Matcher], name: &[u8], fuel: &Fuel<'_>) -> Found {
    let (mut index, mut offset, mut common) = (0, 0, Vec::new());
    let mut rest = name;
    for (number, matcher) in matchers.iter().enumerate() {
        let (at, lengths) = matcher.index(rest, fuel)?;
        if number == 0 {
            common = lengths;
        } else {
            let moved = |length: &usize| (length + index).checked_sub(at + offset);
            let ends = common.iter().filter_map(moved);
            common = ends.filter(|end| lengths.contains(end)).collect();
        }
        if common.is_empty() {
            return None;
        }
        index = at + offset;
        rest = name.get(index..)?;
        offset += at;
    }
    Some((index, common))
}

/// The places where a match may end in `text`, each plus `offset`.
///
/// With `first`, places are counted from the ends of the characters, and `first` comes before them.
fn ends(text: &[u8], offset: usize, first: Option<usize>) -> Vec<usize> {
    match first {
        Some(first) => {
            let rest = runes_at(text).map(|(at, rune)| offset + at + rune.len_utf8());
            std::iter::once(first).chain(rest).collect()
        }
        None => {
            let starts = runes_at(text).map(|(at, _)| offset + at);
            starts.chain(std::iter::once(offset + text.len())).collect()
        }
    }
}

fn is_one_element(text: &[u8]) -> bool {
    !text.contains(&SEPARATOR)
}

fn until_separator(text: &[u8]) -> &[u8] {
    &text[..text.find_byte(SEPARATOR).unwrap_or(text.len())]
}

fn first_rune(text: &[u8]) -> (char, usize) {
    Runes::new(text).next().unwrap_or((char::REPLACEMENT_CHARACTER, 0))
}

/// The runes of `text` with the places where they start.
fn runes_at(text: &[u8]) -> impl Iterator<Item = (usize, char)> {
    Runes::new(text).scan(0, |at, (rune, size)| {
        let start = *at;
        *at += size;
        Some((start, rune))
    })
}
