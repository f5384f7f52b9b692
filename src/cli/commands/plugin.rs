//! `chart plugin` and what is below it.

use super::{Command, Count};
use crate::cli::flags::{Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Error, Session, plugins};

pub(super) static COMMAND: Command = Command {
    name: "plugin",
    summary: "list the plugins that Helm has installed",
    description: "Plugins are installed, updated and removed by Helm.",
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
    ..Command::NEW
};

static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    summary: "list the plugins that Helm has installed",
    flags: &[FLAGS],
    operand_count: Count::Any,
    run,
    ..Command::NEW
};

/// Flags of `plugin list`.
static FLAGS: &[Flag] =
    &[Flag::new("type", Takes::Text, "only plugins of this kind, such as cli/v1").only(In::Helm4)];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    plugins::list(&plugins::ListArgs { kind: arguments::text(parsed, "type") }, session)
}
