//! `chart dependency` and the commands below it.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::flags::{Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, clean_path, dependency_list};

pub(super) static COMMAND: Command = Command {
    name: "dependency",
    aliases: &["dep", "dependencies"],
    summary: "manage what a chart depends on",
    commands: &[&LIST],
    ..Command::NEW
};

static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    operands: "CHART",
    summary: "list the dependencies of a chart, and whether they are there",
    flags: &[LIST_FLAGS],
    operand_count: Count::AtMost(1),
    run: list,
    ..Command::NEW
};

/// Flags of `dependency list`.
static LIST_FLAGS: &[Flag] =
    &[Flag::new("max-col-width", Takes::Uint, "the widest that a column may be (default 80)")];

fn list(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = dependency_list::Args {
        path: parsed.arguments.first().map_or_else(|| ".".to_owned(), |path| clean_path(path)),
        max_column_width: parsed.number("max-col-width").unwrap_or(80),
    };
    dependency_list::run(&args, session)
}
