//! Plugins out of repositories of git, handled by the program of that name.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::super::{Error, Session, programs};
use super::place::is_plugin;
use super::process::not_started;
use crate::network::Request;
use crate::plugins::{Control, control_of_page, control_of_url};
use go_text_template::semver::{Constraint, Version};
use go_text_template::url::Url;

/// What is said of a repository that no program is known for.
const UNKNOWN: &str = "Cannot detect VCS";
/// What is said where a plugin has no plugin.yaml.
pub(super) const NO_PLUGIN: &str = "plugin metadata (plugin.yaml) missing";
/// The most of a page that is looked through for the address of a repository.
const MOST_PAGE: u64 = 1 << 20;
/// The most of git's words that are kept.
const MOST_WORDS: u64 = 16 << 20;

/// A repository and its copy on this machine.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    /// Where it comes from.
    pub(super) remote: String,
    /// Where the copy is, or will be.
    pub(super) local: PathBuf,
}

/// Why there is no repository.
pub(super) enum NoRepository {
    /// Nobody knows which program it is for.
    Unknown,
    /// Something is wrong with it.
    Wrong(Error),
}

impl From<Error> for NoRepository {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

impl From<NoRepository> for Error {
    fn from(none: NoRepository) -> Self {
        match none {
            NoRepository::Unknown => Self::said(UNKNOWN),
            NoRepository::Wrong(error) => error,
        }
    }
}

/// What a run of git gave.
struct Outcome {
    status: ExitStatus,
    words: String,
}

impl Outcome {
    fn check(self, what: &str) -> Result<String, Error> {
        match self.status.success() {
            true => Ok(self.words),
            false => Err(Error::said(format!("{what}: {}", self.exit()))),
        }
    }

    fn exit(&self) -> String {
        match self.status.code() {
            Some(code) => format!("exit status {code}"),
            None => "signal: killed".to_owned(),
        }
    }
}

impl Repository {
    /// The repository `remote`, whose copy is at `local`; an empty one is the one that the copy
    /// comes from.
    pub(super) fn open(
        remote: &str,
        local: &Path,
        session: &Session<'_>,
    ) -> Result<Self, NoRepository> {
        let (control, remote) = match control_of_remote(remote, session)? {
            Some(found) => found,
            None => (control_of_folder(local).ok_or(NoRepository::Unknown)?, String::new()),
        };
        let program = control.program();
        let search_path = session.environment.get("PATH").unwrap_or_default();
        if programs::find_program(program, search_path).is_err() {
            return Err(Error::said(format!("{program} is not installed")).into());
        }
        if control != Control::Git {
            let text =
                format!("plugins are taken from repositories of git, not from those of {program}");
            return Err(Error::said(text).into());
        }
        let repository = Self { remote, local: local.to_owned() };
        Ok(repository.compared()?)
    }

    /// The repository once its copy, if there is one, is known to be of it.
    fn compared(self) -> Result<Self, Error> {
        match control_of_folder(&self.local) {
            None => return Ok(self),
            Some(Control::Git) => {}
            Some(_) => return Err(Error::said("Wrong VCS detected")),
        }
        let outcome = self.git(&["config", "--get", "remote.origin.url"])?;
        let known = outcome.check("Unable to retrieve local repo information")?.trim().to_owned();
        match self.remote.as_str() {
            "" => Ok(Self { remote: known, ..self }),
            remote if remote == known => Ok(self),
            _ => Err(Error::said("The Remote does not match the VCS endpoint")),
        }
    }

    /// Brings the copy to the newest state, or to that of `version`: a name in the repository, or a
    /// constraint that the newest fitting tag is taken for.
    pub(super) fn fetch(&self, version: &str, session: &mut Session<'_>) -> Result<(), Error> {
        if self.local.metadata().is_ok() {
            self.update(session)?;
        } else {
            self.clone_it(session)?;
        }
        if !version.is_empty()
            && let Some(reference) = self.reference(version, session)?
        {
            session.debug("setting version", &[("version", version)]);
            let outcome = self.git(&["checkout", &reference])?;
            outcome.check("Unable to update checked out version")?;
            self.settle_submodules()?;
        }
        if is_plugin(&self.local) { Ok(()) } else { Err(Error::said(NO_PLUGIN)) }
    }

    /// Updates a plugin that is such a copy itself.
    pub(super) fn update_plugin(&self, session: &mut Session<'_>) -> Result<(), Error> {
        session.debug("updating", &[("source", &self.remote)]);
        let outcome = self.git(&["diff"])?;
        if !outcome.status.success() || !outcome.words.is_empty() {
            return Err(Error::said("plugin repo was modified"));
        }
        self.bring(session)?;
        if is_plugin(&self.local) { Ok(()) } else { Err(Error::said(NO_PLUGIN)) }
    }

    fn clone_it(&self, session: &mut Session<'_>) -> Result<(), Error> {
        let local = self.local.to_string_lossy();
        session.debug("cloning", &[("source", &self.remote), ("destination", &local)]);
        self.check_offline(session)?;
        let mut command = Command::new("git");
        command.args(["clone", "--recursive", "--", &self.remote, &local]);
        let outcome = outcome(command)?;
        let Outcome { words, .. } = &outcome;
        let what = format!("Unable to get repository: {words}");
        let failed = || Error::said(format!("{what}: {}", outcome.exit()));
        outcome.status.success().then_some(()).ok_or_else(failed)
    }

    fn update(&self, session: &mut Session<'_>) -> Result<(), Error> {
        let local = self.local.to_string_lossy();
        session.debug("updating", &[("source", &self.remote), ("destination", &local)]);
        self.bring(session)
    }

    /// Fetches what is new; on a branch, takes it.
    fn bring(&self, session: &Session<'_>) -> Result<(), Error> {
        const WHAT: &str = "Unable to update repository";
        self.check_offline(session)?;
        self.git(&["fetch", "--tags", "--", "origin"])?.check(WHAT)?;
        let head = self.local.join(".git/HEAD");
        let head = crate::files::read(&head).map_err(|error| Error::File(error).within(WHAT))?;
        if !bstr::ByteSlice::trim(head.as_bytes()).starts_with(b"ref: ") {
            return Ok(());
        }
        self.git(&["pull"])?.check(WHAT)?;
        self.settle_submodules()
    }

    /// Submodules that came or went must not leave anything behind.
    fn settle_submodules(&self) -> Result<(), Error> {
        const UPDATING: &str = "Unexpected error while defensively updating submodules";
        const CLEANING: &str = "Unexpected error while defensively cleaning up after possible \
                                derelict submodule directories";
        const CLEANING_NESTED: &str = "Unexpected error while defensively cleaning up after possible \
                                       derelict nested submodule directories";
        const CLEAN: &str = "git clean -x -d -f -f";
        self.git(&["submodule", "update", "--init", "--recursive"])?.check(UPDATING)?;
        self.git(&["clean", "-x", "-d", "-f", "-f"])?.check(CLEANING)?;
        self.git(&["submodule", "foreach", "--recursive", CLEAN])?.check(CLEANING_NESTED)?;
        Ok(())
    }

    /// What `version` means in the repository.
    fn reference(&self, version: &str, session: &mut Session<'_>) -> Result<Option<String>, Error> {
        let is_known = self.git(&["rev-parse", "--verify", version])?.status.success()
            || self.git(&["show-ref", version])?.status.success();
        if is_known {
            return Ok(Some(version.to_owned()));
        }
        let constraint = Constraint::parse(version.as_bytes())
            .map_err(|error| Error::said(error.to_string()))?;
        let tags = self.tags()?;
        session.debug("found refs", &[("refs", &format!("[{}]", tags.join(" ")))]);
        let mut versions: Vec<(Version, &String)> = tags
            .iter()
            .filter_map(|tag| Some((Version::parse(tag.as_bytes()).ok()?, tag)))
            .collect();
        versions.sort_by(|(a, _), (b, _)| b.compare(a));
        let found = versions.iter().find(|(version, _)| constraint.check(version));
        let (_, tag) = found.ok_or_else(|| {
            let remote = &self.remote;
            Error::said(format!(
                "requested version {version:?} does not exist for plugin {remote:?}"
            ))
        })?;
        session.debug("setting to version", &[("version", tag)]);
        Ok(Some((*tag).clone()))
    }

    fn tags(&self) -> Result<Vec<String>, Error> {
        let text = self.git(&["show-ref"])?.check("Unable to retrieve tags")?;
        let tags = text.lines().filter_map(|line| line.split_once("tags/"));
        let tags = tags.map(|(_, tag)| tag.to_owned());
        Ok(tags.filter(|tag| !tag.is_empty() && !tag.contains(char::is_whitespace)).collect())
    }

    /// Refuses to ask another machine if nobody may be asked.
    fn check_offline(&self, session: &Session<'_>) -> Result<(), Error> {
        let is_here = self.remote.starts_with("file:") || self.remote.starts_with('/');
        if is_here || !session.network.is_offline() {
            return Ok(());
        }
        session.network.send(&Request::get(self.remote.as_str())).map(drop).map_err(Error::from)
    }

    fn git(&self, words: &[&str]) -> Result<Outcome, Error> {
        let mut command = Command::new("git");
        outcome({
            command.args(words).current_dir(&self.local).env("PWD", &self.local);
            command
        })
    }
}

/// Runs the command; everything that it says is kept in the order in which it came.
fn outcome(mut command: Command) -> Result<Outcome, Error> {
    let failed = |error: &std::io::Error| Error::said(error.to_string());
    let (mut reader, writer) = std::io::pipe().map_err(|error| failed(&error))?;
    let second = writer.try_clone().map_err(|error| failed(&error))?;
    command.stdin(Stdio::null()).stdout(writer).stderr(second);
    let mut child = command.spawn().map_err(|error| not_started(&command, &error))?;
    // The command holds the pipe's other end.
    drop(command);
    let mut words = Vec::new();
    let read = reader.by_ref().take(MOST_WORDS).read_to_end(&mut words);
    read.map_err(|error| failed(&error))?;
    let rest = std::io::copy(&mut reader, &mut std::io::sink());
    rest.map_err(|error| failed(&error))?;
    let status = child.wait().map_err(|error| failed(&error))?;
    Ok(Outcome { status, words: String::from_utf8_lossy(&words).into_owned() })
}

/// The program that the address `remote` is for, and the address that it knows it by.
fn control_of_remote(
    remote: &str,
    session: &Session<'_>,
) -> Result<Option<(Control, String)>, Error> {
    let wrong = |error: go_text_template::url::UrlError| Error::said(error.to_string());
    let by_address = control_of_url(remote).map_err(wrong)?;
    let by_folder = || {
        let url = Url::parse(remote.as_bytes()).ok().filter(|url| url.scheme == "file")?;
        control_of_folder(Path::new(&*url.path.to_str_lossy()))
    };
    match by_address.or_else(by_folder) {
        Some(control) => Ok(Some((control, remote.to_owned()))),
        None => Ok(by_page(Url::parse(remote.as_bytes()).map_err(wrong)?, session)),
    }
}

/// What the page at `url` says about the repository that is kept for it.
fn by_page(mut url: Url, session: &Session<'_>) -> Option<(Control, String)> {
    if url.scheme != "http" && url.scheme != "https" {
        return None;
    }
    let place = [url.host.as_bytes(), url.path.as_bytes()].concat();
    url.query = match url.query.is_empty() {
        true => "go-get=1".into(),
        false => format!("{}+go-get=1", url.query).into(),
    };
    let response = session.network.send(&Request::get(url.text().to_string())).ok()?;
    let mut page = Vec::new();
    response.body.take(MOST_PAGE).read_to_end(&mut page).ok()?;
    control_of_page(&String::from_utf8_lossy(&page), &String::from_utf8_lossy(&place))
}

/// The program whose folder is in `folder`.
fn control_of_folder(folder: &Path) -> Option<Control> {
    let has = |control: &Control| folder.join(format!(".{}", control.program())).metadata().is_ok();
    Control::ALL.into_iter().find(has)
}
