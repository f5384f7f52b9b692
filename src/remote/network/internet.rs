//! The real network.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use rustls::ClientConfig;

use super::engine::Engine;
use super::limits::Deadline;
use super::proxy::Proxies;
use super::{Address, Cause, Error, Network, Request, Response, Tls, TlsFault, connect, tls};
use go_text_template::data::quoted;
use go_text_template::url::Url;

/// Requests that one may become by redirects, as in Go.
const MOST_REQUESTS: usize = 10;

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
    engine: OnceLock<Result<Arc<Engine>, io::ErrorKind>>,
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

    fn engine(&self) -> Result<&Arc<Engine>, Cause> {
        let made = || Engine::new().map(Arc::new).map_err(|error| error.kind());
        let engine = self.engine.get_or_init(made).as_ref();
        engine.map_err(|kind| Cause::of_io(&(*kind).into()))
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
        let proxy = self.proxies().of(&address).cloned();
        let wants_tls = std::iter::once(url).chain(&proxy).any(|url| url.scheme == "https");
        // Bad files are said before anybody is called.
        let config = wants_tls.then(|| self.config(&request.tls)).transpose();
        let config = config.map_err(|fault| Cause::TlsFiles(Box::new(fault)))?;
        let message = self.message(request, url, proxy.as_ref())?;
        let key = (address.clone(), request.tls.clone());
        let way = connect::open(address, proxy, config);
        let answer = self.engine()?.send(&key, message, way, deadline)?;
        Ok(Response { url: url.text().to_string(), ..answer })
    }

    /// `request` as it is sent to the server or to `proxy`.
    fn message(
        &self,
        request: &Request,
        url: &Url,
        proxy: Option<&Url>,
    ) -> Result<hyper::Request<Full<Bytes>>, Cause> {
        let whole = proxy.filter(|proxy| url.scheme == "http" && !connect::is_socks(proxy));
        let is_known = request.headers.iter().any(|(name, _)| *name == "Authorization");
        let is_empty =
            request.body.is_empty() && matches!(request.method, "POST" | "PUT" | "PATCH");
        let more = [
            ("Host", Some(url.host.to_string())),
            ("User-Agent", Some(self.settings.user_agent.clone())),
            ("Authorization", connect::credentials(url).filter(|_| !is_known)),
            ("Proxy-Authorization", whole.and_then(connect::credentials)),
            ("Content-Length", is_empty.then(|| "0".to_owned())),
        ];
        let more = more.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let mut message =
            hyper::Request::builder().method(request.method).uri(target(url, whole.is_some()));
        for (name, value) in more.chain(request.headers.iter().cloned()) {
            message = message.header(name, value.replace(['\r', '\n'], ""));
        }
        let body = Full::from(request.body.clone());
        message.body(body).map_err(|error| Cause::Said(format!("net/http: {error}")))
    }
}

/// The address of `url`, if it is one of the web's.
fn reachable(url: &Url) -> Result<Address, Cause> {
    if url.scheme != "http" && url.scheme != "https" {
        let scheme = quoted(&url.scheme);
        return Err(Cause::Said(format!("unsupported protocol scheme {scheme}")));
    }
    if url.hostname().is_empty() {
        return Err(Cause::NoHost);
    }
    Address::of(url).ok_or_else(|| {
        let port = url.host.to_string();
        let port = port.rsplit(':').next().unwrap_or_default();
        Cause::Said(format!("dial tcp: address {port}: invalid port"))
    })
}

/// What stands behind the method: the path, or for a proxy the whole address. What cannot stand there
/// is escaped.
fn target(url: &Url, whole: bool) -> String {
    let start = if whole { format!("{}://{}", url.scheme, url.host) } else { String::new() };
    let path = Url {
        path: url.path.clone(),
        raw_path: url.raw_path.clone(),
        query: url.query.clone(),
        empty_query: url.empty_query,
        ..Url::default()
    };
    let path = path.text();
    let root = if path.starts_with(b"/") { "" } else { "/" };
    let may_stand =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte);
    let escaped = path.iter().map(|&byte| match may_stand(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    start + root + &escaped.collect::<String>()
}

impl Network for Internet {
    fn send(&self, request: &Request) -> Result<Response, Error> {
        let failed = |url: &str, cause: Cause| Error::new(request.method, url, cause.before_body());
        let said = |what: String| Cause::Said(what);
        let deadline = self.deadline(request);
        let parsed = Url::parse(request.url.as_bytes());
        let mut url = parsed.map_err(|error| failed(&request.url, said(error.to_string())))?;
        let mut request = request.clone();
        let mut location = String::new();
        for _ in 0..MOST_REQUESTS {
            let text = url.text().to_string();
            let answer = self.exchange(&request, &url, deadline);
            let answer = answer.map_err(|cause| failed(&text, cause))?;
            let Some(target) = redirection(&request, &answer) else { return Ok(answer) };
            let next = Url::parse(target.as_bytes()).map(|target| url.resolve(&target));
            let next = next.map_err(|error| {
                let location = quoted(target.as_bytes());
                failed(&text, said(format!("failed to parse Location header {location}: {error}")))
            })?;
            if !may_know_credentials(&url, &next) {
                request.headers.retain(|(name, _)| *name != "Authorization");
            }
            if answer.status <= 303 {
                lose_body(&mut request);
            }
            location = target.to_owned();
            url = next;
        }
        Err(failed(&location, said("stopped after 10 redirects".to_owned())))
    }

    fn check(&self, tls: &Tls) -> Result<(), TlsFault> {
        self.config(tls).map(drop)
    }

    fn wait(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Where `answer` wants us to go; a body is not sent twice.
fn redirection<'a>(request: &Request, answer: &'a Response) -> Option<&'a str> {
    let follows = match answer.status {
        301..=303 => true,
        307 | 308 => request.body.is_empty(),
        _ => false,
    };
    answer.header("Location").filter(|location| follows && !location.is_empty())
}

/// After some redirects, what was sent is only asked for.
fn lose_body(request: &mut Request) {
    if request.method != "HEAD" {
        request.method = "GET";
    }
    request.body.clear();
    request.headers.retain(|(name, _)| !name.starts_with("Content-"));
}

/// True if what `from` was told may be told to `to`: it is the same server, or became secure.
fn may_know_credentials(from: &Url, to: &Url) -> bool {
    let (Some(from), Some(to)) = (Address::of(from), Address::of(to)) else { return false };
    let upgraded =
        (from.scheme == "http" && from.port == 80) && (to.scheme == "https" && to.port == 443);
    from.host.eq_ignore_ascii_case(&to.host)
        && (upgraded || (from.scheme == to.scheme && from.port == to.port))
}
