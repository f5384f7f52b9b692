//! Addresses: taken apart, joined and compared as Helm does.

use go_text_template::data::Str;
use go_text_template::url::{Url, UrlError, Userinfo};

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http` or `https`, or that of a proxy.
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
            "" if scheme.starts_with("socks5") => 1080,
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
    let folder = parse(base)?.as_folder();
    let resolved = Url { query: folder.query.clone(), ..folder.resolve(&parsed) };
    Ok(resolved.text().to_string())
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
    let Ok(mut parsed) = Url::parse(url.as_bytes()) else { return url.to_owned() };
    match parsed.user.take() {
        Some(Userinfo { name, password: Some(_) }) => {
            let user = Userinfo { name, password: None }.text();
            let text = parsed.text().to_string();
            text.replacen("://", &format!("://{user}:***@"), 1)
        }
        _ => url.to_owned(),
    }
}
