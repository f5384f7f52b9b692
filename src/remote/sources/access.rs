//! How servers are reached, and who else fetches.

use std::sync::{Arc, OnceLock};

use super::Error;
use crate::network::{Limits, Network, Request, Response, Tls};
use crate::repository::Repository;
use go_text_template::url::Url;

/// How a server is reached, and who asks.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The address that name and password are for.
    pub url: String,
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
    /// Whether other servers get them, too.
    pub passes_credentials: bool,
    /// Certificates.
    pub tls: Tls,
    /// How long is waited.
    pub limits: Limits,
}

/// The largest file that is fetched for a chart, in bytes.
pub const MOST_FILE: u64 = 512 << 20;

impl Access {
    /// How `repository` is reached.
    pub fn of(repository: &Repository) -> Self {
        Self {
            url: repository.url.clone(),
            username: repository.username.clone(),
            password: repository.password.clone(),
            passes_credentials: repository.pass_credentials_all,
            tls: tls_of(repository),
            limits: Limits::FILE,
        }
    }

    /// The answer from `url`, if it is a good one.
    pub fn get(
        &self,
        url: &str,
        accept: Option<&str>,
        fetcher: &Fetcher<'_>,
    ) -> Result<Response, Error> {
        if let Some(answer) = fetcher.ask_getter(url, self) {
            return answer;
        }
        let mut request = Request::get(url);
        request.tls = self.tls.clone();
        request.limits = self.limits;
        if let Some(accept) = accept {
            request = request.header("Accept", accept);
        }
        let known = !self.username.is_empty() && !self.password.is_empty();
        if known && (self.passes_credentials || same_server(&self.url, url)) {
            request = request.basic_auth(&self.username, &self.password);
        }
        let response = fetcher.network.send(&request)?;
        if response.status == 200 {
            return Ok(response);
        }
        Err(Error::said(format!("failed to fetch {url} : {}", response.status_line())))
    }
}

fn tls_of(repository: &Repository) -> Tls {
    Tls {
        cert_file: repository.cert_file.clone(),
        key_file: repository.key_file.clone(),
        ca_file: repository.ca_file.clone(),
        insecure: repository.insecure_skip_tls_verify,
    }
}

/// True if both have the same scheme, host and port, as they are written.
pub(super) fn same_server(a: &str, b: &str) -> bool {
    match (Url::parse(a.as_bytes()), Url::parse(b.as_bytes())) {
        (Ok(a), Ok(b)) => a.scheme == b.scheme && a.host == b.host,
        _ => false,
    }
}

impl Access {
    /// The access with what the repository's own configuration adds.
    pub(super) fn for_repository(&self, repository: &Repository) -> Self {
        let own = Self::of(repository);
        let mut access = Self { url: own.url, ..self.clone() };
        let has_files = [&own.tls.cert_file, &own.tls.key_file, &own.tls.ca_file]
            .iter()
            .any(|file| !file.is_empty());
        if has_files {
            access.tls = Tls { insecure: access.tls.insecure, ..own.tls };
        }
        if !own.username.is_empty() && !own.password.is_empty() {
            (access.username, access.password) = (own.username, own.password);
            access.passes_credentials = own.passes_credentials;
        }
        access
    }
}

/// The schemes that plugins never get.
pub const OWN_SCHEMES: [&str; 3] = ["http", "https", "oci"];

/// Something that fetches what the network does not.
pub trait Getter: std::fmt::Debug + Send + Sync {
    /// True if it fetches addresses with this scheme.
    fn is_for(&self, scheme: &str) -> bool;

    /// What is at `url`.
    fn fetch(&self, url: &str, scheme: &str, access: &Access) -> Result<Response, Error>;
}

/// Such things, once they were looked for.
pub type SharedGetters = Arc<OnceLock<Vec<Box<dyn Getter>>>>;

/// What fetches: the network, and what was found by the time that it is used.
#[derive(Clone)]
pub struct Fetcher<'s> {
    /// For `http` and `https`.
    pub network: &'s dyn Network,
    /// For other schemes.
    pub getters: SharedGetters,
}

impl Fetcher<'_> {
    /// True if somebody fetches addresses with this scheme.
    pub fn knows(&self, scheme: &str) -> bool {
        OWN_SCHEMES.contains(&scheme) || self.getter(scheme).is_some()
    }

    /// The answer of a getter, if `url` is for one.
    fn ask_getter(&self, url: &str, access: &Access) -> Option<Result<Response, Error>> {
        let scheme = Url::parse(url.as_bytes()).ok()?.scheme.to_string();
        if OWN_SCHEMES.contains(&scheme.as_str()) {
            return None;
        }
        let getter = self.getter(&scheme)?;
        Some(match self.network.is_offline() {
            // The one who refuses has the words for it.
            true => self.network.send(&Request::get(url)).map_err(Error::from),
            false => getter.fetch(url, &scheme, access),
        })
    }

    fn getter(&self, scheme: &str) -> Option<&dyn Getter> {
        self.getters.get()?.iter().map(AsRef::as_ref).find(|getter| getter.is_for(scheme))
    }
}

/// Fails for addresses of repositories that nobody can fetch from.
pub fn check_protocol(url: &str, fetcher: &Fetcher<'_>) -> Result<(), Error> {
    let parsed = Url::parse(url.as_bytes())
        .map_err(|_| Error::said(format!("invalid chart URL format: {url}")))?;
    let scheme = parsed.scheme.to_string();
    if fetcher.knows(&scheme) {
        return Ok(());
    }
    Err(Error::said(format!("could not find protocol handler for: {scheme}")))
}

/// Fails for addresses that nobody can fetch from.
pub fn check_scheme(url: &str, fetcher: &Fetcher<'_>) -> Result<(), Error> {
    let scheme = Url::parse(url.as_bytes()).map(|url| url.scheme.to_string()).unwrap_or_default();
    if fetcher.knows(&scheme) {
        return Ok(());
    }
    Err(Error::said(format!("scheme {scheme:?} not supported")))
}

/// The address `url` as Go writes it again: so plugins get those of charts.
pub(super) fn rewritten(url: &str) -> String {
    Url::parse(url.as_bytes()).map_or_else(|_| url.to_owned(), |url| url.text().to_string())
}
