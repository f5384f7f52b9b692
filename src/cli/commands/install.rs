//! `chart install`.

use std::io::IsTerminal;

use super::{Command, Count, cluster, template};
use crate::cli::flags::{self, Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Environment, Error, Session, install};

pub(super) static COMMAND: Command = Command {
    name: "install",
    operands: "[NAME] [CHART]",
    summary: "show the release that a chart would make (--dry-run=client)",
    description: "Shows with --dry-run=client what Helm 4 would install: state, hooks, manifests and\n\
                  notes. This program changes no cluster: without the flag, and for Helm 3 in any\n\
                  case, the cluster counts as unreachable.",
    flags: &[
        FLAGS,
        cluster::RELEASE,
        cluster::CHANGE,
        cluster::FORCE,
        template::POST_RENDERER,
        flags::LIMITS,
        flags::VALUES,
        flags::CHART,
    ],
    operand_count: Count::AtLeast(1),
    run,
    ..Command::NEW
};

/// Flags that `install` has alone.
static FLAGS: &[Flag] = &[
    Flag::new("generate-name", Takes::Bool, "make a name of the chart's and the time").short('g'),
    Flag::new("name-template", Takes::Text, "template that makes the release's name"),
    Flag::new("output", Takes::Format, "how to show the release: table, json or yaml")
        .short('o')
        .one_of(&["table", "json", "yaml"]),
    Flag::new("replace", Takes::Bool, ""),
    Flag::new("server-side", Takes::Bool, "").only(In::Helm4),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let mut template = template::args(parsed, session);
    template.is_installed = true;
    template.source.notes_on_stdout = !session.compat.is_helm3();
    let args = install::Args {
        template,
        format: arguments::format(parsed),
        hide_secret: parsed.bool("hide-secret"),
        hide_notes: parsed.bool("hide-notes"),
        subchart_notes: parsed.bool("render-subchart-notes"),
        color: is_colored(parsed, session.environment),
    };
    install::run(&args, session)
}

/// Whether Helm 4 colours what it shows.
fn is_colored(parsed: &Parsed, environment: &Environment) -> bool {
    let given = parsed.text("color").or_else(|| parsed.text("colour")).map(str::to_owned);
    let mode = given.or_else(|| environment.get("HELM_COLOR").map(str::to_lowercase));
    let is_dumb = environment.get("TERM") == Some("dumb");
    match mode.as_deref() {
        _ if environment.get("NO_COLOR").is_some() => false,
        Some("never") => false,
        Some("always") => true,
        _ => !is_dumb && std::io::stdout().is_terminal(),
    }
}
