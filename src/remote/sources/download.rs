//! Where a chart's archive is, and its bytes.

use std::collections::BTreeSet;
use std::path::Path;

use super::access::{Access, Fetcher, MOST_FILE, check_protocol, check_scheme, rewritten};
use super::client::Registry;
use super::{Error, Sources, cache, index_files};
use crate::files;
use crate::network;
use crate::registry::{Parts, Pulled, Reference, is_oci};
use crate::repository::{ConfigError, Repositories, Repository};
use go_text_template::data::Str;
use go_text_template::url::Url;

/// What an archive is asked for as.
const ARCHIVE: &str = "application/gzip,application/octet-stream";

/// Where an archive is.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Its digest, as the index has it; empty if none is known.
    pub digest: String,
    /// The address.
    pub url: String,
    /// The digest that it has to have, where `digest` is not to be looked for in the cache.
    pub expected: String,
    /// The digest of the manifest that names it; Helm 4 keeps the archive under it.
    pub manifest_digest: String,
    /// How its server is reached.
    pub access: Access,
}

impl Place {
    /// The digits of the digest that the index has for the archive; nothing if it has none. What is
    /// no SHA-256 digest checks nothing, so it is an error.
    pub fn wanted_digest(&self) -> Result<Option<String>, Error> {
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
    pub fn file_name(&self) -> String {
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

/// The repositories that are set up by the file `path`; none if it is not there.
pub fn repositories(path: &str) -> Result<Repositories, Error> {
    match load_repositories(path) {
        Err(LoadError::Missing) => Ok(Repositories::default()),
        Err(LoadError::Bad(error)) => Err(error),
        Ok(repositories) => Ok(repositories),
    }
}

/// Why repositories.yaml cannot be read.
pub enum LoadError {
    /// It is not there.
    Missing,
    /// It is not what it should be.
    Bad(Error),
}

/// Reads the repositories.yaml at `path`.
pub fn load_repositories(path: &str) -> Result<Repositories, LoadError> {
    let text = files::read(Path::new(path)).map_err(|error| {
        let is_missing = error.is_missing();
        let context = format!("couldn't load repositories file ({path})");
        let error = Error::from(error).within(context);
        if is_missing { LoadError::Missing } else { LoadError::Bad(error) }
    })?;
    Repositories::read(&text).map_err(|error| LoadError::Bad(config_error(path, &error)))
}

/// What is wrong with repositories.yaml; Helm's words where it has some.
pub fn config_error(path: &str, error: &ConfigError) -> Error {
    match error {
        ConfigError::Decode(error) => Error::said(error.to_string()),
        ConfigError::NullEntry(_) => Error::said(format!("{path}: {error}")),
    }
}

/// The address of the archive that `reference` means: a URL, a reference to a registry, or
/// `repository/chart`.
pub fn resolve(
    reference: &str,
    version: &str,
    access: &Access,
    client: &Registry<'_>,
    around: &mut Sources<'_>,
) -> Result<Place, Error> {
    let invalid = || Error::said(format!("invalid chart URL format: {reference}"));
    let url = Url::parse(reference.as_bytes()).map_err(|_| invalid())?;
    if is_oci(reference) {
        return in_registry(reference, version, access, client);
    }
    let repositories = repositories(around.repository_config)?;
    if !url.scheme.is_empty() && !url.host.is_empty() && !url.path.is_empty() {
        return owned(reference, access, &repositories, around);
    }
    let path = url.path.to_string();
    let Some((name, chart)) = path.split_once('/') else {
        return Err(Error::said(format!(
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: {}",
            url.text()
        )));
    };
    let repository = named(name, &repositories)?;
    check_protocol(&repository.url, &around.fetcher)?;
    let access = access.for_repository(repository);
    in_repository(reference, (chart, version), repository, access, around)
}

fn named<'r>(name: &str, repositories: &'r Repositories) -> Result<&'r Repository, Error> {
    let found = repositories.get(name);
    let found = found.ok_or_else(|| Error::said(format!("repo {name} not found")))?;
    if found.url.is_empty() {
        return Err(Error::said(format!("no URL found for repository {name}")));
    }
    Ok(found)
}

/// A whole address: if it is in the index of a repository, that one's configuration counts.
fn owned(
    reference: &str,
    access: &Access,
    repositories: &Repositories,
    around: &mut Sources<'_>,
) -> Result<Place, Error> {
    let mut place = Place { url: reference.to_owned(), access: access.clone(), ..Place::default() };
    place.access.url = reference.to_owned();
    for repository in &repositories.entries {
        check_protocol(&repository.url, &around.fetcher)?;
        let path = index_files::path(around.repository_cache, &repository.name);
        let index = index_files::load(&path, None, &mut around.log)
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
    around: &mut Sources<'_>,
) -> Result<Place, Error> {
    let path = index_files::path(around.repository_cache, &repository.name);
    let wanted = BTreeSet::from([chart]);
    let index = index_files::load(&path, Some(&wanted), &mut around.log)
        .map_err(|error| error.within("no cached repo found. (try 'helm repo update')"))?;
    let entry = index.get(chart, version).map_err(|error| {
        Error::said(format!(
            "chart {chart:?} matching {version} not found in {} index. (try 'helm repo update'): \
             {error}",
            repository.name
        ))
    })?;
    if !around.compat.is_helm3()
        && let Some(line) = entry.fallback_line(chart, version)
    {
        around.log.say(line);
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
    client: &Registry<'_>,
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
pub fn fetch(
    place: &Place,
    client: &Registry<'_>,
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
pub struct Fetched {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Lines of the registry's client.
    pub notes: String,
}

/// The signature of the archive at `place`.
pub fn fetch_provenance(
    place: &Place,
    client: &Registry<'_>,
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
pub fn check(place: &Place, bytes: &[u8]) -> Result<(), Error> {
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
