//! Text as Go has it: bytes that are usually, but not necessarily, UTF-8.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::{Deref, RangeBounds};

use bstr::{BStr, ByteSlice};
use hipstr::HipByt;

/// A Go string: bytes, cheap to clone and to slice, short ones held in place.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Str(HipByt<'static>);

impl Str {
    /// The empty text.
    pub const EMPTY: Self = Self(HipByt::new());

    /// The text of a literal, without a copy.
    pub const fn from_static(text: &'static str) -> Self {
        Self(HipByt::borrowed(text.as_bytes()))
    }

    /// All bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The text with each invalid byte sequence replaced by U+FFFD.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        self.as_bytes().to_str_lossy()
    }

    /// A part of this text that shares its memory. Panics if `range` is out of bounds.
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Self {
        Self(self.0.slice(range))
    }

    /// The text that `part`, a slice of this text's own bytes, stands for, sharing its memory.
    pub fn slice_ref(&self, part: &[u8]) -> Self {
        self.0.try_slice_ref(part).map_or_else(|| Self::from(part), Self)
    }

    /// Where the bytes lie, and how many there are: the same for all clones and for nothing else
    /// while one of them lives. `None` for short texts, which are copied.
    pub(super) fn place(&self) -> Option<(usize, usize)> {
        let bytes = self.as_bytes();
        self.0.is_allocated().then(|| (bytes.as_ptr().addr(), bytes.len()))
    }

    /// Appends `more`; in place when nobody else holds this text.
    pub fn push_bytes(&mut self, more: &[u8]) {
        self.0.push_slice(more);
    }

    /// The bytes, to append to, unless somebody else holds this text as well.
    pub fn into_vec(self) -> Result<Vec<u8>, Self> {
        self.0.into_vec().map_err(Self)
    }

    /// The runes as a Go `range` over a string gives them.
    pub fn runes(&self) -> Runes<'_> {
        Runes { rest: self.as_bytes() }
    }
}

/// Decodes runes as Go does: each byte that is not part of valid UTF-8 is one U+FFFD.
#[derive(Clone, Debug)]
pub struct Runes<'t> {
    rest: &'t [u8],
}

impl<'t> Runes<'t> {
    /// The runes of `text`.
    pub fn new(text: &'t [u8]) -> Self {
        Self { rest: text }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'t [u8] {
        self.rest
    }
}

impl Iterator for Runes<'_> {
    /// The rune and the number of bytes it was made of.
    type Item = (char, usize);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (rune, size) = match bstr::decode_utf8(self.rest) {
            (Some(rune), size) => (rune, size),
            (None, _) => (char::REPLACEMENT_CHARACTER, 1),
        };
        self.rest = &self.rest[size..];
        Some((rune, size))
    }
}

impl Deref for Str {
    type Target = BStr;

    fn deref(&self) -> &BStr {
        BStr::new(self.as_bytes())
    }
}

impl Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(BStr::new(self.as_bytes()), f)
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(BStr::new(self.as_bytes()), f)
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self(HipByt::from(text.as_bytes()))
    }
}

impl From<&[u8]> for Str {
    fn from(text: &[u8]) -> Self {
        Self(HipByt::from(text))
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self(HipByt::from(text.into_bytes()))
    }
}

impl From<Vec<u8>> for Str {
    fn from(text: Vec<u8>) -> Self {
        Self(HipByt::from(text))
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::from(text),
            Cow::Owned(text) => Self::from(text),
        }
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}
