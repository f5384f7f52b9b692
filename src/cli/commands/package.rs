//! `chart package`.

use super::Command;
use crate::cli::flags::{Flag, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Error, Session, dependency, package, signing};

pub(super) static COMMAND: Command = Command {
    name: "package",
    operands: "[CHART_PATH] [...]",
    summary: "package charts into archives",
    description: "Writes NAME-VERSION.tgz for each of the charts, which have to be directories. The same\n\
                  chart makes the same bytes: files keep their times, or get the one that the\n\
                  environment's SOURCE_DATE_EPOCH has.",
    flags: &[FLAGS],
    run,
    ..Command::NEW
};

/// Flags of `package`.
static FLAGS: &[Flag] = &[
    Flag::new("app-version", Takes::Text, "version of what is in the chart"),
    Flag::new("dependency-update", Takes::Bool, "fetch missing dependencies first").short('u'),
    Flag::new("destination", Takes::Text, "directory that archives are written to (default .)")
        .short('d'),
    Flag::new("key", Takes::Text, "name of the key for --sign"),
    Flag::new("keyring", Takes::Text, "file of the keys for --sign"),
    Flag::new("passphrase-file", Takes::Text, "file with the passphrase of the key"),
    Flag::new("sign", Takes::Bool, "sign the archives"),
    Flag::new("version", Takes::Text, "version of the chart"),
    Flag::new("ca-file", Takes::Text, ""),
    Flag::new("cert-file", Takes::Text, ""),
    Flag::new("insecure-skip-tls-verify", Takes::Bool, ""),
    Flag::new("key-file", Takes::Text, ""),
    Flag::new("password", Takes::Text, ""),
    Flag::new("plain-http", Takes::Bool, ""),
    Flag::new("username", Takes::Text, ""),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let text = |name| arguments::text(parsed, name);
    let sign = || signing::Args {
        key: text("key").unwrap_or_default(),
        keyring: arguments::keyring(parsed, session),
        passphrase_file: text("passphrase-file"),
    };
    let args = package::Args {
        paths: parsed.arguments.clone(),
        destination: text("destination").unwrap_or_else(|| ".".to_owned()),
        version: text("version"),
        app_version: text("app-version"),
        dependency_update: parsed.bool("dependency-update"),
        dependencies: dependency::Args {
            registry: arguments::registry(parsed),
            ..dependency::Args::default()
        },
        sign: parsed.bool("sign").then(sign),
    };
    package::run(&args, session)
}
