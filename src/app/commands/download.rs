//! Where a chart's archive is, and its bytes.

use std::collections::BTreeSet;
use std::path::Path;

use super::plugins::{Fetcher, rewritten};
use super::{Error, Session, cache, index_files, registry};
use crate::files;
use crate::network::{self, Limits, Request, Response, Tls};
use crate::registry::{Parts, Pulled, Reference, is_oci};
use crate::repository::{ConfigError, Repositories, Repository};
use go_text_template::data::Str;
use go_text_template::functions::Url;

/// How a server is reached, and who asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Access {
    /// The address that name and password are for.
    pub(super) url: String,
    pub(super) username: String,
    pub(super) password: String,
    /// Whether other servers get them, too.
    pub(super) passes_credentials: bool,
    pub(super) tls: Tls,
    pub(super) limits: Limits,
}

/// The largest file that is fetched for a chart, in bytes.
pub(super) const MOST_FILE: u64 = 512 << 20;
/// What an archive is asked for as.
const ARCHIVE: &str = "application/gzip,application/octet-stream";

impl Access {
    /// How `repository` is reached.
    pub(super) fn of(repository: &Repository) -> Self {
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
    pub(super) fn get(
        &self,
        url: &str,
        accept: Option<&str>,
        fetcher: &Fetcher<'_>,
    ) -> Result<Response, Error> {
        if let Some(answer) = fetcher.ask_plugin(url, self) {
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

/// Where an archive is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Its digest, as the index has it; empty if none is known.
    pub(super) digest: String,
    /// The address.
    pub(super) url: String,
    /// The digest that it has to have, where `digest` is not to be looked for in the cache.
    pub(super) expected: String,
    /// The digest of the manifest that names it; Helm 4 keeps the archive under it.
    pub(super) manifest_digest: String,
    /// How its server is reached.
    pub(super) access: Access,
}

impl Place {
    /// The digits of the digest that the index has for the archive; nothing if it has none. What is
    /// no SHA-256 digest checks nothing, so it is an error.
    pub(super) fn wanted_digest(&self) -> Result<Option<String>, Error> {
        let claimed = if self.digest.is_empty() { &self.expected } else { &self.digest };
        cache::key(claimed).map_err(|bad| {
            let url = &self.url;
            Error::said(format!(
                "the repository's index has {claimed:?} as the digest of {url}: {bad}"
            ))
        })
    }

    /// The address as it is asked for: plugins get it as Go writes it.
    fn request_url(&self) -> String {
        match self.url.starts_with("http://") || self.url.starts_with("https://") {
            true => self.url.clone(),
            false => rewritten(&self.url),
        }
    }

    /// The name of the archive's file.
    pub(super) fn file_name(&self) -> String {
        let path = match self.url.strip_prefix("oci://") {
            Some(rest) => rest.to_owned(),
            None => {
                Url::parse(self.url.as_bytes()).map(|url| url.path.to_string()).unwrap_or_default()
            }
        };
        let base = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        match base.rsplit_once(':') {
            Some((name, tag)) if is_oci(&self.url) => format!("{name}-{tag}.tgz"),
            _ if base.is_empty() => ".".to_owned(),
            _ => base.to_owned(),
        }
    }
}

/// The repositories that are set up; none if there is no file.
pub(super) fn repositories(session: &Session<'_>) -> Result<Repositories, Error> {
    match load_repositories(session) {
        Err(LoadError::Missing) => Ok(Repositories::default()),
        Err(LoadError::Bad(error)) => Err(error),
        Ok(repositories) => Ok(repositories),
    }
}

/// Why repositories.yaml cannot be read.
pub(super) enum LoadError {
    /// It is not there.
    Missing,
    /// It is not what it should be.
    Bad(Error),
}

/// Reads repositories.yaml.
pub(super) fn load_repositories(session: &Session<'_>) -> Result<Repositories, LoadError> {
    let path = &session.settings.repository_config;
    let text = files::read(Path::new(path)).map_err(|error| {
        let is_missing = error.cause == "no such file or directory";
        let context = format!("couldn't load repositories file ({path})");
        let error = Error::File(error).within(context);
        if is_missing { LoadError::Missing } else { LoadError::Bad(error) }
    })?;
    Repositories::read(&text).map_err(|error| LoadError::Bad(config_error(path, &error)))
}

/// What is wrong with repositories.yaml; Helm's words where it has some.
pub(super) fn config_error(path: &str, error: &ConfigError) -> Error {
    match error {
        ConfigError::Decode(error) => Error::said(error.to_string()),
        ConfigError::NullEntry(_) => Error::said(format!("{path}: {error}")),
    }
}

/// The address of the archive that `reference` means: a URL, a reference to a registry, or
/// `repository/chart`.
pub(super) fn resolve(
    reference: &str,
    version: &str,
    access: &Access,
    client: &registry::Registry<'_>,
    session: &mut Session<'_>,
) -> Result<Place, Error> {
    let invalid = || Error::said(format!("invalid chart URL format: {reference}"));
    let url = Url::parse(reference.as_bytes()).map_err(|_| invalid())?;
    if is_oci(reference) {
        return in_registry(reference, version, access, client);
    }
    let repositories = repositories(session)?;
    if !url.scheme.is_empty() && !url.host.is_empty() && !url.path.is_empty() {
        return owned(reference, access, &repositories, session);
    }
    let path = url.path.to_string();
    let Some((name, chart)) = path.split_once('/') else {
        return Err(Error::said(format!(
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: {}",
            url.text()
        )));
    };
    let repository = named(name, &repositories)?;
    check_protocol(&repository.url, &session.fetcher())?;
    let access = access.for_repository(repository);
    in_repository(reference, (chart, version), repository, access, session)
}

impl Access {
    /// The access with what the repository's own configuration adds.
    fn for_repository(&self, repository: &Repository) -> Self {
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

fn named<'r>(name: &str, repositories: &'r Repositories) -> Result<&'r Repository, Error> {
    let found = repositories.get(name);
    let found = found.ok_or_else(|| Error::said(format!("repo {name} not found")))?;
    if found.url.is_empty() {
        return Err(Error::said(format!("no URL found for repository {name}")));
    }
    Ok(found)
}

/// Fails for addresses of repositories that nobody can fetch from.
pub(super) fn check_protocol(url: &str, fetcher: &Fetcher<'_>) -> Result<(), Error> {
    let parsed = Url::parse(url.as_bytes())
        .map_err(|_| Error::said(format!("invalid chart URL format: {url}")))?;
    let scheme = parsed.scheme.to_string();
    if fetcher.knows(&scheme) {
        return Ok(());
    }
    Err(Error::said(format!("could not find protocol handler for: {scheme}")))
}

/// A whole address: if it is in the index of a repository, that one's configuration counts.
fn owned(
    reference: &str,
    access: &Access,
    repositories: &Repositories,
    session: &mut Session<'_>,
) -> Result<Place, Error> {
    let mut place = Place { url: reference.to_owned(), access: access.clone(), ..Place::default() };
    place.access.url = reference.to_owned();
    for repository in &repositories.entries {
        check_protocol(&repository.url, &session.fetcher())?;
        let path = index_files::path(&session.settings.repository_cache, &repository.name);
        let index = index_files::load(&path, None, session)
            .map_err(|error| error.within("no cached repo found. (try 'helm repo update')"))?;
        let mut urls = index.charts.values().flatten().flat_map(|entry| &entry.urls);
        if urls.any(|url| network::same(reference, &url.to_str_lossy())) {
            place.access = access.for_repository(repository);
            break;
        }
    }
    Ok(place)
}

/// The archive of a chart in a repository whose index is in the cache.
fn in_repository(
    reference: &str,
    (chart, version): (&str, &str),
    repository: &Repository,
    access: Access,
    session: &mut Session<'_>,
) -> Result<Place, Error> {
    let path = index_files::path(&session.settings.repository_cache, &repository.name);
    let wanted = BTreeSet::from([chart]);
    let index = index_files::load(&path, Some(&wanted), session)
        .map_err(|error| error.within("no cached repo found. (try 'helm repo update')"))?;
    let entry = index.get(chart, version).map_err(|error| {
        Error::said(format!(
            "chart {chart:?} matching {version} not found in {} index. (try 'helm repo update'): \
             {error}",
            repository.name
        ))
    })?;
    if !session.compat.is_helm3()
        && let Some(line) = entry.fallback_line(chart, version)
    {
        session.say(line);
    }
    let none = || Error::said(format!("chart {reference:?} has no downloadable URLs"));
    let first = entry.urls.first().map(Str::to_string).ok_or_else(none)?;
    let url = network::resolve(&repository.url, &first)
        .map_err(|_| Error::said(format!("invalid chart URL format: {reference}")))?;
    Ok(Place { digest: entry.digest.to_string(), url, access, ..Place::default() })
}

/// The archive of a chart in a registry: the tag that the version means, or the digest.
fn in_registry(
    reference: &str,
    version: &str,
    access: &Access,
    client: &registry::Registry<'_>,
) -> Result<Place, Error> {
    let parsed = Reference::parse(reference).map_err(crate::registry::Error::from)?;
    let place = |manifest_digest: &str, target: String| {
        let Reference { registry, repository, .. } = &parsed;
        Ok(Place {
            url: format!("oci://{registry}/{repository}{target}"),
            access: access.clone(),
            manifest_digest: manifest_digest.to_owned(),
            ..Place::default()
        })
    };
    let version = match (version, parsed.tag.as_str()) {
        ("", tag) => tag,
        (version, "") => version,
        (version, tag) if version == tag => version,
        (version, tag) => {
            return Err(Error::said(format!(
                "chart reference and version mismatch: {version} is not {tag}"
            )));
        }
    };
    let digest = &parsed.digest;
    if !digest.is_empty() {
        if version.is_empty() {
            return Ok(Place {
                url: reference.to_owned(),
                access: access.clone(),
                ..Place::default()
            });
        }
        let is_tagged = client.check_tag(&parsed, version)?;
        return place(if is_tagged { digest } else { "" }, format!("@{digest}"));
    }
    let is_version = go_text_template::semver::Version::parse(version.as_bytes()).is_ok();
    if is_version {
        return place("", format!(":{version}"));
    }
    let tag = client.newest_tag(reference, version)?;
    place("", format!(":{tag}"))
}

/// The bytes of an archive.
pub(super) fn fetch(
    place: &Place,
    client: &registry::Registry<'_>,
    fetcher: &Fetcher<'_>,
) -> Result<Fetched, Error> {
    if is_oci(&place.url) {
        let pulled = client.pull(&place.url, Parts::Chart)?;
        return Ok(Fetched { notes: notes(&pulled), bytes: pulled.data });
    }
    check_scheme(&place.url, fetcher)?;
    place.wanted_digest()?;
    let response = place.access.get(&place.request_url(), Some(ARCHIVE), fetcher)?;
    Ok(Fetched { bytes: response.bytes(MOST_FILE)?, notes: String::new() })
}

/// What was fetched, and what is said about it.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    pub(super) bytes: Vec<u8>,
    /// Lines of the registry's client.
    pub(super) notes: String,
}

/// Fails for addresses that nobody can fetch from.
pub(super) fn check_scheme(url: &str, fetcher: &Fetcher<'_>) -> Result<(), Error> {
    let scheme = Url::parse(url.as_bytes()).map(|url| url.scheme.to_string()).unwrap_or_default();
    if fetcher.knows(&scheme) {
        return Ok(());
    }
    Err(Error::said(format!("scheme {scheme:?} not supported")))
}

/// The signature of the archive at `place`.
pub(super) fn fetch_provenance(
    place: &Place,
    client: &registry::Registry<'_>,
    fetcher: &Fetcher<'_>,
) -> Result<Fetched, Error> {
    if is_oci(&place.url) {
        let pulled = client.pull(&place.url, Parts::Provenance)?;
        return Ok(Fetched { notes: notes(&pulled), bytes: pulled.data });
    }
    let url = format!("{}.prov", place.request_url());
    let response = place.access.get(&url, None, fetcher)?;
    Ok(Fetched { bytes: response.bytes(MOST_FILE)?, notes: String::new() })
}

/// What Helm says about what it pulled.
fn notes(pulled: &Pulled) -> String {
    let mut text = String::new();
    if pulled.is_legacy {
        text.push_str("Warning: chart media type application/tar+gzip is deprecated\n");
    }
    let Pulled { reference, digest, .. } = pulled;
    text.push_str(&format!("Pulled: {reference}\nDigest: {digest}\n"));
    if reference.contains('_') {
        text.push_str(&format!(
            "{reference} contains an underscore.\n{}\n",
            crate::registry::UNDERSCORE
        ));
    }
    text
}

/// Fails if an index says another digest than `bytes` have.
pub(super) fn verify(place: &Place, bytes: &[u8]) -> Result<(), Error> {
    let Some(wanted) = place.wanted_digest()? else { return Ok(()) };
    let found = files::sha256(bytes);
    if wanted == found {
        return Ok(());
    }
    Err(Error::said(format!(
        "digest mismatch: {} is sha256:{found}, but the repository's index says sha256:{wanted}",
        place.url
    )))
}
