//! The commands that Helm runs against a cluster. They understand what Helm understands, check it as
//! Helm does, and end with the cluster that cannot be reached.

use super::{Command, Count, template};
use crate::cli::flags::{self, Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Error, Session, cluster, upgrade};

/// What is said of all of them in the help.
const DESCRIPTION: &str = "This program changes no cluster: flags and arguments are checked as Helm does it,\n\
     and then the cluster counts as unreachable.";

pub(super) static GET: Command = Command {
    name: "get",
    summary: "show what a cluster keeps of a release",
    description: DESCRIPTION,
    commands: &[&GET_ALL, &GET_HOOKS, &GET_MANIFEST, &GET_METADATA, &GET_NOTES, &GET_VALUES],
    ..Command::NEW
};

static GET_ALL: Command = Command {
    name: "all",
    flags: &[REVISION, &[Flag::new("template", Takes::Text, "")]],
    summary: "show all that is kept of a release",
    ..OF_RELEASE
};

static GET_HOOKS: Command = Command {
    name: "hooks",
    flags: &[REVISION],
    summary: "show the hooks of a release",
    ..OF_RELEASE
};

static GET_MANIFEST: Command = Command {
    name: "manifest",
    flags: &[REVISION],
    summary: "show the resources of a release",
    ..OF_RELEASE
};

static GET_METADATA: Command = Command {
    name: "metadata",
    flags: &[REVISION, OUTPUT],
    summary: "show what a release is",
    ..OF_RELEASE
};

static GET_NOTES: Command = Command {
    name: "notes",
    flags: &[REVISION],
    summary: "show the notes of a release",
    ..OF_RELEASE
};

static GET_VALUES: Command = Command {
    name: "values",
    flags: &[REVISION, OUTPUT, &[Flag::new("all", Takes::Bool, "").short('a')]],
    summary: "show the values of a release",
    ..OF_RELEASE
};

pub(super) static HISTORY: Command = Command {
    name: "history",
    aliases: &["hist"],
    flags: &[
        OUTPUT,
        &[
            Flag::new("max", Takes::Int, ""),
            Flag::new("show-rollback-revision", Takes::Bool, "").only(In::Helm4),
        ],
    ],
    summary: "show the revisions of a release",
    ..OF_RELEASE
};

pub(super) static STATUS: Command = Command {
    name: "status",
    flags: &[
        REVISION,
        OUTPUT,
        &[
            Flag::new("show-desc", Takes::Bool, "").only(In::Helm3),
            Flag::new("show-resources", Takes::Bool, "").only(In::Helm3),
        ],
    ],
    summary: "show how a release is",
    ..OF_RELEASE
};

pub(super) static TEST: Command = Command {
    name: "test",
    operands: "[RELEASE]",
    flags: &[&[
        Flag::new("filter", Takes::List, ""),
        Flag::new("hide-notes", Takes::Bool, "").only(In::Helm3),
        Flag::new("logs", Takes::Bool, ""),
        Flag::new("timeout", Takes::Duration, ""),
    ]],
    summary: "run the tests of a release",
    ..OF_RELEASE
};

pub(super) static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    operands: "",
    flags: &[OUTPUT, LIST_FLAGS],
    operand_count: Count::None,
    summary: "list the releases of a cluster",
    ..OF_RELEASE
};

static LIST_FLAGS: &[Flag] = &[
    Flag::new("all", Takes::Bool, "").short('a').only(In::Helm3),
    Flag::new("all-namespaces", Takes::Bool, "").short('A'),
    Flag::new("date", Takes::Bool, "").short('d'),
    Flag::new("deployed", Takes::Bool, ""),
    Flag::new("failed", Takes::Bool, ""),
    Flag::new("filter", Takes::Text, "").short('f'),
    Flag::new("max", Takes::Int, "").short('m'),
    Flag::new("no-headers", Takes::Bool, ""),
    Flag::new("offset", Takes::Int, ""),
    Flag::new("pending", Takes::Bool, ""),
    Flag::new("reverse", Takes::Bool, "").short('r'),
    Flag::new("selector", Takes::Text, "").short('l'),
    Flag::new("short", Takes::Bool, "").short('q'),
    Flag::new("superseded", Takes::Bool, ""),
    Flag::new("time-format", Takes::Text, ""),
    Flag::new("uninstalled", Takes::Bool, ""),
    Flag::new("uninstalling", Takes::Bool, ""),
];

pub(super) static ROLLBACK: Command = Command {
    name: "rollback",
    operands: "<RELEASE> [REVISION]",
    summary: "go back to an earlier revision of a release",
    description: DESCRIPTION,
    flags: &[CHANGE, FORCE, SERVER_SIDE, ROLLBACK_FLAGS],
    operand_count: Count::AtLeast(1),
    run: rollback,
    ..Command::NEW
};

static ROLLBACK_FLAGS: &[Flag] = &[
    Flag::new("cleanup-on-fail", Takes::Bool, ""),
    Flag::new("description", Takes::Text, "").only(In::Helm4),
    Flag::new("dry-run", Takes::Bool, "").only(In::Helm3),
    Flag::new("dry-run", Takes::TextOr("unset"), "").only(In::Helm4),
    Flag::new("history-max", Takes::Int, ""),
    Flag::new("recreate-pods", Takes::Bool, "").only(In::Helm3),
    Flag::new("wait-for-jobs", Takes::Bool, ""),
];

pub(super) static UNINSTALL: Command = Command {
    name: "uninstall",
    aliases: &["del", "delete", "un"],
    operands: "RELEASE_NAME [...]",
    summary: "remove a release from a cluster",
    description: DESCRIPTION,
    flags: &[
        CHANGE,
        &[
            Flag::new("cascade", Takes::Text, "").one_of(&["background", "foreground", "orphan"]),
            Flag::new("description", Takes::Text, ""),
            Flag::new("dry-run", Takes::Bool, ""),
            Flag::new("ignore-not-found", Takes::Bool, ""),
            Flag::new("keep-history", Takes::Bool, ""),
        ],
    ],
    operand_count: Count::AtLeast(1),
    run: uninstall,
    ..Command::NEW
};

pub(super) static UPGRADE: Command = Command {
    name: "upgrade",
    operands: "[RELEASE] [CHART]",
    summary: "bring a release in a cluster up to date",
    description: "This program changes no cluster: values and chart are read as Helm does it, and then\n\
                  the cluster counts as unreachable.",
    flags: &[
        CHANGE,
        FORCE,
        SERVER_SIDE,
        RELEASE,
        UPGRADE_FLAGS,
        OUTPUT,
        template::POST_RENDERER,
        flags::VALUES,
        flags::CHART,
    ],
    operand_count: Count::Exactly(2),
    run: run_upgrade,
    ..Command::NEW
};

static UPGRADE_FLAGS: &[Flag] = &[
    Flag::new("cleanup-on-fail", Takes::Bool, ""),
    Flag::new("history-max", Takes::Int, ""),
    Flag::new("install", Takes::Bool, "").short('i'),
    Flag::new("recreate-pods", Takes::Bool, "").only(In::Helm3).deprecated(
        "functionality will no longer be updated. Consult the documentation for other methods to \
         recreate pods",
    ),
    Flag::new("reset-then-reuse-values", Takes::Bool, ""),
    Flag::new("reset-values", Takes::Bool, ""),
    Flag::new("reuse-values", Takes::Bool, ""),
];

/// Flags of commands that make or change a release.
pub(super) static RELEASE: &[Flag] = &[
    Flag::new("atomic", Takes::Bool, "").only(In::Helm3),
    Flag::new("atomic", Takes::Bool, "")
        .only(In::Helm4)
        .deprecated("use --rollback-on-failure instead"),
    Flag::new("create-namespace", Takes::Bool, ""),
    Flag::new("dependency-update", Takes::Bool, "fetch missing dependencies first"),
    Flag::new("description", Takes::Text, ""),
    Flag::new("disable-openapi-validation", Takes::Bool, ""),
    Flag::new("dry-run", Takes::TextOr("client"), "only try: client or server")
        .only(In::Helm3)
        .one_of(&["client", "server"]),
    Flag::new("dry-run", Takes::TextOr("unset"), "only try: client or server")
        .only(In::Helm4)
        .one_of(&["client", "server"]),
    Flag::new("enable-dns", Takes::Bool, "let getHostByName ask the name server"),
    Flag::new("hide-notes", Takes::Bool, "do not show the notes"),
    Flag::new("hide-secret", Takes::Bool, "do not show secrets"),
    Flag::new("labels", Takes::Pairs, "").short('l'),
    Flag::new("render-subchart-notes", Takes::Bool, "show the notes of subcharts as well"),
    Flag::new("rollback-on-failure", Takes::Bool, "").only(In::Helm4),
    Flag::new("skip-crds", Takes::Bool, ""),
    Flag::new("skip-schema-validation", Takes::Bool, "do not check the values against schemas"),
    Flag::new("take-ownership", Takes::Bool, ""),
    Flag::new("wait-for-jobs", Takes::Bool, ""),
];

/// Flags of commands that change a cluster.
pub(super) static CHANGE: &[Flag] = &[
    Flag::new("no-hooks", Takes::Bool, ""),
    Flag::new("timeout", Takes::Duration, ""),
    Flag::new("wait", Takes::Bool, "").only(In::Helm3),
    Flag::new("wait", Takes::Wait, "").only(In::Helm4),
];

/// How much of what is there may be overridden.
pub(super) static FORCE: &[Flag] = &[
    Flag::new("force", Takes::Bool, "").only(In::Helm3),
    Flag::new("force", Takes::Bool, "").only(In::Helm4).deprecated("use --force-replace instead"),
    Flag::new("force-conflicts", Takes::Bool, "").only(In::Helm4),
    Flag::new("force-replace", Takes::Bool, "").only(In::Helm4),
];

static SERVER_SIDE: &[Flag] = &[Flag::new("server-side", Takes::Text, "").only(In::Helm4)];
static REVISION: &[Flag] = &[Flag::new("revision", Takes::Int, "")];
static OUTPUT: &[Flag] =
    &[Flag::new("output", Takes::Format, "").short('o').one_of(&["table", "json", "yaml"])];

/// A command that asks for one release and does nothing before that.
const OF_RELEASE: Command = Command {
    operands: "RELEASE_NAME",
    description: DESCRIPTION,
    operand_count: Count::Exactly(1),
    run: |_, _, session| cluster::ask(session),
    ..Command::NEW
};

fn rollback(parsed: &Parsed, _: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = cluster::RollbackArgs {
        revision: parsed.arguments.get(1).cloned(),
        description: arguments::text(parsed, "description").unwrap_or_default(),
        dry_run: arguments::text(parsed, "dry-run"),
    };
    cluster::rollback(&args, session)
}

fn uninstall(parsed: &Parsed, _: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    cluster::uninstall(parsed.text("cascade").unwrap_or("background"), session)
}

fn run_upgrade(parsed: &Parsed, _: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let mut template = template::args(parsed, session);
    template.source.notes_on_stdout = !session.compat.is_helm3();
    upgrade::run(&upgrade::Args { template, install: parsed.bool("install") }, session)
}
