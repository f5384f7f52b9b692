//! `chart create`: a new chart to start from, with the files, helpers and values that guides for
//! Helm speak of.

mod starter;
mod written;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use self::written::{PLACEHOLDER, write};
use super::{Error, Session};
use crate::files;
use go_text_template::data::Failure;

/// What `create` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart's folder; its last part is the chart's name.
    pub path: PathBuf,
    /// `--starter`: a chart to start from, a path or a name among Helm's starters.
    pub starter: Option<String>,
    /// `--chart-api-version`.
    pub api_version: Option<String>,
}

/// The files of a new chart: path and text, in which `<CHARTNAME>` stands for the name.
static SCAFFOLD: &[(&str, &str)] = &[
    ("Chart.yaml", include_str!("scaffold/Chart.yaml")),
    ("values.yaml", include_str!("scaffold/values.yaml")),
    (".helmignore", include_str!("scaffold/helmignore")),
    ("templates/ingress.yaml", include_str!("scaffold/templates/ingress.yaml")),
    ("templates/httproute.yaml", include_str!("scaffold/templates/httproute.yaml")),
    ("templates/deployment.yaml", include_str!("scaffold/templates/deployment.yaml")),
    ("templates/service.yaml", include_str!("scaffold/templates/service.yaml")),
    ("templates/serviceaccount.yaml", include_str!("scaffold/templates/serviceaccount.yaml")),
    ("templates/hpa.yaml", include_str!("scaffold/templates/hpa.yaml")),
    ("templates/NOTES.txt", include_str!("scaffold/templates/NOTES.txt")),
    ("templates/_helpers.tpl", include_str!("scaffold/templates/_helpers.tpl")),
    (
        "templates/tests/test-connection.yaml",
        include_str!("scaffold/templates/tests/test-connection.yaml"),
    ),
];

/// The longest name of a chart, in bytes.
const MAX_NAME: usize = 250;

/// Writes the files of a new chart.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let path = &args.path;
    let shown = path.as_os_str().as_encoded_bytes();
    session.out.write_all(&[b"Creating ", shown, b"\n"].concat()).map_err(Error::Stdout)?;
    check_api_version(args, session)?;
    if let Some(starter) = &args.starter {
        return starter::run(starter, &path.to_string_lossy(), session);
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_str().unwrap_or_default();
    check_name(name)?;
    let folder = existing_parent(path)?.join(name);
    if folder.exists() && !folder.is_dir() {
        let folder = folder.display();
        return Err(
            Failure::from(format!("file {folder} already exists and is not a directory")).into()
        );
    }
    for (file, text) in SCAFFOLD {
        let path = folder.join(file);
        if path.exists() {
            writeln!(
                session.out,
                "WARNING: File {:?} already exists. Overwriting.",
                path.display().to_string()
            )
            .map_err(Error::Stdout)?;
        }
        write(&path, text.replace(PLACEHOLDER, name).as_bytes())
            .map_err(|error| files::failed("open", &path, &error))?;
    }
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(|error| files::failed("mkdir", &charts, &error).into())
}

/// Charts of the third format are an experiment of Helm 4's.
fn check_api_version(args: &Args, session: &Session<'_>) -> Result<(), Failure> {
    const GATE: &str = "HELM_EXPERIMENTAL_CHART_V3";
    match args.api_version.as_deref() {
        None | Some("v2") => Ok(()),
        Some("v3") if session.environment.get(GATE).is_none() => Err(format!(
            "this feature has been marked as experimental and is not enabled by default. Please \
             set {GATE}=1 in your environment to use this feature"
        )
        .into()),
        Some("v3") => Err("charts of the format v3 are not offered by this program".into()),
        Some(version) => {
            Err(format!("unsupported chart API version: {version} (supported: v2, v3)").into())
        }
    }
}

fn check_name(name: &str) -> Result<(), Failure> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(format!("chart name must be between 1 and {MAX_NAME} characters").into());
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.chars().all(is_allowed) {
        return Ok(());
    }
    Err("chart name must match the regular expression \"^[a-zA-Z0-9._-]+$\"".into())
}

/// The folder that the chart's folder goes into, as an absolute path.
fn existing_parent(path: &Path) -> Result<PathBuf, Error> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = std::path::absolute(parent.unwrap_or(Path::new(".")))
        .map_err(|error| files::failed("getwd", path, &error))?;
    let display = parent.display();
    match parent.metadata() {
        Ok(found) if found.is_dir() => Ok(parent),
        Ok(_) => Err(Failure::from(format!("no such directory {display}")).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::from(format!("stat {display}: no such file or directory")).into())
        }
        Err(error) => Err(Failure::from(format!("stat {display}: {error}")).into()),
    }
}
