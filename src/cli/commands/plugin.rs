//! `chart plugin` and what is below it.

use clap::Parser;

use super::{Command, Count, Flags};
use crate::cli::Line;
use crate::cli::completion::Kind;
use crate::cli::pflag::Only;
use crate::commands::{Error, Session, plugins};
use crate::compat::Compat::Helm4;

pub(super) static COMMAND: Command = Command {
    commands: &[&LIST],
    left_to_helm: &[
        "add",
        "install",
        "package",
        "remove",
        "rm",
        "uninstall",
        "up",
        "update",
        "verify",
    ],
    ..Command::group("plugin", "List the plugins that Helm has installed")
};

static LIST: Command = Command {
    aliases: &["ls"],
    completes: |_, _| Kind::NoMore,
    ..Command::new::<List>("list", "", Count::Any)
};

/// List the plugins that Helm has installed
///
/// Plugins are installed, updated and removed by Helm.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is listed")]
struct List {
    /// Only plugins of this kind, such as cli/v1
    #[arg(long = "type", value_name = "KIND", add = Only(Helm4))]
    kind: Option<String>,
}

impl Flags for List {
    fn run(self, _: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        plugins::list(&plugins::ListArgs { kind: self.kind }, session)
    }
}
