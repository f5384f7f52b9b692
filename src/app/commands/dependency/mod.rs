//! `chart dependency update` and `chart dependency build`: what Chart.yaml asks for, into charts/.
//!
//! `plan` finds out which repositories are asked, `resolve` chooses versions, `fetch` brings the
//! archives, `charts` puts them in their place, `digest` and `lock` keep the choice.

mod args;
mod charts;
mod digest;
mod fetch;
mod indexes;
mod load;
mod lock;
mod plan;
mod resolve;

use std::path::{Path, PathBuf};

pub use args::Args;

use super::{Error, Session};
use crate::files;
use crate::model::{Chart, Dependency};
use crate::session::Surroundings;
use crate::sources::Registry;
use indexes::Indexes;
use load::load;
use plan::Names;

/// Which of the two commands runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    Update,
    Build,
}

/// Chooses the newest versions that fit, fetches them and writes Chart.lock.
pub fn update(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    session.find_getters();
    update_for_another(args, session)
}

/// [`update`] as a part of another command.
pub(super) fn update_for_another(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    run(Job::Update, args, session)
}

/// The same as [`update`], without a word on standard output.
pub(super) fn update_quietly(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let mut nowhere = std::io::sink();
    let around = Surroundings { shared: None, ..session.surroundings() };
    let mut quiet = Session::new(around, &mut nowhere, &mut *session.err);
    update_for_another(args, &mut quiet)
}

/// Fetches the versions that Chart.lock names; without one it is an update.
pub fn build(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    session.find_getters();
    run(Job::Build, args, session)
}

fn run(job: Job, args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    super::epoch::source_date_epoch(session)?;
    let client = session.registry(&args.registry)?;
    let may_be_unsigned = job == Job::Build;
    let mut work = Work { args, client: &client, may_be_unsigned, chain: Vec::new() };
    work.run(job, &args.path, session)
}

/// What the charts of one command have in common.
struct Work<'w> {
    args: &'w Args,
    client: &'w Registry<'w>,
    /// Whether an archive without a signature only costs a warning.
    may_be_unsigned: bool,
    /// The charts that are being built, the outermost first.
    chain: Vec<PathBuf>,
}

impl Work<'_> {
    fn run(&mut self, job: Job, path: &Path, session: &mut Session<'_>) -> Result<(), Error> {
        let own = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if self.chain.contains(&own) {
            return Err(Error::said(format!("{} depends on itself", path.display())));
        }
        // Several may be at work in one chart, and each of them removes what it does not want.
        let _lock = files::lock_folder(&own);
        self.chain.push(own);
        let chart = load(path, session)?;
        if self.args.recursive {
            self.build_inner(job, path, &chart, session)?;
        }
        match (job, &chart.lock) {
            (Job::Build, Some(_)) => self.build(path, &chart, session),
            _ => self.update(path, &chart, session),
        }?;
        self.chain.pop();
        Ok(())
    }

    /// The same for the charts that `chart` asks for by their path.
    fn build_inner(
        &mut self,
        job: Job,
        path: &Path,
        chart: &Chart,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        for dependency in &chart.metadata.dependencies {
            let repository = dependency.repository.to_string();
            if repository.starts_with("file://") {
                let inner = plan::local_path(&repository, path)?;
                self.run(job, &inner, session)?;
            }
        }
        Ok(())
    }

    fn update(
        &mut self,
        path: &Path,
        chart: &Chart,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        if !chart.metadata.lists_dependencies {
            return Ok(());
        }
        let mut wanted = chart.metadata.dependencies.clone();
        let mut names = plan::names(&mut wanted, path, session)?;
        let unmanaged = names.add_unmanaged(&wanted);
        let mut indexes = Indexes::new(&wanted, session);
        if !self.args.skip_refresh {
            indexes.refresh_unmanaged(&unmanaged, session)?;
            indexes.refresh_managed(&names.managed(&wanted), session)?;
        }
        let mut locked =
            resolve::versions(&wanted, &names, path, self.client, &mut indexes, session)?;
        self.fetch(path, &mut locked, &names, &mut indexes, false, session)?;
        lock::write(path, chart, &wanted, locked, session)
    }

    fn build(
        &mut self,
        path: &Path,
        chart: &Chart,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        let lock = chart.lock.as_deref().cloned().unwrap_or_default();
        let mut wanted = chart.metadata.dependencies.clone();
        let old_digest = digest::of_helm2(&wanted);
        let names = plan::names(&mut wanted, path, session)?;
        let mut locked = lock::checked(chart, &lock, &wanted, &old_digest, session)?;
        plan::check_repositories(&locked, session)?;
        let mut indexes = Indexes::new(&locked, session);
        let missing = fetch::missing(path, &locked, &names, &mut indexes, session);
        if !self.args.skip_refresh && !missing.is_empty() {
            indexes.refresh_managed(&names.managed(&missing), session)?;
        }
        self.fetch(path, &mut locked, &names, &mut indexes, true, session)
    }

    /// Brings all archives and puts them into charts/.
    fn fetch(
        &self,
        path: &Path,
        locked: &mut [Dependency],
        names: &Names,
        indexes: &mut Indexes,
        is_locked: bool,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        let folder = charts::Folder::open(path)?;
        writeln!(session.out, "Saving {} charts", locked.len()).map_err(Error::Stdout)?;
        let job = fetch::Job {
            path,
            names,
            client: self.client,
            args: self.args,
            is_locked,
            may_be_unsigned: self.may_be_unsigned,
        };
        match job.save(locked, &folder, indexes, session) {
            Ok(()) => folder.replace(locked, session),
            Err(fetch::Failed::Save(error)) => {
                let text = error.message(session.compat);
                writeln!(session.out, "Save error occurred:  {text}").map_err(Error::Stdout)?;
                Err(error)
            }
            Err(fetch::Failed::Else(error)) => Err(error),
        }
    }
}
