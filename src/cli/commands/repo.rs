//! `chart repo`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::commands::repo::{self, AddArgs, IndexArgs, ListArgs, UpdateArgs};
use crate::commands::{Error, Session};
use crate::repository::Repository;

pub(super) static COMMAND: Command = Command {
    name: "repo",
    summary: "set up, list, update, remove and index repositories",
    commands: &[&ADD, &INDEX, &LIST, &REMOVE, &UPDATE],
    ..Command::NEW
};

static ADD: Command = Command {
    name: "add",
    operands: "[NAME] [URL]",
    summary: "set up a repository",
    description: "Fetches the index of the repository at URL; from then on NAME/CHART is a chart in it.",
    flags: &[ADD_FLAGS],
    operand_count: Count::Exactly(2),
    run: add,
    ..Command::NEW
};

static INDEX: Command = Command {
    name: "index",
    operands: "[DIR]",
    summary: "write the index of a folder with archives",
    description: "Writes index.yaml into DIR: what a server of static files needs to be a repository.",
    flags: &[INDEX_FLAGS],
    operand_count: Count::Exactly(1),
    run: index,
    ..Command::NEW
};

static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    summary: "list the repositories",
    flags: &[LIST_FLAGS],
    operand_count: Count::None,
    run: list,
    ..Command::NEW
};

static REMOVE: Command = Command {
    name: "remove",
    aliases: &["rm"],
    operands: "[REPO1 [REPO2 ...]]",
    summary: "forget repositories",
    operand_count: Count::AtLeast(1),
    run: |parsed, _, session| repo::remove(&parsed.arguments, session),
    ..Command::NEW
};

static UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    operands: "[REPO1 [REPO2 ...]]",
    summary: "fetch the indexes of repositories again",
    flags: &[UPDATE_FLAGS],
    run: update,
    ..Command::NEW
};

/// Flags of `repo add`.
static ADD_FLAGS: &[Flag] = &[
    Flag::new("allow-deprecated-repos", Takes::Bool, "set up repositories that are gone, too"),
    Flag::new("ca-file", Takes::Text, "certificates that the server is verified with"),
    Flag::new("cert-file", Takes::Text, "certificate that is shown to the server"),
    Flag::new("force-update", Takes::Bool, "replace a repository of this name"),
    Flag::new("insecure-skip-tls-verify", Takes::Bool, "do not verify the server"),
    Flag::new("key-file", Takes::Text, "private key of --cert-file"),
    Flag::new("no-update", Takes::Bool, "").only(In::Helm3),
    Flag::new("pass-credentials", Takes::Bool, "send the credentials to every host"),
    Flag::new("password", Takes::Text, "password"),
    Flag::new("password-stdin", Takes::Bool, "read the password from standard input"),
    Flag::new("timeout", Takes::Duration, "how long fetching the index may take (default 2m0s)"),
    Flag::new("username", Takes::Text, "user name"),
];

/// Flags of `repo index`.
static INDEX_FLAGS: &[Flag] = &[
    Flag::new("json", Takes::Bool, "write JSON"),
    Flag::new("merge", Takes::Text, "index whose entries are kept unless they are in the folder"),
    Flag::new("url", Takes::Text, "address of the repository, for addresses of archives"),
];

/// Flags of `repo list`.
static LIST_FLAGS: &[Flag] = &[
    Flag::new("no-headers", Takes::Bool, "leave the headings out").only(In::Helm4),
    Flag::new("output", Takes::Format, "table (default), json or yaml").short('o'),
];

/// Flags of `repo update`.
static UPDATE_FLAGS: &[Flag] = &[
    Flag::new("fail-on-repo-update-fail", Takes::Bool, "fail if an update fails").only(In::Helm3),
    Flag::new("timeout", Takes::Duration, "how long fetching an index may take (default 2m0s)"),
];

fn add(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let text = |name| arguments::text(parsed, name).unwrap_or_default();
    let repository = Repository {
        name: parsed.arguments[0].clone(),
        url: parsed.arguments[1].clone(),
        username: text("username"),
        password: text("password"),
        cert_file: text("cert-file"),
        key_file: text("key-file"),
        ca_file: text("ca-file"),
        insecure_skip_tls_verify: parsed.bool("insecure-skip-tls-verify"),
        pass_credentials_all: parsed.bool("pass-credentials"),
    };
    let args = AddArgs {
        repository,
        force_update: parsed.bool("force-update"),
        allow_deprecated: parsed.bool("allow-deprecated-repos"),
        password_stdin: parsed.bool("password-stdin"),
        timeout: arguments::timeout(parsed),
    };
    repo::add(&args, session)
}

fn index(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let text = |name| arguments::text(parsed, name).unwrap_or_default();
    let folder = parsed.arguments[0].clone();
    let json = parsed.bool("json");
    repo::index(&IndexArgs { folder, url: text("url"), merge: text("merge"), json }, session)
}

fn list(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let no_headers = parsed.bool("no-headers");
    repo::list(ListArgs { format: arguments::format(parsed), no_headers }, session)
}

fn update(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = UpdateArgs {
        names: parsed.arguments.clone(),
        timeout: arguments::timeout(parsed),
        fails: parsed.bool("fail-on-repo-update-fail"),
    };
    repo::update(&args, session)
}
