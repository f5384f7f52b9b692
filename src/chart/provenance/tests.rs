//! Signing, and keyrings that somebody has broken.

use data_encoding::BASE64;

use super::{Error, Keyring, sign, verify};
use go_text_template::Compat;

/// Keys that GnuPG has made in 2020, locked with `open sesame`: Ed25519, ECDSA on P-256 and RSA.
const KEYS: [&str; 3] = [
    "lIYEXgvhABYJKwYBBAHaRw8BAQdAL1gfaKb+9E2mkbseYDpagPo0d4zkan+jxGD84I6A9hL+BwMCKqck5OG/n27/TG\
     ixe0mdCiU6YKlCgoMCf4uzAlhbpx/0VuWltWIf+vwjuY1sJSo7xdiMAVFz15kGRx2SNhF5I7hhKuXPppxsMSsjND80\
     4bQiTG9ja2VkIFNpZ25lciA8bG9ja2VkQGV4YW1wbGUub3JnPoiQBBMWCAA4FiEEHGluniLBp27jNrVmQ4QghL1hPJ\
     UFAl4L4QACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQQ4QghL1hPJVqxQEAnvWwEu5UjCP/ra7jDLLvr/hK\
     20rCWyADR7sWDzF/Tn8A/1SaHB2vGz69aaoXqEIT+f3YUmq1FFy6XehcI76fvAAK",
    "lKUEXgvhABMIKoZIzj0DAQcCAwT8V5QKpdLTvYk+17UDVxAVF6fKP/SQcvCCBLXps9SXnC2wDbXRLkqom44dyXnHls\
     kSwFHJ+wj7e/0EZ5AcoIP7/gcDAnxlWCvl7LQV/1jY68g2Vwqu8O/oqn6D8GdQfIlvDKtdgphoxcM4WFdPrbm4USRI\
     yv3TOHBKsL84q/qdKZ0xBawz2BcyTcRlfMJHv+MFhY+0Hk5pc3QgU2lnbmVyIDxuaXN0QGV4YW1wbGUub3JnPoiQBB\
     MTCAA4FiEEmJUyc04l8tzg0Ewu7vePn6YiAeIFAl4L4QACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQ7veP\
     n6YiAeIWSgD+K4B6sVwHRCF5mtE2JgRKgKlE7/BPImplQM/Sj1xiHeIA/0WFhs4Vto1IdxIn0DM1UeMqLaTvol35lT\
     XnAmQ+AvHU",
    "lQPGBF4L4QABCADnJj1Fbe3QLIQKF+marOE3A5nxOJfxraDmOpYVKzr8QZ4vcWtYt1n2ZbdnuifInZLFheMDpDlcG8\
     mEs+yhhphDchq7gNLDY3V2zgsZzCSozx8lHFJ9q8Z2gfQQqNMjLDjMtxHNBQnXOJRt9PIgz4B6QowJhEkO3CqENooT\
     MWh30ls0PaDYOJaazgunLHb1CD5Pp7QDwX3F2LN7cRDuPRFFLwky987drdgEHUS692Q8HObDqyWL8nVIjzgLl4Pd2v\
     pyfPhvTnK97AvAramOqDTO4kxNRiN916UZIJ2/xMeWx6j9B6d7yZplRYopI7TMomTT+9RWylve2yXzbnYEAXHpABEB\
     AAH+BwMCBvrs+4Y/GgL/Rv6ISEQdWUvKL37xOX2mQvMi/fF8sQnwGt3OsxvRGldCAbjRdTEvHsTyxWakz0cuLpnEwD\
     zY+ej5qpH9SU5b0ZY/8UeXo6PLuwXHWcZkdimrT0qcesj+8mPQJicQEc9nQgO8tKAhvY4h/rCpwiRKr3ccH1BgEfwN\
     W75myGg8R94opvWBv83dDJQCp91kGlI26Pj3BaVUmeGxkLdF1QFj44GCL4it3ihri05E1AacRf+IN+HDWqGpRNahJv\
     /vGGuR67WvaRKD+w2q4xBBs/Xor9r2oYXSLvpQ4hDmXFONR8+TDIE8cwMH25H17RsO9f4LJ4C99jMhNLiwI+SuCp2n\
     P7ZgokzzMZlOmYF53+prsrbfSqSFOeQ4dbXyUafoLdBMlph7PkWC1dH0fZhVSR2ysx2+eKWOZxjGkp/4ibJ6L24KZF\
     RHeoIWysnJhl6/ZR+Wug3GFrT5ktSIyFbTU7rszMsK1qgaQTnRGVxApCLoJiEhK3kw8I8sBxtY2LWyhshUFCV1i7of\
     m64E7Cc9vCJtEvvdMkyWCpArbjLIojtNsXFPla84W2FBA7Le9xd4dLyiK5TsBmCHtQB4bnINKx3Lk3HDQ+PZyacZ4P\
     NDC/Hc3zqrkq7x5iz6CXS2FSLyib/K/7ZCD5WPvLGlJj79+biy4q7uW7OxLQrLaJ0aVA60W+lsXFpLAT0Ajk1ESGt6\
     PwJbz2Pu3pWIly0xKcOkHYbAFcuhVj8QpnM8fabyT8UbBIeDc6VdaGhaN03ELH7KMp38n4Fr2siuH9msIa99QI2u2f\
     QZ208Dtskkjqq7z+HcPRgP4/fMI7qb1D2UFJjREOxcJFx+JQRtqJJQ68WSPo77mP3bHizBoo7QTinErhXKBxPhVBqn\
     FUPXK2LWsUtuoWij7Ko107BMHK4HqbEitBxSc2EgU2lnbmVyIDxyc2FAZXhhbXBsZS5vcmc+iQFOBBMBCgA4FiEE+P\
     QedQlEZ7EIItiC41LMfHhM8/AFAl4L4QACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQ41LMfHhM8/D30wf9\
     FL+XNGlfVH78Fj4X1fAb+CipCxDlpOkItumwk6aSP9ZRrPM+iJv9v92tmG2pI1UnXw8+i3n0TJB/ITwbDjUI1yAcdV\
     HIkGthLeDX7QmeFfxlHoh646JL7qD2MumCzdVzmXj3fyI9t6Thj0wUrkiWXczhgzKRdBKkuG7ggXp3BaL8WK12ZDer\
     Fc+s6Dz/WVumH+fQJ9aLYnH8/X3ma8OaY3cD70hpQhfVU9sZxJGKYYXH3QHCdRCB9GFhZyQTuo0NWmwYyhUPtm3825\
     rvGcW1axsIG6YKvwhD92qiJdHRaVjozmFDClD/EoFxTQ6p7QYEYy5Fx94D+B/jhA+ApmaTDg==",
];

const NOW: i64 = 1_600_000_000;

fn ring(key: &str) -> Vec<u8> {
    BASE64.decode(key.as_bytes()).expect("the keys are base64")
}

fn read(data: &[u8]) -> Result<Keyring, String> {
    Keyring::read(data, "ring", Compat::Helm4)
}

#[test]
fn what_is_signed_can_be_verified() {
    for key in KEYS {
        let ring = read(&ring(key)).expect("the keyring is fine");
        let mut key = ring.find("Signer").expect("there is one");
        assert!(key.is_locked());
        key.unlock(b"open sesame").expect("this is the passphrase");
        let text = sign(b"archive", "c-1.tgz", b"name: c\n- x \n", &key, NOW).expect("it is open");
        let check = |archive: &[u8], text: &[u8]| {
            verify(archive, text, "c-1.tgz", &ring, NOW, Compat::Helm4)
        };
        let found = check(b"archive", &text).expect("it is signed");
        assert_eq!(found.fingerprint, key.fingerprint());
        assert!(matches!(check(b"another", &text), Err(Error::OtherDigest { .. })));
        let changed = String::from_utf8_lossy(&text).replace("name: c", "name: d");
        assert!(matches!(check(b"archive", changed.as_bytes()), Err(Error::Signature(_))));
    }
}

#[test]
fn a_locked_key_does_not_sign() {
    let mut key = read(&ring(KEYS[0]))
        .and_then(|ring| ring.find("locked@").map_err(|e| e.to_string()))
        .expect("there is one");
    let error = sign(b"archive", "c-1.tgz", b"", &key, NOW).expect_err("it is locked");
    assert!(error.to_string().ends_with(" is encrypted"), "{error}");
    let error = key.unlock(b"wrong").expect_err("this is not the passphrase");
    assert_eq!(error.to_string(), "openpgp: invalid data: private key checksum failure");
}

/// Broken rings are refused, or have fewer keys; nothing else happens.
#[test]
fn no_byte_of_a_keyring_is_trusted() {
    for key in KEYS {
        let ring = ring(key);
        for at in 0..ring.len() {
            let _ = read(&ring[..at]);
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut broken = ring.clone();
                broken[at] = value;
                let _ = read(&broken);
            }
        }
    }
}

/// A signature in a signature in a signature, as deep as two bytes of length allow.
#[test]
fn nested_signatures_are_bounded() {
    let mut packet = vec![4, 0x19, 1, 8, 0, 6, 5, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    while packet.len() < 60_000 {
        let part = [&[255], &(packet.len() as u32 + 1).to_be_bytes()[..], &[32], &packet].concat();
        let hashed = [&[5, 2, 0, 0, 0, 1][..], &part].concat();
        let size = (hashed.len() as u16).to_be_bytes();
        packet = [&[4, 0x19, 1, 8][..], &size, &hashed, &[0, 0, 0, 0, 0, 0]].concat();
    }
    let size = (packet.len() as u32).to_be_bytes();
    let error = read(&[&[0xc2, 0xff][..], &size, &packet].concat()).expect_err("there is no key");
    assert_eq!(error, "openpgp: invalid data: signatures are nested too deeply");
}
