//! Who asks: challenges of registries, and the tokens that answer them.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use crate::network::{Network, Request};
use go_text_template::data::Tree;
use go_text_template::json;
use go_text_template::url::Url;

/// What is known about a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credential {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
    /// A token that other tokens are had for.
    pub identity_token: String,
    /// A token that registries take as it is.
    pub registry_token: String,
}

impl Credential {
    /// True if nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a registry wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    Basic,
    Bearer(BTreeMap<String, String>),
    Unknown,
}

impl Challenge {
    /// Reads the header `WWW-Authenticate`.
    pub(super) fn parse(header: &str) -> Self {
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => Self::Basic,
            "bearer" => Self::Bearer(parameters(rest)),
            _ => Self::Unknown,
        }
    }
}

/// `name="value", name=value`.
fn parameters(mut text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    while let Some((name, rest)) = text.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']).to_ascii_lowercase();
        let (value, behind) = match rest.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(',').unwrap_or((rest, "")),
        };
        found.insert(name, value.trim().to_owned());
        text = behind;
    }
    found
}

/// The scopes, those of one repository joined and their actions in order.
pub(super) fn clean_scopes(scopes: impl Iterator<Item = String>) -> Vec<String> {
    let mut plain = BTreeSet::new();
    let mut actions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for scope in scopes.filter(|scope| !scope.is_empty()) {
        match scope.rsplit_once(':') {
            Some((resource, list)) if resource.contains(':') => {
                let list = list.split(',').filter(|action| !action.is_empty()).map(str::to_owned);
                actions.entry(resource.to_owned()).or_default().extend(list);
            }
            _ => drop(plain.insert(scope)),
        }
    }
    for (resource, list) in actions.into_iter().filter(|(_, list)| !list.is_empty()) {
        let list = if list.contains("*") {
            "*".to_owned()
        } else {
            list.into_iter().collect::<Vec<_>>().join(",")
        };
        plain.insert(format!("{resource}:{list}"));
    }
    plain.into_iter().collect()
}

/// What a token is asked for.
pub(super) struct TokenRequest<'t> {
    pub(super) realm: &'t str,
    pub(super) service: &'t str,
    pub(super) scopes: &'t [String],
    pub(super) credential: &'t Credential,
    /// Whether a password goes into a form.
    pub(super) prefers_form: bool,
    /// How the registry itself is reached.
    pub(super) like: &'t Request,
}

/// Fetches a token.
pub(super) fn token(wanted: &TokenRequest<'_>, network: &dyn Network) -> Result<String, Error> {
    let credential = wanted.credential;
    if !credential.registry_token.is_empty() {
        return Ok(credential.registry_token.clone());
    }
    check_realm(wanted.realm, &wanted.like.url)?;
    let plain =
        credential.is_empty() || (credential.identity_token.is_empty() && !wanted.prefers_form);
    let request = if plain { by_query(wanted)? } else { by_form(wanted)? };
    let response = network.send(&request)?;
    if response.status != 200 {
        return Err(super::refused::refused(request.method, response));
    }
    let url = response.url.clone();
    let text = response.bytes(MOST_TOKEN)?;
    let answer = json::read(&text.into()).map_err(|error| {
        Error::Answer(format!("{} {url:?}: failed to decode response: {error}", request.method))
    })?;
    let field = |name| answer.at(&[name]).and_then(Tree::as_str).filter(|text| !text.is_empty());
    let found = field("access_token").or_else(|| if plain { field("token") } else { None });
    let none = || Error::NoToken { method: request.method, url: url.clone() };
    found.map(ToString::to_string).ok_or_else(none)
}

/// The longest answer with a token, in bytes.
const MOST_TOKEN: u64 = 128 << 10;

fn by_query(wanted: &TokenRequest<'_>) -> Result<Request, Error> {
    let mut url =
        Url::parse(wanted.realm.as_bytes()).map_err(|error| Error::Realm(error.to_string()))?;
    let mut query: Vec<String> = match url.query.to_string() {
        query if query.is_empty() => Vec::new(),
        query => vec![query],
    };
    query.extend(wanted.scopes.iter().map(|scope| format!("scope={}", escaped(scope))));
    if !wanted.service.is_empty() {
        query.push(format!("service={}", escaped(wanted.service)));
    }
    url.query = query.join("&").into();
    let mut request = Request::get(url.text().to_string());
    request.tls = wanted.like.tls.clone();
    request.limits = wanted.like.limits;
    let Credential { username, password, .. } = wanted.credential;
    if username.is_empty() && password.is_empty() {
        return Ok(request);
    }
    Ok(request.basic_auth(username, password))
}

fn by_form(wanted: &TokenRequest<'_>) -> Result<Request, Error> {
    let Credential { username, password, identity_token, .. } = wanted.credential;
    let mut form = vec![("client_id", "oras-go".to_owned())];
    if !identity_token.is_empty() {
        form.push(("grant_type", "refresh_token".to_owned()));
        form.push(("refresh_token", identity_token.clone()));
    } else if !username.is_empty() && !password.is_empty() {
        form.push(("grant_type", "password".to_owned()));
        form.push(("password", password.clone()));
        form.push(("username", username.clone()));
    } else {
        return Err(Error::NoPasswordForToken);
    }
    if !wanted.scopes.is_empty() {
        form.push(("scope", wanted.scopes.join(" ")));
    }
    form.push(("service", wanted.service.to_owned()));
    form.sort_unstable();
    let body = form.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    let mut request = Request { method: "POST", ..Request::get(wanted.realm) };
    request.tls = wanted.like.tls.clone();
    request.limits = wanted.like.limits;
    request.body = body.collect::<Vec<_>>().join("&").into_bytes();
    Ok(request.header("Content-Type", "application/x-www-form-urlencoded"))
}

/// A value of a form or a query, as Go escapes it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Refuses servers of tokens that nobody would send a password to on purpose.
fn check_realm(realm: &str, registry: &str) -> Result<(), Error> {
    let bad = |text: String| Err(Error::Realm(text));
    let url = match Url::parse(realm.as_bytes()) {
        Ok(url) => url,
        Err(error) => return bad(format!("failed to parse bearer realm {realm:?}: {error}")),
    };
    let registry = Url::parse(registry.as_bytes()).unwrap_or_default();
    match url.scheme.to_string().as_str() {
        "https" => {}
        "http" if registry.scheme == "https" => {
            return bad(format!(
                "bearer realm {realm:?} uses http but registry was contacted over https"
            ));
        }
        "http" => {}
        scheme => return bad(format!("bearer realm {realm:?} uses unsupported scheme {scheme:?}")),
    }
    let host = String::from_utf8_lossy(url.hostname()).into_owned();
    if is_private(&host) && url.hostname() != registry.hostname() {
        return bad(format!(
            "bearer realm host {host:?} is a loopback, link-local, private, or unspecified address"
        ));
    }
    Ok(())
}

fn is_private(host: &str) -> bool {
    match host.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => {
            ip.is_loopback() || ip.is_link_local() || ip.is_private() || ip.is_unspecified()
        }
        Ok(std::net::IpAddr::V6(ip)) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unicast_link_local()
                || ip.is_unique_local()
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let header =
            r#"Bearer realm="https://a.test/t",service="s", scope="repository:x:pull,push""#;
        let Challenge::Bearer(found) = Challenge::parse(header) else { panic!("{header}") };
        assert_eq!(found["realm"], "https://a.test/t");
        assert_eq!(found["scope"], "repository:x:pull,push");
        assert_eq!(Challenge::parse("Basic realm=x"), Challenge::Basic);
        assert_eq!(Challenge::parse("Digest x"), Challenge::Unknown);
    }

    #[test]
    fn scopes_of_a_repository_are_joined() {
        let scopes = ["repository:x:push", "repository:x:pull", "repository:x:pull,push", "y"];
        let cleaned = clean_scopes(scopes.into_iter().map(str::to_owned));
        assert_eq!(cleaned, ["repository:x:pull,push", "y"]);
    }

    #[test]
    fn passwords_go_to_no_odd_realm() {
        for (realm, registry, good) in [
            ("https://auth.test/t", "https://r.test/v2/", true),
            ("http://auth.test/t", "https://r.test/v2/", false),
            ("http://169.254.169.254/", "http://r.test/v2/", false),
            ("http://127.0.0.1:1/t", "http://127.0.0.1:5000/v2/", true),
            ("file:///etc/passwd", "http://r.test/v2/", false),
        ] {
            assert_eq!(check_realm(realm, registry).is_ok(), good, "{realm}");
        }
    }
}
