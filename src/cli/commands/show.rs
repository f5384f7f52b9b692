//! `chart show` and the commands below it.

use super::{Command, Count};
use crate::cli::arguments;
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, show};

pub(super) static COMMAND: Command = Command {
    name: "show",
    aliases: &["inspect"],
    summary: "show what a chart says of itself",
    commands: &[&ALL, &CHART, &CRDS, &README, &VALUES],
    ..Command::NEW
};

/// What the commands have in common.
const PART: Command = Command {
    operands: "[CHART]",
    flags: &[flags::CHART],
    operand_count: Count::Exactly(1),
    ..Command::NEW
};

static ALL: Command = Command {
    name: "all",
    summary: "show everything that the other commands show",
    run: |parsed, _, session| run(show::Part::All, parsed, session),
    ..PART
};

static CHART: Command = Command {
    name: "chart",
    summary: "show Chart.yaml",
    run: |parsed, _, session| run(show::Part::Chart, parsed, session),
    ..PART
};

static VALUES: Command = Command {
    name: "values",
    summary: "show values.yaml, or what a path in it leads to",
    flags: &[VALUES_FLAGS, flags::CHART],
    run: |parsed, _, session| run(show::Part::Values, parsed, session),
    ..PART
};

static README: Command = Command {
    name: "readme",
    summary: "show the README",
    run: |parsed, _, session| run(show::Part::Readme, parsed, session),
    ..PART
};

static CRDS: Command = Command {
    name: "crds",
    summary: "show the custom resource definitions of crds/",
    run: |parsed, _, session| run(show::Part::Crds, parsed, session),
    ..PART
};

/// Flags that `show values` has alone.
static VALUES_FLAGS: &[Flag] =
    &[Flag::new("jsonpath", Takes::Text, "show what this JSONPath template makes of the values")];

fn run(part: show::Part, parsed: &Parsed, session: &mut Session<'_>) -> Result<(), Error> {
    let args = show::Args {
        part,
        chart: parsed.arguments[0].clone(),
        json_path: arguments::text(parsed, "jsonpath"),
        version: arguments::text(parsed, "version").unwrap_or_default(),
        devel: parsed.bool("devel"),
        source: arguments::source(parsed, session, false),
    };
    show::run(&args, session)
}
