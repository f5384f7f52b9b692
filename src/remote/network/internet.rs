//! The real network.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;

use super::body::Body;
use super::connect::{self, Link};
use super::limits::Deadline;
use super::proxy::Proxies;
use super::{Address, Cause, Error, Network, Request, Response, Tls, TlsFault, address, http, tls};
use go_text_template::functions::Url;

/// Redirects that are followed, as in Go.
const MOST_REDIRECTS: usize = 10;

/// What the environment says about the network.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `HTTP_PROXY`.
    pub http_proxy: String,
    /// `HTTPS_PROXY`.
    pub https_proxy: String,
    /// `NO_PROXY`.
    pub no_proxy: String,
    /// Who we say we are.
    pub user_agent: String,
    /// A bound for all requests that is shorter than Helm's.
    pub most_time: Option<Duration>,
}

/// The network of this machine; making it costs nothing.
#[derive(Debug, Default)]
pub struct Internet {
    settings: Settings,
    proxies: OnceLock<Proxies>,
    configs: Mutex<HashMap<Tls, Arc<ClientConfig>>>,
}

impl Internet {
    /// The network as `settings` want it.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    fn proxies(&self) -> &Proxies {
        let Settings { http_proxy, https_proxy, no_proxy, .. } = &self.settings;
        self.proxies.get_or_init(|| Proxies::new(http_proxy, https_proxy, no_proxy))
    }

    fn config(&self, tls: &Tls) -> Result<Arc<ClientConfig>, TlsFault> {
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(tls) {
            return Ok(config.clone());
        }
        let config = tls::config(tls)?;
        configs.insert(tls.clone(), config.clone());
        Ok(config)
    }

    fn deadline(&self, request: &Request) -> Deadline {
        let mut limits = request.limits;
        if let Some(most) = self.settings.most_time {
            limits.total = limits.total.min(most);
        }
        Deadline::start(limits)
    }

    /// One exchange, without redirects.
    fn exchange(
        &self,
        request: &Request,
        url: &Url,
        deadline: Deadline,
    ) -> Result<Response, Cause> {
        let address = reachable(url)?;
        let proxy = self.proxies().of(&address);
        let (mut link, absolute) = self.connect(request, &address, proxy, deadline)?;
        let head = self.head(request, url, absolute.then_some(proxy).flatten());
        let sent = link.write_all(&head).and_then(|()| link.write_all(&request.body));
        // A server that answers early may close its ear; its answer counts.
        let sent = sent.and_then(|()| link.flush()).map_err(Cause::of_io);
        let mut answer = match (http::read_head(&mut link), sent) {
            (Ok(answer), _) => answer,
            (Err(_), Err(cause)) => return Err(cause.before_answer()),
            (Err(cause), Ok(())) => return Err(cause),
        };
        let body = Body::new(link, &mut answer, request.method);
        let http::Head { status, reason, headers, .. } = answer;
        let body = Box::new(body);
        Ok(Response { status, reason, headers, url: url.text().to_string(), body })
    }

    /// A connection to `address`, and whether it ends at a proxy that wants whole addresses.
    fn connect(
        &self,
        request: &Request,
        address: &Address,
        proxy: Option<&Url>,
        deadline: Deadline,
    ) -> Result<(Box<dyn Link>, bool), Cause> {
        let secure = address.scheme == "https";
        let config = || self.config(&request.tls).map_err(Cause::TlsFiles);
        // Bad files are said before anybody is called.
        let config = if secure { Some(config()?) } else { None };
        let mut link = match proxy {
            None => connect::tcp(address, deadline)?,
            Some(proxy) => self.proxy_link(proxy, deadline)?,
        };
        let Some(config) = config else {
            let socks = proxy.filter(|proxy| proxy.scheme.starts_with(b"socks5"));
            if let Some(proxy) = socks {
                connect::tunnel(&mut link, proxy, address)?;
            }
            return Ok((link, proxy.is_some() && socks.is_none()));
        };
        if let Some(proxy) = proxy {
            connect::tunnel(&mut link, proxy, address)?;
        }
        Ok((connect::secure(link, address, config)?, false))
    }

    fn proxy_link(&self, proxy: &Url, deadline: Deadline) -> Result<Box<dyn Link>, Cause> {
        let mut address = Address::of(proxy).ok_or(Cause::NoHost)?;
        if proxy.scheme.starts_with(b"socks5") && !proxy.host.contains(&b':') {
            address.port = 1080;
        }
        let link = connect::tcp(&address, deadline)?;
        if proxy.scheme == "https" {
            let config = self.config(&Tls::default()).map_err(Cause::TlsFiles)?;
            return connect::secure(link, &address, config);
        }
        Ok(link)
    }

    /// The head of `request`, as it is sent to the server or to `proxy`.
    fn head(&self, request: &Request, url: &Url, proxy: Option<&Url>) -> Vec<u8> {
        let method = request.method;
        let host = url.host.to_string();
        let target = target(url, proxy.is_some());
        let agent = &self.settings.user_agent;
        let mut head =
            format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n");
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {}\r\n", value.replace(['\r', '\n'], "")));
        }
        if let Some(value) = own_authorization(request, url) {
            head.push_str(&format!("Authorization: {value}\r\n"));
        }
        if let Some(value) = proxy.and_then(connect::proxy_authorization) {
            head.push_str(&format!("Proxy-Authorization: {value}\r\n"));
        }
        if !request.body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
            head.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
        }
        head.push_str("Connection: close\r\n\r\n");
        head.into_bytes()
    }
}

/// The address of `url`, if it is one of the web's.
fn reachable(url: &Url) -> Result<Address, Cause> {
    if url.scheme != "http" && url.scheme != "https" {
        return Err(Cause::Scheme(url.scheme.to_string()));
    }
    Address::of(url).ok_or(Cause::NoHost)
}

/// What stands behind the method: the path, or for a proxy the whole address.
fn target(url: &Url, whole: bool) -> String {
    let mut target = url.clone();
    target.fragment = go_text_template::data::Str::EMPTY;
    target.user = None;
    if !whole {
        target.scheme = go_text_template::data::Str::EMPTY;
        target.host = go_text_template::data::Str::EMPTY;
    }
    let text = target.text().to_string();
    match text.strip_prefix("//") {
        _ if text.is_empty() || text.starts_with('?') => format!("/{text}"),
        Some(rest) if !whole => format!("/{rest}"),
        _ => text,
    }
}

/// The user of the address itself, unless the request has one.
fn own_authorization(request: &Request, url: &Url) -> Option<String> {
    let user = url.user.as_ref()?;
    if request.headers.iter().any(|(name, _)| *name == "Authorization") {
        return None;
    }
    let password = user.password.as_deref().unwrap_or_default();
    let text = [user.name.as_slice(), b":", password].concat();
    Some(format!("Basic {}", data_encoding::BASE64.encode(&text)))
}

impl Network for Internet {
    fn send(&self, request: &Request) -> Result<Response, Error> {
        let failed = |url: &str, cause| Error::new(request, url, cause);
        let deadline = self.deadline(request);
        let parsed = Url::parse(request.url.as_bytes());
        let mut url = parsed.map_err(|error| failed(&request.url, Cause::Address(error)))?;
        let mut request = request.clone();
        let mut location = String::new();
        for _ in 0..=MOST_REDIRECTS {
            let text = url.text().to_string();
            let answer = self.exchange(&request, &url, deadline);
            let answer = answer.map_err(|cause| Error::new(&request, &text, cause))?;
            let Some(next) = redirection(&request, &answer, &url) else { return Ok(answer) };
            let next = next.map_err(|cause| Error::new(&request, &text, cause))?;
            location = answer.header("Location").unwrap_or_default().to_owned();
            if !may_know_credentials(&url, &next) {
                request.headers.retain(|(name, _)| *name != "Authorization");
            }
            if answer.status == 303 && request.method != "HEAD" {
                request.method = "GET";
                request.body.clear();
            }
            url = next;
        }
        Err(Error::new(&request, &location, Cause::TooManyRedirects))
    }

    fn check(&self, tls: &Tls) -> Result<(), TlsFault> {
        self.config(tls).map(drop)
    }

    fn wait(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Where `answer` wants us to go; only requests without a body follow.
fn redirection(request: &Request, answer: &Response, url: &Url) -> Option<Result<Url, Cause>> {
    let follows = match answer.status {
        301..=303 => true,
        307 | 308 => request.body.is_empty(),
        _ => false,
    };
    let location = answer.header("Location").filter(|_| follows)?;
    let target = address::redirected(url, location);
    Some(target.map_err(|_| Cause::BadRedirect(location.to_owned())))
}

/// True if what `from` was told may be told to `to`: it is the same server, or became secure.
fn may_know_credentials(from: &Url, to: &Url) -> bool {
    let (Some(from), Some(to)) = (Address::of(from), Address::of(to)) else { return false };
    let upgraded =
        (from.scheme == "http" && from.port == 80) && (to.scheme == "https" && to.port == 443);
    from.host.eq_ignore_ascii_case(&to.host)
        && (upgraded || (from.scheme == to.scheme && from.port == to.port))
}
