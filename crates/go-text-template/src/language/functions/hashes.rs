//! Check sums of text.

use aws_lc_rs::digest::{self, Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};
use data_encoding::HEXLOWER;

use crate::data::Str;
use crate::template::{Function, function};

pub(super) static TABLE: &[Function] = &[
    ("adler32sum", &function(adler32sum)),
    ("sha1sum", &function(sha1sum)),
    ("sha256sum", &function(sha256sum)),
    ("sha512sum", &function(sha512sum)),
];

/// The Adler-32 check sum as a decimal number, in a string.
///
/// ```text
/// {{ adler32sum "Wikipedia" }} -> 300286872
/// {{ adler32sum "" }} -> 1
/// ```
fn adler32sum(text: Str) -> String {
    adler2::adler32_slice(text.as_bytes()).to_string()
}

/// The SHA-1 check sum in hexadecimal digits.
///
/// ```text
/// {{ sha1sum "hello" }} -> aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d
/// ```
fn sha1sum(text: Str) -> String {
    hex_digest(&SHA1_FOR_LEGACY_USE_ONLY, &text)
}

/// The SHA-256 check sum in hexadecimal digits.
///
/// ```text
/// {{ sha256sum "hello" }} -> 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
/// ```
fn sha256sum(text: Str) -> String {
    hex_digest(&SHA256, &text)
}

/// The SHA-512 check sum in hexadecimal digits.
///
/// ```text
/// {{ sha512sum "hello" | trunc 16 }} -> 9b71d224bd62f378
/// {{ sha512sum "hello" | len }} -> 128
/// ```
fn sha512sum(text: Str) -> String {
    hex_digest(&SHA512, &text)
}

fn hex_digest(algorithm: &'static Algorithm, text: &Str) -> String {
    HEXLOWER.encode(digest::digest(algorithm, text.as_bytes()).as_ref())
}
