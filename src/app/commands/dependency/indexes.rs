//! The indexes that a command looks into: each is fetched once and read once, for all dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::{parallel, repo};
use super::plan::UNMANAGED;
use super::{Error, Session};
use crate::model::Dependency;
use crate::repository::{Index, Repository};
use crate::sources::index_files::{self, Care, Fresh};
use crate::sources::{self, Access};
use go_text_template::Compat;

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
        let index = Rc::new(index_files::load(&path, Some(&wanted), &mut session.log())?);
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
        let (asked, told) = self.asked(distinct, session.compat);
        let results = self.refresh(&asked, session)?;
        let mut said = BTreeMap::new();
        for (repository, result) in asked.iter().zip(results).take(told) {
            said.insert(repository.name.clone(), outcome(repository, result, session));
        }
        // Helm 3 asks, and tells, once for each dependency.
        let lines: Vec<&Repository> = match session.compat.is_helm3() {
            true => repositories.iter().collect(),
            false => asked,
        };
        for text in lines.into_iter().filter_map(|repository| said.get(&repository.name)) {
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
        let (asked, told) = self.asked(repositories.iter().collect(), session.compat);
        let results = self.refresh(&asked, session)?;
        for (repository, result) in asked.into_iter().zip(results).take(told) {
            repo::tell(repository, result, session)?;
        }
        session.out.write_all(repo::UPDATE_COMPLETE.as_bytes()).map_err(Error::Stdout)
    }

    /// Those of `repositories` that are asked, and how many of them, from the first on, anybody is
    /// told of. Of several with one address Helm 4 asks the last; another one is asked here only if
    /// there is no index of it, without which Helm fails.
    fn asked<'r>(
        &self,
        repositories: Vec<&'r Repository>,
        compat: Compat,
    ) -> (Vec<&'r Repository>, usize) {
        let address = |repository: &Repository| {
            repository.url.strip_suffix('/').unwrap_or(&repository.url).to_owned()
        };
        let is_last = |(at, repository): &(usize, &Repository)| {
            let mut later = repositories[at + 1..].iter();
            compat.is_helm3() || !later.any(|other| address(other) == address(repository))
        };
        let numbered = repositories.iter().copied().enumerate();
        let (last, spared): (Vec<_>, Vec<_>) = numbered.partition(is_last);
        let is_unknown =
            |repository: &&Repository| !index_files::path(&self.cache, &repository.name).exists();
        let bare = |all: Vec<(usize, &'r Repository)>| all.into_iter().map(|(_, one)| one);
        let mut asked: Vec<&Repository> = bare(last).collect();
        let told = asked.len();
        asked.extend(bare(spared).filter(is_unknown));
        (asked, told)
    }

    fn refresh(
        &mut self,
        repositories: &[&Repository],
        session: &mut Session<'_>,
    ) -> Result<Vec<Result<Fresh, Error>>, Error> {
        let fetcher = session.fetcher();
        let check = |entry: &&Repository| sources::check_protocol(&entry.url, &fetcher);
        repositories.iter().try_for_each(check)?;
        for repository in repositories {
            self.read.remove(&repository.name);
        }
        let (compat, cache) = (session.compat, &self.cache);
        let refresh = |repository: &&Repository| -> Result<Fresh, Error> {
            let (care, access) = (Care::Names, Access::of(repository));
            Ok(index_files::refresh(repository, cache, &access, care, &fetcher, compat)?)
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
            index_files::say(&fresh.notices, url, &mut session.log());
            format!("...Successfully got an update from the {url:?} chart repository\n")
        }
        Err(error) => {
            let error = error.message(session.compat);
            format!("...Unable to get an update from the {url:?} chart repository:\n\t{error}\n")
        }
    }
}
