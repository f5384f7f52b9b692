//! `chart pull`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, pull};

pub(super) static COMMAND: Command = Command {
    name: "pull",
    aliases: &["fetch"],
    operands: "[chart URL | repo/chartname] [...]",
    summary: "fetch a chart's archive from a repository or registry",
    description: "Writes the archive into the current folder, or unpacks it with --untar.",
    flags: &[FLAGS, flags::CHART],
    operand_count: Count::AtLeast(1),
    run,
    ..Command::NEW
};

/// Flags that `pull` has alone.
static FLAGS: &[Flag] = &[
    Flag::new("destination", Takes::Text, "folder to write the archive to").short('d'),
    Flag::new("prov", Takes::Bool, "fetch the signature, too, without verifying it"),
    Flag::new("untar", Takes::Bool, "unpack the archive"),
    Flag::new("untardir", Takes::Text, "folder below the destination to unpack to"),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let or_here = |name| arguments::text(parsed, name).unwrap_or_else(|| ".".to_owned());
    let args = pull::Args {
        charts: parsed.arguments.clone(),
        source: arguments::source(parsed, session, true),
        destination: or_here("destination"),
        untar: parsed.bool("untar"),
        untar_directory: or_here("untardir"),
        with_provenance: parsed.bool("prov"),
    };
    pull::run(&args, session)
}
