//! The commands that Helm runs against a cluster. They understand what Helm understands, check it as
//! Helm does, and end with the cluster that cannot be reached.

use clap::{Arg, Args, Parser, value_parser};

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::flags::{Accepted, Ignored, number, switch, text};
use crate::cli::go_values::{List, Pairs, Timeout, Wait};
use crate::cli::groups::{PostRenderer, Source, Values, base};
use crate::cli::line::Line;
use crate::cli::marks::{Deprecated, NO_WORD, Only, SwitchIn, WhenBare};
use crate::commands::repo::Format;
use crate::commands::{Error, Session, cluster, manifests, template, upgrade};
use go_text_template::Compat::{Helm3, Helm4};
use go_text_template::template::Limits;

/// What is said of all of them in the help.
const NO_CLUSTER: &str = "This program changes no cluster: flags and arguments are checked as Helm \
                          does it, and then the cluster counts as unreachable.";

pub(super) static GET: Command = Command {
    commands: &[&GET_ALL, &GET_HOOKS, &GET_MANIFEST, &GET_METADATA, &GET_NOTES, &GET_VALUES],
    ..Command::group("get", "Show what a cluster keeps of a release")
};

static GET_ALL: Command = of_release("all", || {
    about("Show all that is kept of a release", [revision(), text("template")])
});

static GET_HOOKS: Command =
    of_release("hooks", || about("Show the hooks of a release", [revision()]));

static GET_MANIFEST: Command =
    of_release("manifest", || about("Show the resources of a release", [revision()]));

static GET_METADATA: Command =
    of_release("metadata", || about("Show what a release is", [revision(), output()]));

static GET_NOTES: Command =
    of_release("notes", || about("Show the notes of a release", [revision()]));

static GET_VALUES: Command = of_release("values", || {
    about("Show the values of a release", [revision(), output(), switch("all").short('a')])
});

pub(super) static HISTORY: Command = Command {
    aliases: &["hist"],
    ..of_release("history", || {
        let revisions = switch("show-rollback-revision").add(Only(Helm4));
        about("Show the revisions of a release", [output(), number("max"), revisions])
    })
};

pub(super) static STATUS: Command = of_release("status", || {
    let of_helm3 = ["show-desc", "show-resources"].map(|name| switch(name).add(Only(Helm3)));
    about("Show how a release is", [revision(), output()]).args(of_helm3)
});

pub(super) static TEST: Command = Command {
    operands: "[RELEASE]",
    ..of_release("test", || {
        let filter = text("filter").value_parser(value_parser!(List));
        let hide_notes = switch("hide-notes").add(Only(Helm3));
        about("Run the tests of a release", [filter, hide_notes, switch("logs"), timeout()])
    })
};

pub(super) static LIST: Command = Command {
    aliases: &["ls"],
    operands: "",
    count: Count::None,
    completes: |_, _| Kind::NoMore,
    ..of_release("list", || about("List the releases of a cluster", list_flags()))
};

fn list_flags() -> [Arg; 18] {
    [
        switch("all").short('a').add(Only(Helm3)),
        switch("all-namespaces").short('A'),
        switch("date").short('d'),
        switch("deployed"),
        switch("failed"),
        text("filter").short('f'),
        number("max").short('m'),
        switch("no-headers"),
        number("offset"),
        output(),
        switch("pending"),
        switch("reverse").short('r'),
        text("selector").short('l'),
        switch("short").short('q'),
        switch("superseded"),
        text("time-format"),
        switch("uninstalled"),
        switch("uninstalling"),
    ]
}

/// A command that asks for one release and does nothing before that.
const fn of_release(name: &'static str, flags: fn() -> clap::Command) -> Command {
    Command {
        operands: "RELEASE_NAME",
        count: Count::Exactly(1),
        completes: |at, _| if at == 0 { Kind::Text } else { Kind::NoMore },
        flags,
        run: |_, _, session| cluster::ask(session),
        ..Command::group(name, "")
    }
}

fn about(text: &'static str, flags: impl IntoIterator<Item = Arg>) -> clap::Command {
    clap::Command::new("").about(text).long_about(format!("{text}\n\n{NO_CLUSTER}")).args(flags)
}

fn revision() -> Arg {
    number("revision")
}

fn output() -> Arg {
    text("output").short('o').value_parser(value_parser!(Format))
}

fn timeout() -> Arg {
    text("timeout").value_parser(value_parser!(Timeout))
}

pub(super) static ROLLBACK: Command = Command {
    exclusive: FORCES,
    completes: |at, _| if at < 2 { Kind::Text } else { Kind::NoMore },
    ..Command::new::<Rollback>("rollback", "<RELEASE> [REVISION]", Count::AtLeast(1))
};

/// Go back to an earlier revision of a release
///
/// This program changes no cluster: flags and arguments are checked as Helm does it, and then the
/// cluster counts as unreachable.
#[derive(Debug, Parser)]
struct Rollback {
    #[arg(long, add = Only(Helm4))]
    description: Option<String>,
    #[arg(long, add = WhenBare(NO_WORD), add = SwitchIn(Helm3))]
    dry_run: Option<String>,
    #[command(flatten)]
    _change: Ignored<Change>,
    #[command(flatten)]
    _force: Ignored<Force>,
    #[command(flatten)]
    _others: Ignored<OfRollback>,
}

#[derive(Debug)]
struct OfRollback;

impl Accepted for OfRollback {
    fn flags() -> Vec<Arg> {
        vec![
            switch("cleanup-on-fail"),
            number("history-max"),
            switch("recreate-pods").add(Only(Helm3)),
            text("server-side").add(Only(Helm4)),
            switch("wait-for-jobs"),
        ]
    }
}

impl Flags for Rollback {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = cluster::RollbackArgs {
            revision: line.texts().get(1).cloned(),
            description: self.description.unwrap_or_default(),
            dry_run: dry_run(self.dry_run, session),
        };
        cluster::rollback(&args, session)
    }
}

/// `--dry-run`, with what it stands for when it has no value.
pub(super) fn dry_run(given: Option<String>, session: &Session<'_>) -> Option<String> {
    let bare = if session.compat.is_helm3() { "client" } else { "unset" };
    given.map(|given| if given == NO_WORD { bare.to_owned() } else { given })
}

pub(super) static UNINSTALL: Command = Command {
    aliases: &["del", "delete", "un"],
    completes: |_, _| Kind::Text,
    ..Command::new::<Uninstall>("uninstall", "RELEASE_NAME [...]", Count::AtLeast(1))
};

/// Remove a release from a cluster
///
/// This program changes no cluster: flags and arguments are checked as Helm does it, and then the
/// cluster counts as unreachable.
#[derive(Debug, Parser)]
struct Uninstall {
    #[arg(long)]
    cascade: Option<String>,
    #[command(flatten)]
    _change: Ignored<Change>,
    #[command(flatten)]
    _others: Ignored<OfUninstall>,
}

#[derive(Debug)]
struct OfUninstall;

impl Accepted for OfUninstall {
    fn flags() -> Vec<Arg> {
        vec![
            text("description"),
            switch("dry-run"),
            switch("ignore-not-found"),
            switch("keep-history"),
        ]
    }
}

impl Flags for Uninstall {
    fn run(self, _: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        cluster::uninstall(self.cascade.as_deref().unwrap_or("background"), session)
    }
}

pub(super) static UPGRADE: Command = Command {
    exclusive: FORCES,
    completes: |at, _| match at {
        0 => Kind::Text,
        1 => Kind::Chart,
        _ => Kind::NoMore,
    },
    ..Command::new::<Upgrade>("upgrade", "[RELEASE] [CHART]", Count::Exactly(2))
};

/// Bring a release in a cluster up to date
///
/// This program changes no cluster: values and chart are read as Helm does it, and then the cluster
/// counts as unreachable.
#[derive(Debug, Parser)]
struct Upgrade {
    #[arg(short, long)]
    install: bool,
    #[command(flatten)]
    release: Release,
    #[command(flatten)]
    _others: Ignored<OfUpgrade>,
}

#[derive(Debug)]
struct OfUpgrade;

impl Accepted for OfUpgrade {
    fn flags() -> Vec<Arg> {
        vec![
            switch("cleanup-on-fail"),
            number("history-max"),
            output(),
            switch("recreate-pods").add(Only(Helm3)).add(Deprecated(Helm3, RECREATE)),
            switch("reset-then-reuse-values"),
            switch("reset-values"),
            switch("reuse-values"),
            text("server-side").add(Only(Helm4)),
        ]
    }
}

const RECREATE: &str = "functionality will no longer be updated. Consult the documentation for \
                        other methods to recreate pods";

impl Flags for Upgrade {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let mut template = self.release.args(Limits::default(), line, session);
        template.source.notes_on_stdout = !session.compat.is_helm3();
        upgrade::run(&upgrade::Args { template, install: self.install }, session)
    }
}

/// Flags of commands that make or change a release of a chart.
#[derive(Debug, Args)]
#[command(next_help_heading = "The release")]
#[group(skip)]
pub(super) struct Release {
    /// Only try: client or server
    #[arg(long, value_name = "WHERE", add = WhenBare(NO_WORD))]
    dry_run: Option<String>,
    /// Let getHostByName ask the name server
    #[arg(long)]
    enable_dns: bool,
    /// Do not show the notes
    #[arg(long)]
    pub(super) hide_notes: bool,
    /// Do not show secrets
    #[arg(long)]
    pub(super) hide_secret: bool,
    /// Show the notes of subcharts as well
    #[arg(long)]
    pub(super) render_subchart_notes: bool,
    /// Do not check values against schemas
    #[arg(long)]
    skip_schema_validation: bool,
    #[arg(short, long)]
    labels: Vec<Pairs>,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    source: Source,
    /// Fetch missing dependencies first
    #[arg(long)]
    dependency_update: bool,
    #[command(flatten)]
    post_renderer: PostRenderer,
    #[command(flatten)]
    _change: Ignored<Change>,
    #[command(flatten)]
    _force: Ignored<Force>,
    #[command(flatten)]
    _others: Ignored<OfRelease>,
}

#[derive(Debug)]
struct OfRelease;

impl Accepted for OfRelease {
    fn flags() -> Vec<Arg> {
        vec![
            switch("atomic").add(Deprecated(Helm4, "use --rollback-on-failure instead")),
            switch("create-namespace"),
            text("description"),
            switch("disable-openapi-validation"),
            switch("rollback-on-failure").add(Only(Helm4)),
            switch("skip-crds"),
            switch("take-ownership"),
            switch("wait-for-jobs"),
        ]
    }
}

impl Release {
    /// What the flags say of the chart and its values.
    pub(super) fn args(
        &self,
        limits: Limits,
        line: &Line<'_>,
        session: &Session<'_>,
    ) -> template::Args {
        line.machine.ask_name_server(self.enable_dns);
        template::Args {
            words: line.words.clone(),
            version: self.source.version(),
            source: self.source.args(session, false),
            dry_run: dry_run(self.dry_run.clone(), session),
            dependency_update: self.dependency_update,
            post_renderers: self.post_renderer.post_renderer.clone(),
            post_renderer_arguments: self.post_renderer.post_renderer_args.clone(),
            render: manifests::Args {
                skip_schema: self.skip_schema_validation,
                labels: Pairs::keys(&self.labels),
                limits,
                ..base(self.values.flags(), line)
            },
            ..template::Args::default()
        }
    }
}

/// Flags of commands that change a cluster.
#[derive(Debug)]
struct Change;

impl Accepted for Change {
    fn flags() -> Vec<Arg> {
        vec![switch("no-hooks"), timeout(), wait()]
    }
}

/// `--wait`, a switch in Helm 3 and a strategy in Helm 4.
pub(super) fn wait() -> Arg {
    switch("wait").value_parser(value_parser!(Wait)).add(WhenBare(NO_WORD)).add(SwitchIn(Helm3))
}

/// How much of what is there may be overridden.
#[derive(Debug)]
pub(super) struct Force;

impl Accepted for Force {
    fn flags() -> Vec<Arg> {
        vec![
            switch("force").add(Deprecated(Helm4, "use --force-replace instead")),
            switch("force-conflicts").add(Only(Helm4)),
            switch("force-replace").add(Only(Helm4)),
        ]
    }
}

/// Those that exclude each other in Helm 4.
pub(super) const FORCES: &[[&str; 2]] =
    &[["force", "force-conflicts"], ["force-replace", "force-conflicts"]];
