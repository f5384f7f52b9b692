//! Digests of SHA-256, as indexes and caches have them.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;

/// The digest of `bytes` in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

/// The digits of a digest, without the name of its algorithm.
pub fn digits(digest: &str) -> &str {
    digest.split_once(':').map_or(digest, |(_, digits)| digits)
}
