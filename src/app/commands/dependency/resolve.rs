//! Which version of each dependency is taken.

use super::indexes::Indexes;
use super::load::load_folder;
use super::plan::{self, Names};
use super::{Error, Session};
use crate::model::Dependency;
use crate::registry::is_oci;
use crate::sources::Registry;
use go_text_template::data::Str;
use go_text_template::semver::{Constraint, Version};
use std::path::Path;

/// The dependencies with the versions that fit best.
pub(super) fn versions(
    wanted: &[Dependency],
    names: &Names,
    path: &Path,
    client: &Registry<'_>,
    indexes: &mut Indexes,
    session: &mut Session<'_>,
) -> Result<Vec<Dependency>, Error> {
    let mut locked = Vec::new();
    let mut missing = Vec::new();
    for dependency in wanted {
        let Dependency { name, version, repository, .. } = dependency;
        let constraint = Constraint::parse(version).map_err(|error| {
            let name = name.to_string();
            Error::said(format!(
                "dependency {name:?} has an invalid version/constraint format: {error}"
            ))
        })?;
        let repository_text = repository.to_string();
        let found = if repository.is_empty() {
            plan::local_path(&format!("charts/{name}"), path)?;
            Some(version.clone())
        } else if repository_text.starts_with("file://") {
            local(&repository_text, path, &constraint, session)?
        } else if is_oci(&repository_text) {
            Some(tagged(dependency, &constraint, client, session)?)
        } else {
            listed(dependency, names.of(dependency), &constraint, indexes, session)?
        };
        let Some(version) = found else {
            let (name, version) = (name.to_string(), version.to_string());
            missing.push(format!("{name:?} (repository {repository_text:?}, version {version:?})"));
            continue;
        };
        let (name, repository) = (name.clone(), repository.clone());
        locked.push(Dependency { name, version, repository, ..Dependency::default() });
    }
    if missing.is_empty() {
        return Ok(locked);
    }
    Err(Error::said(format!(
        "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists \
         in the repo, or change the version constraint in Chart.yaml",
        missing.len(),
        missing.join(", ")
    )))
}

/// The version of a chart on this machine, if it fits.
fn local(
    repository: &str,
    path: &Path,
    constraint: &Constraint,
    session: &mut Session<'_>,
) -> Result<Option<Str>, Error> {
    let folder = plan::local_path(repository, path)?;
    let chart = load_folder(&folder, session)?;
    let version = &chart.metadata.version;
    let fits = Version::parse(version).is_ok_and(|version| constraint.check(&version));
    Ok(fits.then(|| version.clone()))
}

/// The newest version in a registry that fits; if none does, what was asked for.
fn tagged(
    dependency: &Dependency,
    constraint: &Constraint,
    client: &Registry<'_>,
    session: &Session<'_>,
) -> Result<Str, Error> {
    let Dependency { name, version, repository, .. } = dependency;
    if Version::parse(version).is_ok() {
        return Ok(version.clone());
    }
    let reference = format!("{repository}/{name}");
    let tags = client.tags(&reference).map_err(|error| {
        let error = error.message(session.compat);
        Error::said(format!("could not retrieve list of tags for repository {repository}: {error}"))
    })?;
    let fits = |tag: &&String| {
        Version::parse(tag.as_bytes()).is_ok_and(|version| constraint.check(&version))
    };
    Ok(tags.iter().find(fits).map_or_else(|| version.clone(), |tag| Str::from(tag.as_str())))
}

/// The newest version in a repository's index that fits.
fn listed(
    dependency: &Dependency,
    repository: &str,
    constraint: &Constraint,
    indexes: &mut Indexes,
    session: &mut Session<'_>,
) -> Result<Option<Str>, Error> {
    let index = indexes.get(repository, session).map_err(|error| {
        let what = format!("no cached repository for {repository} found. (try 'helm repo update')");
        error.within(what)
    })?;
    let Dependency { name, repository, .. } = dependency;
    let entries = index
        .charts
        .get(name)
        .ok_or_else(|| Error::said(format!("{name} chart not found in repo {repository}")))?;
    let fits =
        |version: &Str| Version::parse(version).is_ok_and(|version| constraint.check(&version));
    let mut usable = entries.iter().filter(|entry| !entry.urls.is_empty());
    let found = usable.find(|entry| fits(&entry.metadata.version));
    Ok(found.map(|entry| entry.metadata.version.clone()))
}
