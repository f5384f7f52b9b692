//! `chart version`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::line::Line;
use crate::cli::marks::Only;
use crate::commands::{Error, Session, version};
use go_text_template::Compat::Helm3;

pub(super) static COMMAND: Command = Command {
    examples: &["chart version --short"],
    ..Command::new::<Version>("version", "", Count::None)
};

/// Show the version of this program
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Version {
    #[arg(id = "client", short = 'c', long = "client", hide = true, add = Only(Helm3))]
    _client: bool,
    /// Show the version number alone
    #[arg(long)]
    short: bool,
    /// Go template that shapes the output
    #[arg(long, value_name = "TEMPLATE")]
    template: Option<String>,
}

impl Flags for Version {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let as_helm = line.program.is_helm();
        version::run(
            &version::Args { short: self.short, template: self.template, as_helm },
            session,
        )
    }
}
