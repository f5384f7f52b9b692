//! Why a request has no answer, in Go's words.

use std::fmt;
use std::io;

use super::tls::TlsFault;
use super::{Request, address};
use go_text_template::Compat;
use go_text_template::data::quoted;

/// A request without an answer, or an answer that broke off.
#[derive(Debug)]
pub struct Error(Box<Fault>);

#[derive(Debug)]
struct Fault {
    /// How Go writes the method: `Get`; empty for an answer that broke off.
    method: String,
    url: String,
    cause: Cause,
}

/// What went wrong.
#[derive(Debug)]
pub enum Cause {
    /// The address is no URL.
    Address(go_text_template::functions::UrlError),
    /// Neither `http` nor `https`.
    Scheme(String),
    /// An address without a host.
    NoHost,
    /// The name server does not know the host.
    NoSuchHost {
        /// The host.
        host: String,
        /// The name server that Go would have asked.
        server: String,
    },
    /// No connection to the address.
    Connect {
        /// Host and port.
        address: String,
        /// What the system says.
        error: io::Error,
    },
    /// The proxy does not let the request through.
    Proxy(String),
    /// The files for TLS cannot be used.
    TlsFiles(TlsFault),
    /// The peers could not agree on a secure connection.
    Tls(String),
    /// A server without TLS on the other side.
    NoTls,
    /// The system broke the connection.
    Io(io::Error),
    /// The connection ended before the answer began.
    NoAnswer,
    /// The connection ended within the answer.
    CutOff,
    /// No answer in time.
    NoAnswerInTime,
    /// The answer did not end in time.
    TooSlow,
    /// The answer is not HTTP.
    Malformed(String),
    /// Redirects that do not end.
    TooManyRedirects,
    /// A redirect that leads nowhere.
    BadRedirect(String),
    /// More bytes than are taken.
    TooLong(u64),
    /// `--offline`.
    Offline,
}

impl Error {
    /// `request` has no answer from `url`, which is its own or one that it was redirected to.
    pub(super) fn new(request: &Request, url: &str, cause: Cause) -> Self {
        let mut method = request.method.to_ascii_lowercase();
        if let Some(first) = method.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self(Box::new(Fault { method, url: address::without_password(url), cause }))
    }

    /// The answer from `url` broke off.
    pub(super) fn body(url: &str, cause: Cause) -> Self {
        let url = address::without_password(url);
        Self(Box::new(Fault { method: String::new(), url, cause }))
    }

    /// What went wrong.
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// The text as the Helm of `compat` has it.
    pub fn message(&self, compat: Compat) -> String {
        match &self.0.cause {
            Cause::TlsFiles(fault) => {
                format!("can't create TLS config for client: {}", fault.message(compat))
            }
            Cause::TooLong(most) => {
                format!("{} has more than {most} bytes, which are not taken", self.0.url)
            }
            Cause::Offline => format!("{} is not fetched: --offline was given", self.0.url),
            cause if self.0.method.is_empty() => cause.to_string(),
            cause => format!("{} {}: {cause}", self.0.method, quoted(self.0.url.as_bytes())),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Scheme(scheme) => {
                write!(f, "unsupported protocol scheme {}", quoted(scheme.as_bytes()))
            }
            Self::NoHost => f.write_str("http: no Host in request URL"),
            Self::NoSuchHost { host, server } if server.is_empty() => {
                write!(f, "dial tcp: lookup {host}: no such host")
            }
            Self::NoSuchHost { host, server } => {
                write!(f, "dial tcp: lookup {host} on {server}: no such host")
            }
            Self::Connect { address, error } => {
                write!(f, "dial tcp {address}: connect: {}", system_text(error))
            }
            Self::Proxy(answer) => f.write_str(answer),
            Self::TlsFiles(fault) => f.write_str(&fault.message(Compat::Helm4)),
            Self::Tls(what) => f.write_str(what),
            Self::NoTls => f.write_str("http: server gave HTTP response to HTTPS client"),
            Self::Io(error) => f.write_str(&system_text(error)),
            Self::NoAnswer => f.write_str("EOF"),
            Self::CutOff => f.write_str("unexpected EOF"),
            Self::NoAnswerInTime => f.write_str(
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
            ),
            Self::TooSlow => f.write_str(
                "context deadline exceeded (Client.Timeout or context cancellation while reading \
                 body)",
            ),
            Self::Malformed(what) => f.write_str(what),
            Self::TooManyRedirects => f.write_str("stopped after 10 redirects"),
            Self::BadRedirect(location) => {
                write!(f, "failed to parse Location header {}", quoted(location.as_bytes()))
            }
            Self::TooLong(most) => write!(f, "more than {most} bytes"),
            Self::Offline => f.write_str("--offline was given"),
        }
    }
}

impl Cause {
    /// The cause that a reader or writer below hid in an `io::Error`.
    pub(super) fn of_io(error: io::Error) -> Self {
        match error.downcast::<Hidden>() {
            Ok(Hidden(cause)) => cause,
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::TooSlow,
                io::ErrorKind::UnexpectedEof => Self::CutOff,
                _ => Self::Io(error),
            },
        }
    }

    /// The cause as an `io::Error`, for readers that may return nothing else.
    pub(super) fn into_io(self) -> io::Error {
        io::Error::other(Hidden(self))
    }

    /// The cause of a failure before the answer began.
    pub(super) fn before_answer(self) -> Self {
        match self {
            Self::TooSlow => Self::NoAnswerInTime,
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
fn system_text(error: &io::Error) -> String {
    crate::model::PathError::new("", b"", error).cause
}
