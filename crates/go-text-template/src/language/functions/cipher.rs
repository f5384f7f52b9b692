//! AES-256 in CBC mode, with sprig's handling of keys and padding.

use aws_lc_rs::cipher::{
    AES_256, AES_CBC_IV_LEN, DecryptingKey, DecryptionContext, EncryptionContext,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use data_encoding::BASE64;

use super::encoding::decode_base64;
use crate::data::{Failure, Str};
use crate::template::{Context, Function, Raised, function};

pub(super) static TABLE: &[Function] =
    &[("decryptAES", &function(decrypt_aes)), ("encryptAES", &function(encrypt_aes))];

/// The size of AES's blocks, and of the initialization vector.
const BLOCK: usize = AES_CBC_IV_LEN;

/// `text` encrypted with `password`, in Base64: a random initialization vector, then the blocks.
///
/// The key is the password itself, cut or filled with zeros to 32 bytes. No text gives no result.
///
/// ```text
/// {{ encryptAES "key" "hello" | len }} -> 44
/// {{ encryptAES "key" "hello" | decryptAES "key" }} -> hello
/// {{ encryptAES "key" "" | quote }} -> ""
/// ```
fn encrypt_aes(cx: &mut Context<'_>, password: Str, text: Str) -> Result<String, Raised> {
    if text.is_empty() {
        return Ok(String::new());
    }
    cx.reserve(BASE64.encode_len(text.len() + 2 * BLOCK) as u64)?;
    let mut vector = [0; BLOCK];
    cx.world().fill_random(&mut vector);
    let mut blocks = text.to_vec();
    let context = EncryptionContext::Iv128(FixedLength::from(vector));
    PaddedBlockEncryptingKey::cbc_pkcs7(key(&password))
        .and_then(|key| key.less_safe_encrypt(&mut blocks, context))
        .expect("the key and the vector have the sizes that AES wants");
    Ok(BASE64.encode(&[&vector[..], &blocks].concat()))
}

/// The text that [`encrypt_aes`] encrypted.
///
/// The padding is not checked, so a wrong password gives some other text, or one of Go's errors.
///
/// ```text
/// {{ decryptAES "secretkey" "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ=" }} -> plaintext
/// {{ decryptAES "key" "!!" }} -> error: illegal base64 data at input byte 0
/// ```
fn decrypt_aes(password: Str, encrypted: Str) -> Result<Str, Failure> {
    if encrypted.is_empty() {
        return Ok(Str::EMPTY);
    }
    let mut bytes = decode_base64(&encrypted).map_err(|error| Failure::from(error.base64()))?;
    // Go slices up to the capacity of its buffer, which the length of the Base64 text gives.
    let capacity = encrypted.len() / 4 * 3;
    if capacity < BLOCK {
        return Err(out_of_range(format!("[:{BLOCK}] with capacity {capacity}")));
    }
    if bytes.len() < BLOCK {
        return Err(out_of_range(format!("[{BLOCK}:{}]", bytes.len())));
    }
    let mut blocks = bytes.split_off(BLOCK);
    if blocks.len() % BLOCK != 0 {
        return Err(Failure::new("crypto/cipher: input not full blocks"));
    }
    let vector: [u8; BLOCK] = bytes.try_into().expect("split off behind the vector");
    decrypt_blocks(&password, vector, &mut blocks);
    cut_padding(blocks)
}

fn decrypt_blocks(password: &Str, vector: [u8; BLOCK], blocks: &mut [u8]) {
    if blocks.is_empty() {
        return;
    }
    let context = DecryptionContext::Iv128(FixedLength::from(vector));
    DecryptingKey::cbc(key(password))
        .and_then(|key| key.decrypt(blocks, context).map(|_| ()))
        .expect("the key, the vector and the blocks have the sizes that AES wants");
}

/// Cuts off as many bytes as the last one says, whatever they are.
fn cut_padding(mut text: Vec<u8>) -> Result<Str, Failure> {
    let Some(&padding) = text.last() else {
        return Err(Failure::new("runtime error: index out of range [-1]"));
    };
    let Some(length) = text.len().checked_sub(usize::from(padding)) else {
        return Err(out_of_range(format!("[:{}]", text.len() as i64 - i64::from(padding))));
    };
    text.truncate(length);
    Ok(Str::from(text))
}

fn key(password: &Str) -> UnboundCipherKey {
    let mut key = [0; 32];
    let used = password.len().min(key.len());
    key[..used].copy_from_slice(&password[..used]);
    UnboundCipherKey::new(&AES_256, &key).expect("32 bytes are the size of an AES-256 key")
}

fn out_of_range(slice: String) -> Failure {
    Failure::from(format!("runtime error: slice bounds out of range {slice}"))
}
