//! `chart push`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::Server;
use crate::cli::line::Line;
use crate::commands::{Error, Session, push};

pub(super) static COMMAND: Command = Command {
    examples: &["chart push web-1.2.3.tgz oci://registry.local/charts"],
    completes: |at, _| [Kind::File, Kind::Scheme].get(at).copied().unwrap_or(Kind::NoMore),
    ..Command::new::<Push>("push", "[chart] [remote]", Count::AtLeast(2))
};

/// Put a chart's archive into a registry
///
/// Pushes the archive to REMOTE, an address that begins with oci://; a signature that lies beside
/// the archive goes with it.
#[derive(Debug, Parser)]
#[command(next_help_heading = "The registry")]
struct Push {
    #[command(flatten)]
    server: Server,
}

impl Flags for Push {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let registry = self.server.registry();
        push::run(&push::Args { chart: line.path(0), remote: line.text(1), registry }, session)
    }
}
