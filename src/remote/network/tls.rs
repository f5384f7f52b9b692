//! TLS: whom we trust, what we show, and Go's words when that fails.

use std::io;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, InconsistentKeys,
    InvalidMessage, OtherError, RootCertStore, SignatureScheme,
};

use crate::model::PathError;
use go_text_template::Compat;

/// How a server is verified, and what it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tls {
    /// The file of the certificate that is shown.
    pub cert_file: String,
    /// The file of its private key.
    pub key_file: String,
    /// The file of the authorities that are trusted, instead of the system's.
    pub ca_file: String,
    /// Whether the server need not prove who it is.
    pub insecure: bool,
}

impl Tls {
    /// True if it is not the system's way.
    pub fn is_special(&self) -> bool {
        self.insecure || !self.ca_file.is_empty() || self.has_pair()
    }

    fn has_pair(&self) -> bool {
        !self.cert_file.is_empty() && !self.key_file.is_empty()
    }
}

/// Why the files for TLS cannot be used.
#[derive(Clone, Debug)]
pub struct TlsFault {
    part: Part,
    tls: Tls,
    what: String,
}

/// What cannot be used.
#[derive(Clone, Copy, Debug)]
enum Part {
    CertFile,
    KeyFile,
    Pair,
    CaFile,
    CaContent,
}

impl TlsFault {
    fn new(part: Part, tls: &Tls, what: impl ToString) -> Self {
        Self { part, tls: tls.clone(), what: what.to_string() }
    }

    /// The text as the Helm of `compat` has it.
    pub fn message(&self, compat: Compat) -> String {
        let Self { part, what, tls: Tls { cert_file, key_file, ca_file, .. } } = self;
        match (part, compat) {
            (Part::CaFile, Compat::Helm3) => format!("can't read CA file: {ca_file}"),
            (Part::CaContent, Compat::Helm3) => {
                format!("failed to append certificates from file: {ca_file}")
            }
            (_, Compat::Helm3) => {
                format!("can't load key pair from cert {cert_file} and key {key_file}: {what}")
            }
            (Part::CertFile, _) => format!("unable to read cert file: {cert_file:?}: {what}"),
            (Part::KeyFile, _) => format!("unable to read key file: {key_file:?}: {what}"),
            (Part::Pair, _) => format!("unable to load cert from key pair: {what}"),
            (Part::CaFile, _) => format!("can't read CA file: {ca_file:?}: {what}"),
            (Part::CaContent, _) => "failed to append certificates from pem block".to_owned(),
        }
    }
}

/// The configuration that `tls` stands for.
pub(super) fn config(tls: &Tls) -> Result<Arc<ClientConfig>, TlsFault> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let (roots, trusted) = roots(tls)?;
    let chains = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
    let chains = chains.build().ok();
    let verifier = Verifier { chains, trusted, insecure: tls.insecure, provider: provider.clone() };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has all suites of these versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    Ok(Arc::new(match pair(tls)? {
        Some(pair) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(pair))),
        None => builder.with_no_client_auth(),
    }))
}

/// The authorities that are trusted, and the certificates of the user's own file.
fn roots(tls: &Tls) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), TlsFault> {
    let mut store = RootCertStore::empty();
    if tls.ca_file.is_empty() {
        if !tls.insecure {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        return Ok((store, Vec::new()));
    }
    let text = read(&tls.ca_file).map_err(|error| TlsFault::new(Part::CaFile, tls, error))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&text).filter_map(Result::ok).collect();
    match store.add_parsable_certificates(found.iter().cloned()) {
        (0, _) => Err(TlsFault::new(Part::CaContent, tls, "")),
        _ => Ok((store, found)),
    }
}

/// The certificates that are shown, and their key.
fn pair(tls: &Tls) -> Result<Option<CertifiedKey>, TlsFault> {
    if !tls.has_pair() {
        return Ok(None);
    }
    let fault = |what: &str| TlsFault::new(Part::Pair, tls, format!("tls: {what}"));
    let chain = read(&tls.cert_file);
    let chain = chain.map_err(|error| TlsFault::new(Part::CertFile, tls, error))?;
    let key = read(&tls.key_file).map_err(|error| TlsFault::new(Part::KeyFile, tls, error))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(fault("failed to find any PEM data in certificate input"));
    }
    let key = PrivateKeyDer::from_pem_slice(&key)
        .map_err(|_| fault("failed to find any PEM data in key input"))?;
    let key = aws_lc_rs::sign::any_supported_type(&key)
        .map_err(|_| fault("failed to parse private key"))?;
    let pair = CertifiedKey::new(chain, key);
    match pair.keys_match() {
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(fault("private key does not match public key"))
        }
        // Certificates that rustls cannot read, such as those of version 1, are the server's to judge.
        _ => Ok(Some(pair)),
    }
}

fn read(file: &str) -> Result<Vec<u8>, PathError> {
    crate::model::read_file(file.as_bytes()).map(|text| text.to_vec())
}

/// Verifies servers as Go does: a certificate that the user's own file names is trusted as it is,
/// even if it is an authority's.
#[derive(Debug)]
struct Verifier {
    /// Nothing if there is no authority at all.
    chains: Option<Arc<WebPkiServerVerifier>>,
    trusted: Vec<CertificateDer<'static>>,
    insecure: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.insecure {
            return Ok(ServerCertVerified::assertion());
        }
        let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let Some(chains) = &self.chains else { return Err(unknown) };
        match chains.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            Err(error) if is_authority(&error) => {
                if !self.trusted.iter().any(|known| known == end_entity) {
                    return Err(unknown);
                }
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// True if all that is wrong is that the server shows an authority's certificate as its own.
fn is_authority(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) = error
    else {
        return false;
    };
    inner.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
}

/// What is wrong with the handshake, in Go's words; nothing for a failure of the connection below.
pub(super) fn fault(error: &io::Error, name: &str) -> Option<String> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(error) => {
            let what = certificate_fault(error, name);
            Some(format!("tls: failed to verify certificate: x509: {what}"))
        }
        rustls::Error::AlertReceived(alert) => {
            Some(format!("remote error: tls: {}", alert_text(*alert)))
        }
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            Some("tls: first record does not look like a TLS handshake".to_owned())
        }
        other => Some(format!("tls: {other}")),
    }
}

fn certificate_fault(error: &CertificateError, name: &str) -> String {
    let expired = "certificate has expired or is not yet valid";
    match error {
        CertificateError::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
        CertificateError::Expired | CertificateError::NotValidYet => expired.to_owned(),
        CertificateError::ExpiredContext { .. } | CertificateError::NotValidYetContext { .. } => {
            format!("{expired}: {error}")
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            not_valid_for(name, presented)
        }
        CertificateError::NotValidForName => format!("certificate is not valid for {name}"),
        other => other.to_string(),
    }
}

/// The names of a certificate as rustls lists them: `DnsName("a.test")`, `IpAddress(::1)`.
fn not_valid_for(name: &str, presented: &[String]) -> String {
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let kind = if is_address { "IpAddress(" } else { "DnsName(" };
    let names: Vec<&str> = presented
        .iter()
        .filter_map(|text| text.strip_prefix(kind)?.strip_suffix(')'))
        .map(|name| name.trim_matches('"'))
        .collect();
    match (names.is_empty(), is_address) {
        (true, true) => {
            format!("cannot validate certificate for {name} because it doesn't contain any IP SANs")
        }
        (true, false) => {
            format!("certificate is not valid for any names, but wanted to match {name}")
        }
        (false, _) => format!("certificate is valid for {}, not {name}", names.join(", ")),
    }
}

/// Go's names of alerts.
fn alert_text(alert: AlertDescription) -> String {
    let known = match alert {
        AlertDescription::HandshakeFailure => "handshake failure",
        AlertDescription::BadCertificate => "bad certificate",
        AlertDescription::CertificateRequired => "certificate required",
        AlertDescription::UnknownCA => "unknown certificate authority",
        AlertDescription::CertificateUnknown => "unknown certificate",
        AlertDescription::CertificateExpired => "expired certificate",
        AlertDescription::UnrecognisedName => "unrecognized name",
        AlertDescription::ProtocolVersion => "protocol version not supported",
        AlertDescription::AccessDenied => "access denied",
        AlertDescription::InternalError => "internal error",
        other => return format!("{other:?}"),
    };
    known.to_owned()
}
