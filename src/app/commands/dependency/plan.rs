//! Which repository each dependency comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::download;
use super::{Error, Session};
use crate::files;
use crate::model::{Dependency, cleaned};
use crate::network;
use crate::registry::is_oci;
use crate::repository::{Repositories, Repository};
use go_text_template::data::Str;
use go_text_template::functions::Url;

/// The repositories of dependencies, by the dependencies' names as in Helm.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    names: BTreeMap<String, String>,
    repositories: Repositories,
}

/// What the names of repositories begin with that the user has not set up.
pub(super) const UNMANAGED: &str = "helm-manager-";

/// Finds the repository of each dependency; aliases become addresses.
pub(super) fn names(
    wanted: &mut [Dependency],
    path: &Path,
    session: &mut Session<'_>,
) -> Result<Names, Error> {
    let repositories = download::repositories(session)?;
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    for dependency in wanted {
        let (name, address) = (dependency.name.to_string(), dependency.repository.to_string());
        if address.is_empty() {
            continue;
        }
        if address.starts_with("file://") {
            local_path(&address, path)?;
            if session.debug {
                writeln!(session.out, "Repository from local path: {address}")
                    .map_err(Error::Stdout)?;
            }
            found.insert(name, address);
            continue;
        }
        if is_oci(&address) {
            found.insert(name, address);
            continue;
        }
        match repositories.entries.iter().find(|entry| is_meant(entry, &address)) {
            Some(entry) => {
                if is_alias(&address) {
                    dependency.repository = Str::from(entry.url.as_str());
                }
                found.insert(name, entry.name.clone());
            }
            None if is_uri(&address) => {}
            None => missing.push(address),
        }
    }
    if missing.is_empty() {
        return Ok(Names { names: found, repositories });
    }
    Err(unknown(&missing))
}

fn is_alias(address: &str) -> bool {
    address.starts_with('@') || address.starts_with("alias:")
}

fn is_meant(entry: &Repository, address: &str) -> bool {
    let alias = address.strip_prefix('@').or_else(|| address.strip_prefix("alias:"));
    alias == Some(entry.name.as_str()) || network::same(&entry.url, address)
}

/// True for what Go takes for an address: absolute, or a path from the root.
fn is_uri(text: &str) -> bool {
    match Url::parse(text.as_bytes()) {
        Ok(url) => !url.scheme.is_empty() || text.starts_with('/'),
        Err(_) => false,
    }
}

fn unknown(missing: &[String]) -> Error {
    let list = missing.join(", ");
    let mut text =
        format!("no repository definition for {list}. Please add them via 'helm repo add'");
    let is_plain = |address: &String| !address.contains("//") && !is_alias(address);
    if missing.iter().any(is_plain) {
        text.push_str(
            "\nNote that repositories must be URLs or aliases. For example, to refer to the \
             \"example\"\nrepository, use \"https://charts.example.com/\" or \"@example\" instead \
             of\n\"example\". Don't forget to add the repo, too ('helm repo add').",
        );
    }
    Error::said(text)
}

/// The folder that `file://…` means for the chart at `path`.
pub(super) fn local_path(address: &str, path: &Path) -> Result<PathBuf, Error> {
    let local = address.strip_prefix("file://").unwrap_or(address);
    let folder = cleaned(&path.join(local));
    match folder.metadata() {
        Ok(_) => Ok(folder),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::said(format!("directory {} not found", folder.display())))
        }
        Err(error) => Err(files::failed("stat", &folder, &error).into()),
    }
}

/// Fails if a locked dependency comes from a repository that is not set up.
pub(super) fn check_repositories(
    locked: &[Dependency],
    session: &Session<'_>,
) -> Result<(), Error> {
    let repositories = download::repositories(session)?;
    let is_missing = |address: &String| {
        let is_local = address.is_empty() || address.starts_with("file://") || is_oci(address);
        let bare = address.strip_suffix('/').unwrap_or(address);
        !is_local && !repositories.entries.iter().any(|entry| network::same(&entry.url, bare))
    };
    let addresses = locked.iter().map(|dependency| dependency.repository.to_string());
    let missing: Vec<String> = addresses.filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(", ");
    Err(Error::said(format!(
        "no repository definition for {list}. Please add the missing repos via 'helm repo add'"
    )))
}

impl Names {
    /// The name of the repository of a dependency; empty if there is none.
    pub(super) fn of(&self, dependency: &Dependency) -> &str {
        self.names.get(&dependency.name.to_string()).map(String::as_str).unwrap_or_default()
    }

    /// Names the repositories that the user has not set up, and gives them.
    pub(super) fn add_unmanaged(&mut self, wanted: &[Dependency]) -> Vec<Repository> {
        let mut unmanaged = Vec::new();
        for dependency in wanted {
            let name = dependency.name.to_string();
            if dependency.repository.is_empty() || self.names.contains_key(&name) {
                continue;
            }
            let url = dependency.repository.to_string();
            let key = format!("{UNMANAGED}{}", files::sha256(url.as_bytes()));
            self.names.insert(name, key.clone());
            unmanaged.push(Repository { name: key, url, ..Repository::default() });
        }
        unmanaged
    }

    /// The repositories of `dependencies` that the user has set up, in the order of their file.
    pub(super) fn managed(&self, dependencies: &[Dependency]) -> Vec<Repository> {
        let is_used = |entry: &&Repository| {
            dependencies.iter().any(|dependency| {
                let address = dependency.repository.to_string();
                self.of(dependency) == entry.name || network::same(&address, &entry.url)
            })
        };
        self.repositories.entries.iter().filter(is_used).cloned().collect()
    }

    /// The repository at an address, if the user has set it up.
    pub(super) fn at(&self, address: &str) -> Option<&Repository> {
        self.repositories.entries.iter().find(|entry| network::same(address, &entry.url))
    }
}
