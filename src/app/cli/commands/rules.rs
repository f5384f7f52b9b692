//! `chart rules`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::line::Line;
use crate::commands::{Error, Session, rules};

pub(super) static COMMAND: Command = Command {
    examples: &["chart rules", "chart rules lost-indent", "chart rules E0103"],
    ..Command::new::<Rules>("rules", "[NAME]", Count::AtMost(1))
};

/// List the rules that look for what is silently wrong
///
/// The rules are looked at with --warn and --deny of template, lint and bundle; those with a star
/// also without, where faults are shown in their source. With NAME all about that
/// rule, or about the fault that has this code.
#[derive(Debug, Parser)]
struct Rules {}

impl Flags for Rules {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        rules::run(&rules::Args { name: line.texts().into_iter().next() }, session)
    }
}
