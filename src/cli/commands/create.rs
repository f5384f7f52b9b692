//! `chart create`.

use super::{Command, Count};
use crate::cli::flags::{Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Error, Session, create};

pub(super) static COMMAND: Command = Command {
    name: "create",
    operands: "NAME",
    summary: "create a new chart to start from",
    description: "Writes a chart into the folder NAME: a web service with a service account, an ingress,\n\
                  a gateway route, autoscaling and a test, each of which can be switched in values.yaml.",
    flags: &[FLAGS],
    operand_count: Count::Exactly(1),
    run,
    ..Command::NEW
};

/// Flags of `create`.
static FLAGS: &[Flag] = &[
    Flag::new("chart-api-version", Takes::Text, "").only(In::Helm4),
    Flag::new("starter", Takes::Text, "chart to start from: a name in Helm's starters, or a path")
        .short('p'),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let text = |name| arguments::text(parsed, name).filter(|text| !text.is_empty());
    let args = create::Args {
        path: parsed.arguments[0].clone(),
        starter: text("starter"),
        api_version: text("chart-api-version"),
    };
    create::run(&args, session)
}
