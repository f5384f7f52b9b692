//! URLs taken apart and put together.

use crate::data::{Failure, Map, Str, Value};
use crate::template::{Function, function};
use crate::url::{Url, Userinfo};

pub(super) static TABLE: &[Function] =
    &[("urlJoin", &function(url_join)), ("urlParse", &function(url_parse))];

/// The parts of `url` as a dict.
///
/// ```text
/// {{ (urlParse "http://u:p@h:80/p/a?q=1#f").hostname }}  -> h
/// {{ urlParse "/p?x" | toJson }} -> {"fragment":"","host":"","hostname":"","opaque":"","path":"/p","query":"x","scheme":"","userinfo":""}
/// {{ urlParse "http://h:x/" }}   -> error: unable to parse url: parse "http://h:x/": invalid port ":x" after host
/// ```
fn url_parse(url: Str) -> Result<Map, Failure> {
    let url =
        Url::parse(&url).map_err(|error| Failure::from(format!("unable to parse url: {error}")))?;
    let parts = Map::new();
    parts.insert("hostname", Str::from(url.hostname()));
    parts.insert("userinfo", url.user.as_ref().map(Userinfo::text).unwrap_or_default());
    parts.insert("scheme", url.scheme);
    parts.insert("host", url.host);
    parts.insert("path", url.path);
    parts.insert("query", url.query);
    parts.insert("opaque", url.opaque);
    parts.insert("fragment", url.fragment);
    Ok(parts)
}

/// The URL that the dict `parts` describes.
///
/// ```text
/// {{ urlJoin (dict "scheme" "http" "host" "h:1" "path" "/p" "query" "q=1" "userinfo" "u:p") }} -> http://u:p@h:1/p?q=1
/// {{ urlJoin (dict "host" "h" "path" "a b?c") }}  -> //h/a%20b%3Fc
/// {{ urlJoin (dict "scheme" 1) }} -> error: unable to parse scheme key, must be of type string, but int found
/// ```
fn url_join(parts: Map) -> Result<Str, Failure> {
    let mut url = Url {
        scheme: part(&parts, "scheme")?,
        host: part(&parts, "host")?,
        path: part(&parts, "path")?,
        query: part(&parts, "query")?,
        opaque: part(&parts, "opaque")?,
        fragment: part(&parts, "fragment")?,
        ..Url::default()
    };
    let userinfo = part(&parts, "userinfo")?;
    if !userinfo.is_empty() {
        url.user = user(&userinfo)?;
    }
    Ok(url.text())
}

/// The text under `key`, empty if there is none.
fn part(parts: &Map, key: &str) -> Result<Str, Failure> {
    match parts.get(key.as_bytes()) {
        None => Ok(Str::EMPTY),
        Some(Value::String(text)) => Ok(text),
        Some(Value::Nil) => {
            Err("runtime error: invalid memory address or nil pointer dereference".into())
        }
        Some(other) => {
            let kind = other.kind();
            let message =
                format!("unable to parse {key} key, must be of type string, but {kind} found");
            Err(message.into())
        }
    }
}

/// Reads name and password as part of a URL, which is how sprig does it.
fn user(userinfo: &[u8]) -> Result<Option<Userinfo>, Failure> {
    let url = [b"proto://", userinfo, b"@host"].concat();
    match Url::parse(&url) {
        Ok(url) => Ok(url.user),
        Err(error) => Err(format!("unable to parse userinfo in dict: {error}").into()),
    }
}
