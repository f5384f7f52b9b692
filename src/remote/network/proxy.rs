//! Which proxy a request takes, by the rules that Go has for the environment's variables.

use std::net::IpAddr;

use super::Address;
use go_text_template::functions::Url;

/// The proxies of the environment.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    exceptions: Vec<Exception>,
}

/// Who is reached without a proxy.
#[derive(Clone, Debug)]
enum Exception {
    Everyone,
    Network { address: IpAddr, bits: u32 },
    Address { address: IpAddr, port: String },
    Domain { suffix: String, itself: bool, port: String },
}

impl Proxies {
    /// The proxies that the variables name.
    pub(super) fn new(http: &str, https: &str, no_proxy: &str) -> Self {
        let exceptions = no_proxy.split(',').filter_map(Exception::parse).collect();
        Self { http: parse(http), https: parse(https), exceptions }
    }

    /// The proxy for requests to `address`.
    pub(super) fn of(&self, address: &Address) -> Option<&Url> {
        let proxy = if address.scheme == "https" { &self.https } else { &self.http };
        proxy.as_ref().filter(|_| !self.is_excepted(address))
    }

    fn is_excepted(&self, address: &Address) -> bool {
        let host = address.host.trim().to_ascii_lowercase();
        let ip: Option<IpAddr> = host.parse().ok();
        if host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
            return true;
        }
        let port = address.port.to_string();
        self.exceptions.iter().any(|exception| exception.holds(&host, ip, &port))
    }
}

/// A proxy's address; without a scheme it is taken for HTTP.
fn parse(text: &str) -> Option<Url> {
    if text.is_empty() {
        return None;
    }
    let complete = |url: &Url| !url.scheme.is_empty() && !url.host.is_empty();
    let parsed = Url::parse(text.as_bytes()).ok().filter(complete);
    parsed.or_else(|| Url::parse(format!("http://{text}").as_bytes()).ok())
}

impl Exception {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text == "*" {
            return Some(Self::Everyone);
        }
        if let Some((address, bits)) = text.split_once('/') {
            return Some(Self::Network {
                address: address.parse().ok()?,
                bits: bits.parse().ok()?,
            });
        }
        let (host, port) = split_port(&text);
        if host.is_empty() {
            return None;
        }
        if let Ok(address) = host.parse() {
            return Some(Self::Address { address, port });
        }
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        let itself = !host.starts_with('.');
        let suffix = if itself { format!(".{host}") } else { host.to_owned() };
        Some(Self::Domain { suffix, itself, port })
    }

    fn holds(&self, host: &str, ip: Option<IpAddr>, port: &str) -> bool {
        let fits = |wanted: &str| wanted.is_empty() || wanted == port;
        match self {
            Self::Everyone => true,
            Self::Network { address, bits } => ip.is_some_and(|ip| shares(*address, ip, *bits)),
            Self::Address { address, port } => ip == Some(*address) && fits(port),
            Self::Domain { suffix, itself, port } => {
                ip.is_none()
                    && (host.ends_with(suffix) || (*itself && *host == suffix[1..]))
                    && fits(port)
            }
        }
    }
}

/// Host and port of `h:1` and `[::1]:1`; a text with more colons is a host alone.
fn split_port(text: &str) -> (&str, String) {
    match text.rsplit_once(':') {
        Some((host, port)) if host.starts_with('[') && host.ends_with(']') => {
            (&host[1..host.len() - 1], port.to_owned())
        }
        Some((host, port)) if !host.contains(':') => (host, port.to_owned()),
        _ => (text, String::new()),
    }
}

/// True if the first `bits` of both addresses are the same.
fn shares(a: IpAddr, b: IpAddr, bits: u32) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) if bits <= 32 => {
            (a.to_bits() ^ b.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b)) if bits <= 128 => {
            (a.to_bits() ^ b.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_gos() {
        let no_proxy = "10.0.0.0/8, .inner.test,*.wild.test,outer.test:8080,192.0.2.7:81";
        let proxies = Proxies::new("proxy:3128", "http://proxy:3128", no_proxy);
        let is_direct = |host: &str, port| {
            let address = Address { scheme: "http".to_owned(), host: host.to_owned(), port };
            proxies.of(&address).is_none()
        };
        for (host, port, direct) in [
            ("localhost", 80, true),
            ("127.0.0.3", 80, true),
            ("10.1.2.3", 80, true),
            ("11.1.2.3", 80, false),
            ("a.inner.test", 80, true),
            ("inner.test", 80, false),
            ("a.wild.test", 80, true),
            ("outer.test", 8080, true),
            ("a.outer.test", 8080, true),
            ("outer.test", 80, false),
            ("192.0.2.7", 81, true),
            ("192.0.2.7", 80, false),
            ("example.test", 80, false),
        ] {
            assert_eq!(is_direct(host, port), direct, "{host}:{port}");
        }
    }
}
