//! `chart dependency` and the commands below it.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, clean_path, dependency, dependency_list};

pub(super) static COMMAND: Command = Command {
    name: "dependency",
    aliases: &["dep", "dependencies"],
    summary: "manage what a chart depends on",
    commands: &[&BUILD, &LIST, &UPDATE],
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

static BUILD: Command = Command {
    name: "build",
    operands: "CHART",
    summary: "fetch the versions that Chart.lock names into charts/",
    description: "Archives that are in charts/ or in the cache already are not fetched again; only the\n\
                  repositories that Chart.yaml names are asked. Without Chart.lock it is an update.",
    flags: &[FLAGS, flags::REGISTRY],
    operand_count: Count::AtMost(1),
    run: |parsed, _, session| dependency::build(&args(parsed, session), session),
    ..Command::NEW
};

static UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    operands: "CHART",
    summary: "fetch the newest versions that Chart.yaml allows into charts/",
    description: "Writes Chart.lock, so that `dependency build` brings the same versions again.",
    flags: &[FLAGS, flags::REGISTRY],
    operand_count: Count::AtMost(1),
    run: |parsed, _, session| dependency::update(&args(parsed, session), session),
    ..Command::NEW
};

/// Flags of `dependency build` and `dependency update`.
static FLAGS: &[Flag] = &[
    Flag::new("keyring", Takes::Text, "public keys for --verify"),
    Flag::new("recursive", Takes::Bool, "do the same first for charts named by file://"),
    Flag::new("skip-refresh", Takes::Bool, "do not fetch the indexes of repositories again"),
    Flag::new("verify", Takes::Bool, "verify the signatures of the archives"),
];

fn args(parsed: &Parsed, session: &Session<'_>) -> dependency::Args {
    dependency::Args {
        path: path(parsed),
        skip_refresh: parsed.bool("skip-refresh"),
        keyring: arguments::verifying(parsed, session),
        recursive: parsed.bool("recursive"),
        registry: arguments::registry(parsed),
        notes_on_stderr: false,
    }
}

fn path(parsed: &Parsed) -> String {
    parsed.arguments.first().map_or_else(|| ".".to_owned(), |path| clean_path(path))
}

/// Flags of `dependency list`.
static LIST_FLAGS: &[Flag] =
    &[Flag::new("max-col-width", Takes::Uint, "the widest that a column may be (default 80)")];

fn list(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = dependency_list::Args {
        path: path(parsed),
        max_column_width: parsed.number("max-col-width").unwrap_or(80),
    };
    dependency_list::run(&args, session)
}
