//! `chart plugin install`: from a folder, an archive, a registry or a repository of git.

use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use super::archive::Archive;
use super::args::InstallArgs;
use super::git::{NoRepository, Repository};
use super::origin::Kind;
use super::place::{self, Draft};
use super::{hooks, http, local, oci};
use crate::plugins::cache_key;
use crate::provenance::{self, Verification};
use crate::sources;
use go_text_template::Compat;

/// Where a plugin comes from.
enum Origin {
    /// A folder, or what is taken for one.
    Folder(PathBuf),
    /// An archive.
    Archive(Kind),
    /// A repository of git.
    Repository(Repository),
}

/// Installs the plugin and runs its hook.
pub fn install(args: &InstallArgs, session: &mut Session<'_>) -> Result<(), Error> {
    let origin = origin(args, session)?;
    let verifies = announce(&origin, args, session)?;
    let place = origin.place(args, session);
    let name = place::base_of(&origin.name(args)).to_owned();
    place::check(&place, &name, session)?;
    put(&origin, &place, verifies, args, session)?;
    let plugin = session
        .load_plugin(&place)?
        .map_err(|why| Error::said(format!("plugin is installed but unusable: {why}")))?;
    hooks::run(&plugin, "install", session)?;
    writeln!(session.out, "Installed plugin: {}", plugin.name).map_err(Error::Stdout)
}

/// What the source is. Helm 4 knows more of them, and says more where it knows none.
fn origin(args: &InstallArgs, session: &mut Session<'_>) -> Result<Origin, Error> {
    let source = &args.source;
    if session.compat.is_helm3() {
        if Path::new(source).exists() {
            return Ok(Origin::Folder(local::absolute(source)?));
        }
        if http::is_archive(source, session) {
            return Ok(Origin::Archive(http::archive(source, session)?));
        }
        return Ok(repository(args, session)?);
    }
    if source.starts_with("oci://") {
        return Ok(Origin::Archive(oci::archive(source)?));
    }
    helm4_origin(args, session).map_err(|error| {
        error.within(format!(
            "cannot get information about plugin source {source:?} (if it's a local directory, does it \
             exist?), last error was"
        ))
    })
}

fn helm4_origin(args: &InstallArgs, session: &mut Session<'_>) -> Result<Origin, Error> {
    let source = &args.source;
    if Path::new(source).exists() {
        let path = local::absolute(source)?;
        let is_archive = crate::plugins::name_of_archive(&path.to_string_lossy()).is_some();
        return Ok(if is_archive {
            Origin::Archive(Kind::File(path))
        } else {
            Origin::Folder(path)
        });
    }
    if http::is_archive(source, session) {
        return Ok(Origin::Archive(http::archive(source, session)?));
    }
    Ok(repository(args, session)?)
}

fn repository(args: &InstallArgs, session: &mut Session<'_>) -> Result<Origin, NoRepository> {
    let key = cache_key(&args.source).map_err(|error| Error::said(error.to_string()))?;
    let copy = format!("{}/plugins/{key}", session.settings.cache_home);
    let repository = Repository::open(&args.source, Path::new(&copy), session)?;
    Ok(Origin::Repository(repository))
}

impl Origin {
    /// The file's name, or the last part of the address, that names the plugin's folder.
    fn name(&self, args: &InstallArgs) -> String {
        match self {
            Self::Folder(path) => path.to_string_lossy().into_owned(),
            Self::Archive(kind) => kind.name(),
            Self::Repository(_) => args.source.clone(),
        }
    }

    /// Where the plugin will be. Only some ways of installing heed the folders of plugins.
    fn place(&self, args: &InstallArgs, session: &Session<'_>) -> PathBuf {
        let name = self.name(args);
        let name = place::base_of(&name);
        let heeds = match self {
            Self::Folder(_) => session.compat.is_helm3(),
            Self::Archive(kind) => matches!(kind, Kind::Registry { .. }),
            Self::Repository(_) => true,
        };
        match heeds {
            true => place::path_in(&session.settings.plugins, name),
            false => place::path_in_data(name, session),
        }
    }
}

/// Says whether Helm 4 is going to verify the plugin, and gives it.
fn announce(origin: &Origin, args: &InstallArgs, session: &mut Session<'_>) -> Result<bool, Error> {
    let text = match origin {
        _ if session.compat.is_helm3() => return Ok(false),
        Origin::Folder(_) => "Installing plugin from local directory (development mode)\n",
        _ if !args.verify => "WARNING: Skipping plugin signature verification\n",
        Origin::Archive(_) => "Verifying plugin signature...\n",
        Origin::Repository(_) => {
            return Err(Error::said(
                "plugin source does not support verification. Use --verify=false to skip verification",
            ));
        }
    };
    say(text, session)?;
    Ok(args.verify && matches!(origin, Origin::Archive(_)))
}

/// Puts the plugin in its place.
fn put(
    origin: &Origin,
    place: &Path,
    verifies: bool,
    args: &InstallArgs,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    match origin {
        Origin::Folder(path) => local::link(path, place, session),
        Origin::Archive(kind) => {
            let archive = Archive::fetch(kind, verifies, args, session)?;
            if verifies {
                let found = verified(&archive, args, session)?;
                archive.put(place, session)?;
                return tell(&found, session);
            }
            archive.put(place, session)
        }
        Origin::Repository(repository) => {
            repository.fetch(&args.version, session)?;
            let local = repository.local.to_string_lossy();
            let shown = place.to_string_lossy();
            session.debug("copying files", &[("source", &local), ("destination", &shown)]);
            let draft = Draft::begin(place)?;
            let folder = draft.path();
            place::copy_folder(&repository.local, &folder)?;
            draft.finish(&folder)
        }
    }
}

/// Who has signed the archive, if it is signed well.
fn verified(
    archive: &Archive,
    args: &InstallArgs,
    session: &Session<'_>,
) -> Result<Verification, Error> {
    let failed = |why: String| Error::said(format!("plugin verification failed: {why}"));
    let signature = archive.provenance.as_deref().filter(|text| !text.is_empty());
    let signature =
        signature.ok_or_else(|| failed("no provenance file (.prov) found".to_owned()))?;
    let file_name = archive.file_name()?;
    verification(&archive.bytes, signature, &file_name, &args.keyring, session)
        .map_err(|error| failed(error.message(session.compat)))
}

/// Checks the signature of the archive of a plugin.
pub(super) fn verification(
    archive: &[u8],
    signature: &[u8],
    file_name: &str,
    keyring: &str,
    session: &Session<'_>,
) -> Result<Verification, Error> {
    let ring = sources::read_keys(keyring, session.compat)?;
    let now = session.world.now().0;
    provenance::verify(archive, signature, file_name, &ring, now, Compat::Helm4)
        .map_err(|error| Error::said(error.to_string()))
}

/// Says who has signed the archive.
pub(super) fn tell(found: &Verification, session: &mut Session<'_>) -> Result<(), Error> {
    let names: String = found.signed_by.iter().map(|name| format!("Signed by: {name}\n")).collect();
    let (key, hash) = (&found.fingerprint, &found.file_hash);
    let text = format!("{names}Using Key With Fingerprint: {key}\nPlugin Hash Verified: {hash}\n");
    say(&text, session)
}

/// Writes `text` at once: something may be logged behind it.
fn say(text: &str, session: &mut Session<'_>) -> Result<(), Error> {
    session.out.write_all(text.as_bytes()).and_then(|()| session.out.flush()).map_err(Error::Stdout)
}
