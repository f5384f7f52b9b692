//! `chart repo`.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::ValueHint;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::go_values::{Timeout, timeout};
use crate::cli::groups::Certificates;
use crate::cli::line::Line;
use crate::cli::marks::Only;
use crate::commands::repo::{self, AddArgs, Format, IndexArgs, ListArgs, UpdateArgs};
use crate::commands::{Error, Session};
use crate::repository::Repository;
use go_text_template::Compat::{Helm3, Helm4};

pub(super) static COMMAND: Command = Command {
    commands: &[&ADD, &INDEX, &LIST, &REMOVE, &UPDATE],
    ..Command::group("repo", "Set up, list, update, remove and index repositories")
};

static ADD: Command = Command {
    examples: &["chart repo add shop https://charts.local"],
    completes: |at, _| if at < 2 { Kind::Nothing } else { Kind::NoMore },
    ..Command::new::<Add>("add", "[NAME] [URL]", Count::Exactly(2))
};

static INDEX: Command = Command {
    examples: &["chart repo index archives --url https://charts.local"],
    completes: |at, _| if at == 0 { Kind::Folder } else { Kind::NoMore },
    ..Command::new::<Index>("index", "[DIR]", Count::Exactly(1))
};

static LIST: Command =
    Command { aliases: &["ls"], ..Command::new::<List>("list", "", Count::None) };

static REMOVE: Command = Command {
    aliases: &["rm"],
    completes: |_, _| Kind::Repository,
    ..Command::new::<Remove>("remove", "[REPO1 [REPO2 ...]]", Count::AtLeast(1))
};

static UPDATE: Command = Command {
    aliases: &["up"],
    completes: |_, _| Kind::Repository,
    ..Command::new::<Update>("update", "[REPO1 [REPO2 ...]]", Count::Any)
};

/// Set up a repository
///
/// Fetches the index of the repository at URL; from then on NAME/CHART is a chart in it.
#[derive(Debug, Parser)]
#[command(next_help_heading = "The repository")]
struct Add {
    /// Set up repositories that are gone, too
    #[arg(long)]
    allow_deprecated_repos: bool,
    /// Replace a repository of this name
    #[arg(long)]
    force_update: bool,
    /// Do not verify the server
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    #[arg(id = "no-update", long = "no-update", add = Only(Helm3))]
    _no_update: bool,
    /// Send the credentials to every host
    #[arg(long)]
    pass_credentials: bool,
    /// Password
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// How long fetching the index may take (default 2m0s)
    #[arg(long, value_name = "DURATION")]
    timeout: Option<Timeout>,
    /// User name
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    #[command(flatten)]
    certificates: Certificates,
}

impl Flags for Add {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let tls = self.certificates.tls(self.insecure_skip_tls_verify);
        let repository = Repository {
            name: line.text(0),
            url: line.text(1),
            username: self.username.unwrap_or_default(),
            password: self.password.unwrap_or_default(),
            cert_file: tls.cert_file,
            key_file: tls.key_file,
            ca_file: tls.ca_file,
            insecure_skip_tls_verify: tls.insecure,
            pass_credentials_all: self.pass_credentials,
        };
        let args = AddArgs {
            repository,
            force_update: self.force_update,
            allow_deprecated: self.allow_deprecated_repos,
            password_stdin: self.password_stdin,
            timeout: timeout(self.timeout),
        };
        repo::add(&args, session)
    }
}

/// Write the index of a folder with archives
///
/// Writes index.yaml into DIR: what a server of static files needs to be a repository.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Index {
    /// Write JSON
    #[arg(long)]
    json: bool,
    /// Index whose entries are kept unless they are in the folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    merge: Option<PathBuf>,
    /// Address of the repository, for addresses of archives
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Flags for Index {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = IndexArgs {
            folder: line.path(0),
            url: self.url.unwrap_or_default(),
            merge: self.merge.unwrap_or_default(),
            json: self.json,
        };
        repo::index(&args, session)
    }
}

/// List the repositories
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct List {
    /// Leave the headings out
    #[arg(long, add = Only(Helm4))]
    no_headers: bool,
    /// Form of the result (default: table)
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<Format>,
}

impl Flags for List {
    fn run(self, _: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let format = self.output.unwrap_or(Format::Table);
        repo::list(ListArgs { format, no_headers: self.no_headers }, session)
    }
}

/// Forget repositories
#[derive(Debug, Parser)]
struct Remove;

impl Flags for Remove {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        repo::remove(&line.texts(), session)
    }
}

/// Fetch the indexes of repositories again
#[derive(Debug, Parser)]
#[command(next_help_heading = "Failures")]
struct Update {
    /// Fail if an update fails
    #[arg(long, add = Only(Helm3))]
    fail_on_repo_update_fail: bool,
    /// How long fetching an index may take (default 2m0s)
    #[arg(long, value_name = "DURATION")]
    timeout: Option<Timeout>,
}

impl Flags for Update {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = UpdateArgs {
            names: line.texts(),
            timeout: timeout(self.timeout),
            fails: self.fail_on_repo_update_fail,
        };
        repo::update(&args, session)
    }
}
