//! `chart cmp`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags;
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, cmp};

pub(super) static COMMAND: Command = Command {
    name: "cmp",
    summary: "render the chart in this folder as an Argo CD config management plugin",
    description: "Takes name, namespace, version of the cluster, parameters and values from the variables\n\
                  that Argo CD sets; docs/integration.md has the plugin's configuration.",
    flags: &[flags::RENDER, flags::LIMITS, flags::VALUES],
    operand_count: Count::None,
    run,
    ..Command::NEW
};

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    cmp::run(arguments::render(parsed, session.environment), session)
}
