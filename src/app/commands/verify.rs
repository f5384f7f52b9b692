//! `chart verify`: is an archive what its provenance file says, and who says so?

use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Environment, Error, Session};
use crate::files::{self, failed};
use crate::provenance::{self, Keyring, Verification};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};

/// What `verify` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart's archive.
    pub path: PathBuf,
    /// `--keyring`, or what stands for it.
    pub keyring: String,
}

/// Verifies the archive and says who has signed it.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let provenance = files::with_ending(&args.path, ".prov");
    let found = verify(&args.path, &provenance, &args.keyring, session)?;
    session.out.write_all(found.text().as_bytes()).map_err(Error::Stdout)
}

/// The keyring that Helm looks into if none is named: GnuPG's own, of the older of its two forms
/// if it is there.
pub fn default_keyring(environment: &Environment, compat: Compat) -> String {
    let home = environment.get("GNUPGHOME").map_or_else(
        || format!("{}/.gnupg", environment.get("HOME").unwrap_or_default()),
        |home| home.trim_end_matches('/').to_owned(),
    );
    let (older, newer) = (format!("{home}/pubring.gpg"), format!("{home}/pubring.kbx"));
    let is_missing = |path: &str| {
        let found = Path::new(path).metadata();
        found.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    };
    if !compat.is_helm3() && is_missing(&older) && !is_missing(&newer) { newer } else { older }
}

/// Verifies the archive at `path` with the keys of `keyring`, if there is one.
pub(super) fn verify_if_asked(
    path: &Path,
    keyring: Option<&str>,
    session: &Session<'_>,
) -> Result<(), Error> {
    let Some(keyring) = keyring else { return Ok(()) };
    verify(path, &files::with_ending(path, ".prov"), keyring, session)?;
    Ok(())
}

/// Verifies the archive at `path` with its provenance file and the keys of `keyring`.
pub(super) fn verify(
    path: &Path,
    provenance: &Path,
    keyring: &str,
    session: &Session<'_>,
) -> Result<Verification, Error> {
    let compat = session.compat;
    if stat(path)?.is_dir() {
        return Err(Failure::new("unpacked charts cannot be verified").into());
    }
    if !is_archive(path) {
        return Err(Failure::new("chart must be a tgz file").into());
    }
    let provenance_found = stat(provenance)
        .map_err(within(format!("could not load provenance file {}", provenance.display())))?;
    let ring = read_keys(keyring, compat).map_err(within("failed to load keyring".to_owned()))?;
    let (of_archive, of_provenance) = if compat.is_helm3() {
        if provenance_found.is_dir() {
            return Err(
                Failure::from(format!("{} cannot be a directory", provenance.display())).into()
            );
        }
        (None, "failed to decode signature")
    } else {
        (Some("failed to read chart archive"), "failed to read provenance file")
    };
    let archive = read(path).map_err(|error| match of_archive {
        Some(what) => within(what.to_owned())(error),
        None => error,
    })?;
    let text = read(provenance).map_err(within(of_provenance.to_owned()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let now = session.world.now().0;
    provenance::verify(&archive, &text, &name, &ring, now, compat).map_err(|error| match error {
        provenance::Error::NoSignature if compat.is_helm3() => {
            Failure::from(format!("failed to decode signature: {error}")).into()
        }
        error => Failure::from(error.to_string()).into(),
    })
}

/// The keys in the file `path`.
pub(super) fn read_keys(path: &str, compat: Compat) -> Result<Keyring, Error> {
    let data = read(path.as_ref())?;
    Keyring::read(&data, path, compat).map_err(|text| Failure::from(text).into())
}

/// Puts what was being done in front of what went wrong.
fn within(what: String) -> impl Fn(Error) -> Error {
    move |error| Failure::from(format!("{what}: {}", error.message(Compat::Helm4))).into()
}

fn is_archive(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension.eq_ignore_ascii_case("tgz")
}

fn stat(path: &Path) -> Result<std::fs::Metadata, Error> {
    path.metadata().map_err(|error| failed("stat", path, &error).into())
}

/// The largest file that is read: more than any archive that can be loaded.
const LARGEST: u64 = 256 << 20;

/// The content of the file `path`, which must not be endless.
#[expect(clippy::disallowed_methods, reason = "commands are the edge to the disk")]
fn read(path: &Path) -> Result<Str, Error> {
    let file = std::fs::File::open(path).map_err(|error| failed("open", path, &error))?;
    let mut content = Vec::new();
    let result = file.take(LARGEST + 1).read_to_end(&mut content);
    result.map_err(|error| failed("read", path, &error))?;
    if content.len() as u64 > LARGEST {
        let text = format!("{} is larger than {LARGEST} bytes", path.display());
        return Err(Failure::from(text).into());
    }
    Ok(content.into())
}
