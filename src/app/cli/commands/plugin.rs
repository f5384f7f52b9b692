//! `chart plugin` and what is below it.

use clap::Parser;
use clap::builder::ValueHint;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::{ServerInHelm4, keyring};
use crate::cli::line::Line;
use crate::cli::marks::{Only, WhenBare};
use crate::commands::plugins::{self, InstallArgs, ListArgs, PackageArgs};
use crate::commands::{Error, Session, signing};
use go_text_template::Compat::Helm4;

pub(super) static COMMAND: Command = Command {
    commands: &[&INSTALL, &LIST, &UNINSTALL, &UPDATE, &PACKAGE, &VERIFY],
    ..Command::group("plugin", "Install, list, update and remove plugins")
};

static INSTALL: Command = Command {
    aliases: &["add"],
    ..Command::new::<Install>("install", "[options] <path|url>", Count::Exactly(1))
};

/// Install a plugin
///
/// From a folder, to which a link is made; from an archive in a file, on a server or in a registry; or
/// from a repository of git. As for Helm 4, archives have to be signed unless --verify=false is given.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is installed")]
struct Install {
    /// Public keys (default: the ones of GnuPG)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, add = Only(Helm4))]
    keyring: Option<String>,
    /// Verify the signature first (default true)
    #[arg(long, add = WhenBare("true"), add = Only(Helm4))]
    verify: Option<bool>,
    /// A name in a repository of git, or a constraint for tags
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    #[command(flatten)]
    server: ServerInHelm4,
}

impl Flags for Install {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = InstallArgs {
            source: line.text(0),
            version: self.version.unwrap_or_default(),
            verify: self.verify.unwrap_or(true),
            keyring: keyring(self.keyring, session),
            registry: self.server.registry(),
        };
        plugins::install(&args, session)
    }
}

static LIST: Command = Command {
    aliases: &["ls"],
    completes: |_, _| Kind::NoMore,
    ..Command::new::<List>("list", "", Count::Any)
};

/// List the plugins
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is listed")]
struct List {
    /// Only plugins of this kind, such as cli/v1
    #[arg(long = "type", value_name = "KIND", add = Only(Helm4))]
    kind: Option<String>,
}

impl Flags for List {
    fn run(self, _: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        plugins::list(&ListArgs { kind: self.kind }, session)
    }
}

static UNINSTALL: Command = Command {
    aliases: &["rm", "remove"],
    completes: |_, _| Kind::Nothing,
    ..Command::new::<Uninstall>("uninstall", "<plugin>...", Count::Any)
};

/// Remove plugins
#[derive(Debug, Parser)]
struct Uninstall;

impl Flags for Uninstall {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        plugins::uninstall(&line.texts(), session)
    }
}

static UPDATE: Command = Command {
    aliases: &["up"],
    completes: |_, _| Kind::Nothing,
    ..Command::new::<Update>("update", "<plugin>...", Count::Any)
};

/// Update plugins that were installed from a repository of git
#[derive(Debug, Parser)]
struct Update;

impl Flags for Update {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        plugins::update(&line.texts(), session)
    }
}

static PACKAGE: Command = Command {
    only: Some(Helm4),
    completes: |_, _| Kind::Folder,
    ..Command::new::<Package>("package", "[PATH]", Count::Exactly(1))
};

/// Make an archive of a plugin's folder, and sign it
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Package {
    /// Directory that the archive is written to (default .)
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    destination: Option<String>,
    /// Name of the key for signing
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// File of the keys for signing
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keyring: Option<String>,
    /// File with the passphrase of the key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    passphrase_file: Option<String>,
    /// Sign the archive (default true)
    #[arg(long, add = WhenBare("true"))]
    sign: Option<bool>,
}

impl Flags for Package {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let sign = self.sign.unwrap_or(true).then(|| signing::Args {
            key: self.key.unwrap_or_default(),
            keyring: keyring(self.keyring, session),
            passphrase_file: self.passphrase_file,
        });
        let destination = self.destination.unwrap_or_else(|| ".".to_owned());
        plugins::package(&PackageArgs { path: line.text(0), destination, sign }, session)
    }
}

static VERIFY: Command = Command {
    only: Some(Helm4),
    completes: |_, _| Kind::File,
    ..Command::new::<Verify>("verify", "[PATH]", Count::Exactly(1))
};

/// Check who has signed the archive of a plugin
#[derive(Debug, Parser)]
#[command(next_help_heading = "Signatures")]
struct Verify {
    /// Public keys (default: the ones of GnuPG)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keyring: Option<String>,
}

impl Flags for Verify {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        plugins::verify(&line.text(0), &keyring(self.keyring, session), session)
    }
}
