//! `chart version`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, version};

pub(super) static COMMAND: Command = Command {
    name: "version",
    summary: "show the version of this program",
    flags: &[FLAGS],
    operand_count: Count::None,
    run,
    ..Command::NEW
};

/// Flags of `version`.
static FLAGS: &[Flag] = &[
    Flag::new("client", Takes::Bool, "").short('c').only(In::Helm3),
    Flag::new("short", Takes::Bool, "show the version number alone"),
    Flag::new("template", Takes::Text, "Go template that shapes the output"),
];

fn run(parsed: &Parsed, program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = version::Args {
        short: parsed.bool("short"),
        template: arguments::text(parsed, "template"),
        as_helm: program.is_helm(),
    };
    version::run(&args, session)
}
