//! The archives of dependencies: from charts/ or the cache if they are there, else from a server,
//! several at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::epoch::source_date_epoch;
use super::super::{parallel, repo};
use super::args::Args;
use super::charts::Folder;
use super::indexes::Indexes;
use super::load::load_folder;
use super::plan::{self, Names, UNMANAGED};
use super::{Error, Session};
use crate::files;
use crate::model::{self, Dependency, IndexEntry};
use crate::network;
use crate::package::Times;
use crate::registry::is_oci;
use crate::sources::{self, Access, ContentCache, Fetched, Fetcher, Kind, Place, Registry};
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::diagnostics::ERASE_LINE;
use go_text_template::semver::{Constraint, Version};

/// What fetching the archives of one chart needs.
pub(super) struct Job<'j> {
    pub(super) path: &'j Path,
    pub(super) names: &'j Names,
    pub(super) client: &'j Registry<'j>,
    pub(super) args: &'j Args,
    /// Whether the versions come from a lock; then what is here already is taken.
    pub(super) is_locked: bool,
    /// Whether an archive without a signature only costs a warning.
    pub(super) may_be_unsigned: bool,
}

/// How saving failed.
pub(super) enum Failed {
    /// Helm tells this on standard output, too.
    Save(Error),
    Else(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Else(error)
    }
}

/// Where the archive of a dependency comes from.
enum Way {
    /// It lies in charts/ unpacked.
    Unpacked,
    /// It is made of a folder.
    Folder,
    /// It is fetched, or was.
    Archive(Place),
    /// No way was found.
    Lost(Error),
}

/// An archive, if it was had.
type Bytes = Result<Fetched, Error>;

impl Job<'_> {
    /// Saves the archives of all dependencies beside charts/.
    pub(super) fn save(
        &self,
        locked: &mut [Dependency],
        folder: &Folder,
        indexes: &mut Indexes,
        session: &mut Session<'_>,
    ) -> Result<(), Failed> {
        let ways: Vec<Way> =
            locked.iter().map(|dependency| self.way(dependency, indexes, session)).collect();
        let mut bytes = self.fetch_all(&ways, locked, folder, session);
        let mut saved = BTreeSet::new();
        for (dependency, way) in locked.iter_mut().zip(ways) {
            match way {
                Way::Unpacked => self.check_unpacked(dependency, folder, session)?,
                Way::Folder => self.save_folder(dependency, folder, session)?,
                Way::Lost(error) => {
                    return Err(Failed::Save(error.within("could not find ")));
                }
                Way::Archive(place) => {
                    let fetched = bytes.remove(&place.url);
                    if !saved.insert(place.url.clone()) {
                        self.say("Already downloaded", dependency, session)?;
                        continue;
                    }
                    self.say("Downloading", dependency, session)?;
                    self.save_archive(&place, fetched, folder, session)?;
                }
            }
        }
        Ok(())
    }

    fn say(
        &self,
        what: &str,
        dependency: &Dependency,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        let Dependency { name, repository, .. } = dependency;
        writeln!(session.out, "{what} {name} from repo {repository}").map_err(Error::Stdout)
    }

    fn way(
        &self,
        dependency: &Dependency,
        indexes: &mut Indexes,
        session: &mut Session<'_>,
    ) -> Way {
        let repository = dependency.repository.to_string();
        if repository.is_empty() {
            return Way::Unpacked;
        }
        if repository.starts_with("file://") {
            return Way::Folder;
        }
        match place(dependency, self.names, indexes, session) {
            Ok(place) => Way::Archive(place),
            Err(error) => Way::Lost(error),
        }
    }

    /// The archives by their addresses, fetched where they are not here.
    fn fetch_all(
        &self,
        ways: &[Way],
        locked: &[Dependency],
        folder: &Folder,
        session: &mut Session<'_>,
    ) -> BTreeMap<String, Bytes> {
        let mut found = BTreeMap::new();
        let mut wanted: Vec<&Place> = Vec::new();
        for (way, dependency) in ways.iter().zip(locked) {
            let Way::Archive(place) = way else { continue };
            if found.contains_key(&place.url) || wanted.iter().any(|known| known.url == place.url) {
                continue;
            }
            match self.here(place, dependency, &folder.charts, session) {
                Some(bytes) => {
                    let fetched = Fetched { bytes, notes: String::new() };
                    found.insert(place.url.clone(), Ok(fetched));
                }
                None => wanted.push(place),
            }
        }
        let (fetcher, client) = (session.fetcher(), self.client);
        let cache = ContentCache::new(&session.settings.content_cache);
        let fetch = |place: &&Place| fetch_and_keep(place, client, &fetcher, &cache);
        let results = match session.on_terminal {
            false => parallel::map(&wanted, repo::AT_ONCE, fetch, &mut |_| {}),
            true => {
                let all = wanted.len();
                let err = &mut *session.err;
                let results = parallel::map(&wanted, repo::AT_ONCE, fetch, &mut |done| {
                    let _ = err.write_all(&ERASE_LINE);
                    let _ = write!(err, "{}", bar(done, all)).and_then(|()| err.flush());
                });
                let _ = err.write_all(&ERASE_LINE);
                results
            }
        };
        found.extend(wanted.iter().map(|place| place.url.clone()).zip(results));
        found
    }

    /// The archive if it is here: in the cache, or for a lock in charts/.
    fn here(
        &self,
        place: &Place,
        dependency: &Dependency,
        charts: &Path,
        session: &Session<'_>,
    ) -> Option<Vec<u8>> {
        let cache = ContentCache::new(&session.settings.content_cache);
        let known = place.wanted_digest().ok()?;
        if let Some(bytes) = known.as_deref().and_then(|digest| cache.get(digest)) {
            return Some(bytes);
        }
        if !self.is_locked {
            return None;
        }
        in_charts(charts, dependency, known.as_deref(), session.compat)
            .or_else(|| cache.recall(&place.url, Kind::Chart).map(|(_, bytes)| bytes))
    }

    fn save_archive(
        &self,
        place: &Place,
        fetched: Option<Bytes>,
        folder: &Folder,
        session: &mut Session<'_>,
    ) -> Result<(), Failed> {
        let url = without_tag(&place.url);
        let failed = |error: Error| Failed::Save(error.within(format!("could not download {url}")));
        let unwritten = |error: files::Error| failed(error.into());
        let fetched = fetched.unwrap_or_else(|| Ok(Fetched::default())).map_err(failed)?;
        session.registry_note(&fetched.notes, !self.args.notes_on_stderr)?;
        let path = folder.beside.path().join(place.file_name());
        files::write(&path, &fetched.bytes, 0o644).map_err(unwritten)?;
        if let Some(keyring) = &self.args.keyring {
            self.verify(place, &path, keyring, session).map_err(failed)?;
        }
        Ok(())
    }

    /// Verifies an archive.
    fn verify(
        &self,
        place: &Place,
        path: &Path,
        keyring: &str,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        let fetched = match sources::fetch_provenance(place, self.client, &session.fetcher()) {
            Ok(fetched) => fetched,
            Err(error) if self.may_be_unsigned => {
                let error = error.message(session.compat);
                let url = without_tag(&place.url);
                return writeln!(session.out, "WARNING: Verification not found for {url}: {error}")
                    .map_err(Error::Stdout);
            }
            Err(_) => return Err(sources::no_signature(place).into()),
        };
        session.registry_note(&fetched.notes, false)?;
        let beside = files::with_ending(path, ".prov");
        files::write(&beside, &fetched.bytes, 0o644)?;
        let world = session.world;
        Ok(sources::verify_if_asked(path, Some(keyring), world, session.compat)?)
    }

    /// Checks the chart that has to be in charts/ already.
    fn check_unpacked(
        &self,
        dependency: &Dependency,
        folder: &Folder,
        session: &mut Session<'_>,
    ) -> Result<(), Failed> {
        let Dependency { name, version, .. } = dependency;
        writeln!(
            session.out,
            "Dependency {name} did not declare a repository. Assuming it exists in the charts \
             directory"
        )
        .map_err(Error::Stdout)?;
        let path = folder.charts.join(name.to_string());
        let chart = load_folder(&path, session)
            .map_err(|error| error.within(format!("unable to load chart '{}'", path.display())))?;
        let constraint = Constraint::parse(version).map_err(|error| {
            Error::said(format!(
                "dependency {name} has an invalid version/constraint format: {error}"
            ))
        })?;
        let found = &chart.metadata.version;
        let parsed = Version::parse(found).map_err(|error| {
            Error::said(format!("invalid version {version} for dependency {name}: {error}"))
        })?;
        if constraint.check(&parsed) {
            return Ok(());
        }
        Err(Failed::Save(Error::said(format!(
            "dependency {name} at version {found} does not satisfy the constraint {version}"
        ))))
    }

    /// Makes an archive of the folder that a dependency names.
    fn save_folder(
        &self,
        dependency: &mut Dependency,
        folder: &Folder,
        session: &mut Session<'_>,
    ) -> Result<(), Failed> {
        let Dependency { name, repository, .. } = dependency;
        if session.debug {
            writeln!(session.out, "Archiving {name} from repo {repository}")
                .map_err(Error::Stdout)?;
        }
        let version = self.archive_folder(dependency, folder, session).map_err(Failed::Save)?;
        dependency.version = version;
        Ok(())
    }

    fn archive_folder(
        &self,
        dependency: &Dependency,
        folder: &Folder,
        session: &mut Session<'_>,
    ) -> Result<Str, Error> {
        let Dependency { name, version, repository, .. } = dependency;
        let source = plan::local_path(&repository.to_string(), self.path)?;
        let chart = load_folder(&source, session)?;
        let constraint = Constraint::parse(version).map_err(|error| {
            Error::said(format!(
                "dependency {name} has an invalid version/constraint format: {error}"
            ))
        })?;
        let found = Version::parse(&chart.metadata.version)
            .map_err(|error| Error::said(error.to_string()))?;
        if !constraint.check(&found) {
            return Err(Error::said(format!("can't get a valid version for dependency {name}")));
        }
        let bytes = crate::package::archive(&chart, times(session)?, session.compat)?;
        let path = folder.beside.path().join(crate::package::file_name(&chart));
        files::write(&path, &bytes, 0o644)?;
        Ok(chart.metadata.version.clone())
    }
}

/// The times that the files of an archive get.
fn times(session: &Session<'_>) -> Result<Times, Error> {
    let (now, _) = session.world.now();
    Ok(match (session.compat, source_date_epoch(session)?) {
        (Compat::Helm3, _) => Times::All(now),
        (Compat::Helm4, Some(epoch)) => Times::Locks(epoch),
        (Compat::Helm4, None) => Times::Own(now),
    })
}

/// Where the archive of a dependency is.
fn place(
    dependency: &Dependency,
    names: &Names,
    indexes: &mut Indexes,
    session: &mut Session<'_>,
) -> Result<Place, Error> {
    let Dependency { name, version, repository, .. } = dependency;
    let address = repository.to_string();
    if is_oci(&address) {
        return Ok(Place { url: format!("{address}/{name}:{version}"), ..Place::default() });
    }
    if let Some(repository) = names.at(&address) {
        let index = indexes.get(&repository.name, session)?;
        let entries = index.charts.get(name).ok_or_else(|| Error::said("entry not found"))?;
        let entry =
            with_version(entries, version).ok_or_else(|| Error::said("no matching version"))?;
        let url = network::resolve(&address, &first_url(entry)).map_err(Error::said)?;
        let access = Access::of(repository);
        return Ok(Place { digest: entry.digest.to_string(), url, access, ..Place::default() });
    }
    let lost = |what: String| Error::said(format!("chart {name} not found in {address}: {what}"));
    let key = format!("{UNMANAGED}{}", files::sha256(address.as_bytes()));
    let index = indexes.get(&key, session).map_err(|error| lost(error.message(session.compat)))?;
    let (name_text, version_text) = (name.to_string(), version.to_string());
    let entry = index.get(&name_text, &version_text).map_err(|_| {
        lost(format!(
            "chart {name_text:?} version {version_text:?} not found in {address} repository"
        ))
    })?;
    let url = network::resolve(&address, &first_url(entry)).map_err(lost)?;
    let access = Access { url: url.clone(), ..Access::default() };
    Ok(Place { digest: entry.digest.to_string(), url, access, ..Place::default() })
}

fn first_url(entry: &IndexEntry) -> String {
    entry.urls.first().map(Str::to_string).unwrap_or_default()
}

/// The first entry that has an address and this version.
fn with_version<'e>(entries: &'e [IndexEntry], version: &Str) -> Option<&'e IndexEntry> {
    let wanted = Version::parse(version);
    let is_same = |found: &Str| match (&wanted, Version::parse(found)) {
        (Ok(wanted), Ok(found)) => wanted.compare(&found).is_eq(),
        _ => found == version,
    };
    let mut usable = entries.iter().filter(|entry| !entry.urls.is_empty());
    usable.find(|entry| version.is_empty() || is_same(&entry.metadata.version))
}

/// Fetches an archive and keeps it in the cache for other charts.
fn fetch_and_keep(
    place: &Place,
    client: &Registry<'_>,
    fetcher: &Fetcher<'_>,
    cache: &ContentCache,
) -> Bytes {
    let fetched = sources::fetch(place, client, fetcher)?;
    sources::check(place, &fetched.bytes)?;
    let digest = files::sha256(&fetched.bytes);
    // A cache that cannot be written costs time, and nothing else.
    let _ = match is_oci(&place.url) {
        true => cache.keep_at(&place.url, &digest, &fetched.bytes, Kind::Chart),
        false => cache.put(&digest, &fetched.bytes, Kind::Chart).map(drop),
    };
    Ok(fetched)
}

/// The archive in charts/ with this name and version; if its digest is known, it has to be that.
fn in_charts(
    charts: &Path,
    dependency: &Dependency,
    digest: Option<&str>,
    compat: Compat,
) -> Option<Vec<u8>> {
    let Dependency { name, version, .. } = dependency;
    let path = charts.join(format!("{name}-{version}.tgz"));
    let bytes = files::read(&path).ok()?.to_vec();
    if digest.is_some_and(|digest| files::sha256(&bytes) != digest) {
        return None;
    }
    let loaded = model::load_undetected(&path, compat, &mut Vec::new()).ok()?;
    let metadata = &loaded.metadata;
    (metadata.name == *name && metadata.version == *version).then_some(bytes)
}

/// The locked dependencies whose archives are not here, so that somebody has to be asked.
pub(super) fn missing(
    path: &Path,
    locked: &[Dependency],
    names: &Names,
    indexes: &mut Indexes,
    session: &mut Session<'_>,
) -> Vec<Dependency> {
    let charts = path.join("charts");
    let cache = ContentCache::new(&session.settings.content_cache);
    let mut missing = Vec::new();
    for dependency in locked {
        let address = dependency.repository.to_string();
        if address.is_empty() || address.starts_with("file://") || is_oci(&address) {
            continue;
        }
        let place = quiet_place(dependency, names, indexes, session).unwrap_or_default();
        let Ok(digest) = place.wanted_digest() else {
            // Perhaps the index has a better one by now.
            missing.push(dependency.clone());
            continue;
        };
        let is_cached = digest.as_deref().is_some_and(|digest| cache.get(digest).is_some());
        let is_here =
            || in_charts(&charts, dependency, digest.as_deref(), session.compat).is_some();
        if !is_cached && !is_here() {
            missing.push(dependency.clone());
        }
    }
    missing
}

/// The place of an archive, as far as it is known without asking; an index that is not there, or
/// does not know it, is nothing to complain about yet.
fn quiet_place(
    dependency: &Dependency,
    names: &Names,
    indexes: &mut Indexes,
    session: &mut Session<'_>,
) -> Option<Place> {
    place(dependency, names, indexes, session).ok()
}

/// A bar for somebody who watches.
fn bar(done: usize, all: usize) -> String {
    const WIDTH: usize = 24;
    let full = (done * WIDTH).checked_div(all).unwrap_or(WIDTH);
    format!("[{}{}] {done} of {all} archives", "#".repeat(full), " ".repeat(WIDTH - full))
}

/// The address as Helm names it: for a registry, the version is no part of it.
fn without_tag(url: &str) -> &str {
    match url.rsplit_once(':') {
        Some((reference, _)) if is_oci(url) => reference,
        _ => url,
    }
}
