//! Keyrings: keys with the names of their owners, and which of them has signed.
//!
//! What makes a key count is what Helm's library thinks: a name needs a signature by the key, a
//! subkey needs one by its primary key, and one broken part makes the whole key as if it were not
//! there.

use bstr::ByteSlice;

use super::armor;
use super::clear_text::ClearText;
use super::error::Error;
use super::keybox;
use super::packet::{Packet, Packets};
use super::public_key::PublicKey;
use super::secret_key::SecretKey;
use super::signature::{Signature, kind};
use go_text_template::Compat;
use go_text_template::data::Str;

/// Keys, in the order of the ring.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    keys: Vec<Key>,
}

/// A key: the primary one, the names of its owner, and its subkeys.
#[derive(Clone, Debug)]
pub struct Key {
    primary: PublicKey,
    secret: Option<SecretKey>,
    revocations: Vec<Signature>,
    users: Vec<User>,
    subkeys: Vec<Subkey>,
}

#[derive(Clone, Debug)]
struct User {
    name: Str,
    signature: Option<Signature>,
    revocations: Vec<Signature>,
}

#[derive(Clone, Debug)]
struct Subkey {
    key: PublicKey,
    signature: Signature,
    revocations: Vec<Signature>,
}

/// What checking a ring may take: bytes that are hashed, each signature counting as some more.
const MOST_WORK: usize = 1 << 31;
const SIGNATURE_WORK: usize = 1 << 15;

impl Keyring {
    /// The keys in `data`: packets or, in Helm 4, also armored blocks or a keybox, which is called
    /// `path` in what is said about it.
    pub fn read(data: &[u8], path: &str, compat: Compat) -> Result<Self, String> {
        let said = |error: Error| error.to_string();
        if compat.is_helm3() {
            return Self::from_packets(data, Error::End).map_err(said);
        }
        if keybox::is_keybox(data) {
            let packets = keybox::packets(data);
            let packets = packets.map_err(|error| format!("reading keybox {path}: {error}"))?;
            return Self::from_packets(&packets, Error::End).map_err(said);
        }
        if data.trim().starts_with(b"-----BEGIN PGP") {
            return Self::from_armor(data)
                .map_err(|error| format!("reading armored keyring {path}: {error}"));
        }
        Self::from_packets(data, Error::End).map_err(said)
    }

    fn from_armor(mut data: &[u8]) -> Result<Self, Error> {
        let mut keys = Vec::new();
        loop {
            let block = match armor::decode(data) {
                Err(Error::End) => break,
                Err(error) => return Err(error),
                Ok((block, rest)) => {
                    data = rest;
                    block
                }
            };
            if !matches!(&block.kind[..], b"PGP PUBLIC KEY BLOCK" | b"PGP PRIVATE KEY BLOCK") {
                return Err(Error::NoKeyBlock(block.kind));
            }
            keys.extend(Self::from_packets(&block.data, block.end)?.keys);
        }
        if keys.is_empty() { Err(Error::Other("no keys found")) } else { Ok(Self { keys }) }
    }

    /// Reads packets, behind which is `end`. Keys that are broken are passed over, as long as there
    /// is another one.
    fn from_packets(data: &[u8], end: Error) -> Result<Self, Error> {
        let mut reader = Reader { packets: Packets::new(data, end), work: MOST_WORK };
        let mut keys = Vec::new();
        let mut passed_over = None;
        loop {
            let result = match reader.key() {
                Ok(key) => {
                    keys.push(key);
                    continue;
                }
                Err(error @ (Error::Unsupported(_) | Error::Structure(_))) => {
                    passed_over = Some(error);
                    reader.skip_to_key()
                }
                Err(error) => Err(error),
            };
            match result {
                Ok(()) => {}
                Err(Error::End) => break,
                Err(error) => return Err(error),
            }
        }
        match passed_over {
            Some(error) if keys.is_empty() => Err(error),
            _ => Ok(Self { keys }),
        }
    }

    /// The key whose owner is called `name` or, if there is only one such, contains it.
    pub fn find(&self, name: &str) -> Result<Key, Error> {
        let mut candidates = Vec::new();
        for (key, user) in self.keys.iter().flat_map(|key| key.names().map(move |user| (key, user)))
        {
            if user == name {
                return Ok(key.clone());
            }
            if user.contains_str(name) {
                candidates.push(key);
            }
        }
        match candidates[..] {
            [] => Err(Error::NoKey),
            [key] => Ok(key.clone()),
            _ => Err(Error::Ambiguous(name.to_owned())),
        }
    }

    /// The key that has signed `text`, if it may.
    pub(super) fn check(&self, text: &ClearText, now: i64) -> Result<&Key, Error> {
        let mut packets = Packets::new(&text.signature, text.end.clone());
        loop {
            let signature = match packets.next() {
                Err(Error::End) => return Err(Error::UnknownIssuer),
                Err(error) => return Err(error),
                Ok(Packet::Signature(signature)) => signature,
                Ok(_) => return Err(Error::structure("non signature packet found")),
            };
            let issuer = signature.issuer;
            let id = issuer.ok_or_else(|| Error::structure("signature doesn't have an issuer"))?;
            if let Some((key, signer)) = self.signer(id) {
                signer.verify(&[&signed_text(&text.signed, signature.kind)?], &signature)?;
                key.check(signer, &signature, now)?;
                return Ok(key);
            }
        }
    }

    /// The key, and that part of it, that has this identifier and may sign.
    fn signer(&self, id: u64) -> Option<(&Key, &PublicKey)> {
        self.keys.iter().find_map(|key| {
            let own = key.self_signature().map(|signature| (&key.primary, signature));
            let subkeys = key.subkeys.iter().map(|subkey| (&subkey.key, &subkey.signature));
            let mut parts = own.into_iter().chain(subkeys);
            let found = parts.find(|(part, signature)| part.id == id && signature.allows_signing());
            found.map(|(part, _)| (key, part))
        })
    }
}

/// What is hashed of the text: line ends become CR and LF if it is signed as a text.
fn signed_text(text: &[u8], kind: u8) -> Result<Vec<u8>, Error> {
    match kind {
        kind::BINARY => Ok(text.to_vec()),
        kind::TEXT => Ok(canonical(text)),
        kind => Err(Error::Unsupported(format!("unsupported signature type: {kind}"))),
    }
}

fn canonical(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut is_behind_return = false;
    for &byte in text {
        if byte == b'\n' && !is_behind_return {
            out.push(b'\r');
        }
        out.push(byte);
        is_behind_return = byte == b'\r' && !is_behind_return;
    }
    out
}

impl Key {
    /// The names of the owner.
    pub fn names(&self) -> impl Iterator<Item = &Str> {
        self.users.iter().map(|user| &user.name)
    }

    /// The fingerprint, in capital hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        data_encoding::HEXUPPER.encode(&self.primary.fingerprint)
    }

    pub(super) fn secret(&self) -> Option<&SecretKey> {
        self.secret.as_ref()
    }

    /// True if the key cannot sign without its passphrase.
    pub fn is_locked(&self) -> bool {
        self.secret.as_ref().is_some_and(SecretKey::is_locked)
    }

    /// Checks that there is a secret half at all.
    pub fn check_private(&self) -> Result<(), Error> {
        if self.secret.is_some() { Ok(()) } else { Err(Error::NotPrivate) }
    }

    /// Unlocks the secret half.
    pub fn unlock(&mut self, passphrase: &[u8]) -> Result<(), Error> {
        self.secret.as_mut().ok_or(Error::NotPrivate)?.unlock(passphrase)
    }

    /// The user that says how long the key is valid.
    fn primary_user(&self) -> Option<&User> {
        let mut users = self.users.iter();
        let first = users.next()?;
        Some(users.fold(first, |best, user| if user.is_before(best) { user } else { best }))
    }

    fn self_signature(&self) -> Option<&Signature> {
        self.primary_user()?.signature.as_ref()
    }

    /// Checks that the key, of which `signer` is a part, may have made `signature` by `now`.
    fn check(&self, signer: &PublicKey, signature: &Signature, now: i64) -> Result<(), Error> {
        let user = self.primary_user().ok_or(Error::UnknownIssuer)?;
        let own = user.signature.as_ref().ok_or(Error::UnknownIssuer)?;
        let subkey = self.subkeys.iter().find(|subkey| std::ptr::eq(&raw const subkey.key, signer));
        let mut signatures = vec![signature, own];
        if let Some(subkey) = subkey {
            signatures.push(&subkey.signature);
            signatures.extend(subkey.signature.embedded.as_deref());
        }
        let mut notes = signatures.iter().flat_map(|signature| &signature.critical_notes);
        if let Some(note) = notes.next() {
            let name = note.to_str_lossy();
            return Err(Error::Signature(format!("unknown critical notation: {name}")));
        }
        let of_subkey = subkey.map_or(&[][..], |subkey| &subkey.revocations);
        let mut revocations = self.revocations.iter().chain(&user.revocations).chain(of_subkey);
        if revocations.any(|revocation| revocation.revokes(now)) {
            return Err(Error::KeyRevoked);
        }
        let is_expired = |subkey: &Subkey| subkey.key.is_expired(&subkey.signature, now);
        if self.primary.is_expired(own, now) || subkey.is_some_and(is_expired) {
            return Err(Error::KeyExpired);
        }
        if signatures.iter().any(|signature| signature.is_expired(now)) {
            return Err(Error::SignatureExpired);
        }
        Ok(())
    }
}

impl User {
    /// True if this user says more about the key than `other`, who stands before it.
    fn is_before(&self, other: &Self) -> bool {
        if self.revocations.len() != other.revocations.len() {
            return self.revocations.len() < other.revocations.len();
        }
        let Some(theirs) = &other.signature else { return true };
        let Some(own) = &self.signature else { return false };
        match (own.is_primary_user, theirs.is_primary_user) {
            (false, true) => false,
            (true, false) => true,
            _ => own.created() > theirs.created(),
        }
    }
}

/// Puts packets together to keys.
struct Reader<'d> {
    packets: Packets<'d>,
    /// What is left of the work that is allowed.
    work: usize,
}

impl Reader<'_> {
    /// Counts the work of checking a signature over `size` bytes.
    fn count(&mut self, size: usize) -> Result<(), Error> {
        let cost = size + SIGNATURE_WORK;
        self.work = self.work.checked_sub(cost).ok_or(Error::TooMuchWork)?;
        Ok(())
    }

    /// Goes to the next public key.
    fn skip_to_key(&mut self) -> Result<(), Error> {
        loop {
            match self.packets.next() {
                Err(Error::Unsupported(_)) => {}
                Err(error) => return Err(error),
                Ok(Packet::PublicKey(key)) if !key.is_subkey => {
                    self.packets.unread(Packet::PublicKey(key));
                    return Ok(());
                }
                Ok(_) => {}
            }
        }
    }

    /// The next key, with everything that belongs to it.
    fn key(&mut self) -> Result<Key, Error> {
        let (primary, secret) = match self.packets.next()? {
            Packet::PublicKey(key) => (key, None),
            Packet::SecretKey(key) => (key.public.clone(), Some(key)),
            other => {
                self.packets.unread(other);
                return Err(Error::structure("first packet was not a public/private key"));
            }
        };
        if !super::algorithm::can_sign(primary.algorithm) {
            return Err(Error::structure("primary key cannot be used for signatures"));
        }
        let mut key = Key {
            primary,
            secret,
            revocations: Vec::new(),
            users: Vec::new(),
            subkeys: Vec::new(),
        };
        self.parts(&mut key)?;
        if key.users.is_empty() {
            return Err(Error::structure("v4 entity without any identities"));
        }
        for revocation in &key.revocations {
            self.count(0)?;
            key.primary
                .verify_own(revocation)
                .map_err(|_| Error::structure("revocation signature signed by alternate key"))?;
        }
        Ok(key)
    }

    /// What stands behind a primary key, up to the next one.
    fn parts(&mut self, key: &mut Key) -> Result<(), Error> {
        loop {
            let packet = match self.packets.next() {
                Err(Error::End) => return Ok(()),
                packet => packet?,
            };
            match packet {
                Packet::UserId(name) => self.user(key, name)?,
                Packet::Signature(signature) => {
                    if signature.kind == kind::KEY_REVOCATION {
                        key.revocations.push(signature);
                    }
                }
                Packet::SecretKey(subkey) if subkey.public.is_subkey => {
                    self.subkey(key, subkey.public)?;
                }
                Packet::PublicKey(subkey) if subkey.is_subkey => self.subkey(key, subkey)?,
                packet @ (Packet::SecretKey(_) | Packet::PublicKey(_)) => {
                    self.packets.unread(packet);
                    return Ok(());
                }
                Packet::Other => {}
            }
        }
    }

    /// The signatures behind the name of a user; without one by the key itself, he is nobody.
    fn user(&mut self, key: &mut Key, name: Str) -> Result<(), Error> {
        let mut user = User { name, signature: None, revocations: Vec::new() };
        let mut is_signed = false;
        while let Some(signature) = self.next_signature()? {
            let is_revocation = signature.kind == kind::USER_REVOCATION;
            if !kind::USER.contains(&signature.kind) && !is_revocation {
                return Err(Error::structure("user ID signature with wrong type"));
            }
            if !key.primary.is_issuer_of(&signature) {
                continue;
            }
            self.count(user.name.len())?;
            key.primary.verify_user(&user.name, &signature).map_err(|error| {
                Error::Structure(format!("user ID self-signature invalid: {error}"))
            })?;
            is_signed = true;
            if is_revocation {
                user.revocations.push(signature);
            } else {
                keep_newest(&mut user.signature, signature);
            }
        }
        if is_signed {
            key.users.retain(|other| other.name != user.name);
            key.users.push(user);
        }
        Ok(())
    }

    /// The signatures behind a subkey.
    fn subkey(&mut self, key: &mut Key, subkey: PublicKey) -> Result<(), Error> {
        let invalid = |error| Error::Structure(format!("subkey signature invalid: {error}"));
        let (mut newest, mut revocations) = (None, Vec::new());
        while let Some(signature) = self.next_signature().map_err(invalid)? {
            if ![kind::SUBKEY, kind::SUBKEY_REVOCATION].contains(&signature.kind) {
                return Err(Error::structure("subkey signature with wrong type"));
            }
            self.count(0)?;
            key.primary.verify_subkey(&subkey, &signature).map_err(invalid)?;
            if signature.kind == kind::SUBKEY {
                keep_newest(&mut newest, signature);
            } else {
                revocations.push(signature);
            }
        }
        let signature =
            newest.ok_or_else(|| Error::structure("subkey packet not followed by signature"))?;
        key.subkeys.push(Subkey { key: subkey, signature, revocations });
        Ok(())
    }

    /// The next packet if it is a signature.
    fn next_signature(&mut self) -> Result<Option<Signature>, Error> {
        match self.packets.next() {
            Ok(Packet::Signature(signature)) => Ok(Some(signature)),
            Ok(packet) => {
                self.packets.unread(packet);
                Ok(None)
            }
            Err(Error::End) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn keep_newest(newest: &mut Option<Signature>, signature: Signature) {
    if newest.as_ref().is_none_or(|newest| signature.created() > newest.created()) {
        *newest = Some(signature);
    }
}
