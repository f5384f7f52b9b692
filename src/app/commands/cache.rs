//! The cache of archives by the digest of their content: one for all charts, in Helm 4's place.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::files;

/// The folder of the cache.
#[derive(Clone, Debug)]
pub(super) struct ContentCache(PathBuf);

/// What is kept for a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Chart,
    Provenance,
    Schema,
}

impl ContentCache {
    /// The cache in `folder`.
    pub(super) fn new(folder: &str) -> Self {
        Self(PathBuf::from(folder))
    }

    /// Where the content of `digest` is, or would be.
    pub(super) fn path(&self, digest: &str, kind: Kind) -> PathBuf {
        let ending = match kind {
            Kind::Chart => "chart",
            Kind::Provenance => "prov",
            Kind::Schema => "schema",
        };
        self.0.join(digest.get(..2).unwrap_or_default()).join(format!("{digest}.{ending}"))
    }

    /// Where the archive of `digest` is; nothing if it is not there.
    pub(super) fn find(&self, digest: &str, kind: Kind) -> Option<PathBuf> {
        let path = self.path(digest, kind);
        let found = path.metadata().ok()?;
        (found.is_file() && found.len() > 0).then_some(path)
    }

    /// The archive of `digest`; nothing if it is not there, or is another one.
    pub(super) fn get(&self, digest: &str) -> Option<Vec<u8>> {
        self.content(digest, Kind::Chart)
    }

    fn content(&self, digest: &str, kind: Kind) -> Option<Vec<u8>> {
        let path = self.find(digest, kind)?;
        let bytes = files::read(&path).ok()?.to_vec();
        (files::sha256(&bytes) == digest).then_some(bytes)
    }

    /// Keeps `bytes` under `digest` and says where.
    pub(super) fn put(
        &self,
        digest: &str,
        bytes: &[u8],
        kind: Kind,
    ) -> Result<PathBuf, files::Error> {
        let path = self.path(digest, kind);
        files::make_folder(path.parent().unwrap_or(Path::new(".")))?;
        files::write(&path, bytes, 0o644)?;
        Ok(path)
    }
}

impl ContentCache {
    /// Keeps `bytes`, which have this digest and came from `reference`.
    pub(super) fn keep_at(
        &self,
        reference: &str,
        digest: &str,
        bytes: &[u8],
        kind: Kind,
    ) -> Result<(), files::Error> {
        if self.content(digest, kind).is_none() {
            self.put(digest, bytes, kind)?;
        }
        let path = self.reference_path(reference);
        if files::read(&path).is_ok_and(|known| known == digest) {
            return Ok(());
        }
        files::make_folder(path.parent().unwrap_or(Path::new(".")))?;
        files::write(&path, digest.as_bytes(), 0o644)
    }

    /// What was at `reference` when it was fetched last, and its digest.
    pub(super) fn recall(&self, reference: &str, kind: Kind) -> Option<(String, Vec<u8>)> {
        let digest = files::read(&self.reference_path(reference)).ok()?.to_string();
        let content = self.content(&digest, kind)?;
        Some((digest, content))
    }

    fn reference_path(&self, reference: &str) -> PathBuf {
        self.0.join("references").join(files::sha256(reference.as_bytes()))
    }
}

/// Why a digest is none; the `Display` is Go's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BadDigest {
    /// A letter that is no hexadecimal digit.
    Digit(char),
    /// An odd number of digits.
    Odd,
    /// So many bytes.
    Length(usize),
}

impl fmt::Display for BadDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digit(bad) => {
                write!(f, "encoding/hex: invalid byte: U+{:04X} '{bad}'", u32::from(*bad))
            }
            Self::Odd => f.write_str("encoding/hex: odd length hex string"),
            Self::Length(bytes) => write!(f, "invalid digest length: {bytes}"),
        }
    }
}

/// The digits of an index's digest as a key; nothing if the index has none.
pub(super) fn key(digest: &str) -> Result<Option<String>, BadDigest> {
    if digest.is_empty() {
        return Ok(None);
    }
    let digits = files::digits(digest).to_ascii_lowercase();
    if let Some(bad) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        return Err(BadDigest::Digit(bad));
    }
    match digits.len() {
        64 => Ok(Some(digits)),
        length if length % 2 == 1 => Err(BadDigest::Odd),
        length => Err(BadDigest::Length(length / 2)),
    }
}
