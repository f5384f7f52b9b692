//! `chart batch`.

use std::path::PathBuf;

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, batch, output};

pub(super) static COMMAND: Command = Command {
    name: "batch",
    operands: "[FILE]",
    summary: "render many releases in one process",
    description: "Renders every release of a list as the command template would render it, on all cores.\n\
                  FILE is a YAML list or has a JSON object on each line; - or nothing is standard input.\n\
                  The keys of a release and everything else is told in docs/batch.md. Exit status: 0, 1\n\
                  if a release failed, 2 if the command line or the list is wrong.",
    flags: &[FLAGS, flags::RENDER, flags::LIMITS],
    operand_count: Count::AtMost(1),
    usage_status: 2,
    run,
    ..Command::NEW
};

/// Flags that `batch` has alone.
static FLAGS: &[Flag] = &[
    Flag::new("cache", Takes::Text, "folder, or URL of a Bazel remote cache, with earlier results"),
    Flag::new("fail-fast", Takes::Bool, "begin no other release when one has failed"),
    Flag::new("include-crds", Takes::Bool, "write custom resource definitions as well"),
    Flag::new("jobs", Takes::Int, "releases rendered at the same time (default: one a core)")
        .short('j'),
    Flag::new("no-hooks", Takes::Bool, "leave hooks out"),
    Flag::new("output-dir", Takes::Text, "write a folder for each release into this directory"),
    Flag::new("report", Takes::Text, "file that gets a line of JSON for each release"),
    Flag::new(
        "shard",
        Takes::Text,
        "only part i of n of the list: i/n, or auto to take i and n from the environment",
    ),
    Flag::new("skip-tests", Takes::Bool, "leave test hooks out"),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let path = |name: &str| arguments::text(parsed, name).filter(|path| !path.is_empty());
    let args = batch::Args {
        list: parsed.arguments.first().cloned().unwrap_or_else(|| "-".to_owned()),
        jobs: usize::try_from(parsed.number("jobs").unwrap_or_default()).unwrap_or(usize::MAX),
        output_dir: path("output-dir").map(PathBuf::from),
        report: path("report").map(PathBuf::from),
        fail_fast: parsed.bool("fail-fast"),
        shard: arguments::text(parsed, "shard"),
        cache: path("cache"),
        render: arguments::render(parsed, session.environment),
        output: output::Args {
            include_crds: parsed.bool("include-crds"),
            no_hooks: parsed.bool("no-hooks"),
            skip_tests: parsed.bool("skip-tests"),
            ..output::Args::default()
        },
    };
    batch::run(&args, session)
}
