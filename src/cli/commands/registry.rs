//! `chart registry`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::registry::{self, LoginArgs, RegistryArgs};
use crate::commands::{Error, Session};

pub(super) static COMMAND: Command = Command {
    name: "registry",
    summary: "log in to registries, and out of them",
    commands: &[&LOGIN, &LOGOUT],
    ..Command::NEW
};

static LOGIN: Command = Command {
    name: "login",
    operands: "[host]",
    summary: "log in to a registry",
    description: "Checks name and password with the registry and keeps them for later commands.",
    flags: &[LOGIN_FLAGS],
    operand_count: Count::AtLeast(1),
    run: login,
    ..Command::NEW
};

static LOGOUT: Command = Command {
    name: "logout",
    operands: "[host]",
    summary: "forget the credentials for a registry",
    operand_count: Count::AtLeast(1),
    run: |parsed, _, session| registry::logout(&parsed.arguments[0], session),
    ..Command::NEW
};

/// Flags of `registry login`.
static LOGIN_FLAGS: &[Flag] = &[
    Flag::new("ca-file", Takes::Text, "certificates that the registry is verified with"),
    Flag::new("cert-file", Takes::Text, "certificate that is shown to the registry"),
    Flag::new("insecure", Takes::Bool, "do not verify the registry"),
    Flag::new("key-file", Takes::Text, "private key of --cert-file"),
    Flag::new("password", Takes::Text, "password, or an identity token").short('p'),
    Flag::new("password-stdin", Takes::Bool, "read the password from standard input"),
    Flag::new("plain-http", Takes::Bool, "talk to the registry without TLS"),
    Flag::new("username", Takes::Text, "user name").short('u'),
];

fn login(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let registry =
        RegistryArgs { tls: arguments::tls(parsed, "insecure"), ..arguments::registry(parsed) };
    let args = LoginArgs {
        host: parsed.arguments[0].clone(),
        password_stdin: parsed.bool("password-stdin"),
        registry,
    };
    registry::login(&args, session)
}
