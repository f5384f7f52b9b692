//! `chart dependency` and the commands below it.

use std::path::PathBuf;

use clap::builder::ValueHint;
use clap::{Args, Parser};

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::{Server, keyring};
use crate::cli::line::Line;
use crate::cli::marks::Ours;
use crate::commands::{Error, Session, dependency, dependency_list};
use crate::model::cleaned;

pub(super) static COMMAND: Command = Command {
    aliases: &["dep", "dependencies"],
    commands: &[&BUILD, &LIST, &UPDATE],
    ..Command::group("dependency", "Manage what a chart depends on")
};

static BUILD: Command = Command {
    examples: &["chart dependency build ./web --recursive"],
    completes: |_, _| Kind::Folder,
    ..Command::new::<Build>("build", "CHART", Count::AtMost(1))
};

static LIST: Command = Command {
    aliases: &["ls"],
    completes: |_, _| Kind::Folder,
    ..Command::new::<List>("list", "CHART", Count::AtMost(1))
};

static UPDATE: Command = Command {
    examples: &["chart dependency update ./web"],
    aliases: &["up"],
    completes: |_, _| Kind::Folder,
    ..Command::new::<Update>("update", "CHART", Count::AtMost(1))
};

/// Fetch the versions that Chart.lock names into charts/
///
/// Archives that are in charts/ or in the cache already are not fetched again; only the
/// repositories that Chart.yaml names are asked. Without Chart.lock it is an update.
#[derive(Debug, Parser)]
struct Build {
    #[command(flatten)]
    fetch: Fetch,
}

impl Flags for Build {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        dependency::build(&self.fetch.args(line, session), session)
    }
}

/// Fetch the newest versions that Chart.yaml allows into charts/
///
/// Writes Chart.lock, so that `dependency build` brings the same versions again.
#[derive(Debug, Parser)]
struct Update {
    #[command(flatten)]
    fetch: Fetch,
}

impl Flags for Update {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        dependency::update(&self.fetch.args(line, session), session)
    }
}

/// How dependencies are fetched.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is fetched")]
#[group(skip)]
struct Fetch {
    /// Do the same first for charts named by file://
    #[arg(long, add = Ours)]
    recursive: bool,
    /// Do not fetch the indexes of repositories again
    #[arg(long)]
    skip_refresh: bool,
    /// Public keys for --verify
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keyring: Option<String>,
    /// Verify the signatures of the archives
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    server: Server,
}

impl Fetch {
    fn args(self, line: &Line<'_>, session: &Session<'_>) -> dependency::Args {
        dependency::Args {
            path: path(line),
            skip_refresh: self.skip_refresh,
            keyring: self.verify.then(|| keyring(self.keyring, session)),
            recursive: self.recursive,
            registry: self.server.registry(),
            notes_on_stderr: false,
        }
    }
}

fn path(line: &Line<'_>) -> PathBuf {
    line.paths().first().map_or_else(|| PathBuf::from("."), |path| cleaned(path))
}

/// List the dependencies of a chart, and whether they are there
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct List {
    /// The widest that a column may be (default 80)
    #[arg(long, value_name = "NUMBER")]
    max_col_width: Option<u64>,
}

impl Flags for List {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let max_column_width = self.max_col_width.unwrap_or(80);
        dependency_list::run(&dependency_list::Args { path: path(line), max_column_width }, session)
    }
}
