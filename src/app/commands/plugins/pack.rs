//! `chart plugin package`: a plugin's folder to an archive, signed if that is wanted.

use std::path::{Path, PathBuf};

use super::super::{Error, Session, signing};
use super::find::load;
use crate::files;
use crate::model::clean_path;
use crate::plugins::{FILE_NAME, MOST_BYTES, Pack, metadata};
use crate::provenance::{self, Key};
use crate::system;

/// What `plugin package` was asked for.
#[derive(Clone, Debug, Default)]
pub struct PackageArgs {
    /// The plugin's folder.
    pub path: String,
    /// `--destination`.
    pub destination: String,
    /// What it is signed with, unless `--sign=false` was given.
    pub sign: Option<signing::Args>,
}

/// Makes the archive of a plugin.
pub fn package(args: &PackageArgs, session: &mut Session<'_>) -> Result<(), Error> {
    let folder = Path::new(&args.path);
    let found = folder.metadata().map_err(|error| files::failed("stat", folder, &error))?;
    if !found.is_dir() {
        return Err(Error::said("plugin package only supports directories, not tarballs"));
    }
    let shown = args.path.as_str();
    let plugin = load(shown, shown, &session.settings, session.compat)
        .map_err(|why| Error::said(format!("invalid plugin directory: {why}")))?;
    files::make_folder(Path::new(&args.destination))?;
    let key = key(args, session)?;
    let name = format!("{}-{}.tgz", plugin.name, plugin.version);
    let path = clean_path(&format!("{}/{name}", args.destination));
    let bytes = archive(folder, plugin.name.as_bytes(), Path::new(&path))
        .map_err(|error| error.within("failed to create plugin tarball"))?;
    let signature = key.map(|key| signature(folder, &bytes, &name, &key, session));
    let signature = signature.transpose().map_err(|error| error.within("failed to sign plugin"))?;
    files::write(Path::new(&path), &bytes, 0o644)
        .map_err(|error| Error::from(error).within("failed to create tarball"))?;
    if let Some(text) = signature {
        let signature = format!("{path}.prov");
        files::write(Path::new(&signature), &text, 0o644)?;
        writeln!(session.out, "Successfully signed. Signature written to: {signature}")
            .map_err(Error::Stdout)?;
    }
    writeln!(session.out, "Successfully packaged plugin and saved it to: {path}")
        .map_err(Error::Stdout)
}

/// The key that signs, ready to do so; without one, that is said.
fn key(args: &PackageArgs, session: &mut Session<'_>) -> Result<Option<Key>, Error> {
    const UNSIGNED: &str = "WARNING: Skipping plugin signing. This is not recommended for plugins \
                            intended for distribution.\n";
    match &args.sign {
        Some(sign) => signing::plugin_key(sign, session).map(Some),
        None => {
            session.out.write_all(UNSIGNED.as_bytes()).map_err(Error::Stdout)?;
            Ok(None)
        }
    }
}

/// The provenance file of the archive `bytes`, which will be called `name`.
fn signature(
    folder: &Path,
    bytes: &[u8],
    name: &str,
    key: &Key,
    session: &Session<'_>,
) -> Result<Vec<u8>, Error> {
    let text = files::read(&folder.join(FILE_NAME)).map_err(Error::File)?;
    let metadata = metadata(&text).map_err(Error::said)?;
    let now = session.world.now().0;
    provenance::sign(bytes, name, &metadata, key, now)
        .map_err(|error| Error::said(error.to_string()))
}

/// The archive of what is in `folder`; `target`, where it is going to be, is left out.
fn archive(folder: &Path, name: &[u8], target: &Path) -> Result<Vec<u8>, Error> {
    let target = target.canonicalize().ok();
    let mut walk = Walk { pack: Pack::new(name), target, left: MOST_BYTES };
    walk.add(folder, b"")?;
    walk.pack.finish().map_err(|error| Error::said(error.to_string()))
}

struct Walk {
    pack: Pack,
    target: Option<PathBuf>,
    /// How many bytes more an archive may have.
    left: u64,
}

impl Walk {
    /// Adds what is at `path`, which is `name` inside the plugin.
    fn add(&mut self, path: &Path, name: &[u8]) -> Result<(), Error> {
        let found = match name {
            b"" => path.metadata(),
            _ => path.symlink_metadata(),
        };
        let found = found.map_err(|error| files::failed("lstat", path, &error))?;
        let mode = system::mode(&found);
        let (seconds, nanoseconds) = system::modified(&found);
        let modified = seconds + i64::from(nanoseconds >= 500_000_000);
        if found.is_dir() {
            self.pack.add_folder(name, mode, modified);
            return self.add_all(path, name);
        }
        if !found.is_file() {
            let path = path.display();
            let text = format!("{path} is neither a file nor a folder: nobody could install it");
            return Err(Error::said(text));
        }
        if self.target.is_some() && path.canonicalize().ok() == self.target {
            return Ok(());
        }
        self.left = self.left.checked_sub(found.len()).ok_or_else(too_large)?;
        let content = files::read(path).map_err(Error::File)?;
        self.pack.add_file(name, &content, mode, modified);
        Ok(())
    }

    /// Adds everything in a folder, in the order of the names.
    fn add_all(&mut self, folder: &Path, name: &[u8]) -> Result<(), Error> {
        let entries = folder.read_dir().map_err(|error| files::failed("open", folder, &error))?;
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort_unstable();
        names.iter().try_for_each(|inner| {
            let last = system::bytes_of(inner);
            let inside = if name.is_empty() { last.to_vec() } else { [name, last].join(&b'/') };
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.add(&folder.join(inner), &inside))
        })
    }
}

fn too_large() -> Error {
    Error::said(format!("the plugin has more than {MOST_BYTES} bytes, which are not taken"))
}
