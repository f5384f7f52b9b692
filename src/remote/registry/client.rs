//! A client of registries: requests with authorization, and once more if the registry was busy.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::authorize::{Challenge, TokenRequest, clean_scopes, token};
use super::refused::refused;
use super::{Credential, Error, Reference};
use crate::network::{Address, Cause, Limits, Network, Request, Response, Tls};
use go_text_template::Compat;

/// How registries are reached.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How they are verified, and what they are shown.
    pub tls: Tls,
    /// Without TLS.
    pub plain_http: bool,
    /// The user, if the command line names one.
    pub user: Option<(String, String)>,
    /// Which Helm is equalled.
    pub compat: Compat,
}

/// Where credentials come from, by host and port.
pub type Credentials<'c> = dyn Fn(&str) -> Result<Credential, String> + Sync + 'c;

/// A client of registries.
pub struct Client<'n> {
    pub(super) network: &'n dyn Network,
    options: Options,
    credentials: Box<Credentials<'n>>,
    state: Mutex<State>,
}

/// What was learned on the way.
#[derive(Default)]
struct State {
    /// The value of `Authorization`, by host and scopes.
    authorizations: BTreeMap<(String, String), String>,
    /// Hosts that want the user's name and password with every request.
    basic: BTreeMap<String, String>,
    /// Helm 3 goes on without TLS once a registry answered so.
    without_tls: bool,
    prefers_form: bool,
}

/// What a request does with a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Nothing,
    Pull,
    Push,
}

impl std::fmt::Debug for Client<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

/// How often a busy registry is asked again.
const MOST_RETRIES: u32 = 5;

impl<'n> Client<'n> {
    /// A client that sends through `network`.
    pub fn new(
        network: &'n dyn Network,
        credentials: Box<Credentials<'n>>,
        options: Options,
    ) -> Self {
        Self { network, options, credentials, state: Mutex::default() }
    }

    /// Asks whether `host` is a registry that knows the user.
    pub fn ping(&self, host: &str) -> Result<(), Error> {
        super::reference::check_registry(host)?;
        let reference = Reference { registry: host.to_owned(), ..Reference::default() };
        self.lock().prefers_form = true;
        let first = self.ping_once(&reference);
        self.lock().prefers_form = false;
        first.or_else(|_| self.ping_once(&reference))
    }

    fn ping_once(&self, reference: &Reference) -> Result<(), Error> {
        let url = format!("{}/v2/", self.base(reference));
        let response = self.send(&Request::get(url), reference, Action::Nothing)?;
        match response.status {
            200 => Ok(()),
            404 => Err(Error::NoRegistry),
            _ => Err(refused("GET", response)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn base(&self, reference: &Reference) -> String {
        let plain = self.options.plain_http || self.lock().without_tls;
        format!("{}://{}", if plain { "http" } else { "https" }, reference.host())
    }

    /// The address of something in the repository.
    pub(super) fn url(&self, reference: &Reference, rest: &str) -> String {
        format!("{}/v2/{}/{rest}", self.base(reference), reference.repository)
    }

    /// Sends a request for the repository of `reference`, with authorization if that is wanted.
    pub(super) fn send(
        &self,
        request: &Request,
        reference: &Reference,
        action: Action,
    ) -> Result<Response, Error> {
        let mut request = request.clone();
        request.tls = self.options.tls.clone();
        request.limits = Limits::REGISTRY;
        let scope = scope(reference, action);
        let host = reference.host().to_owned();
        if let Some(value) = self.known(&host, &scope) {
            request.headers.push(("Authorization", value));
        }
        let response = self.send_again(&request)?;
        if response.status != 401 || !same_origin(&request.url, &response.url) {
            return Ok(response);
        }
        request.headers.retain(|(name, _)| *name != "Authorization");
        let challenge = Challenge::parse(response.header("WWW-Authenticate").unwrap_or_default());
        let failed = |error| Error::Authorization {
            method: request.method,
            url: request.url.clone(),
            error: Box::new(error),
        };
        let value = match self.answer(challenge, &host, &scope, &request).map_err(failed)? {
            Some(value) => value,
            None => return Ok(response),
        };
        request.headers.push(("Authorization", value));
        self.send_again(&request)
    }

    fn known(&self, host: &str, scope: &str) -> Option<String> {
        let state = self.lock();
        let key = (host.to_owned(), scope.to_owned());
        state.basic.get(host).or_else(|| state.authorizations.get(&key)).cloned()
    }

    /// The value of `Authorization` that answers the challenge; nothing if we know none.
    fn answer(
        &self,
        challenge: Challenge,
        host: &str,
        scope: &str,
        request: &Request,
    ) -> Result<Option<String>, Error> {
        let parameters = match challenge {
            Challenge::Unknown => return Ok(None),
            Challenge::Basic => {
                let value = basic(&self.credential(host, "failed to resolve credential: ")?)?;
                self.lock().basic.insert(host.to_owned(), value.clone());
                return Ok(Some(value));
            }
            Challenge::Bearer(parameters) => parameters,
        };
        let text = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
        let asked = text("scope").split(' ').map(str::to_owned);
        let scopes = clean_scopes(std::iter::once(scope.to_owned()).chain(asked));
        let credential = self.credential(host, "")?;
        let wanted = TokenRequest {
            realm: text("realm"),
            service: text("service"),
            scopes: &scopes,
            credential: &credential,
            prefers_form: self.lock().prefers_form,
            like: request,
        };
        let value = format!("Bearer {}", token(&wanted, self.network)?);
        let key = (host.to_owned(), scope.to_owned());
        self.lock().authorizations.insert(key, value.clone());
        Ok(Some(value))
    }

    fn credential(&self, host: &str, prefix: &str) -> Result<Credential, Error> {
        if let Some((username, password)) = &self.options.user {
            let (username, password) = (username.clone(), password.clone());
            return Ok(Credential { username, password, ..Credential::default() });
        }
        (self.credentials)(host).map_err(|error| Error::Credential(format!("{prefix}{error}")))
    }

    /// Sends, again and again while the registry is too busy.
    fn send_again(&self, request: &Request) -> Result<Response, Error> {
        let mut request = request.clone();
        for attempt in 0.. {
            match self.network.send(&request) {
                Err(error) if self.goes_on_without_tls(&error) => {
                    request.url = request.url.replacen("https://", "http://", 1);
                }
                Err(error) => return Err(error.into()),
                Ok(response) if attempt < MOST_RETRIES && is_busy(response.status) => {
                    self.network.wait(pause(attempt, &response));
                }
                Ok(response) => return Ok(response),
            }
        }
        Err(Error::NoRegistry)
    }

    /// Helm 3 takes a registry without TLS as it is, also when TLS was wanted.
    fn goes_on_without_tls(&self, error: &crate::network::Error) -> bool {
        let mut state = self.lock();
        let goes_on = self.options.compat.is_helm3()
            && !self.options.tls.is_special()
            && !state.without_tls
            && matches!(error.cause(), Cause::NoTls);
        state.without_tls |= goes_on;
        goes_on
    }
}

fn basic(credential: &Credential) -> Result<String, Error> {
    if credential.is_empty() {
        return Err(Error::NoCredential);
    }
    let Credential { username, password, .. } = credential;
    if username.is_empty() || password.is_empty() {
        return Err(Error::NoPassword);
    }
    let text = data_encoding::BASE64.encode(format!("{username}:{password}").as_bytes());
    Ok(format!("Basic {text}"))
}

fn scope(reference: &Reference, action: Action) -> String {
    match action {
        Action::Nothing => String::new(),
        Action::Pull => format!("repository:{}:pull", reference.repository),
        Action::Push => format!("repository:{}:pull,push", reference.repository),
    }
}

/// True if both addresses are of one server.
pub(super) fn same_origin(a: &str, b: &str) -> bool {
    let address = |text: &str| {
        go_text_template::url::Url::parse(text.as_bytes()).ok().as_ref().and_then(Address::of)
    };
    address(a).is_some() && address(a) == address(b)
}

fn is_busy(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

/// How long to wait before the next attempt: twice as long each time, or as the registry says.
fn pause(attempt: u32, response: &Response) -> Duration {
    let seconds = response.header("Retry-After").and_then(|text| text.parse().ok());
    let wanted = match seconds {
        Some(seconds) if response.status == 429 => Duration::from_secs(seconds),
        _ => Duration::from_millis(250 << attempt.min(8)),
    };
    wanted.min(Duration::from_secs(3))
}
