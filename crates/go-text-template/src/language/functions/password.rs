//! Passwords: hashed for a file of users, or derived from a master password.

use aws_lc_rs::hmac;
use bcrypt::Version;

use crate::data::Str;
use crate::template::{Context, Function, Raised, World, function};

pub(super) static TABLE: &[Function] = &[
    ("bcrypt", &function(bcrypt)),
    ("derivePassword", &function(derive_password)),
    ("htpasswd", &function(htpasswd)),
];

/// Go's `bcrypt.DefaultCost`.
const COST: u32 = 10;
/// What a hash that is slow on purpose takes, in steps of the evaluator.
const HASH_STEPS: u64 = 1_000_000;
/// Go refuses what bcrypt would cut off.
const MOST_BYTES: usize = 72;

/// The bcrypt hash of `password` with a salt of its own, at cost 10.
///
/// A password of more than 72 bytes gives Go's error message as text.
///
/// ```text
/// {{ bcrypt "secret" | trunc 7 }} -> $2a$10$
/// {{ bcrypt "secret" | len }} -> 60
/// {{ repeat 73 "a" | bcrypt | trunc 36 }} -> failed to encrypt string with bcrypt
/// ```
fn bcrypt(cx: &mut Context<'_>, password: Str) -> Result<String, Raised> {
    cx.work(HASH_STEPS)?;
    Ok(hash(cx.world(), &password))
}

/// A line of Apache's file of users: `username` and the bcrypt hash of `password`.
///
/// ```text
/// {{ htpasswd "admin" "secret" | trunc 13 }} -> admin:$2a$10$
/// {{ htpasswd "a:b" "secret" }} -> invalid username: a:b
/// ```
fn htpasswd(cx: &mut Context<'_>, username: Str, password: Str) -> Result<Str, Raised> {
    cx.work(HASH_STEPS)?;
    let mut line = Str::EMPTY;
    if username.contains(&b':') {
        line.push_bytes(b"invalid username: ");
        line.push_bytes(&username);
    } else {
        line.push_bytes(&username);
        line.push_bytes(b":");
        line.push_bytes(hash(cx.world(), &password).as_bytes());
    }
    Ok(line)
}

fn hash(world: &dyn World, password: &Str) -> String {
    if password.len() > MOST_BYTES {
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
            .to_owned();
    }
    let mut salt = [0; 16];
    world.fill_random(&mut salt);
    bcrypt::hash_with_salt(password.as_bytes(), COST, salt)
        .expect("the cost is one that bcrypt allows")
        .format_for_version(Version::TwoA)
}

/// The password for `site` that the Master Password algorithm derives from `password` and `user`.
///
/// `template` is one of maximum, long, medium, short, basic and pin; the counter makes the next
/// password of the same site.
///
/// ```text
/// {{ derivePassword 1 "long" "password" "user" "example.com" }} -> ZedaFaxcZaso9*
/// {{ derivePassword 2 "pin" "password" "user" "example.com" | len }} -> 4
/// {{ derivePassword 1 "x" "password" "user" "example.com" }} -> cannot find password template x
/// ```
fn derive_password(
    cx: &mut Context<'_>,
    counter: u32,
    template: Str,
    password: Str,
    user: Str,
    site: Str,
) -> Result<Str, Raised> {
    cx.work(3 * HASH_STEPS)?;
    let Some(templates) = templates(&template) else {
        let mut message = Str::from_static("cannot find password template ");
        message.push_bytes(&template);
        return Ok(message);
    };
    let key = master_key(&password, &user);
    let seed = site_seed(&key, &site, counter);
    let template = templates[usize::from(seed[0]) % templates.len()];
    let characters = template.bytes().zip(&seed[1..]).map(|(class, &byte)| {
        let class = characters(class);
        class[usize::from(byte) % class.len()]
    });
    Ok(Str::from(characters.collect::<Vec<u8>>()))
}

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

fn master_key(password: &[u8], user: &[u8]) -> [u8; 64] {
    let parameters = scrypt::Params::new(15, 8, 2).expect("the algorithm's fixed parameters");
    let salt = [SCOPE, &length(user), user].concat();
    let mut key = [0; 64];
    scrypt::scrypt(password, &salt, &parameters, &mut key).expect("64 bytes are allowed");
    key
}

fn site_seed(key: &[u8], site: &[u8], counter: u32) -> [u8; 32] {
    let message = [SCOPE, &length(site), site, &counter.to_be_bytes()].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message);
    tag.as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

/// The length as the algorithm mixes it in: four bytes, the highest first.
fn length(text: &[u8]) -> [u8; 4] {
    (text.len() as u32).to_be_bytes()
}

/// The shapes of passwords that a name stands for; each letter is a class of characters.
fn templates(name: &[u8]) -> Option<&'static [&'static str]> {
    Some(match name {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => LONG,
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

#[rustfmt::skip]
const LONG: &[&str] = &[
    "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv",
    "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc",
    "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno",
    "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
    "CvccCvcvCvccno",
];

fn characters(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}
