//! Addresses: taken apart, joined and compared as Helm does.

use go_text_template::data::Str;
use go_text_template::functions::{Url, UrlError};

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http` or `https`.
    pub scheme: String,
    /// The host without brackets.
    pub host: String,
    /// The port, the scheme's own if none is given.
    pub port: u16,
}

impl Address {
    /// The address of `url`; nothing without a host or with a port that is none.
    pub fn of(url: &Url) -> Option<Self> {
        let scheme = url.scheme.to_string();
        let host = String::from_utf8_lossy(url.hostname()).into_owned();
        let port = match port_text(url) {
            "" if scheme == "http" => 80,
            "" => 443,
            digits => digits.parse().ok()?,
        };
        (!host.is_empty()).then_some(Self { scheme, host, port })
    }

    /// Host and port as Go joins them.
    pub fn host_and_port(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

fn port_text(url: &Url) -> &str {
    let host = std::str::from_utf8(&url.host).unwrap_or_default();
    let behind = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    behind.rsplit_once(':').map_or("", |(_, port)| port)
}

/// `reference` as seen from `base`, as Helm's `ResolveReferenceURL` does it: `base` counts as a
/// folder, and its query goes on to the result.
pub fn resolve(base: &str, reference: &str) -> Result<String, String> {
    let parse = |text: &str| {
        let failed = |error: UrlError| format!("failed to parse {text} as URL: {error}");
        Url::parse(text.as_bytes()).map_err(failed)
    };
    let parsed = parse(reference)?;
    if !parsed.scheme.is_empty() {
        return Ok(reference.to_owned());
    }
    let mut folder = parse(base)?;
    folder.path = with_slash(&folder.path);
    folder.raw_path =
        if folder.raw_path.is_empty() { Str::EMPTY } else { with_slash(&folder.raw_path) };
    let query = folder.query.clone();
    let mut resolved = against(folder, parsed);
    resolved.query = query;
    Ok(resolved.text().to_string())
}

/// The target of a redirect from `base`.
pub(super) fn redirected(base: &Url, location: &str) -> Result<Url, UrlError> {
    let target = Url::parse(location.as_bytes())?;
    let fragment = base.fragment.clone();
    let mut resolved =
        if target.scheme.is_empty() { against(base.clone(), target) } else { target };
    if resolved.fragment.is_empty() {
        resolved.fragment = fragment;
    }
    Ok(resolved)
}

fn with_slash(path: &Str) -> Str {
    let path = path.as_bytes();
    [path.strip_suffix(b"/").unwrap_or(path), b"/"].concat().into()
}

/// RFC 3986's resolution of a relative `reference`, as Go's `ResolveReference` does it.
fn against(base: Url, reference: Url) -> Url {
    let mut url = reference;
    url.scheme = base.scheme;
    if !url.host.is_empty() || url.user.is_some() {
        let escaped = escaped_path(&url);
        set_path(&mut url, &without_dots(b"", &escaped));
        return url;
    }
    if !url.opaque.is_empty() {
        url.user = None;
        return url;
    }
    if url.path.is_empty() && !url.empty_query && url.query.is_empty() {
        url.query = base.query.clone();
        if url.fragment.is_empty() {
            url.fragment = base.fragment.clone();
            url.raw_fragment = base.raw_fragment.clone();
        }
    }
    if url.path.is_empty() && !base.opaque.is_empty() {
        url.opaque = base.opaque;
        url.user = None;
        return url;
    }
    let base_path = escaped(&base.path, &base.raw_path);
    let own = escaped_path(&url);
    url.host = base.host;
    url.user = base.user;
    url.no_host = base.no_host;
    set_path(&mut url, &without_dots(&base_path, &own));
    url
}

fn escaped_path(url: &Url) -> Vec<u8> {
    escaped(&url.path, &url.raw_path)
}

fn escaped(path: &Str, raw: &Str) -> Vec<u8> {
    let url = Url { path: path.clone(), raw_path: raw.clone(), ..Url::default() };
    let text = url.text();
    text.strip_prefix(b"./").unwrap_or(&text).to_vec()
}

/// Sets an escaped path, which came out of paths that were read before.
fn set_path(url: &mut Url, path: &[u8]) {
    let parsed = Url::parse(&[b"x://h", path].concat()).unwrap_or_default();
    url.path = parsed.path;
    url.raw_path = parsed.raw_path;
}

/// The path `reference` seen from `base`, without `.` and `..`.
fn without_dots(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = if reference.is_empty() {
        base.to_vec()
    } else if reference.starts_with(b"/") {
        reference.to_vec()
    } else {
        let folder = base.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at + 1);
        [&base[..folder], reference].concat()
    };
    if full.is_empty() {
        return full;
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut last: &[u8] = b"";
    for part in full.split(|&byte| byte == b'/').skip(usize::from(full.starts_with(b"/"))) {
        last = part;
        match part {
            b"." => {}
            b".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if last == b"." || last == b".." {
        parts.push(b"");
    }
    let joined = parts.join(&b'/');
    if joined.starts_with(b"/") { joined } else { [b"/", &joined[..]].concat() }
}

/// `base` with `parts` joined to its path, as Helm's `URLJoin` does it.
pub fn join(base: &str, parts: &[&str]) -> Result<String, UrlError> {
    let mut url = Url::parse(base.as_bytes())?;
    let path = url.path.to_string();
    let all: Vec<&str> = std::iter::once(path.as_str())
        .chain(parts.iter().copied())
        .filter(|part| !part.is_empty())
        .collect();
    let joined = if all.is_empty() { String::new() } else { cleaned(&all.join("/")) };
    url.path = joined.into();
    url.raw_path = Str::EMPTY;
    Ok(url.text().to_string())
}

/// True if Helm takes `a` and `b` for the same address.
pub fn same(a: &str, b: &str) -> bool {
    let Ok(first) = Url::parse(a.as_bytes()) else { return cleaned(a) == cleaned(b) };
    let Ok(second) = Url::parse(b.as_bytes()) else { return false };
    normal(first) == normal(second)
}

fn normal(mut url: Url) -> Str {
    let path = if url.path.is_empty() { "/".to_owned() } else { url.path.to_string() };
    url.path = cleaned(&path).into();
    url.text()
}

fn cleaned(path: &str) -> String {
    crate::model::clean_path(path)
}

/// `url` as messages may show it.
pub(super) fn without_password(url: &str) -> String {
    match Url::parse(url.as_bytes()) {
        Ok(mut parsed) if parsed.user.as_ref().is_some_and(|user| user.password.is_some()) => {
            if let Some(user) = &mut parsed.user {
                user.password = Some(b"xxxxx".to_vec());
            }
            parsed.text().to_string()
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_helm_does() {
        for (base, reference, expected) in [
            ("http://h/charts", "a.tgz", "http://h/charts/a.tgz"),
            ("http://h/charts/", "a.tgz", "http://h/charts/a.tgz"),
            ("http://h", "index.yaml", "http://h/index.yaml"),
            ("http://h/charts?k=v", "a.tgz", "http://h/charts/a.tgz?k=v"),
            ("http://h/charts", "/x/a.tgz", "http://h/x/a.tgz"),
            ("http://h/charts", "../a.tgz", "http://h/a.tgz"),
            ("http://h/charts", "https://o/a.tgz", "https://o/a.tgz"),
            ("http://h/charts%2Fx", "a.tgz", "http://h/charts%2Fx/a.tgz"),
            ("http://h/c", "a%20b.tgz", "http://h/c/a%20b.tgz"),
            ("http://u:p@h/c", "//o/a.tgz", "http://o/a.tgz"),
            ("bogus", "index.yaml", "/bogus/index.yaml"),
        ] {
            assert_eq!(resolve(base, reference).unwrap(), expected, "{base} {reference}");
        }
    }

    #[test]
    fn addresses_are_compared_as_helm_does() {
        assert!(same("http://h/c", "http://h/c/"));
        assert!(same("http://h", "http://h/"));
        assert!(!same("http://h/c", "http://h/d"));
        assert!(!same("http://h:80/c", "http://h/c"));
    }

    #[test]
    fn parts_are_joined_as_helm_does() {
        assert_eq!(join("http://h/c/", &["a.tgz"]).unwrap(), "http://h/c/a.tgz");
        assert_eq!(join("", &["sub"]).unwrap(), "sub");
        assert_eq!(join("", &[""]).unwrap(), "");
    }
}
