//! `chart lint`.

use super::{Command, Count};
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Error, Session, lint};
use crate::data::Failure;

pub(super) static COMMAND: Command = Command {
    name: "lint",
    operands: "PATH",
    summary: "look for what is wrong with charts",
    description: "Looks at each chart, a directory or an archive, and renders it. An ERROR makes the\n\
                  exit status 1; a WARNING does so with --strict.",
    flags: &[FLAGS, flags::VALUES],
    operand_count: Count::Helm4AtLeast(1),
    run,
    ..Command::NEW
};

/// Flags that `lint` has alone.
static FLAGS: &[Flag] = &[
    Flag::new("all-values", Takes::Bool, "lint once for each ci/*-values.yaml of a chart"),
    Flag::new(
        "kube-version",
        Takes::Text,
        "version of Kubernetes that the charts have to work with",
    ),
    Flag::new("output", Takes::Text, "how to tell what is found: text, json, sarif or github")
        .short('o')
        .one_of(&["text", "json", "sarif", "github"]),
    Flag::new("quiet", Takes::Bool, "tell warnings and errors only"),
    Flag::new("skip-schema-validation", Takes::Bool, "do not check the values against schemas"),
    Flag::new("strict", Takes::Bool, "let warnings fail, too"),
    Flag::new("with-subcharts", Takes::Bool, "lint the charts in charts/ as well"),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = lint::Args {
        paths: parsed.arguments.clone(),
        strict: parsed.bool("strict"),
        quiet: parsed.bool("quiet"),
        with_subcharts: parsed.bool("with-subcharts"),
        all_values: parsed.bool("all-values"),
        skip_schema: parsed.bool("skip-schema-validation"),
        kube_version: arguments::text(parsed, "kube-version"),
        namespace: arguments::namespace(parsed, session.environment),
        values: arguments::values(parsed),
        format: format(parsed)?,
        limits: arguments::limits(parsed),
    };
    lint::run(&args, session)
}

fn format(parsed: &Parsed) -> Result<lint::Format, Failure> {
    let name = parsed.text("output").unwrap_or("text");
    lint::Format::from_name(name).ok_or_else(|| {
        let text =
            format!("invalid value {name:?} of --output: it must be text, json, sarif or github");
        Failure::from(text)
    })
}
