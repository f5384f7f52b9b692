//! What we take for signed by a key, rPGP takes for signed by that key as well. The input is the file, a
//! zero byte, and the keyring.
//!
//! The other way round nothing is asked: the Go library whose verdicts are ours refuses more, such as keys
//! that have expired, and docs/compatibility.md says what rPGP refuses more.

#![no_main]

use chart::provenance::{Keyring, verify};
use go_text_template::Compat;
use libfuzzer_sys::fuzz_target;
use pgp::composed::{CleartextSignedMessage, PublicOrSecret, SignedPublicKey};
use pgp::packet::Signature;
use pgp::types::{KeyDetails, VerifyingKey};

const ARCHIVE: &[u8] = b"not really an archive\n";
const NAME: &str = "c-0.1.0.tgz";
const NOW: i64 = 1_800_000_000;

fuzz_target!(|input: &[u8]| {
    let Some(cut) = input.iter().position(|byte| *byte == 0) else { return };
    let (text, ring) = (&input[..cut], &input[cut + 1..]);
    let Ok(keyring) = Keyring::read(ring, "ring", Compat::Helm4) else { return };
    let Ok(verdict) = verify(ARCHIVE, text, NAME, &keyring, NOW, Compat::Helm4) else { return };
    if let Some(signers) = signers(text, ring) {
        assert!(
            signers.contains(&verdict.fingerprint),
            "{} has signed, and not {signers:?}",
            verdict.fingerprint
        );
    }
});

/// The fingerprints of the primary keys that rPGP finds to have signed, or to have a subkey that has;
/// nothing if it cannot read one of the two.
fn signers(text: &[u8], ring: &[u8]) -> Option<Vec<String>> {
    let (message, _) = CleartextSignedMessage::from_armor(text).ok()?;
    let (keys, _) = PublicOrSecret::from_reader_many(ring).ok()?;
    let keys = keys.map(|key| key.map(public)).collect::<Result<Vec<_>, _>>();
    let signed = keys.ok()?.into_iter().filter(|key| has_signed(&message, key));
    Some(signed.map(|key| format!("{:X}", key.fingerprint())).collect())
}

fn public(key: PublicOrSecret) -> SignedPublicKey {
    match key {
        PublicOrSecret::Public(key) => key,
        PublicOrSecret::Secret(key) => key.into(),
    }
}

fn has_signed(message: &CleartextSignedMessage, key: &SignedPublicKey) -> bool {
    let subkeys = key.public_subkeys.iter().map(|subkey| &subkey.key);
    message.signatures().iter().any(|signature| {
        is_valid(signature, message, key)
            || subkeys.clone().any(|key| is_valid(signature, message, key))
    })
}

/// What rPGP's own check does, without a look at the two bytes of the digest that stand before the
/// signature: they are there to save time, and Go's library does not look at them either.
fn is_valid(
    signature: &Signature,
    message: &CleartextSignedMessage,
    key: &impl VerifyingKey,
) -> bool {
    let (Some(config), Some(numbers)) = (signature.config(), signature.signature()) else {
        return false;
    };
    let digest = || {
        let mut hasher = config.hash_alg.new_hasher().ok()?;
        config.hash_data_to_sign(&mut hasher, message.signed_text().as_bytes()).ok()?;
        let length = config.hash_signature_data(&mut hasher).ok()?;
        hasher.update(&config.trailer(length).ok()?);
        Some(hasher.finalize())
    };
    digest().is_some_and(|digest| key.verify(config.hash_alg, &digest, numbers).is_ok())
}
