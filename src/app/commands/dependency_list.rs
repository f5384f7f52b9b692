//! `chart dependency list`: which dependencies a chart names, and what is there of them.

use std::io;
use std::path::{Path, PathBuf};

use super::table::Table;
use super::{Error, Session};
use crate::model::{self, Chart, Dependency};
use go_text_template::data::quoted;
use go_text_template::pattern;
use go_text_template::semver::{Constraint, Version};

/// What `dependency list` was asked for.
#[derive(Clone, Debug)]
pub struct Args {
    /// The chart's path, cleaned.
    pub path: PathBuf,
    /// `--max-col-width`.
    pub max_column_width: u64,
}

/// Lists the dependencies.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let chart = load(&args.path, session)?;
    let folder = joined(&args.path, "charts");
    if !chart.metadata.lists_dependencies {
        let line = format!("WARNING: no dependencies at {}\n", folder.display());
        return session.out.write_all(line.as_bytes()).map_err(Error::Stdout);
    }
    let names = names(&folder);
    let mut table = Table::new(usize::try_from(args.max_column_width).unwrap_or(usize::MAX));
    table.row(["NAME", "VERSION", "REPOSITORY", "STATUS"]);
    for dependency in &chart.metadata.dependencies {
        let Dependency { name, version, repository, .. } = dependency;
        let status = status(dependency, &chart, &folder, &names, session);
        table.row([&*name.to_string(), &*version.to_string(), &*repository.to_string(), status]);
    }
    let mut text = format!("{}\n\n", table.text());
    for name in &names {
        text.push_str(&complaint(&joined(&folder, name), &chart, session).unwrap_or_default());
    }
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

fn load(path: &Path, session: &mut Session<'_>) -> Result<Chart, model::Error> {
    let mut notices = Vec::new();
    let loaded = model::load_undetected(path, session.compat, &mut notices);
    session.say_all(&mut notices);
    loaded
}

/// The names in `folder`, in byte order; none if it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = || -> io::Result<Vec<String>> {
        let entry = |entry: io::Result<std::fs::DirEntry>| {
            entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
        };
        folder.read_dir()?.map(entry).collect()
    };
    let mut names = entries().unwrap_or_default();
    names.retain(|name| !model::is_passing(name.as_bytes()));
    names.sort_unstable();
    names
}

/// How `dependency` is met: by an archive, or else by a chart that was loaded.
fn status(
    dependency: &Dependency,
    chart: &Chart,
    folder: &Path,
    names: &[String],
    session: &mut Session<'_>,
) -> &'static str {
    let pattern = [dependency.name.as_bytes(), b"-*.tgz"].concat();
    let Ok(_) = pattern::path_match(&pattern, b"") else { return "bad pattern" };
    let matches = |name: &&String| pattern::path_match(&pattern, name.as_bytes()).unwrap_or(false);
    let mut archives: Vec<&String> = names.iter().filter(matches).collect();
    if archives.len() > 1 {
        archives.retain(|name| is_versioned(name, dependency));
        if archives.len() > 1 {
            return "too many matches";
        }
    }
    let of_archive = archives.first().and_then(|name| {
        let path = joined(folder, name);
        path.exists().then(|| archive_status(&path, dependency, session))
    });
    of_archive.unwrap_or_else(|| loaded_status(dependency, chart))
}

/// True for `NAME-VERSION.tgz`.
fn is_versioned(name: &str, dependency: &Dependency) -> bool {
    let base = name.strip_suffix(".tgz").unwrap_or(name);
    let prefix = format!("{}-", dependency.name);
    let version = base.strip_prefix(&prefix).unwrap_or(base);
    Version::parse_strict(version.as_bytes()).is_ok()
}

fn archive_status(path: &Path, dependency: &Dependency, session: &mut Session<'_>) -> &'static str {
    match load(path, session) {
        Err(_) => "corrupt",
        Ok(chart) if *chart.name() != dependency.name => "misnamed",
        Ok(chart) => mismatch(&chart, dependency).unwrap_or("ok"),
    }
}

/// The status by the last subchart of that name.
fn loaded_status(dependency: &Dependency, chart: &Chart) -> &'static str {
    let is_meant = |subchart: &&Chart| *subchart.name() == dependency.name;
    match chart.dependencies.iter().rfind(is_meant) {
        None => "missing",
        Some(subchart) => mismatch(subchart, dependency).unwrap_or("unpacked"),
    }
}

/// What is wrong with the version of `chart`.
fn mismatch(chart: &Chart, dependency: &Dependency) -> Option<&'static str> {
    if chart.metadata.version == dependency.version {
        return None;
    }
    let constraint = Constraint::parse(&dependency.version);
    let version = Version::parse(&chart.metadata.version);
    match (constraint, version) {
        (Ok(constraint), Ok(version)) if constraint.check(&version) => None,
        (Ok(_), Ok(_)) => Some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// What is said about the chart at `path` that nobody names.
fn complaint(path: &Path, chart: &Chart, session: &mut Session<'_>) -> Option<String> {
    let found = path.metadata().ok()?;
    if !found.is_dir() && path.extension().is_none_or(|ending| ending != "tgz") {
        return None;
    }
    let quoted = quoted(path.as_os_str().as_encoded_bytes());
    let Ok(subchart) = load(path, session) else {
        return Some(format!("WARNING: {quoted} is not a chart.\n"));
    };
    let is_named = |dependency: &Dependency| dependency.name == *subchart.name();
    let named = chart.metadata.dependencies.iter().any(is_named);
    (!named).then(|| format!("WARNING: {quoted} is not in Chart.yaml.\n"))
}

/// `name` in `folder`, as Go joins them.
fn joined(folder: &Path, name: &str) -> PathBuf {
    if folder.as_os_str() == "." { PathBuf::from(name) } else { folder.join(name) }
}
