//! Addresses of schemas: read, resolved against each other and printed as Go's `net/url` does.

use std::borrow::Cow;

use super::address::check_ipv6;
use super::words::quoted;
use go_text_template::data::Failure;

/// An address without its fragment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Url {
    /// In lower case; empty for a relative address.
    pub(crate) scheme: String,
    /// What follows the scheme if that is no path: `x:y` of `urn:x:y`.
    opaque: String,
    user: Option<String>,
    /// Decoded, with its port.
    pub(super) host: String,
    /// Decoded only for [`Url::file_path`].
    path: String,
    query: Option<String>,
    omits_host: bool,
}

/// What may stand unescaped in a part of an address besides letters, digits and `-_.~`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Path,
    Segment,
}

impl Url {
    /// Reads `text`, which has no fragment.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        Self::parse_parts(text)
            .map_err(|failure| format!("parse {}: {failure}", quoted(text.as_bytes())).into())
    }

    fn parse_parts(text: &str) -> Result<Self, Failure> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".into());
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        let mut url = Self { scheme: scheme.to_ascii_lowercase(), query, ..Self::default() };
        if !rest.starts_with('/') && text != "*" {
            if !scheme.is_empty() {
                url.opaque = rest.to_owned();
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        let absolute = !scheme.is_empty() || !rest.starts_with("///");
        url.path = match rest.strip_prefix("//").filter(|_| absolute) {
            Some(rest) => {
                let slash = rest.find('/').unwrap_or(rest.len());
                url.set_authority(&rest[..slash])?;
                rest[slash..].to_owned()
            }
            None => {
                url.omits_host = !scheme.is_empty() && rest.starts_with('/');
                rest.to_owned()
            }
        };
        unescape(&url.path, Part::Path)?;
        Ok(url)
    }

    fn set_authority(&mut self, authority: &str) -> Result<(), Failure> {
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        self.host = parse_host(&self.scheme, host)?;
        let Some(user) = user else { return Ok(()) };
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
        if !user.bytes().all(allowed) {
            return Err("net/url: invalid userinfo".into());
        }
        unescape(user, Part::Segment)?;
        self.user = Some(user.to_owned());
        Ok(())
    }

    /// True if there is a scheme.
    pub(super) fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// The host without its port and brackets.
    pub(super) fn host_name(&self) -> &str {
        if let Some(rest) = self.host.strip_prefix('[') {
            return rest.split_once(']').map_or(&self.host, |(name, _)| name);
        }
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &self.host,
        }
    }

    /// The path as written if it is not how Go would escape it, else nothing.
    pub(super) fn raw_path(&self) -> &str {
        let path = unescape(&self.path, Part::Path).unwrap_or_default();
        if escape(&path, Part::Path) == self.path { "" } else { &self.path }
    }

    /// The path with its escapes undone.
    pub(super) fn file_path(&self) -> String {
        let bytes = unescape(&self.path, Part::Path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What `reference` means in a document that has this address.
    pub(super) fn join(&self, reference: &Self) -> Self {
        let mut url = reference.clone();
        if url.scheme.is_empty() {
            url.scheme.clone_from(&self.scheme);
        }
        if reference.is_absolute() || !reference.host.is_empty() || reference.user.is_some() {
            url.path = resolve_path(&reference.escaped_path(), "");
            return url;
        }
        if reference.path.is_empty() {
            if reference.query.is_none() {
                url.query.clone_from(&self.query);
            }
            if !self.opaque.is_empty() {
                url.opaque.clone_from(&self.opaque);
                return url;
            }
        }
        url.opaque.clone_from(&self.opaque);
        url.host.clone_from(&self.host);
        url.user.clone_from(&self.user);
        url.path = resolve_path(&self.escaped_path(), &reference.escaped_path());
        url
    }

    /// The path as it stands if that is well escaped, else escaped anew.
    fn escaped_path(&self) -> Cow<'_, str> {
        let as_it_is = |byte: u8| is_plain(byte, Part::Path) || b"!'()*[]%".contains(&byte);
        if self.path.bytes().all(as_it_is) {
            return Cow::Borrowed(&self.path);
        }
        let path = unescape(&self.path, Part::Path).unwrap_or_default();
        Cow::Owned(escape(&path, Part::Path))
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.scheme.is_empty() {
            write!(f, "{}:", self.scheme)?;
        }
        let path = self.escaped_path();
        if !self.opaque.is_empty() {
            f.write_str(&self.opaque)?;
        } else {
            let named = !self.host.is_empty() || self.user.is_some();
            let authority = named || !self.scheme.is_empty() && !self.omits_host;
            if authority && (named || !path.is_empty()) {
                f.write_str("//")?;
            }
            if let Some(user) = &self.user {
                write!(f, "{user}@")?;
            }
            f.write_str(&escape(self.host.as_bytes(), Part::Host))?;
            if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
                f.write_str("/")?;
            }
            f.write_str(&path)?;
        }
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

/// `text` cut at the first `#`; the second part has its escapes undone.
pub(crate) fn split_fragment(text: &str) -> Result<(&str, String), Failure> {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let fragment = unescape(fragment, Part::Segment).map_err(|failure| {
        Failure::new(format!("error in parsing {}: {failure}", quoted(text.as_bytes())))
    })?;
    Ok((address, String::from_utf8_lossy(&fragment).into_owned()))
}

/// The bytes of a fragment or of a part of a path, with its escapes undone.
pub(super) fn unescape_segment(text: &str) -> Result<Vec<u8>, Failure> {
    unescape(text, Part::Segment)
}

/// A pointer or anchor as it is written behind `#`.
pub(super) fn escape_fragment(fragment: &[u8]) -> String {
    fragment
        .split(|byte| *byte == b'/')
        .map(|token| escape(token, Part::Segment))
        .collect::<Vec<_>>()
        .join("/")
}

fn split_scheme(text: &str) -> Result<(&str, &str), Failure> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".into()),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn parse_host(scheme: &str, host: &str) -> Result<String, Failure> {
    let decoded = |text| Ok(String::from_utf8_lossy(&unescape(text, Part::Host)?).into_owned());
    match host.rfind('[') {
        Some(0) => {}
        Some(_) => return Err("invalid IP-literal".into()),
        None => {
            // Go allows further colons only where databases list several hosts.
            let strict = scheme == "http" || scheme == "https";
            let port = if strict { host.find(':') } else { host.rfind(':') };
            check_port(&host[port.unwrap_or(host.len())..])?;
            return decoded(host);
        }
    }
    let Some(close) = host.rfind(']') else { return Err("missing ']' in host".into()) };
    check_port(&host[close + 1..])?;
    // What follows an escaped `%` is a zone, where any byte may be escaped.
    let name = &host[1..close];
    let (address, zone) = name.split_at(name.find("%25").unwrap_or(name.len()));
    let address: String = decoded(address)?;
    let name = address + &String::from_utf8_lossy(&unescape_segment(zone)?);
    check_ipv6(&name).map_err(|failure| match name.contains(':') {
        true => format!("invalid host: {failure}"),
        false => failure.to_string(),
    })?;
    Ok(format!("[{name}]{}", &host[close + 1..]))
}

/// Checks what follows a host name: nothing, or a colon and digits.
fn check_port(port: &str) -> Result<(), Failure> {
    let fine = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    if fine {
        Ok(())
    } else {
        Err(format!("invalid port {} after host", quoted(port.as_bytes())).into())
    }
}

/// Joins two paths and takes `.` and `..` out, as RFC 3986 has it.
fn resolve_path(base: &str, reference: &str) -> String {
    let full = if reference.is_empty() {
        base.to_owned()
    } else if reference.starts_with('/') {
        reference.to_owned()
    } else {
        format!("{}{reference}", &base[..base.rfind('/').map_or(0, |at| at + 1)])
    };
    if full.is_empty() {
        return full;
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut last = "";
    for segment in full.strip_prefix('/').unwrap_or(&full).split('/') {
        last = segment;
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let folder = if matches!(last, "." | "..") && !kept.is_empty() { "/" } else { "" };
    format!("/{}{folder}", kept.join("/"))
}

fn is_plain(byte: u8, part: Part) -> bool {
    byte.is_ascii_alphanumeric()
        || b"-_.~$&+=:@".contains(&byte) && (part != Part::Host || byte != b'@')
        || match part {
            Part::Host => b"!'()*,;[]<>\"".contains(&byte),
            Part::Path => b",/;".contains(&byte),
            Part::Segment => false,
        }
}

fn escape(text: &[u8], part: Part) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text {
        match is_plain(*byte, part) {
            true => out.push(char::from(*byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes `%xx`. In host names only bytes beyond ASCII may be written that way.
fn unescape(text: &str, part: Part) -> Result<Vec<u8>, Failure> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            if part == Part::Host && byte.is_ascii() && !is_plain(byte, part) {
                let name = quoted(&[byte]);
                return Err(format!("invalid character {name} in host name").into());
            }
            out.push(byte);
            at += 1;
            continue;
        }
        let escape = &bytes[at..bytes.len().min(at + 3)];
        let decoded = std::str::from_utf8(&escape[1..]).ok().filter(|digits| {
            digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        let decoded = decoded.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(byte) if part != Part::Host || byte >= 0x80 || byte == b'%' => out.push(byte),
            _ => return Err(format!("invalid URL escape {}", quoted(escape)).into()),
        }
        at += 3;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_go_does() {
        for (base, reference, expected) in [
            ("file:///values.schema.json", "", "file:///values.schema.json"),
            ("file:///values.schema.json", "other.json", "file:///other.json"),
            ("file:///a/b/c.json", "../x.json", "file:///a/x.json"),
            ("file:///a/b/c.json", "../../../x/./y/", "file:///x/y/"),
            ("https://e.org/a/b", "//other/c", "https://other/c"),
            ("https://e.org/a/b?q=1", "?r=2", "https://e.org/a/b?r=2"),
            ("https://e.org", "a b", "https://e.org/a%20b"),
            ("urn:x:y", "", "urn:x:y"),
            ("file:///v.json", "urn:x:y", "urn:x:y"),
            ("file:///v.json", "HTTP://E.org/%7e/é", "http://E.org/~/%C3%A9"),
        ] {
            let (base, reference) = (Url::parse(base).unwrap(), Url::parse(reference).unwrap());
            assert_eq!(base.join(&reference).to_string(), expected);
        }
    }

    #[test]
    fn broken_addresses_are_named_as_go_does() {
        for (text, expected) in [
            (":x", r#"parse ":x": missing protocol scheme"#),
            ("a:b:c/d", ""),
            ("1:2", r#"parse "1:2": first path segment in URL cannot contain colon"#),
            ("/%zz", r#"parse "/%zz": invalid URL escape "%zz""#),
            ("http://a b/", r#"parse "http://a b/": invalid character " " in host name"#),
            ("http://a:b/", r#"parse "http://a:b/": invalid port ":b" after host"#),
            ("http://[::1", r#"parse "http://[::1": missing ']' in host"#),
            ("\u{1}", r#"parse "\x01": net/url: invalid control character in URL"#),
        ] {
            let found = Url::parse(text).err().map_or(String::new(), |error| error.to_string());
            assert_eq!(found, expected);
        }
    }
}
