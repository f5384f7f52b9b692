//! Why a request has no answer, in Go's words.

use std::error::Error as _;
use std::{fmt, io};

use super::address;
use super::tls::{self, TlsFault};
use go_text_template::Compat;
use go_text_template::data::quoted;

/// A request without an answer, or an answer that broke off.
#[derive(Debug)]
pub struct Error {
    /// How Go writes the method: `Get`; empty for an answer that broke off.
    method: String,
    url: String,
    cause: Cause,
}

/// What went wrong.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The address, the way to the server, or the answer is not as it has to be.
    Said(String),
    /// The answer is not HTTP.
    Malformed(String),
    /// An address without a host.
    NoHost,
    /// The files for TLS cannot be used.
    TlsFiles(Box<TlsFault>),
    /// A server without TLS on the other side.
    NoTls,
    /// The connection ended before the answer began.
    NoAnswer,
    /// The connection ended within the answer.
    CutOff,
    /// No answer in time.
    NoAnswerInTime,
    /// The answer did not end in time.
    TooSlow,
    /// More bytes than are taken.
    TooLong(u64),
    /// `--offline`.
    Offline,
}

impl Error {
    /// A request with `method` has no answer from `url`, which is its own or one that it was redirected to.
    pub(super) fn new(method: &str, url: &str, cause: Cause) -> Self {
        let mut method = method.to_ascii_lowercase();
        if let Some(first) = method.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self { method, ..Self::body(url, cause) }
    }

    /// The answer from `url` broke off.
    pub(super) fn body(url: &str, cause: Cause) -> Self {
        Self { method: String::new(), url: address::without_password(url), cause }
    }

    /// What went wrong.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The text as the Helm of `compat` has it.
    pub fn message(&self, compat: Compat) -> String {
        let Self { method, url, cause } = self;
        match cause {
            Cause::TlsFiles(fault) => {
                format!("can't create TLS config for client: {}", fault.message(compat))
            }
            Cause::TooLong(most) => {
                format!("{url} has more than {most} bytes, which are not taken")
            }
            Cause::Offline => format!("{url} is not fetched: --offline was given"),
            cause if method.is_empty() => cause.to_string(),
            cause => format!("{method} {}: {cause}", quoted(url.as_bytes())),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(what) | Self::Malformed(what) => f.write_str(what),
            Self::NoHost => f.write_str("http: no Host in request URL"),
            Self::TlsFiles(fault) => f.write_str(&fault.message(Compat::Helm4)),
            Self::NoTls => f.write_str("http: server gave HTTP response to HTTPS client"),
            Self::NoAnswer => f.write_str("EOF"),
            Self::CutOff => f.write_str("unexpected EOF"),
            Self::NoAnswerInTime => f.write_str(
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
            ),
            Self::TooSlow => f.write_str(
                "context deadline exceeded (Client.Timeout or context cancellation while reading \
                 body)",
            ),
            Self::TooLong(most) => write!(f, "more than {most} bytes"),
            Self::Offline => f.write_str("--offline was given"),
        }
    }
}

impl Cause {
    /// What `error` came from, if that lies below HTTP.
    pub(super) fn of(error: &hyper::Error) -> Option<Self> {
        error.source().and_then(|source| source.downcast_ref()).map(Self::of_io)
    }

    /// The cause that a reader or writer below hid in an `io::Error`.
    pub(super) fn of_io(error: &io::Error) -> Self {
        let hidden = error.get_ref().and_then(|inner| inner.downcast_ref::<Hidden>());
        let said = |what: String| Self::Said(what);
        match (hidden, error.kind()) {
            (Some(Hidden(cause)), _) => cause.clone(),
            (None, io::ErrorKind::UnexpectedEof) => Self::CutOff,
            // This is how hyper says that chunks are none.
            (None, io::ErrorKind::InvalidInput) => {
                Self::Malformed("malformed chunked encoding".to_owned())
            }
            _ => tls::fault(error, "").map_or_else(|| said(system_text(error)), said),
        }
    }

    /// The cause as an `io::Error`, for readers that may return nothing else.
    pub(super) fn into_io(self) -> io::Error {
        io::Error::other(Hidden(self))
    }

    /// The cause of a failure before the body began.
    pub(super) fn before_body(self) -> Self {
        match self {
            Self::TooSlow => Self::NoAnswerInTime,
            Self::Malformed(what) => {
                Self::Said(format!("net/http: HTTP/1.x transport connection broken: {what}"))
            }
            cause => cause,
        }
    }
}

/// A cause on its way through `Read`.
#[derive(Debug)]
struct Hidden(Cause);

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Hidden {}

/// Go's text of a system error: the C library's, in lower case.
pub(super) fn system_text(error: &io::Error) -> String {
    crate::model::PathError::new("", b"", error).cause
}
