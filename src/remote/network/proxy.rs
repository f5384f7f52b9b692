//! Which proxy a request takes, by the rules that Go has for the environment's variables.

use std::net::IpAddr;

use super::Address;
use go_text_template::url::Url;

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
            let (address, bits) = (address.parse().ok()?, bits.parse().ok()?);
            return Some(Self::Network { address, bits });
        }
        // Host and port; a text with more colons is a host alone.
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if host.starts_with('[') => (host.trim_matches(['[', ']']), port),
            Some((host, port)) if !host.contains(':') => (host, port),
            _ => (text.as_str(), ""),
        };
        let port = port.to_owned();
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
                let is_inside = host.ends_with(suffix) || (*itself && *host == suffix[1..]);
                ip.is_none() && is_inside && fits(port)
            }
        }
    }
}

/// True if the first `bits` of both addresses are the same.
fn shares(a: IpAddr, b: IpAddr, bits: u32) -> bool {
    let (difference, length) = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits() ^ b.to_bits()), 32_u32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits(), 128),
        _ => return false,
    };
    let rest = length.checked_sub(bits);
    rest.is_some_and(|rest| difference.checked_shr(rest).unwrap_or(0) == 0)
}
