//! Why a registry does not do what it is asked, in the words of Helm's library.

use super::BadReference;
use crate::network;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, Value, append_value, quoted};

/// What went wrong.
#[derive(Debug)]
#[allow(missing_docs, reason = "message says what each is")]
pub enum Error {
    Reference(BadReference),
    Network(network::Error),
    /// A step of the authentication failed.
    Authorization {
        method: &'static str,
        url: String,
        error: Box<Self>,
    },
    NoCredential,
    NoPassword,
    NoPasswordForToken,
    /// The token's server is not one to send a password to.
    Realm(String),
    NoToken {
        method: &'static str,
        url: String,
    },
    /// The credentials cannot be had.
    Credential(String),
    Status {
        method: &'static str,
        url: String,
        status: u16,
        errors: Vec<Tree>,
    },
    NotFound(String),
    /// The registry is not there.
    NoRegistry,
    /// Go's words about which step of a copy failed.
    Copy {
        step: &'static str,
        origin: &'static str,
        error: Box<Self>,
    },
    /// An answer is not what the protocol says.
    Answer(String),
    /// Fewer parts than a chart has.
    TooFew {
        least: usize,
        found: usize,
    },
    NoConfig,
    NoLayer(&'static str),
    /// What came has another digest, or another size, than it should.
    Mismatch {
        wanted: String,
        found: String,
    },
    TooLarge {
        digest: String,
        size: u64,
    },
    Strict,
    Chart(crate::model::Error),
    NoTags(String),
    NoMatch(String),
    Constraint(go_text_template::semver::ConstraintError),
}

impl From<network::Error> for Error {
    fn from(error: network::Error) -> Self {
        Self::Network(error)
    }
}

impl From<BadReference> for Error {
    fn from(error: BadReference) -> Self {
        Self::Reference(error)
    }
}

impl Error {
    /// The text as the Helm of `compat` has it.
    pub fn message(&self, compat: Compat) -> String {
        match self {
            Self::Reference(error) => error.to_string(),
            Self::Network(error) => error.message(compat),
            Self::Authorization { method, url, error } => {
                format!("{method} {}: {}", quoted(url.as_bytes()), error.message(compat))
            }
            Self::NoCredential => "basic credential not found".to_owned(),
            Self::NoPassword => "missing username or password for basic auth".to_owned(),
            Self::NoPasswordForToken => "missing username or password for bearer auth".to_owned(),
            Self::Realm(text) | Self::Answer(text) | Self::Credential(text) => text.clone(),
            Self::NoToken { method, url } => {
                format!("{method} {}: empty token returned", quoted(url.as_bytes()))
            }
            Self::Status { method, url, status, errors } => format!(
                "{method} {}: response status code {status}: {}",
                quoted(url.as_bytes()),
                reasons(errors, *status)
            ),
            Self::NotFound(what) => format!("{what}: not found"),
            Self::NoRegistry => "not found".to_owned(),
            Self::Copy { step, origin, error } => {
                format!("failed to perform {step:?} on {origin}: {}", error.message(compat))
            }
            Self::TooFew { least, found } => format!(
                "manifest does not contain minimum number of descriptors ({least}), descriptors \
                 found: {found}"
            ),
            Self::NoConfig => format!("could not load config with mediatype {}", super::CONFIG),
            Self::NoLayer(media_type) => {
                format!("manifest does not contain a layer with mediatype {media_type}")
            }
            Self::Mismatch { wanted, found } => {
                format!("digest mismatch: what came for {wanted} is {found}")
            }
            Self::TooLarge { digest, size } => {
                format!("{digest} has {size} bytes, more than are taken of a registry")
            }
            Self::Strict => {
                "strict mode enabled, ref basename and tag must match the chart name and \
                             version"
                    .to_owned()
            }
            Self::Chart(error) => error.to_string(),
            Self::NoTags(reference) => {
                let unable = if compat.is_helm3() { "Unable" } else { "unable" };
                format!("{unable} to locate any tags in provided repository: {reference}")
            }
            Self::NoMatch(version) => {
                let could = if compat.is_helm3() { "Could" } else { "could" };
                format!("{could} not locate a version matching provided version string {version}")
            }
            Self::Constraint(error) => error.to_string(),
        }
    }
}

/// The registry's own words, or those of the status.
fn reasons(errors: &[Tree], status: u16) -> String {
    if errors.is_empty() {
        return status_text(status).to_owned();
    }
    errors.iter().map(reason).collect::<Vec<_>>().join("; ")
}

fn reason(error: &Tree) -> String {
    let text = |name: &str| {
        let text = error.at(&[name]).and_then(Tree::as_str).map(Str::to_string);
        text.unwrap_or_default()
    };
    let code = text("code").replace('_', " ").to_lowercase();
    let message = text("message");
    match error.at(&["detail"]) {
        _ if message.is_empty() => code,
        None | Some(Tree::Null) => format!("{code}: {message}"),
        Some(detail) => {
            let mut printed = Vec::new();
            // Trees have no cycles, so they can be printed.
            let _ = append_value(&mut printed, &Value::from(detail));
            format!("{code}: {message}: {}", Str::from(printed))
        }
    }
}

/// Go's words for a status.
fn status_text(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        416 => "Requested Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        _ => "",
    }
}
