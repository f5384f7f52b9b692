//! Go's `net/url`: addresses in parts, as text, and resolved against each other.

mod address;
mod escape;
mod reference;
mod parts;

pub use address::{Family, family};
pub use escape::EscapeError;
pub use parts::{Url, UrlError, Userinfo};

use crate::data::Str;
use escape::{Part, escape, unescape};

/// The host and the path of the URL `text`; nothing if Go does not take it for one.
pub fn host_and_path(text: &[u8]) -> Option<(Str, Str)> {
    let url = Url::parse(text).ok()?;
    Some((url.host, url.path))
}

/// True for a URL with a scheme that Go takes for that of a request.
pub fn is_request_url(text: &[u8]) -> bool {
    Url::parse_request(text).is_some_and(|url| !url.scheme.is_empty())
}

/// `text` escaped so that it can stand between two slashes of a path: Go's `PathEscape`.
pub fn path_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Part::Segment)
}

/// What [`path_escape`] has escaped: Go's `PathUnescape`.
pub fn path_unescape(text: &[u8]) -> Result<Vec<u8>, EscapeError> {
    unescape(text, Part::Segment)
}
