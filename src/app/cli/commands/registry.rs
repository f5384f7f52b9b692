//! `chart registry`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::Certificates;
use crate::cli::line::Line;
use crate::commands::registry::{self, LoginArgs, RegistryArgs};
use crate::commands::{Error, Session};

pub(super) static COMMAND: Command = Command {
    commands: &[&LOGIN, &LOGOUT],
    ..Command::group("registry", "Log in to registries, and out of them")
};

static LOGIN: Command = Command {
    examples: &["chart registry login registry.local -u me --password-stdin < password"],
    completes: |_, _| Kind::Nothing,
    ..Command::new::<Login>("login", "[host]", Count::AtLeast(1))
};

static LOGOUT: Command = Command {
    completes: |_, _| Kind::Nothing,
    ..Command::new::<Logout>("logout", "[host]", Count::AtLeast(1))
};

/// Log in to a registry
///
/// Checks name and password with the registry and keeps them for later commands.
#[derive(Debug, Parser)]
#[command(next_help_heading = "The registry")]
struct Login {
    /// Do not verify the registry
    #[arg(long)]
    insecure: bool,
    /// Password, or an identity token
    #[arg(short, long, value_name = "PASSWORD")]
    password: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// Talk to the registry without TLS
    #[arg(long)]
    plain_http: bool,
    /// User name
    #[arg(short, long, value_name = "NAME")]
    username: Option<String>,
    #[command(flatten)]
    certificates: Certificates,
}

impl Flags for Login {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let registry = RegistryArgs {
            tls: self.certificates.tls(self.insecure),
            plain_http: self.plain_http,
            username: self.username.unwrap_or_default(),
            password: self.password.unwrap_or_default(),
        };
        let password_stdin = self.password_stdin;
        registry::login(&LoginArgs { host: line.text(0), password_stdin, registry }, session)
    }
}

/// Forget the credentials for a registry
#[derive(Debug, Parser)]
struct Logout;

impl Flags for Logout {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        registry::logout(&line.text(0), session)
    }
}
