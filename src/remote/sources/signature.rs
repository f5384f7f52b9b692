//! Is an archive what its provenance file says, and who says so?

use std::io::Read;
use std::path::Path;

use super::Error;
use crate::files::{self, failed};
use crate::provenance::{self, Keyring, Verification};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};
use go_text_template::template::World;

/// Verifies the archive at `path` with the keys of `keyring`, if there is one.
pub fn verify_if_asked(
    path: &Path,
    keyring: Option<&str>,
    world: &dyn World,
    compat: Compat,
) -> Result<(), Error> {
    let Some(keyring) = keyring else { return Ok(()) };
    verify(path, &files::with_ending(path, ".prov"), keyring, world, compat)?;
    Ok(())
}

/// Verifies the archive at `path` with its provenance file and the keys of `keyring`.
pub fn verify(
    path: &Path,
    provenance: &Path,
    keyring: &str,
    world: &dyn World,
    compat: Compat,
) -> Result<Verification, Error> {
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
    let now = world.now().0;
    provenance::verify(&archive, &text, &name, &ring, now, compat).map_err(|error| match error {
        provenance::Error::NoSignature if compat.is_helm3() => {
            Failure::from(format!("failed to decode signature: {error}")).into()
        }
        error => Failure::from(error.to_string()).into(),
    })
}

/// The keys in the file `path`.
pub fn read_keys(path: &str, compat: Compat) -> Result<Keyring, Error> {
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
