//! The folder charts/: archives come together beside it and move in when all are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Error, Session};
use crate::files;
use crate::files::beside::Temporary;
use crate::model::{self, Chart, Dependency, is_passing};

/// charts/, and the folder beside it.
pub(super) struct Folder {
    pub(super) charts: PathBuf,
    /// Where archives come together; it goes with this value.
    pub(super) beside: Temporary,
}

impl Folder {
    /// Opens charts/ of the chart at `path`; it is made if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let charts = model::cleaned(&path.join("charts"));
        let shown = charts.display();
        let link = charts.symlink_metadata().is_ok_and(|found| found.file_type().is_symlink());
        if link {
            return Err(Error::said(format!(
                "{shown} is a symbolic link: nothing is written there"
            )));
        }
        match charts.metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                let shown = shown.to_string();
                return Err(Error::said(format!("{shown:?} is not a directory")));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                files::make_folder(&charts)?;
            }
            Err(error) => {
                let error = files::failed("stat", &charts, &error);
                return Err(Error::from(error)
                    .within(format!("unable to retrieve file info for '{shown}'")));
            }
        }
        let near = model::cleaned(&path.join("tmpcharts-"));
        Ok(Self { beside: files::temporary_near(&near)?, charts })
    }

    /// Moves the archives in, and removes those that nobody asks for any more.
    pub(super) fn replace(
        &self,
        locked: &[Dependency],
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        let old = names(&self.charts)?;
        let new = names(self.beside.path())?;
        for name in &new {
            self.move_in(name, session)?;
        }
        say(session, "Deleting outdated charts\n")?;
        for name in old.difference(&new) {
            self.delete(name, locked, session)?;
        }
        Ok(())
    }

    fn move_in(&self, name: &str, session: &mut Session<'_>) -> Result<(), Error> {
        let from = self.beside.path().join(name);
        if let Err(error) = load_archive(&from, session) {
            let text =
                format!("Could not verify {} for moving: {error} (Skipping)", from.display());
            return say(session, &text);
        }
        if let Err(error) = std::fs::rename(&from, self.charts.join(name)) {
            let error = files::failed("rename", &from, &error).to_string();
            let text =
                format!("Unable to move {} to charts dir {error} (Skipping)", from.display());
            return say(session, &text);
        }
        Ok(())
    }

    fn delete(
        &self,
        name: &str,
        locked: &[Dependency],
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        let path = self.charts.join(name);
        if is_gone(&path) {
            return Ok(());
        }
        let chart = match load_archive(&path, session) {
            Ok(chart) => chart,
            Err(error) => {
                let shown = path.display();
                let text = format!("Could not verify {shown} for deletion: {error} (Skipping)\n");
                return say(session, &text);
            }
        };
        let is_local = locked
            .iter()
            .any(|dependency| dependency.repository.is_empty() && dependency.name == *chart.name());
        if is_local {
            return Ok(());
        }
        if let Err(error) = std::fs::remove_file(&path) {
            let error = files::failed("remove", &path, &error).to_string();
            let text = format!("Could not delete {}: {error} (Skipping)", path.display());
            return say(session, &text);
        }
        Ok(())
    }
}

fn say(session: &mut Session<'_>, text: &str) -> Result<(), Error> {
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

/// True if somebody else has removed it meanwhile.
fn is_gone(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// The names of the files in a folder, without those that are just being written.
fn names(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let failed = |error: std::io::Error| files::failed("open", folder, &error);
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_file = entry.file_type().is_ok_and(|kind| !kind.is_dir());
        if is_file && !is_passing(crate::system::bytes_of(&entry.file_name())) {
            found.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

/// The chart in an archive, or why it is none.
fn load_archive(path: &Path, session: &mut Session<'_>) -> Result<Chart, model::Error> {
    let mut notices = Vec::new();
    let loaded = model::load_undetected(path, session.compat, &mut notices);
    session.say_all(&mut notices);
    loaded
}
