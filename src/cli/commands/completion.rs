//! `chart completion`.

use super::{Command, Count};
use crate::cli::flags::{Flag, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, completion};
use crate::commands::{Error, Session};
use crate::data::Failure;

pub(super) static COMMAND: Command = Command {
    name: "completion",
    operands: "SHELL",
    summary: "write a completion script for bash, fish, powershell or zsh",
    description: "For bash, for this session: source <(chart completion bash)",
    flags: &[FLAGS],
    operand_count: Count::Exactly(1),
    first_words: &completion::SHELLS,
    run,
    ..Command::NEW
};

/// Flags of `completion SHELL`.
static FLAGS: &[Flag] =
    &[Flag::new("no-descriptions", Takes::Bool, "complete without descriptions")];

fn run(parsed: &Parsed, program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let shell = &parsed.arguments[0];
    let unknown = || {
        let shells = completion::SHELLS.join(", ");
        Failure::from(format!("there is no completion for {shell:?}: the shells are {shells}"))
    };
    let script = completion::script(shell, program).ok_or_else(unknown)?;
    session.out.write_all(script.as_bytes()).map_err(Error::Stdout)
}
