//! Commands that talk to a cluster: what can be told without one is told, in Helm's order, and then
//! that the cluster is out of reach.
//!
//! This program changes no cluster. It knocks where Helm would, so that who cannot reach the server
//! learns why, and says of itself that it goes no further.

use std::time::Duration;

use super::kubeconfig::{self, Server};
use super::{Error, Session, dry_run};
use crate::network::{Limits, Network, Request};
use go_text_template::Compat;
use go_text_template::data::{NumberError, parse_integer};
use go_text_template::url::Url;

/// How long Kubernetes' client library waits for a server.
const PATIENCE: Duration = Duration::from_secs(32);

/// What is told of a command that does nothing before it asks the cluster.
pub fn ask(session: &mut Session<'_>) -> Result<(), Error> {
    Err(unreachable(session))
}

/// What `rollback` was asked for.
#[derive(Clone, Debug, Default)]
pub struct RollbackArgs {
    /// The revision, if one is named.
    pub revision: Option<String>,
    /// `--description`.
    pub description: String,
    /// `--dry-run`, if it was given.
    pub dry_run: Option<String>,
}

/// `rollback`.
pub fn rollback(args: &RollbackArgs, session: &mut Session<'_>) -> Result<(), Error> {
    if let Some(revision) = &args.revision {
        check_revision(revision)?;
    }
    if !session.compat.is_helm3() {
        check_description(&args.description)?;
        dry_run::strategy(args.dry_run.as_deref(), false, session)?;
    }
    ask(session)
}

fn check_revision(text: &str) -> Result<(), Error> {
    let why = match parse_integer(text.as_bytes(), 10) {
        Ok(_) => return Ok(()),
        Err(NumberError::Syntax) => "invalid syntax",
        Err(NumberError::Range(_)) => "value out of range",
    };
    let what = "could not convert revision to a number";
    Err(Error::said(format!("{what}: strconv.Atoi: parsing {text:?}: {why}")))
}

fn check_description(text: &str) -> Result<(), Error> {
    const MOST: usize = 256;
    match text.chars().count() {
        count if count > MOST => {
            Err(Error::said(format!("description must be {MOST} characters or less, got {count}")))
        }
        _ => Ok(()),
    }
}

/// `uninstall` with this value of `--cascade`.
pub fn uninstall(cascade: &str, session: &mut Session<'_>) -> Result<(), Error> {
    if !["background", "foreground", "orphan"].contains(&cascade) {
        let what = format!("invalid cascade value ({cascade})");
        let wanted = "Must be \"background\", \"foreground\", or \"orphan\"";
        return Err(Error::said(format!("{what}. {wanted}")));
    }
    ask(session)
}

/// Why the cluster cannot be reached.
pub(super) fn unreachable(session: &Session<'_>) -> Error {
    let found = kubeconfig::server(&session.settings.kube);
    let knock = |server| knock(&server, "/version", "", session.network, session.compat);
    Error::Unreachable { why: found.map_or_else(|why| why, knock) }
}

/// The same, as the check that Helm 4 makes before it installs.
pub(super) fn check_failed(session: &Session<'_>) -> Error {
    match unreachable(session) {
        error if session.compat.is_helm3() => error,
        error => Error::ReachabilityCheck(Box::new(error)),
    }
}

/// What becomes of a question for `path` to the server.
pub(super) fn knock(
    server: &Server,
    path: &str,
    query: &str,
    network: &dyn Network,
    compat: Compat,
) -> String {
    let url = match url(&server.address, path, query) {
        Ok(url) => url,
        Err(why) => return why,
    };
    let tls = server.tls.clone();
    if network.check(&tls).is_err() {
        return "unable to load root certificates: unable to parse bytes as PEM block".to_owned();
    }
    let request = Request { tls, limits: Limits::of(PATIENCE), ..Request::get(&url) };
    match network.send(&request) {
        Ok(_) => format!("Get {url:?}: there is an answer, but this program changes no cluster"),
        Err(error) => error.message(compat),
    }
}

/// The URL of `below` at a server. An address without a scheme is one of plain HTTP.
fn url(address: &str, below: &str, query: &str) -> Result<String, String> {
    let parsed = Url::parse(address.as_bytes()).ok();
    let is_whole = parsed.is_some_and(|url| !url.scheme.is_empty() && !url.host.is_empty());
    let whole = if is_whole { address.to_owned() } else { format!("http://{address}") };
    let bare = whole.split(['?', '#']).next().unwrap_or_default();
    let mut url = Url::parse(bare.as_bytes()).map_err(|error| error.to_string())?;
    if !is_whole && !["", "/"].contains(&&*url.path.to_str_lossy()) {
        return Err(format!("host must be a URL or a host:port pair: {address:?}"));
    }
    for path in [&mut url.path, &mut url.raw_path].into_iter().filter(|path| !path.is_empty()) {
        *path = format!("{}{below}", path.to_str_lossy().trim_end_matches('/')).into();
    }
    if url.path.is_empty() {
        url.path = below.into();
    }
    // A colon without a port behind it is no part of a host.
    url.host = url.host.strip_suffix(b":").map_or(url.host.clone(), Into::into);
    url.query = query.into();
    Ok(url.text().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_below_the_address() {
        for (address, expected) in [
            ("https://h:1", "https://h:1/version"),
            ("https://h:1/", "https://h:1/version"),
            ("https://h:1/a b/", "https://h:1/a%20b/version"),
            ("https://h:1/k8s?x=1#y", "https://h:1/k8s/version"),
            ("h:1", "http://h:1/version"),
            ("127.0.0.1", "http://127.0.0.1/version"),
        ] {
            assert_eq!(url(address, "/version", "").as_deref(), Ok(expected));
        }
        assert_eq!(url("http://h", "/a", "b=1").as_deref(), Ok("http://h/a?b=1"));
        assert!(url("h/a", "/version", "").is_err());
    }
}
