//! Archives of plugins: fetched, and put in their place with everything that belongs to them.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use super::args::InstallArgs;
use super::find::load;
use super::git::NO_PLUGIN;
use super::origin::Kind;
use super::place::{self, Draft, base_of, is_plugin};
use super::unpack::unpack;
use super::{http, oci};
use crate::files;
use crate::plugins::{FILE_NAME, described};

/// An archive of a plugin.
#[derive(Clone, Debug)]
pub(super) struct Archive<'k> {
    kind: &'k Kind,
    pub(super) bytes: Vec<u8>,
    pub(super) provenance: Option<Vec<u8>>,
    is_verified: bool,
}

/// What Helm 4 logs before it asks a registry, or would if it had not already.
const PULLING: &str = "pulling OCI plugin";

/// The failure to have `what` of the plugin's archive.
fn no_metadata(why: String) -> Error {
    Error::said(format!("failed to extract plugin metadata from tarball: {why}"))
}

impl<'k> Archive<'k> {
    /// The archive, and the signature beside it.
    pub(super) fn fetch(
        kind: &'k Kind,
        verifies: bool,
        args: &InstallArgs,
        session: &mut Session<'_>,
    ) -> Result<Self, Error> {
        let fetched = Self::fetch_any(kind, verifies, args, session);
        fetched.map_err(|error| match verifies {
            true => error.within("failed to get verification data"),
            false => error,
        })
    }

    fn fetch_any(
        kind: &'k Kind,
        verifies: bool,
        args: &InstallArgs,
        session: &mut Session<'_>,
    ) -> Result<Self, Error> {
        let (bytes, provenance) = match kind {
            Kind::File(path) => read(path, verifies)?,
            Kind::Server { url, .. } => {
                let bytes = http::get(url, session).map_err(|error| match verifies {
                    true => error.within("failed to download plugin"),
                    false => error,
                })?;
                let wants_signature = !session.compat.is_helm3();
                let signature = || http::get(&format!("{url}.prov"), session).ok();
                (bytes, wants_signature.then(signature).flatten())
            }
            Kind::Registry { reference, .. } => {
                session.debug(
                    match verifies {
                        true => "getting verification data for OCI plugin",
                        false => PULLING,
                    },
                    &[("source", reference)],
                );
                let pulled = oci::pull(reference, &args.registry, session).map_err(|error| {
                    error.within(format!("failed to pull plugin from {reference}"))
                })?;
                (pulled.archive, pulled.provenance)
            }
        };
        let archive = Self { kind, bytes, provenance, is_verified: verifies };
        if verifies && let Kind::Registry { .. } = kind {
            let name = archive.own_name()?;
            session.debug("got verification data for OCI plugin", &[("filename", &name)]);
        }
        Ok(archive)
    }

    /// The name that the signature has it by.
    pub(super) fn file_name(&self) -> Result<String, Error> {
        match self.kind {
            Kind::File(path) => Ok(base_of(&path.to_string_lossy()).to_owned()),
            Kind::Server { url, .. } => Ok(base_of(url).to_owned()),
            Kind::Registry { .. } => self.own_name(),
        }
    }

    /// The name that it is kept under: `NAME-VERSION.tgz`, by its plugin.yaml.
    fn own_name(&self) -> Result<String, Error> {
        let plugin = described(&self.bytes).map_err(no_metadata)?;
        Ok(format!("{}-{}.tgz", plugin.name, plugin.version))
    }

    /// Puts the plugin at `place`; Helm 4 keeps its archive, too. Nothing is changed before
    /// everything is known to be in order.
    pub(super) fn put(&self, place: &Path, session: &mut Session<'_>) -> Result<(), Error> {
        if let (Kind::Registry { reference, .. }, true) = (self.kind, self.is_verified) {
            session.debug(PULLING, &[("source", reference)]);
        }
        let kept = match session.compat.is_helm3() {
            true => None,
            false => Some(place::path_in(&place::data_folder(session), &self.own_name()?)),
        };
        let draft = Draft::begin(place)?;
        let shown = self.shown(&draft, session);
        unpack(&self.bytes, &draft.path(), &shown, session.compat).map_err(|why| {
            Error::said(format!(
                "{}: {why}",
                match self.kind {
                    Kind::File(_) => "failed to extract archive",
                    Kind::Server { .. } => "extracting files from archive",
                    Kind::Registry { .. } => "failed to extract plugin",
                }
            ))
        })?;
        let root = self.root(&draft.path(), &shown, session)?;
        let (from, to) = (root.to_string_lossy(), place.to_string_lossy());
        session.debug("copying", &[("source", &from), ("path", &to)]);
        let Some(kept) = kept else { return draft.finish(&root) };
        let written = self.keep(&kept)?;
        draft.finish(&root).inspect_err(|_| {
            for path in &written {
                let _ = fs::remove_file(path);
            }
        })
    }

    /// Where Helm unpacks it, as far as that can be said.
    fn shown(&self, draft: &Draft, session: &Session<'_>) -> String {
        match self.kind {
            Kind::File(_) => draft.path().to_string_lossy().into_owned(),
            Kind::Server { key, .. } | Kind::Registry { key, .. } => {
                let path = place::path_in(&format!("{}/plugins", session.settings.cache_home), key);
                path.to_string_lossy().into_owned()
            }
        }
    }

    /// The folder of what was unpacked to `folder` that is the plugin.
    fn root(&self, folder: &Path, shown: &str, session: &Session<'_>) -> Result<PathBuf, Error> {
        if let Kind::File(_) = self.kind {
            return named(folder, shown, &self.kind.name());
        }
        if is_plugin(folder) {
            return Ok(folder.to_owned());
        }
        let inner = match session.compat.is_helm3() {
            true => None,
            false => inner_plugin(folder)?,
        };
        match (inner, self.kind) {
            (Some(inner), Kind::Server { .. }) => {
                check_inner(&inner, shown, &self.kind.name(), session)?;
                Ok(inner)
            }
            (Some(inner), _) => Ok(inner),
            (None, Kind::Server { .. }) if !session.compat.is_helm3() => Err(Error::said(format!(
                "{FILE_NAME} not found in {shown} or its immediate subdirectories"
            ))),
            (None, _) => Err(Error::said(NO_PLUGIN)),
        }
    }

    /// Writes the archive and its signature, and gives the paths at which nothing was before.
    fn keep(&self, path: &Path) -> Result<Vec<PathBuf>, Error> {
        files::make_folder(path.parent().unwrap_or(Path::new(".")))
            .map_err(|error| Error::from(error).within("failed to create plugins directory"))?;
        let signature = PathBuf::from(format!("{}.prov", path.display()));
        let new = [path.to_owned(), signature.clone()].into_iter().filter(|path| !path.exists());
        let new = new.collect();
        files::write(path, &self.bytes, 0o644)
            .map_err(|error| Error::from(error).within("failed to save tarball"))?;
        if let Some(text) = &self.provenance {
            files::write(&signature, text, 0o644)
                .map_err(|error| Error::from(error).within("failed to save tarball"))?;
        }
        Ok(new)
    }
}

/// The archive in a file, and its signature. Only who verifies cares why there is none.
fn read(path: &Path, verifies: bool) -> Result<(Vec<u8>, Option<Vec<u8>>), Error> {
    let what = if verifies { "failed to read plugin file" } else { "failed to read archive" };
    let bytes = files::read(path).map_err(|error| Error::File(error).within(what))?;
    let signature = PathBuf::from(format!("{}.prov", path.display()));
    let text = match files::read(&signature) {
        Ok(text) => Some(text.to_vec()),
        Err(error) if verifies && !error.is_missing() => {
            let what = format!("failed to access provenance file {}", signature.display());
            return Err(Error::File(error).within(what));
        }
        Err(_) => None,
    };
    Ok((bytes.to_vec(), text))
}

/// The folder called as the archive's file is, which has to be the plugin.
fn named(folder: &Path, shown: &str, name: &str) -> Result<PathBuf, Error> {
    let inner = folder.join(name);
    let description = inner.join(FILE_NAME);
    match description.metadata() {
        Ok(_) => Ok(inner),
        Err(error) => {
            let shown = format!("{shown}/{name}");
            let path = format!("{shown}/{FILE_NAME}");
            let error = files::failed("stat", Path::new(&path), &error);
            Err(Error::from(error)
                .within(format!("{FILE_NAME} not found in expected directory {shown}")))
        }
    }
}

/// The first folder in `folder` that is a plugin.
fn inner_plugin(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let entries = folder.read_dir().map_err(|error| files::failed("open", folder, &error))?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    Ok(folders.into_iter().find(|inner| inner.is_dir() && is_plugin(inner)))
}

/// Looks into a plugin whose folder is not called as the archive is.
fn check_inner(inner: &Path, shown: &str, name: &str, session: &Session<'_>) -> Result<(), Error> {
    let last = inner.file_name().unwrap_or_default().to_string_lossy();
    if last == name {
        return Ok(());
    }
    let shown = format!("{shown}/{last}");
    let loaded = load(&inner.to_string_lossy(), &shown, &session.settings, session.compat);
    loaded
        .map(drop)
        .map_err(|why| Error::said(format!("failed to load plugin from {shown}: {why}")))
}
