//! Why a signature, a keyring or a provenance file is refused.

use std::fmt;

use crate::model::DecodeError;
use go_text_template::data::quoted;

/// Why something is refused; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The data is no OpenPGP.
    Structure(String),
    /// OpenPGP that the library does not know.
    Unsupported(String),
    /// The data does not suit what it is used for.
    InvalidArgument(String),
    /// The signature is none of this text by this key.
    Signature(String),
    /// The parts of a private key do not belong together.
    InvalidKey(String),
    /// The signature is not valid any more, or not yet.
    SignatureExpired,
    /// The key is not valid any more, or not yet.
    KeyExpired,
    /// The owner has withdrawn the key.
    KeyRevoked,
    /// No key of the ring has made the signature.
    UnknownIssuer,
    /// A packet that everybody should know; the number is its kind.
    UnknownCriticalPacket(u8),
    /// The secret half of the key is somewhere else.
    DummyKey,
    /// The data ends where more was not necessarily expected.
    End,
    /// The data ends in the middle.
    UnexpectedEnd,
    /// Base64 is broken, at this byte of its line.
    Base64(usize),
    /// Something that is no sentence of the library's.
    Other(&'static str),
    /// The text is not clear-signed.
    NoSignature,
    /// The text below the signature does not have Helm's two parts.
    OnePart,
    /// One of the two parts is not what it should be.
    Decode(DecodeError),
    /// The file is not among the signed ones.
    NotListed(String),
    /// The file is not the signed one.
    OtherDigest {
        /// The file.
        name: String,
        /// What is signed.
        signed: Vec<u8>,
        /// What there is.
        found: String,
    },
    /// The keyring is a keybox, and it is broken.
    Keybox(String),
    /// An armored keyring holds something else.
    NoKeyBlock(Vec<u8>),
    /// More work than a keyring is worth.
    TooMuchWork,
    /// More than one key has this in its name.
    Ambiguous(String),
    /// No key has the name.
    NoKey,
    /// The key has no secret half.
    NotPrivate,
    /// The key is locked; the text is its identifier.
    Locked(String),
}

impl Error {
    pub(super) fn structure(what: impl Into<String>) -> Self {
        Self::Structure(what.into())
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure(what) => write!(f, "openpgp: invalid data: {what}"),
            Self::Unsupported(what) => write!(f, "openpgp: unsupported feature: {what}"),
            Self::InvalidArgument(what) => write!(f, "openpgp: invalid argument: {what}"),
            Self::Signature(what) => write!(f, "openpgp: invalid signature: {what}"),
            Self::InvalidKey(what) => write!(f, "openpgp: invalid key: {what}"),
            Self::SignatureExpired => f.write_str("openpgp: signature expired"),
            Self::KeyExpired => f.write_str("openpgp: key expired"),
            Self::KeyRevoked => f.write_str("openpgp: signature made by revoked key"),
            Self::UnknownIssuer => f.write_str("openpgp: signature made by unknown entity"),
            Self::UnknownCriticalPacket(kind) => {
                write!(f, "openpgp: unknown critical packet type: {kind}")
            }
            Self::DummyKey => f.write_str("openpgp: s2k GNU dummy key: dummy key found"),
            Self::End => f.write_str("EOF"),
            Self::UnexpectedEnd => f.write_str("unexpected EOF"),
            Self::Base64(at) => write!(f, "illegal base64 data at input byte {at}"),
            Self::Other(text) => f.write_str(text),
            Self::NoSignature => f.write_str("signature block not found"),
            Self::OnePart => f.write_str("message block must have at least two parts"),
            Self::Decode(error) => error.fmt(f),
            Self::NotListed(name) => write!(
                f,
                "provenance does not contain a SHA for a file named {}",
                Quoted(name.as_bytes())
            ),
            Self::OtherDigest { name, signed, found } => write!(
                f,
                "sha256 sum does not match for {name}: {} != {}",
                Quoted(signed),
                Quoted(found.as_bytes())
            ),
            Self::Keybox(what) => f.write_str(what),
            Self::NoKeyBlock(kind) => {
                write!(f, "expected a public or private key block, got {}", Quoted(kind))
            }
            Self::TooMuchWork => f.write_str("the keyring takes too much work to be checked"),
            Self::Ambiguous(id) => {
                write!(f, "more than one key contain the id {}", Quoted(id.as_bytes()))
            }
            Self::NoKey => f.write_str("private key not found"),
            Self::NotPrivate => f.write_str(
                "provided key is not a private key. Try providing a keyring with secret keys",
            ),
            Self::Locked(id) => {
                write!(f, "openpgp: invalid argument: signing key {id} is encrypted")
            }
        }
    }
}

impl std::error::Error for Error {}

/// A text as a Go string literal.
struct Quoted<'t>(&'t [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: Vec<u8> = quoted(self.0).into();
        f.write_str(&String::from_utf8_lossy(&text))
    }
}
