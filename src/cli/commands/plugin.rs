//! `chart plugin` and what is below it.

use super::{Command, Count};
use crate::cli::flags::{self, Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::plugins::{self, InstallArgs, ListArgs, PackageArgs};
use crate::commands::{Error, Session, signing};

pub(super) static COMMAND: Command = Command {
    name: "plugin",
    summary: "install, list, update and remove plugins",
    description: "Plugins add commands, fetch charts and values, and change manifests.",
    commands: &[&INSTALL, &LIST, &UNINSTALL, &UPDATE, &PACKAGE, &VERIFY],
    ..Command::NEW
};

static INSTALL: Command = Command {
    name: "install",
    aliases: &["add"],
    operands: "[options] <path|url>",
    summary: "install a plugin",
    description: "From a folder, to which a link is made; from an archive in a file, on a server or in a\n\
                  registry; or from a repository of git. As for Helm 4, archives have to be signed\n\
                  unless --verify=false is given.",
    flags: &[INSTALL_FLAGS, flags::REGISTRY_HELM4],
    operand_count: Count::Exactly(1),
    run: install,
    ..Command::NEW
};

static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    summary: "list the plugins",
    flags: &[LIST_FLAGS],
    operand_count: Count::Any,
    run: list,
    ..Command::NEW
};

static UNINSTALL: Command = Command {
    name: "uninstall",
    aliases: &["rm", "remove"],
    operands: "<plugin>...",
    summary: "remove plugins",
    run: |parsed, _, session| plugins::uninstall(&parsed.arguments, session),
    ..Command::NEW
};

static UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    operands: "<plugin>...",
    summary: "update plugins that were installed from a repository of git",
    run: |parsed, _, session| plugins::update(&parsed.arguments, session),
    ..Command::NEW
};

static PACKAGE: Command = Command {
    name: "package",
    operands: "[PATH]",
    summary: "make an archive of a plugin's folder, and sign it",
    flags: &[PACKAGE_FLAGS],
    known_in: In::Helm4,
    operand_count: Count::Exactly(1),
    run: package,
    ..Command::NEW
};

static VERIFY: Command = Command {
    name: "verify",
    operands: "[PATH]",
    summary: "check who has signed the archive of a plugin",
    flags: &[VERIFY_FLAGS],
    known_in: In::Helm4,
    operand_count: Count::Exactly(1),
    run: verify,
    ..Command::NEW
};

/// What `--keyring` is for where a signature is verified.
const KEYRING: &str = "public keys (default: the ones of GnuPG)";

/// Flags of `plugin install`.
static INSTALL_FLAGS: &[Flag] = &[
    Flag::new("keyring", Takes::Text, KEYRING).only(In::Helm4),
    Flag::new("verify", Takes::Bool, "verify the signature first (default true)").only(In::Helm4),
    Flag::new("version", Takes::Text, "a name in a repository of git, or a constraint for tags"),
];

/// Flags of `plugin list`.
static LIST_FLAGS: &[Flag] =
    &[Flag::new("type", Takes::Text, "only plugins of this kind, such as cli/v1").only(In::Helm4)];

/// Flags of `plugin package`.
static PACKAGE_FLAGS: &[Flag] = &[
    Flag::new("destination", Takes::Text, "directory that the archive is written to (default .)")
        .short('d'),
    Flag::new("key", Takes::Text, "name of the key for signing"),
    Flag::new("keyring", Takes::Text, "file of the keys for signing"),
    Flag::new("passphrase-file", Takes::Text, "file with the passphrase of the key"),
    Flag::new("sign", Takes::Bool, "sign the archive (default true)"),
];

/// Flags of `plugin verify`.
static VERIFY_FLAGS: &[Flag] = &[Flag::new("keyring", Takes::Text, KEYRING)];

fn install(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = InstallArgs {
        source: parsed.arguments[0].clone(),
        version: arguments::text(parsed, "version").unwrap_or_default(),
        verify: !parsed.has("verify") || parsed.bool("verify"),
        keyring: arguments::keyring(parsed, session),
        registry: arguments::registry(parsed),
    };
    plugins::install(&args, session)
}

fn list(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    plugins::list(&ListArgs { kind: arguments::text(parsed, "type") }, session)
}

fn package(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let text = |name| arguments::text(parsed, name);
    let signs = !parsed.has("sign") || parsed.bool("sign");
    let sign = signs.then(|| signing::Args {
        key: text("key").unwrap_or_default(),
        keyring: arguments::keyring(parsed, session),
        passphrase_file: text("passphrase-file"),
    });
    let args = PackageArgs {
        path: parsed.arguments[0].clone(),
        destination: text("destination").unwrap_or_else(|| ".".to_owned()),
        sign,
    };
    plugins::package(&args, session)
}

fn verify(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let keyring = arguments::keyring(parsed, session);
    plugins::verify(&parsed.arguments[0], &keyring, session)
}
