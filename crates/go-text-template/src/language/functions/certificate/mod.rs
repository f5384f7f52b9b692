//! Private keys and X.509 certificates.
//!
//! Everything random comes from the render's [`World`]: keys, serial numbers and therefore whole
//! certificates repeat with a seeded source. Only the nonces of ECDSA are the library's, unless the
//! world repeats.

mod der;
mod dsa;
mod ec;
mod encodings;
mod key;
mod pem;
mod prime;
mod rsa;
#[cfg(test)]
mod seeded;
mod x509;

use std::net::IpAddr;

use crate::data::{Failure, Kind, List, Object, Str, Type, Value, sprint};
use crate::template::{Arg, Context, Function, Raised, World, function};
use encodings::within;
use key::PrivateKey;
use x509::{Authority, Request};

use super::encoding::decode_base64;

/// What a new RSA key of 2048 bits takes, in steps of the evaluator.
const KEY_STEPS: u64 = 1_000_000;

/// What a new key takes of the kind that `genPrivateKey` calls by that name.
fn steps_of(kind: &[u8]) -> u64 {
    match kind {
        b"" | b"rsa" => 6 * KEY_STEPS,
        b"dsa" => 4 * KEY_STEPS,
        _ => KEY_STEPS / 50,
    }
}

pub(super) static TABLE: &[Function] = &[
    ("buildCustomCert", &function(build_custom_cert)),
    ("genCA", &function(gen_ca)),
    ("genCAWithKey", &function(gen_ca_with_key)),
    ("genPrivateKey", &function(gen_private_key)),
    ("genSelfSignedCert", &function(gen_self_signed_cert)),
    ("genSelfSignedCertWithKey", &function(gen_self_signed_cert_with_key)),
    ("genSignedCert", &function(gen_signed_cert)),
    ("genSignedCertWithKey", &function(gen_signed_cert_with_key)),
];

/// sprig's `certificate`: a certificate and its private key, both as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Certificate {
    cert: Str,
    key: Str,
}

const CERTIFICATE: Type = Type::Named("sprig.certificate", Kind::Struct);

impl Object for Certificate {
    fn go_type(&self) -> Type {
        CERTIFICATE
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", self.cert.clone().into()), ("Key", self.key.clone().into())]
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn std::any::Any).downcast_ref::<Self>() == Some(self)
    }
}

impl Arg for Certificate {
    const TYPE: Type = CERTIFICATE;

    fn take(slot: &mut Value) -> Self {
        slot.downcast::<Self>().expect("the evaluator has checked the type").clone()
    }
}

impl From<Certificate> for Value {
    fn from(certificate: Certificate) -> Self {
        Self::object(certificate)
    }
}

/// A new private key as PEM: rsa (4096 bits, also for an empty name), dsa, ecdsa or ed25519.
///
/// ```text
/// {{ genPrivateKey "ecdsa" | trunc 30 }} -> -----BEGIN EC PRIVATE KEY-----
/// {{ genPrivateKey "ed25519" | trunc 27 }} -> -----BEGIN PRIVATE KEY-----
/// {{ genPrivateKey "bogus" }} -> Unknown type bogus
/// ```
fn gen_private_key(cx: &mut Context<'_>, kind: Str) -> Result<Str, Raised> {
    cx.work(steps_of(&kind))?;
    if let Some(key) = PrivateKey::generate(&kind, cx.world()) {
        return Ok(Str::from(key.to_pem()));
    }
    let mut message = Str::from_static("Unknown type ");
    message.push_bytes(&kind);
    Ok(message)
}

/// A certificate out of Base64 texts of a certificate and a key in PEM, after a look at both.
///
/// ```text
/// {{ buildCustomCert "!" "" }} -> error: unable to decode base64 certificate
/// {{ buildCustomCert "" "!" }} -> error: unable to decode base64 private key
/// {{ buildCustomCert "" "" }} -> error: unable to decode certificate
/// ```
fn build_custom_cert(cert: Str, key: Str) -> Result<Certificate, Failure> {
    let cert = decode_base64(&cert).map_err(|_| "unable to decode base64 certificate")?;
    let key = decode_base64(&key).map_err(|_| "unable to decode base64 private key")?;
    read_authority(&cert, "error parsing certificate: decodedCert.Bytes")?;
    PrivateKey::from_pem(&key).map_err(within("error parsing private key"))?;
    Ok(Certificate { cert: cert.into(), key: key.into() })
}

/// A certificate authority with a new RSA key, valid for `days` days.
///
/// ```text
/// {{ (genCA "example" 365).Cert | trunc 27 }} -> -----BEGIN CERTIFICATE-----
/// {{ (genCA "example" 365).Key | trunc 31 }} -> -----BEGIN RSA PRIVATE KEY-----
/// ```
fn gen_ca(cx: &mut Context<'_>, name: Str, days: i64) -> Result<Certificate, Raised> {
    cx.work(KEY_STEPS)?;
    let key = PrivateKey::generate_rsa_2048(cx.world());
    Ok(self_signed(cx.world(), &authority(name, days), &key)?)
}

/// A certificate authority with the private key `key`, which is PEM.
///
/// ```text
/// {{ (genCAWithKey "x" 5 (genPrivateKey "ecdsa")).Key | trunc 30 }} -> -----BEGIN EC PRIVATE KEY-----
/// {{ genCAWithKey "x" 5 "bad" }} -> error: parsing private key: no PEM data in input
/// ```
fn gen_ca_with_key(
    cx: &mut Context<'_>,
    name: Str,
    days: i64,
    key: Str,
) -> Result<Certificate, Failure> {
    self_signed(cx.world(), &authority(name, days), &given_key(&key)?)
}

/// A certificate for servers and clients that nobody else has signed.
///
/// ```text
/// {{ (genSelfSignedCert "a.b" (list "1.2.3.4") (list "a.b") 5).Cert | trunc 27 }} -> -----BEGIN CERTIFICATE-----
/// {{ genSelfSignedCert "a.b" (list 1) nil 5 }} -> error: error parsing ip: 1 is not a string
/// {{ genSelfSignedCert "a.b" (list "1.2.3") nil 5 }} -> error: error parsing ip: 1.2.3
/// ```
fn gen_self_signed_cert(
    cx: &mut Context<'_>,
    name: Str,
    addresses: List,
    names: List,
    days: i64,
) -> Result<Certificate, Raised> {
    cx.work(KEY_STEPS)?;
    let request = server(name, &addresses, &names, days)?;
    let key = PrivateKey::generate_rsa_2048(cx.world());
    Ok(self_signed(cx.world(), &request, &key)?)
}

/// The same with the private key `key`, which is PEM.
///
/// ```text
/// {{ (genSelfSignedCertWithKey "x" nil nil 5 (genPrivateKey "ed25519")).Key | trunc 27 }} -> -----BEGIN PRIVATE KEY-----
/// {{ genSelfSignedCertWithKey "x" nil nil 5 "" }} -> error: parsing private key: no PEM data in input
/// ```
fn gen_self_signed_cert_with_key(
    cx: &mut Context<'_>,
    name: Str,
    addresses: List,
    names: List,
    days: i64,
    key: Str,
) -> Result<Certificate, Failure> {
    let key = given_key(&key)?;
    self_signed(cx.world(), &server(name, &addresses, &names, days)?, &key)
}

/// A certificate for servers and clients, signed by the authority `ca`.
///
/// ```text
/// {{ (genSignedCert "a.b" nil (list "a.b") 5 (genCA "ca" 5)).Key | trunc 31 }} -> -----BEGIN RSA PRIVATE KEY-----
/// {{ genSignedCert "a.b" nil nil 5 (dict) }} -> error: wrong type for value; expected sprig.certificate; got map[string]interface {}
/// ```
fn gen_signed_cert(
    cx: &mut Context<'_>,
    name: Str,
    addresses: List,
    names: List,
    days: i64,
    ca: Certificate,
) -> Result<Certificate, Raised> {
    cx.work(KEY_STEPS)?;
    let (authority, signer) = read_signer(&ca)?;
    let request = server(name, &addresses, &names, days)?;
    let key = PrivateKey::generate_rsa_2048(cx.world());
    Ok(signed(cx.world(), &request, &key, Some(&authority), &signer)?)
}

/// The same with the private key `key`, which is PEM.
///
/// ```text
/// {{ (genSignedCertWithKey "x" nil nil 5 (genCA "ca" 5) (genPrivateKey "ecdsa")).Key | trunc 30 }} -> -----BEGIN EC PRIVATE KEY-----
/// {{ genSignedCertWithKey "x" nil nil 5 (genCA "ca" 5) "bad" }} -> error: parsing private key: no PEM data in input
/// ```
fn gen_signed_cert_with_key(
    cx: &mut Context<'_>,
    name: Str,
    addresses: List,
    names: List,
    days: i64,
    ca: Certificate,
    key: Str,
) -> Result<Certificate, Failure> {
    let key = given_key(&key)?;
    let (authority, signer) = read_signer(&ca)?;
    let request = server(name, &addresses, &names, days)?;
    signed(cx.world(), &request, &key, Some(&authority), &signer)
}

fn self_signed(
    world: &dyn World,
    request: &Request,
    key: &PrivateKey,
) -> Result<Certificate, Failure> {
    signed(world, request, key, None, key)
}

fn signed(
    world: &dyn World,
    request: &Request,
    key: &PrivateKey,
    authority: Option<&Authority>,
    signer: &PrivateKey,
) -> Result<Certificate, Failure> {
    let cert = x509::issue(world, request, key, authority, signer)
        .map_err(within("error creating certificate"))?;
    Ok(Certificate { cert: cert.into(), key: key.to_pem().into() })
}

fn given_key(key: &[u8]) -> Result<PrivateKey, Failure> {
    PrivateKey::from_pem(key).map_err(within("parsing private key"))
}

fn read_signer(ca: &Certificate) -> Result<(Authority, PrivateKey), Failure> {
    let what = "error parsing certificate: decodedSignerCert.Bytes";
    let authority = read_authority(&ca.cert, what)?;
    let key = PrivateKey::from_pem(&ca.key).map_err(within("error parsing private key"))?;
    Ok((authority, key))
}

fn read_authority(cert: &[u8], what: &'static str) -> Result<Authority, Failure> {
    let block = pem::decode(cert).ok_or("unable to decode certificate")?;
    Authority::read(&block.bytes).map_err(within(what))
}

fn authority(common_name: Str, days: i64) -> Request {
    Request { common_name, days, is_authority: true, ..Request::default() }
}

/// The request for a certificate that servers and clients can use.
fn server(common_name: Str, addresses: &List, names: &List, days: i64) -> Result<Request, Failure> {
    let addresses =
        addresses.iter().map(|address| ip_address(&address)).collect::<Result<_, _>>()?;
    let names = names.iter().map(dns_name).collect::<Result<_, _>>()?;
    Ok(Request { common_name, addresses, names, days, is_authority: false })
}

fn ip_address(value: &Value) -> Result<IpAddr, Failure> {
    let Value::String(text) = value else {
        return Err(format!("error parsing ip: {} is not a string", as_printed(value)?).into());
    };
    let address = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    address.ok_or_else(|| format!("error parsing ip: {text}").into())
}

/// Go's `%v`.
fn as_printed(value: &Value) -> Result<Str, Failure> {
    sprint(std::slice::from_ref(value)).map(Str::from)
}

fn dns_name(value: Value) -> Result<Str, Failure> {
    match value {
        Value::String(name) => Ok(name),
        other => Err(format!(
            "error processing alternate dns name: {} is not a string",
            as_printed(&other)?
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::seeded::Seeded;
    use super::*;

    fn text_list(items: &[&str]) -> List {
        List::new(items.iter().copied().map(Value::from).collect())
    }

    fn new_authority(world: &dyn World, kind: &str) -> Certificate {
        let key = PrivateKey::generate(kind.as_bytes(), world).unwrap();
        self_signed(world, &authority("ca".into(), 365), &key).unwrap()
    }

    #[test]
    fn certificates_repeat_with_the_seed() {
        let make = |seed| {
            let world = Seeded::new(seed);
            let request = authority("ca".into(), 365);
            self_signed(&world, &request, &PrivateKey::generate_rsa_2048(&world)).unwrap()
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }

    #[test]
    fn every_signer_can_be_read_again() {
        let world = Seeded::new(3);
        for kind in ["ecdsa", "ed25519"] {
            let ca = new_authority(&world, kind);
            let (authority, signer) = read_signer(&ca).unwrap();
            let request =
                server("a".into(), &text_list(&["::1"]), &text_list(&["a.b"]), 5).unwrap();
            let leaf = signed(&world, &request, &signer, Some(&authority), &signer).unwrap();
            assert!(read_signer(&leaf).is_ok(), "{kind}");
            assert_eq!(leaf.key, ca.key);
        }
    }

    #[test]
    fn refusals_are_worded_as_in_go() {
        let world = Seeded::new(4);
        let [ca, other] = [(); 2].map(|()| new_authority(&world, "ecdsa"));
        let mixed = Certificate { cert: ca.cert.clone(), key: other.key };
        let (authority, signer) = read_signer(&mixed).unwrap();
        let issue = |common_name: &[u8], names: &[&str], key: &PrivateKey| {
            let request =
                server(common_name.into(), &text_list(&[]), &text_list(names), 5).unwrap();
            signed(&world, &request, key, None, key).unwrap_err().to_string()
        };
        let request = server("a".into(), &text_list(&[]), &text_list(&[]), 5).unwrap();
        let wrong = signed(&world, &request, &signer, Some(&authority), &signer).unwrap_err();
        let dsa = PrivateKey::Dsa(Vec::new());
        for (message, expected) in [
            (wrong.to_string(), "x509: provided PrivateKey doesn't match parent's PublicKey"),
            (
                issue(b"a", &["\u{e9}"], &signer),
                "x509: \"\u{e9}\" cannot be encoded as an IA5String",
            ),
            (issue(b"\xff", &[], &signer), "asn1: string not valid UTF-8"),
            (
                issue(b"a", &[], &dsa),
                "x509: certificate private key does not implement crypto.Signer",
            ),
        ] {
            assert_eq!(message, format!("error creating certificate: {expected}"));
        }
    }
}
