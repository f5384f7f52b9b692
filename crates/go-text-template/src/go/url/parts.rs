//! Go's `url.URL`: reading and writing.

use std::fmt;

use bstr::ByteSlice;

use super::address;
use super::escape::{EscapeError, Part, escape, is_escaped, unescape};
use crate::data::{Failure, Str, quoted};

/// A URL in parts, as Go has it.
#[derive(Clone, Debug, Default)]
pub struct Url {
    /// In lower case; empty for a relative URL.
    pub scheme: Str,
    /// What follows the scheme if that is no path.
    pub opaque: Str,
    /// Who asks.
    pub user: Option<Userinfo>,
    /// With the port.
    pub host: Str,
    /// With its escapes undone.
    pub path: Str,
    /// As written, without the `?`.
    pub query: Str,
    /// With its escapes undone.
    pub fragment: Str,
    /// The path as written, where it differs from what escaping would give.
    pub raw_path: Str,
    /// The fragment as written, likewise.
    pub raw_fragment: Str,
    /// The `?` is there, but nothing behind it.
    pub empty_query: bool,
    /// The scheme is followed by a path without a host.
    pub no_host: bool,
}

/// A name, maybe with a password.
#[derive(Clone, Debug)]
pub struct Userinfo {
    /// The name, with its escapes undone.
    pub name: Vec<u8>,
    /// The password, likewise.
    pub password: Option<Vec<u8>>,
}

impl Userinfo {
    /// Name and password, escaped.
    pub fn text(&self) -> Str {
        let mut text = escape(&self.name, Part::User);
        if let Some(password) = &self.password {
            text.push(b':');
            text.extend(escape(password, Part::User));
        }
        text.into()
    }
}

/// Why text is not a URL.
#[derive(Debug)]
pub struct UrlError {
    url: Str,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    ControlCharacter,
    MissingScheme,
    ColonInFirstSegment,
    Userinfo,
    IpLiteral,
    MissingBracket,
    Port(Str),
    Address(String),
    Escape(EscapeError),
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: ", quoted(&self.url))?;
        match &self.problem {
            Problem::ControlCharacter => f.write_str("net/url: invalid control character in URL"),
            Problem::MissingScheme => f.write_str("missing protocol scheme"),
            Problem::ColonInFirstSegment => {
                f.write_str("first path segment in URL cannot contain colon")
            }
            Problem::Userinfo => f.write_str("net/url: invalid userinfo"),
            Problem::IpLiteral => f.write_str("invalid IP-literal"),
            Problem::MissingBracket => f.write_str("missing ']' in host"),
            Problem::Port(port) => write!(f, "invalid port {} after host", quoted(port)),
            Problem::Address(problem) => write!(f, "invalid host: {problem}"),
            Problem::Escape(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for UrlError {}

impl From<UrlError> for Failure {
    fn from(error: UrlError) -> Self {
        Self::from(error.to_string())
    }
}

impl From<EscapeError> for Problem {
    fn from(error: EscapeError) -> Self {
        Self::Escape(error)
    }
}

impl Url {
    /// Reads `text`.
    pub fn parse(text: &[u8]) -> Result<Self, UrlError> {
        let (front, fragment) = text.split_once_str("#").unwrap_or((text, b""));
        let error = |url: &[u8], problem| UrlError { url: url.into(), problem };
        let mut url = parse_front(front).map_err(|problem| error(front, problem))?;
        url.fragment = unescape(fragment, Part::Fragment)
            .map_err(|problem| error(text, problem.into()))?
            .into();
        url.raw_fragment = unusual(fragment, &url.fragment, Part::Fragment);
        Ok(url)
    }

    /// Reads `text` as the URL of a request, which has no fragment.
    pub(super) fn parse_request(text: &[u8]) -> Option<Self> {
        let url = parse_front(text).ok().filter(|_| !text.is_empty())?;
        let is_rooted = text.starts_with(b"/") || text == b"*";
        (is_rooted || !url.scheme.is_empty()).then_some(url)
    }

    /// The host without port and brackets.
    pub fn hostname(&self) -> &[u8] {
        let host = self.host.as_bytes();
        let host = match host.rfind_byte(b':') {
            Some(colon) if is_optional_port(&host[colon..]) => &host[..colon],
            _ => host,
        };
        let inner = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]"));
        inner.unwrap_or(host)
    }

    /// The URL as text.
    pub fn text(&self) -> Str {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.write_authority(&mut out);
            self.write_path(&mut out);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if self.empty_query || !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(as_written(&self.raw_fragment, &self.fragment, Part::Fragment));
        }
        out.into()
    }

    fn write_authority(&self, out: &mut Vec<u8>) {
        let nothing = self.host.is_empty() && self.user.is_none();
        if nothing && (self.scheme.is_empty() || self.no_host) {
            return;
        }
        if !nothing || !self.path.is_empty() {
            out.extend_from_slice(b"//");
        }
        if let Some(user) = &self.user {
            out.extend_from_slice(&user.text());
            out.push(b'@');
        }
        out.extend(escape(&self.host, Part::Host));
    }

    /// The path as it was written, or escaped.
    pub(super) fn escaped_path(&self) -> Vec<u8> {
        match self.path.as_bytes() {
            b"*" if self.raw_path.is_empty() => b"*".to_vec(),
            path => as_written(&self.raw_path, path, Part::Path),
        }
    }

    fn write_path(&self, out: &mut Vec<u8>) {
        let path = self.escaped_path();
        if !path.is_empty() && path[0] != b'/' && !self.host.is_empty() {
            out.push(b'/');
        }
        // A colon in the first segment would make it a scheme.
        if out.is_empty() && first_segment(&path).contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }
}

/// `raw` if it is a way to write `text`, else `text` escaped.
fn as_written(raw: &Str, text: &[u8], part: Part) -> Vec<u8> {
    let same = || unescape(raw, part).is_ok_and(|unescaped| unescaped == text);
    if !raw.is_empty() && is_escaped(raw, part) && same() {
        return raw.to_vec();
    }
    escape(text, part)
}

/// `raw` if it is not what escaping `text` gives, else nothing.
fn unusual(raw: &[u8], text: &[u8], part: Part) -> Str {
    if escape(text, part) == raw { Str::EMPTY } else { raw.into() }
}

/// Reads everything before the fragment.
fn parse_front(text: &[u8]) -> Result<Url, Problem> {
    if text.iter().any(u8::is_ascii_control) {
        return Err(Problem::ControlCharacter);
    }
    let mut url = Url::default();
    if text == b"*" {
        url.path = text.into();
        return Ok(url);
    }
    let (scheme, mut rest) = split_scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase().into();
    if rest.find_byte(b'?') == Some(rest.len().wrapping_sub(1)) {
        url.empty_query = true;
        rest = &rest[..rest.len() - 1];
    } else if let Some((front, query)) = rest.split_once_str("?") {
        rest = front;
        url.query = query.into();
    }
    if !rest.starts_with(b"/") {
        if !url.scheme.is_empty() {
            url.opaque = rest.into();
            return Ok(url);
        }
        if first_segment(rest).contains(&b':') {
            return Err(Problem::ColonInFirstSegment);
        }
    }
    let has_scheme = !url.scheme.is_empty();
    if rest.starts_with(b"//") && (has_scheme || !rest.starts_with(b"///")) {
        let authority = first_segment(&rest[2..]);
        rest = &rest[2 + authority.len()..];
        (url.user, url.host) = parse_authority(&url.scheme, authority)?;
    } else if has_scheme && rest.starts_with(b"/") {
        url.no_host = true;
    }
    url.path = unescape(rest, Part::Path)?.into();
    url.raw_path = unusual(rest, &url.path, Part::Path);
    Ok(url)
}

fn first_segment(path: &[u8]) -> &[u8] {
    &path[..path.find_byte(b'/').unwrap_or(path.len())]
}

/// Splits off the scheme; nothing if the text does not start with one.
fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), Problem> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err(Problem::MissingScheme),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok((&[], text))
}

fn parse_authority(scheme: &[u8], text: &[u8]) -> Result<(Option<Userinfo>, Str), Problem> {
    let Some(at) = text.rfind_byte(b'@') else { return Ok((None, parse_host(scheme, text)?)) };
    let host = parse_host(scheme, &text[at + 1..])?;
    let userinfo = &text[..at];
    if !userinfo.iter().all(|&byte| is_userinfo(byte)) {
        return Err(Problem::Userinfo);
    }
    let (name, password) = match userinfo.split_once_str(":") {
        Some((name, password)) => (name, Some(password)),
        None => (userinfo, None),
    };
    let name = unescape(name, Part::User)?;
    let password = password.map(|password| unescape(password, Part::User)).transpose()?;
    Ok((Some(Userinfo { name, password }), host))
}

fn is_userinfo(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Str, Problem> {
    match host.rfind_byte(b'[') {
        Some(0) => return parse_ip_literal(host),
        Some(_) => return Err(Problem::IpLiteral),
        None => {}
    }
    // Some databases take lists of hosts with ports, so only the web's URLs are read strictly.
    let is_web = scheme == b"http" || scheme == b"https";
    let colon = if is_web { host.find_byte(b':') } else { host.rfind_byte(b':') };
    check_port(&host[colon.unwrap_or(host.len())..])?;
    Ok(unescape(host, Part::Host)?.into())
}

fn parse_ip_literal(host: &[u8]) -> Result<Str, Problem> {
    let close = host.rfind_byte(b']').ok_or(Problem::MissingBracket)?;
    let (name, port) = (&host[1..close], &host[close + 1..]);
    check_port(port)?;
    let zone = name.find(b"%25").unwrap_or(name.len());
    let mut address = unescape(&name[..zone], Part::Host)?;
    address.extend(unescape(&name[zone..], Part::Zone)?);
    match address::family(&address) {
        Ok(address::Family::V4) => Err(Problem::IpLiteral),
        Ok(address::Family::V6) => Ok([b"[", address.as_slice(), b"]", port].concat().into()),
        Err(problem) => Err(Problem::Address(problem)),
    }
}

fn check_port(text: &[u8]) -> Result<(), Problem> {
    if is_optional_port(text) { Ok(()) } else { Err(Problem::Port(text.into())) }
}

/// True for nothing, or a colon with digits or nothing behind it.
fn is_optional_port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}
