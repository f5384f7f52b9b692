//! Provenance files: clear-signed OpenPGP texts that say who made a chart's archive.
//!
//! In: the bytes of an archive, of its `.prov` file and of a keyring. Out: who has signed it, or a
//! new `.prov` text. OpenPGP is read as Helm's library reads it, with its rules of what counts and
//! its sentences; the arithmetic of signatures is `aws-lc-rs`'s. Nothing here touches the disk.

mod algorithm;
mod armor;
mod body;
mod clear_text;
mod error;
mod keybox;
mod keyring;
mod message;
mod number;
mod packet;
mod public_key;
mod secret_key;
mod signature;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use keyring::{Key, Keyring};

use clear_text::ClearText;

use go_text_template::Compat;
use go_text_template::data::Str;

/// Who has signed an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The names of the key that signed.
    pub signed_by: Vec<Str>,
    /// The fingerprint of the primary key, in capital hexadecimal digits.
    pub fingerprint: String,
    /// The digest of the archive, as `sha256:…`.
    pub file_hash: String,
}

impl Verification {
    /// What is said about it.
    pub fn text(&self) -> String {
        let names = self.signed_by.iter().map(|name| format!("Signed by: {name}\n"));
        let (key, hash) = (&self.fingerprint, &self.file_hash);
        let names: String = names.collect();
        format!("{names}Using Key With Fingerprint: {key}\nChart Hash Verified: {hash}\n")
    }
}

/// Checks that `provenance` is signed by a key of `keyring` and holds the digest of `archive` under
/// its file name; `now` is the time in seconds since 1970.
pub fn verify(
    archive: &[u8],
    provenance: &[u8],
    file_name: &str,
    keyring: &Keyring,
    now: i64,
    compat: Compat,
) -> Result<Verification, Error> {
    let text = ClearText::find(provenance).ok_or(Error::NoSignature)?;
    let signer = keyring.check(&text, now)?;
    let file_hash = message::check(archive, &text.plain, file_name, compat)?;
    let (signed_by, fingerprint) = (signer.names().cloned().collect(), signer.fingerprint());
    Ok(Verification { signed_by, fingerprint, file_hash })
}

/// Whether `provenance` holds the digest of `archive` under a name with `file_name` in it, whoever
/// has signed it; none if nobody has.
pub fn lists(archive: &[u8], provenance: &[u8], file_name: &str) -> Option<bool> {
    let text = ClearText::find(provenance)?;
    Some(message::lists(archive, &text.plain, file_name))
}

/// The text of the `.prov` file for `archive`: its digest under `file_name` behind `metadata`, the
/// chart's metadata as YAML, signed by `key` at the time `now`.
pub fn sign(
    archive: &[u8],
    file_name: &str,
    metadata: &[u8],
    key: &Key,
    now: i64,
) -> Result<Vec<u8>, Error> {
    let secret = key.secret().ok_or(Error::NotPrivate)?;
    let text = message::write(archive, file_name, metadata);
    let signature = secret.sign(&clear_text::signed_bytes(&text), now)?;
    Ok(clear_text::write(&text, &armor::encode("PGP SIGNATURE", &signature)))
}
