//! The indexes that a command looks into: each is fetched once and read once, for all dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::download::{self, Access};
use super::super::index_files::{self, Care, Fresh};
use super::super::{parallel, repo};
use super::plan::UNMANAGED;
use super::{Error, Session};
use crate::chart::Dependency;
use crate::repository::{Index, Repository};

/// The indexes that were read so far.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// The charts that anybody wants.
    names: BTreeSet<String>,
    cache: String,
    read: BTreeMap<String, Rc<Index>>,
}

impl Indexes {
    /// Indexes for these dependencies.
    pub(super) fn new(wanted: &[Dependency], session: &Session<'_>) -> Self {
        Self {
            names: wanted.iter().map(|dependency| dependency.name.to_string()).collect(),
            cache: session.settings.repository_cache.clone(),
            read: BTreeMap::new(),
        }
    }

    /// The index of the repository called `name`.
    pub(super) fn get(
        &mut self,
        name: &str,
        session: &mut Session<'_>,
    ) -> Result<Rc<Index>, Error> {
        if let Some(index) = self.read.get(name) {
            return Ok(index.clone());
        }
        let wanted = self.names.iter().map(String::as_str).collect();
        let path = index_files::path(&self.cache, name);
        let index = Rc::new(index_files::load(&path, Some(&wanted), session)?);
        self.read.insert(name.to_owned(), index.clone());
        Ok(index)
    }

    /// Fetches the indexes of repositories that the user has not set up.
    pub(super) fn refresh_unmanaged(
        &mut self,
        repositories: &[Repository],
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        if repositories.is_empty() {
            return Ok(());
        }
        let text = "Getting updates for unmanaged Helm repositories...\n";
        session.out.write_all(text.as_bytes()).map_err(Error::Stdout)?;
        let mut distinct: Vec<&Repository> = Vec::new();
        for repository in repositories {
            if !distinct.iter().any(|known| known.name == repository.name) {
                distinct.push(repository);
            }
        }
        let results = self.refresh(&distinct, session)?;
        // Helm 3 asks, and tells, once for each dependency.
        let lines: Vec<&Repository> = match session.compat.is_helm3() {
            true => repositories.iter().collect(),
            false => distinct.clone(),
        };
        let mut said = BTreeMap::new();
        for (repository, result) in distinct.iter().zip(results) {
            said.insert(repository.name.clone(), outcome(repository, result, session));
        }
        for repository in lines {
            let text = &said[&repository.name];
            session.out.write_all(text.as_bytes()).map_err(Error::Stdout)?;
        }
        Ok(())
    }

    /// Fetches the indexes of repositories that the user has set up.
    pub(super) fn refresh_managed(
        &mut self,
        repositories: &[Repository],
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        if repositories.is_empty() {
            return Ok(());
        }
        session.out.write_all(repo::HANG_TIGHT.as_bytes()).map_err(Error::Stdout)?;
        let repositories: Vec<&Repository> = repositories.iter().collect();
        let results = self.refresh(&repositories, session)?;
        for (repository, result) in repositories.into_iter().zip(results) {
            repo::tell(repository, result, session)?;
        }
        session.out.write_all(repo::UPDATE_COMPLETE.as_bytes()).map_err(Error::Stdout)
    }

    fn refresh(
        &mut self,
        repositories: &[&Repository],
        session: &mut Session<'_>,
    ) -> Result<Vec<Result<Fresh, Error>>, Error> {
        let fetcher = session.fetcher();
        let check = |entry: &&Repository| download::check_protocol(&entry.url, &fetcher);
        repositories.iter().try_for_each(check)?;
        for repository in repositories {
            self.read.remove(&repository.name);
        }
        let (compat, cache) = (session.compat, &self.cache);
        let refresh = |repository: &&Repository| {
            let access = Access::of(repository);
            index_files::refresh(repository, cache, &access, Care::Names, &fetcher, compat)
        };
        Ok(parallel::map(repositories, repo::AT_ONCE, refresh, &mut |_| {}))
    }
}

/// What is said about the index of a repository without a name.
fn outcome(
    repository: &Repository,
    result: Result<Fresh, Error>,
    session: &mut Session<'_>,
) -> String {
    let Repository { name, url, .. } = repository;
    debug_assert!(name.starts_with(UNMANAGED), "the others have names to be called by");
    match result {
        Ok(fresh) => {
            index_files::say(&fresh.notices, url, session);
            format!("...Successfully got an update from the {url:?} chart repository\n")
        }
        Err(error) => {
            let error = error.message(session.compat);
            format!("...Unable to get an update from the {url:?} chart repository:\n\t{error}\n")
        }
    }
}
