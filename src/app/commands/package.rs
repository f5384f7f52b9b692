//! `chart package`: charts to archives on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::epoch::source_date_epoch;
use super::signing::{self, Signing};
use super::{Error, Session, dependency};
use crate::files;
use crate::files::beside;
use crate::model::{self, Chart, Metadata};
use crate::package::{self, Times};
use crate::pipeline;
use crate::values;
use go_text_template::Compat;
use go_text_template::data::Failure;
use go_text_template::semver::Version;

/// What `package` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The folders of the charts.
    pub paths: Vec<PathBuf>,
    /// `--destination`.
    pub destination: PathBuf,
    /// `--version`.
    pub version: Option<String>,
    /// `--app-version`.
    pub app_version: Option<String>,
    /// `--dependency-update`.
    pub dependency_update: bool,
    /// How dependencies are fetched.
    pub dependencies: dependency::Args,
    /// `--sign` and what belongs to it.
    pub sign: Option<signing::Args>,
}

/// A chart that became an archive.
#[derive(Clone, Debug)]
pub(super) struct Packaged {
    /// The chart, with the versions that were asked for.
    pub(super) metadata: Arc<Metadata>,
    /// Where the archive is.
    pub(super) path: PathBuf,
    /// The archive.
    pub(super) bytes: Vec<u8>,
}

/// Packages the charts, one after another.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    if args.paths.is_empty() {
        return Err(Failure::new("need at least one argument, the path to the chart").into());
    }
    let epoch = source_date_epoch(session)?;
    check_sign(args)?;
    session.find_getters();
    let mut signing = args.sign.clone().map(Signing::new);
    for path in &args.paths {
        fs::metadata(path).map_err(|error| files::failed("stat", path, &error))?;
        if args.dependency_update {
            let absolute =
                std::path::absolute(path).map_err(|error| files::failed("getwd", path, &error))?;
            let path = model::cleaned(&absolute);
            let update = dependency::Args { path, ..args.dependencies.clone() };
            dependency::update_quietly(&update, session)?;
        }
        let packaged = one(path, args, epoch, session)?;
        if let Some(signing) = &mut signing {
            sign(&packaged, signing, session)?;
        }
        let path = packaged.path.as_os_str().as_encoded_bytes();
        let text = [b"Successfully packaged chart and saved it to: ", path, b"\n"].concat();
        session.out.write_all(&text).map_err(Error::Stdout)?;
    }
    Ok(())
}

fn check_sign(args: &Args) -> Result<(), Failure> {
    match &args.sign {
        Some(sign) if sign.key.is_empty() => {
            Err(Failure::new("--key is required for signing a package"))
        }
        Some(sign) if sign.keyring.is_empty() => {
            Err(Failure::new("--keyring is required for signing a package"))
        }
        _ => Ok(()),
    }
}

/// Writes the archive of `chart` into `folder`, and gives its path and its bytes.
pub(super) fn save(
    chart: &Chart,
    folder: &Path,
    times: Times,
    compat: Compat,
) -> Result<(PathBuf, Vec<u8>), Failure> {
    make_folder(folder)?;
    let bytes = package::archive(chart, times, compat)?;
    chart.check_read().map_err(|error| Failure::from(error.to_string()))?;
    let path = folder.join(package::file_name(chart));
    write(&path, &bytes)?;
    Ok((path, bytes))
}

/// Loads the chart in the folder `path` and writes its archive.
fn one(
    path: &Path,
    args: &Args,
    epoch: Option<i64>,
    session: &mut Session<'_>,
) -> Result<Packaged, Error> {
    let chart = load(path, args, session)?;
    let folder = destination(&args.destination)?;
    let failed = |why: &dyn std::fmt::Display| Failure::from(format!("failed to save: {why}"));
    let (now, _) = session.world.now();
    let times = match (session.compat.is_helm3(), epoch) {
        (true, _) => Times::All(now),
        (false, Some(epoch)) => Times::Locks(epoch),
        (false, None) => Times::Own(now),
    };
    make_folder(&folder).map_err(|error| failed(&error))?;
    let bytes = package::archive(&chart, times, session.compat).map_err(|error| failed(&error))?;
    chart.check_read()?;
    let path = folder.join(package::file_name(&chart));
    write(&path, &bytes).map_err(|error| failed(&error))?;
    Ok(Packaged { metadata: chart.metadata, path, bytes })
}

fn load(path: &Path, args: &Args, session: &mut Session<'_>) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let loaded = model::load_directory(path, session.compat, &mut notices);
    session.say_all(&mut notices);
    let mut chart = loaded?;
    if chart.metadata.api_version == "v3" && !session.compat.is_helm3() {
        return Err(pipeline::Error::ApiVersion.into());
    }
    let given = |text: &'_ Option<String>| text.clone().filter(|text| !text.is_empty());
    let (version, app_version) = (given(&args.version), given(&args.app_version));
    let metadata = chart.metadata.with_versions(version.as_deref(), app_version.as_deref());
    Version::parse(&metadata.version).map_err(Failure::from)?;
    chart.metadata = Arc::new(metadata);
    values::check_presence(&chart, session.compat)?;
    Ok(chart)
}

/// The folder that archives go to: `.` is written out.
fn destination(given: &Path) -> Result<PathBuf, Error> {
    if given.as_os_str() == "." {
        let here = std::env::current_dir();
        return here.map_err(|error| files::failed("getwd", Path::new(""), &error).into());
    }
    let clean = model::cleaned(given);
    Ok(if clean.as_os_str() == "." { PathBuf::new() } else { clean })
}

/// Makes sure that there is a folder.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let path_error = |operation, error: &io::Error| {
        model::PathError::new(operation, shown.to_string_lossy().as_bytes(), error).to_string()
    };
    match shown.metadata() {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(format!("is not a directory: {}", shown.display()).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(shown).map_err(|error| path_error("mkdir", &error).into())
        }
        Err(error) => {
            Err(format!("stat {}: {}", shown.display(), path_error("stat", &error)).into())
        }
    }
}

/// Writes the archive, which is either complete or not there.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    beside::write(path, path, bytes).map_err(|error| {
        model::PathError::new("open", path.to_string_lossy().as_bytes(), &error).to_string().into()
    })
}

/// Writes the provenance file beside an archive.
fn sign(
    packaged: &Packaged,
    signing: &mut Signing,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let Packaged { metadata, path, bytes } = packaged;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = signing.sign(bytes, &name, &metadata.to_yaml(), session)?;
    Ok(write(&files::with_ending(path, ".prov"), &text)?)
}
