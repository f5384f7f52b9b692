//! `chart krm`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags;
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, krm};

pub(super) static COMMAND: Command = Command {
    name: "krm",
    summary: "render a chart as a function of the Kubernetes resource model",
    description: "Reads a ResourceList from standard input and writes it with the objects of the chart that\n\
                  its functionConfig names; docs/integration.md has an example for kustomize.",
    flags: &[flags::RENDER, flags::LIMITS, flags::VALUES],
    operand_count: Count::None,
    run,
    ..Command::NEW
};

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    krm::run(arguments::render(parsed, session.environment), session)
}
