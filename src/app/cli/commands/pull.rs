//! `chart pull`.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::ValueHint;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::Source;
use crate::cli::line::Line;
use crate::commands::{Error, Session, pull};

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart pull oci://registry.local/charts/web --version 1.2.3",
        "chart pull web --repo https://charts.local --untar",
    ],
    aliases: &["fetch"],
    completes: |at, _| if at == 0 { Kind::RemoteChart } else { Kind::Nothing },
    ..Command::new::<Pull>("pull", "[chart URL | repo/chartname] [...]", Count::AtLeast(1))
};

/// Fetch a chart's archive from a repository or registry
///
/// Writes the archive into the current folder, or unpacks it with --untar.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Pull {
    /// Folder to write the archive to
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    destination: Option<PathBuf>,
    /// Fetch the signature, too, without verifying it
    #[arg(long)]
    prov: bool,
    /// Unpack the archive
    #[arg(long)]
    untar: bool,
    /// Folder below the destination to unpack to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    untardir: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Flags for Pull {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let or_here = |folder: Option<PathBuf>| folder.unwrap_or_else(|| PathBuf::from("."));
        let args = pull::Args {
            charts: line.texts(),
            source: self.source.args(session, true),
            destination: or_here(self.destination),
            untar: self.untar,
            untar_directory: or_here(self.untardir),
            with_provenance: self.prov,
        };
        pull::run(&args, session)
    }
}
