//! What this machine knows without asking anybody: for shells that complete words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Settings, index_files};
use crate::files;
use crate::model::{self, IndexEntry};
use crate::repository::Repositories;
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::dates::{Time, Zone};

/// The names and addresses of the repositories that are set up.
pub fn repositories(settings: &Settings) -> Vec<(String, String)> {
    let text = files::read(Path::new(&settings.repository_config)).ok();
    let repositories = text.and_then(|text| Repositories::read(&text).ok()).unwrap_or_default();
    let entries = repositories.entries.into_iter();
    entries.map(|repository| (repository.name, repository.url)).collect()
}

/// The charts of a repository, as `REPOSITORY/CHART`.
pub fn charts(repository: &str, settings: &Settings, compat: Compat) -> Vec<String> {
    let cache = &settings.repository_cache;
    let names = match files::read(&index_files::charts_path(cache, repository)) {
        Ok(list) => list.to_str_lossy().lines().map(str::to_owned).collect(),
        Err(_) => index_files::names(&index_files::path(cache, repository), compat),
    };
    names.into_iter().map(|name: String| format!("{repository}/{name}")).collect()
}

/// The versions of the chart `REPOSITORY/CHART`, each with what its index says about it.
pub fn versions(chart: &str, settings: &Settings, compat: Compat) -> Vec<(String, String)> {
    let mut parts = chart.split('/');
    let (Some(repository), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
        return Vec::new();
    };
    let path = index_files::path(&settings.repository_cache, repository);
    let index = index_files::read(&path, Some(&BTreeSet::from([name])), compat, &mut Vec::new());
    let entries = index.ok().and_then(|mut index| index.charts.remove(name.as_bytes()));
    entries.unwrap_or_default().iter().map(version).collect()
}

/// A version, and what Helm says about it in a completion.
fn version(entry: &IndexEntry) -> (String, String) {
    let app_version = match &entry.metadata.app_version {
        version if version.is_empty() => String::new(),
        version => format!("App: {version}, "),
    };
    let created = Time::parse(b"2006-01-02T15:04:05Z07:00", &entry.created, &Zone::UTC);
    let created = created.map(|time| Str::from(time.format(b"January 2, 2006")));
    let created = created.unwrap_or_else(|_| "January 1, 0001".into());
    let deprecated = if entry.metadata.deprecated { "(deprecated)" } else { "" };
    let about = format!("{app_version}Created: {created} {deprecated}");
    (entry.metadata.version.to_string(), about.trim_end().to_owned())
}

/// The templates of the chart at `path`, a folder or an archive.
pub fn templates(path: &Path, compat: Compat) -> Vec<String> {
    let loaded = model::load(path, compat, &mut Vec::new());
    let chart = loaded.ok();
    let files = chart.iter().flat_map(|chart| chart.templates.iter());
    files.map(|file| file.name.to_string()).collect()
}

/// The names of what is in this folder and begins with `start`.
pub fn files_here(start: &str) -> Vec<String> {
    let entries = std::fs::read_dir(PathBuf::from(".")).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(start)).collect();
    names.sort_unstable();
    names
}
