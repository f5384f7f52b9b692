//! From what names a chart to the path of its folder or archive.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::cache::{self, BadDigest, ContentCache, Kind};
use super::download::{self, Access, Place, same_server};
use super::index_files::{self, Care};
use super::registry::{Registry, RegistryArgs};
use super::{Error, Session, output, verify};
use crate::files;
use crate::files::beside::Temporary;
use crate::network;
use crate::repository::Repository;
use go_text_template::data::Str;

/// Where a chart comes from, by a command's flags.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// `--version`, or what `--devel` stands for.
    pub version: String,
    /// `--repo`; empty if it was not given.
    pub repository: String,
    /// `--pass-credentials`.
    pub pass_credentials: bool,
    /// How its server is reached, and who asks.
    pub registry: RegistryArgs,
    /// The keyring that the chart is verified with, if it is.
    pub keyring: Option<String>,
    /// Whether what the registry's client says goes to standard output.
    pub notes_on_stdout: bool,
}

/// The path of the chart that `name` means, fetched into the cache if it is not on this machine.
pub fn locate(name: &OsStr, source: &Source, session: &mut Session<'_>) -> Result<PathBuf, Error> {
    let client = Registry::new(&source.registry, session)?;
    let name = name.to_str().map_or(name, |name| name.trim().as_ref());
    let version = source.version.trim();
    if let Some(path) = local(Path::new(name), source, session)? {
        return Ok(path);
    }
    let name = &*name.to_string_lossy();
    session.find_getters();
    let (reference, expected) = match source.repository.as_str() {
        "" => (name.to_owned(), String::new()),
        _ => in_repository_at(name, version, source, session)?,
    };
    let access = source.access_to(&reference);
    files::make_folder(Path::new(&session.settings.repository_cache))?;
    session.debug("set up default downloader cache", &[]);
    let mut place = download::resolve(&reference, version, &access, &client, session)?;
    place.expected = expected;
    download::check_scheme(&place.url, &session.fetcher())?;
    let path = match session.compat {
        go_text_template::Compat::Helm3 => into_repository_cache(&place, source, &client, session)?,
        go_text_template::Compat::Helm4 => into_content_cache(&place, source, &client, session)?,
    };
    absolute(&path)
}

impl Source {
    /// How the server of the archive at `reference` is reached. If that is not the server of the
    /// repository that `--repo` names, it gets no credentials unless they are for everybody.
    pub(super) fn access_to(&self, reference: &str) -> Access {
        let mut access = self.access();
        let is_other = !self.repository.is_empty() && !same_server(&self.repository, reference);
        if is_other && !self.pass_credentials {
            (access.username, access.password) = (String::new(), String::new());
        }
        access
    }

    /// How a server is reached.
    fn access(&self) -> Access {
        Access {
            username: self.registry.username.clone(),
            password: self.registry.password.clone(),
            passes_credentials: self.pass_credentials,
            tls: self.registry.tls.clone(),
            ..Access::default()
        }
    }
}

/// The chart on this machine, if there is one at `path`. Helm 4 does not look there with `--repo`.
fn local(
    path: &Path,
    source: &Source,
    session: &mut Session<'_>,
) -> Result<Option<PathBuf>, Error> {
    let has_repository = !source.repository.is_empty();
    if has_repository && !session.compat.is_helm3() {
        return Ok(None);
    }
    if path.exists() {
        if has_repository {
            session.say(format_args!(
                "install.go:759: WARN local chart found in current working directory. repository \
                 url ignored chart={} repository={}",
                path.display(),
                source.repository
            ));
        }
        let path = absolute(path)?;
        verify::verify_if_asked(&path, source.keyring.as_deref(), session)?;
        return Ok(Some(path));
    }
    if path.is_absolute() || path.as_os_str().as_encoded_bytes().starts_with(b".") {
        return Err(Error::PathNotFound(path.display().to_string()));
    }
    Ok(None)
}

/// The path made absolute and cleaned as Go does it: by its text, not by the disk.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let absolute =
        std::path::absolute(path).map_err(|error| output::failed("getwd", path, &error))?;
    Ok(crate::model::cleaned(&absolute))
}

/// The address of a chart's archive in the repository that `--repo` names, and the digest that it is
/// to have. The repository is not set up: its index is fetched, looked at and forgotten.
pub(super) fn in_repository_at(
    name: &str,
    version: &str,
    source: &Source,
    session: &mut Session<'_>,
) -> Result<(String, String), Error> {
    session.find_getters();
    let url = source.repository.as_str();
    let access = Access { url: url.to_owned(), ..source.access() };
    let fetcher = session.fetcher();
    download::check_protocol(url, &fetcher)?;
    let failed = |error: Error| {
        let what = "is not a valid chart repository or cannot be reached";
        error.within(format!("looks like {url:?} {what}"))
    };
    let folder = index_folder(session).map_err(failed)?;
    let cache = folder.path().to_string_lossy();
    let repository = Repository { url: url.to_owned(), ..Repository::default() };
    let compat = session.compat;
    let fetched = index_files::refresh(&repository, &cache, &access, Care::Names, &fetcher, compat);
    let fresh = fetched.map_err(failed)?;
    let path = index_files::path(&cache, "");
    index_files::say(&fresh.notices, url, session);
    let index = index_files::load(&path, Some(&BTreeSet::from([name])), session)?;
    let wanted = match version {
        "" => format!("chart {name:?}"),
        version => format!("chart {name:?} version {version:?}"),
    };
    let entry = index
        .get(name, version)
        .map_err(|_| Error::said(format!("{wanted} not found in {url} repository")))?;
    if !session.compat.is_helm3()
        && let Some(line) = entry.fallback_line(name, version)
    {
        session.say(line);
    }
    let first = entry.urls.first().map(Str::to_string);
    let first = first.ok_or_else(|| Error::said(format!("{wanted} has no downloadable URLs")))?;
    let address = network::resolve(url, &first)
        .map_err(|error| Error::said(format!("failed to make chart URL absolute: {error}")))?;
    Ok((address, entry.digest.to_string()))
}

/// A folder in the cache for an index that is looked at once.
fn index_folder(session: &Session<'_>) -> Result<Temporary, Error> {
    let cache = Path::new(&session.settings.repository_cache);
    files::make_folder(cache)?;
    Ok(files::temporary_near(&cache.join("index-"))?)
}

/// Helm 3 keeps archives beside the indexes, by their names, and fetches them each time.
fn into_repository_cache(
    place: &Place,
    source: &Source,
    client: &Registry<'_>,
    session: &mut Session<'_>,
) -> Result<PathBuf, Error> {
    let path = Path::new(&session.settings.repository_cache).join(place.file_name());
    let fetched = download::fetch(place, client, &session.fetcher())?;
    session.registry_note(&fetched.notes, source.notes_on_stdout)?;
    download::verify(place, &fetched.bytes)?;
    files::write(&path, &fetched.bytes, 0o644)?;
    if source.keyring.is_some() {
        let provenance = files::with_ending(&path, ".prov");
        files::write(&provenance, &signature(place, client, session)?, 0o644)?;
        verify::verify_if_asked(&path, source.keyring.as_deref(), session)?;
    }
    Ok(path)
}

/// Helm 4 keeps archives by their digests, and fetches only what is not there.
fn into_content_cache(
    place: &Place,
    source: &Source,
    client: &Registry<'_>,
    session: &mut Session<'_>,
) -> Result<PathBuf, Error> {
    let cache = ContentCache::new(&session.settings.content_cache);
    let claimed = match place.manifest_digest.as_str() {
        "" => &place.digest,
        manifest => manifest,
    };
    let known = cache::key(claimed).map_err(|bad| match bad {
        BadDigest::Length(_) => Error::said(bad.to_string()),
        _ => Error::said(format!("unable to decode digest: {bad}")),
    })?;
    let found = known.as_deref().and_then(|digest| match place.manifest_digest.is_empty() {
        true => cache.get(digest).map(|_| cache.path(digest, Kind::Chart)),
        false => cache.find(digest, Kind::Chart),
    });
    let (digest, path) = match (known, found) {
        (Some(digest), Some(path)) => (digest, path),
        (known, _) => {
            let fetched = download::fetch(place, client, &session.fetcher())?;
            session.registry_note(&fetched.notes, source.notes_on_stdout)?;
            download::verify(place, &fetched.bytes)?;
            let digest = known.unwrap_or_else(|| files::sha256(&fetched.bytes));
            let path = cache.put(&digest, &fetched.bytes, Kind::Chart)?;
            (digest, path)
        }
    };
    if let Some(keyring) = &source.keyring {
        let provenance = match cache.find(&digest, Kind::Provenance) {
            Some(path) => path,
            None => {
                let text = signature(place, client, session)?;
                cache.put(&digest, &text, Kind::Provenance)?
            }
        };
        // Signatures name the file, so the archive needs its own name for a moment.
        let folder = files::temporary()?;
        let named = folder.path().join(place.file_name());
        let bytes = files::read(&path).map_err(Error::File)?;
        files::write(&named, &bytes, 0o644)?;
        verify::verify(&named, &provenance, keyring, session)?;
    }
    Ok(path)
}

/// The signature of the archive at `place`, which has to be there.
pub(super) fn signature(
    place: &Place,
    client: &Registry<'_>,
    session: &mut Session<'_>,
) -> Result<Vec<u8>, Error> {
    let place = &Place { access: access_to_signature(place, session.compat), ..place.clone() };
    let fetched = download::fetch_provenance(place, client, &session.fetcher());
    let fetched = fetched.map_err(|_| no_signature(place))?;
    session.registry_note(&fetched.notes, false)?;
    Ok(fetched.bytes)
}

/// How the signature of a chart in the cache is asked for: Helm 4 tells a plugin nothing about it.
fn access_to_signature(place: &Place, compat: go_text_template::Compat) -> Access {
    let is_servers = ["http://", "https://", "oci://"].iter();
    let is_servers = is_servers.into_iter().any(|scheme| place.url.starts_with(scheme));
    if is_servers || compat.is_helm3() { place.access.clone() } else { Access::default() }
}

/// What is said of an archive that has to have a signature.
pub(super) fn no_signature(place: &Place) -> Error {
    Error::said(format!("failed to fetch provenance {:?}", format!("{}.prov", place.url)))
}
