//! `chart search`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::line::Line;
use crate::commands::repo::Format;
use crate::commands::{Error, Session, search};

pub(super) static COMMAND: Command = Command {
    commands: &[&REPO],
    left_to_helm: &["hub"],
    ..Command::group("search", "Search for charts")
};

static REPO: Command = Command {
    examples: &["chart search repo web --versions -o json"],
    ..Command::new::<Repo>("repo", "[keyword]", Count::Any)
};

/// Search the repositories that are set up
///
/// Looks for the keyword in names, descriptions and keywords of charts, in the indexes that
/// `repo add` and `repo update` have fetched.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is searched")]
struct Repo {
    /// Show development versions, too
    #[arg(long)]
    devel: bool,
    /// The keyword is a regular expression
    #[arg(short, long)]
    regexp: bool,
    /// Range of versions
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Show every version of a chart
    #[arg(short = 'l', long)]
    versions: bool,
    /// Fail if nothing is found
    #[arg(long, help_heading = "Output")]
    fail_on_no_result: bool,
    /// Widest column of the table (default 50)
    #[arg(long, value_name = "NUMBER", help_heading = "Output")]
    max_col_width: Option<u64>,
    /// Form of the result (default: table)
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output")]
    output: Option<Format>,
}

impl Flags for Repo {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = search::Args {
            words: line.texts(),
            regexp: self.regexp,
            versions: self.versions,
            devel: self.devel,
            version: self.version.unwrap_or_default(),
            max_column_width: usize::try_from(self.max_col_width.unwrap_or(50))
                .unwrap_or(usize::MAX),
            fail_on_no_result: self.fail_on_no_result,
            format: self.output.unwrap_or(Format::Table),
        };
        search::run(&args, session)
    }
}
