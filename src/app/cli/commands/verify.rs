//! `chart verify`.

use clap::Parser;
use clap::builder::ValueHint;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::keyring;
use crate::cli::line::Line;
use crate::commands::{Error, Session, verify};

pub(super) static COMMAND: Command = Command {
    examples: &["chart verify web-1.2.3.tgz --keyring pubring.gpg"],
    completes: |at, _| if at == 0 { Kind::File } else { Kind::NoMore },
    ..Command::new::<Verify>("verify", "PATH", Count::Exactly(1))
};

/// Check who has signed a chart's archive
///
/// Looks for the provenance file PATH.prov beside the archive, checks that a key of the keyring has
/// signed it and that the archive is the one that it names.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Where keys come from")]
struct Verify {
    /// Public keys (default: the ones of GnuPG, which may have to be exported first)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keyring: Option<String>,
}

impl Flags for Verify {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let keyring = keyring(self.keyring, session);
        verify::run(&verify::Args { path: line.path(0), keyring }, session)
    }
}
