//! TLS: whom we trust, what we show, and Go's words when that fails.

use std::fmt::Debug;
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
    OtherError, RootCertStore, SignatureScheme,
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "message says what each is")]
pub enum TlsFault {
    CertFile { file: String, key_file: String, error: PathError },
    KeyFile { file: String, cert_file: String, error: PathError },
    Pair { cert_file: String, key_file: String, what: &'static str },
    CaFile { file: String, error: PathError },
    CaContent { file: String },
}

impl TlsFault {
    /// The text as the Helm of `compat` has it.
    pub fn message(&self, compat: Compat) -> String {
        let pair = |cert: &str, key: &str, what: &dyn std::fmt::Display| {
            format!("can't load key pair from cert {cert} and key {key}: {what}")
        };
        match (self, compat) {
            (Self::CertFile { file, key_file, error }, Compat::Helm3) => {
                pair(file, key_file, error)
            }
            (Self::KeyFile { file, cert_file, error }, Compat::Helm3) => {
                pair(cert_file, file, error)
            }
            (Self::Pair { cert_file, key_file, what }, Compat::Helm3) => {
                pair(cert_file, key_file, what)
            }
            (Self::CaFile { file, .. }, Compat::Helm3) => format!("can't read CA file: {file}"),
            (Self::CaContent { file }, Compat::Helm3) => {
                format!("failed to append certificates from file: {file}")
            }
            (Self::CertFile { file, error, .. }, Compat::Helm4) => {
                format!("unable to read cert file: {file:?}: {error}")
            }
            (Self::KeyFile { file, error, .. }, Compat::Helm4) => {
                format!("unable to read key file: {file:?}: {error}")
            }
            (Self::Pair { what, .. }, Compat::Helm4) => {
                format!("unable to load cert from key pair: {what}")
            }
            (Self::CaFile { file, error }, Compat::Helm4) => {
                format!("can't read CA file: {file:?}: {error}")
            }
            (Self::CaContent { .. }, Compat::Helm4) => {
                "failed to append certificates from pem block".to_owned()
            }
        }
    }
}

/// The configuration that `tls` stands for.
pub(super) fn config(tls: &Tls) -> Result<Arc<ClientConfig>, TlsFault> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let (roots, trusted) = roots(tls)?;
    let verifier = Verifier::new(roots, trusted, tls.insecure, &provider);
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has all suites of these versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    if !tls.has_pair() {
        return Ok(Arc::new(builder.with_no_client_auth()));
    }
    let (chain, key) = pair(tls)?;
    let bad_key = |_| no_pair(tls, "tls: failed to parse private key");
    let key = aws_lc_rs::sign::any_supported_type(&key).map_err(bad_key)?;
    let pair = CertifiedKey::new(chain, key);
    // Certificates that rustls cannot read, such as those of version 1, are the server's to judge.
    if let Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) = pair.keys_match() {
        return Err(no_pair(tls, "tls: private key does not match public key"));
    }
    let resolver = Arc::new(SingleCertAndKey::from(pair));
    Ok(Arc::new(builder.with_client_cert_resolver(resolver)))
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
    let file = tls.ca_file.clone();
    let text = read(&file).map_err(|error| TlsFault::CaFile { file: file.clone(), error })?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&text).filter_map(Result::ok).collect();
    let (added, _) = store.add_parsable_certificates(found.iter().cloned());
    if added == 0 {
        return Err(TlsFault::CaContent { file });
    }
    Ok((store, found))
}

/// The certificates that are shown, and their key.
fn pair(tls: &Tls) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsFault> {
    let (cert_file, key_file) = (tls.cert_file.clone(), tls.key_file.clone());
    let chain = read(&cert_file).map_err(|error| TlsFault::CertFile {
        file: cert_file.clone(),
        key_file: key_file.clone(),
        error,
    })?;
    let key =
        read(&key_file).map_err(|error| TlsFault::KeyFile { file: key_file, cert_file, error })?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(no_pair(tls, "tls: failed to find any PEM data in certificate input"));
    }
    let no_key = |_| no_pair(tls, "tls: failed to find any PEM data in key input");
    Ok((chain, PrivateKeyDer::from_pem_slice(&key).map_err(no_key)?))
}

fn no_pair(tls: &Tls, what: &'static str) -> TlsFault {
    TlsFault::Pair { cert_file: tls.cert_file.clone(), key_file: tls.key_file.clone(), what }
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

impl Verifier {
    fn new(
        roots: RootCertStore,
        trusted: Vec<CertificateDer<'static>>,
        insecure: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Self {
        let builder = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
        Self { chains: builder.build().ok(), trusted, insecure, provider: provider.clone() }
    }
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
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let certificate =
        |what: String| Some(format!("tls: failed to verify certificate: x509: {what}"));
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(certificate_fault(error, name)),
        rustls::Error::AlertReceived(alert) => {
            Some(format!("remote error: tls: {}", alert_text(*alert)))
        }
        other => Some(format!("tls: {other}")),
    }
}

fn certificate_fault(error: &CertificateError, name: &str) -> String {
    match error {
        CertificateError::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
        CertificateError::Expired | CertificateError::NotValidYet => {
            "certificate has expired or is not yet valid".to_owned()
        }
        CertificateError::ExpiredContext { .. } | CertificateError::NotValidYetContext { .. } => {
            format!("certificate has expired or is not yet valid: {error}")
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
    let inner = |text: &String| {
        let inner = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(text).trim_matches('"').to_owned()
    };
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let kind = if is_address { "IpAddress" } else { "DnsName" };
    let names: Vec<String> =
        presented.iter().filter(|text| text.starts_with(kind)).map(inner).collect();
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
    match alert {
        AlertDescription::HandshakeFailure => "handshake failure".to_owned(),
        AlertDescription::BadCertificate => "bad certificate".to_owned(),
        AlertDescription::CertificateRequired => "certificate required".to_owned(),
        AlertDescription::UnknownCA => "unknown certificate authority".to_owned(),
        AlertDescription::CertificateUnknown => "unknown certificate".to_owned(),
        AlertDescription::CertificateExpired => "expired certificate".to_owned(),
        AlertDescription::UnrecognisedName => "unrecognized name".to_owned(),
        AlertDescription::ProtocolVersion => "protocol version not supported".to_owned(),
        AlertDescription::AccessDenied => "access denied".to_owned(),
        AlertDescription::InternalError => "internal error".to_owned(),
        other => format!("{other:?}"),
    }
}
