//! `chart push`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags;
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, push};

pub(super) static COMMAND: Command = Command {
    name: "push",
    operands: "[chart] [remote]",
    summary: "put a chart's archive into a registry",
    description: "Pushes the archive to REMOTE, an address that begins with oci://; a signature that\n\
                  lies beside the archive goes with it.",
    flags: &[flags::REGISTRY],
    operand_count: Count::AtLeast(2),
    run,
    ..Command::NEW
};

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = push::Args {
        chart: parsed.arguments[0].clone(),
        remote: parsed.arguments[1].clone(),
        registry: arguments::registry(parsed),
    };
    push::run(&args, session)
}
