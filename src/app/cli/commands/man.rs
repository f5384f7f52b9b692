//! `chart man`.

use std::path::Path;

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::line::Line;
use crate::commands::{Error, Session, write_man};

pub(super) static COMMAND: Command = Command {
    completes: |at, _| if at == 0 { Kind::Folder } else { Kind::NoMore },
    examples: &["chart man ~/.local/share/man/man1   # then: man chart-template"],
    ..Command::new::<Man>("man", "DIR", Count::Exactly(1))
};

/// Write the manual pages
///
/// Writes a page for each command into DIR, which is made if it is not there: chart.1,
/// chart-template.1 and so on.
#[derive(Debug, Parser)]
struct Man;

impl Flags for Man {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        write_man::run(&(line.manual)(line.program), Path::new(&line.words[0]), session)
    }
}
