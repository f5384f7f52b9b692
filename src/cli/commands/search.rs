//! `chart search`.

use super::Command;
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, search};

pub(super) static COMMAND: Command = Command {
    name: "search",
    summary: "search for charts",
    commands: &[&REPO],
    left_to_helm: &["hub"],
    ..Command::NEW
};

static REPO: Command = Command {
    name: "repo",
    operands: "[keyword]",
    summary: "search the repositories that are set up",
    description: "Looks for the keyword in names, descriptions and keywords of charts, in the indexes that\n\
                  `repo add` and `repo update` have fetched.",
    flags: &[FLAGS],
    run,
    ..Command::NEW
};

/// Flags of `search repo`.
static FLAGS: &[Flag] = &[
    Flag::new("devel", Takes::Bool, "show development versions, too"),
    Flag::new("fail-on-no-result", Takes::Bool, "fail if nothing is found"),
    Flag::new("max-col-width", Takes::Uint, "widest column of the table (default 50)"),
    Flag::new("output", Takes::Format, "table (default), json or yaml").short('o'),
    Flag::new("regexp", Takes::Bool, "the keyword is a regular expression").short('r'),
    Flag::new("version", Takes::Text, "range of versions"),
    Flag::new("versions", Takes::Bool, "show every version of a chart").short('l'),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let width = parsed.number("max-col-width").unwrap_or(50);
    let args = search::Args {
        words: parsed.arguments.clone(),
        regexp: parsed.bool("regexp"),
        versions: parsed.bool("versions"),
        devel: parsed.bool("devel"),
        version: arguments::text(parsed, "version").unwrap_or_default(),
        max_column_width: usize::try_from(width).unwrap_or(usize::MAX),
        fail_on_no_result: parsed.bool("fail-on-no-result"),
        format: arguments::format(parsed),
    };
    search::run(&args, session)
}
