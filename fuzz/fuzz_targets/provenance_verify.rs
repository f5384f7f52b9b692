//! Any provenance file can be checked against any keyring. The input is the file, a zero byte, and
//! the keyring.

#![no_main]

use go_text_template::Compat;
use chart::provenance::{Keyring, lists, sign, verify};
use libfuzzer_sys::fuzz_target;

const ARCHIVE: &[u8] = b"not really an archive\n";
const NAME: &str = "c-0.1.0.tgz";
const NOW: i64 = 1_800_000_000;

fuzz_target!(|input: &[u8]| {
    let Some(cut) = input.iter().position(|byte| *byte == 0) else { return };
    let (text, ring) = (&input[..cut], &input[cut + 1..]);
    let _ = lists(ARCHIVE, text, NAME);
    for compat in [Compat::Helm3, Compat::Helm4] {
        let Ok(ring) = Keyring::read(ring, "ring", compat) else { continue };
        check(text, &ring, compat);
        sign_with(&ring, compat);
    }
});

fn check(text: &[u8], ring: &Keyring, compat: Compat) {
    match verify(ARCHIVE, text, NAME, ring, NOW, compat) {
        Ok(verification) => drop(verification.text()),
        Err(error) => drop(error.to_string()),
    }
}

fn sign_with(ring: &Keyring, compat: Compat) {
    let Ok(mut key) = ring.find("") else { return };
    let _ = key.fingerprint();
    if key.is_locked() {
        let _ = key.unlock(b"open sesame");
    }
    match sign(ARCHIVE, NAME, b"name: c\n", &key, NOW) {
        Ok(text) => check(&text, ring, compat),
        Err(error) => drop(error.to_string()),
    }
}
