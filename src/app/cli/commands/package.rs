//! `chart package`.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::ValueHint;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::{Server, keyring};
use crate::cli::line::Line;
use crate::commands::{Error, Session, dependency, package, signing};

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart package ./web --version 1.2.3 -d dist",
        "chart package ./web --sign --key me --keyring ~/.gnupg/secring.gpg",
    ],
    environment: &[("SOURCE_DATE_EPOCH", "seconds since 1970 that all files get")],
    completes: |_, _| Kind::Folder,
    ..Command::new::<Package>("package", "[CHART_PATH] [...]", Count::Any)
};

/// Package charts into archives
///
/// Writes NAME-VERSION.tgz for each of the charts, which have to be directories. The same chart
/// makes the same bytes: files keep their times, or get the one that the environment's
/// SOURCE_DATE_EPOCH has.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Package {
    /// Version of what is in the chart
    #[arg(long, value_name = "VERSION")]
    app_version: Option<String>,
    /// Directory that archives are written to (default .)
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    destination: Option<PathBuf>,
    /// Version of the chart
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Sign the archives
    #[arg(long, help_heading = SIGNATURES)]
    sign: bool,
    /// Name of the key for --sign
    #[arg(long, value_name = "NAME", help_heading = SIGNATURES)]
    key: Option<String>,
    /// File of the keys for --sign
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = SIGNATURES)]
    keyring: Option<String>,
    /// File with the passphrase of the key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = SIGNATURES)]
    passphrase_file: Option<String>,
    /// Fetch missing dependencies first
    #[arg(short = 'u', long, help_heading = DEPENDENCIES)]
    dependency_update: bool,
    #[command(flatten, next_help_heading = DEPENDENCIES)]
    server: Server,
}

const SIGNATURES: &str = "Signatures";
const DEPENDENCIES: &str = "Dependencies";

impl Flags for Package {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let registry = self.server.registry();
        let sign = self.sign.then(|| signing::Args {
            key: self.key.unwrap_or_default(),
            keyring: keyring(self.keyring, session),
            passphrase_file: self.passphrase_file,
        });
        let args = package::Args {
            paths: line.paths(),
            destination: self.destination.unwrap_or_else(|| PathBuf::from(".")),
            version: self.version,
            app_version: self.app_version,
            dependency_update: self.dependency_update,
            dependencies: dependency::Args { registry, ..dependency::Args::default() },
            sign,
        };
        package::run(&args, session)
    }
}
