//! `chart template`.

use std::path::PathBuf;

use clap::builder::ValueHint;
use clap::{Arg, Args, Parser, value_parser};

use super::cluster::{Force, dry_run, wait};
use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::{Context, Kind};
use crate::cli::flags::{Accepted, Ignored, switch, text};
use crate::cli::go_values::{Pairs, Timeout};
use crate::cli::groups::{PostRenderer, Render, Source, Values};
use crate::cli::line::Line;
use crate::cli::marks::{Deprecated, NO_WORD, Only, Ours, WhenBare};
use crate::cli::rule_flags::RuleFlags;
use crate::commands::{Error, Session, output, template};
use go_text_template::Compat::Helm4;

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart template ./web",
        "chart template prod ./web -f prod.yaml --set image.tag=1.2.3 -n shop",
        "chart template ./web --show-only templates/deployment.yaml",
        "chart template ./web --kube-version 1.31 | kubectl apply -f -",
    ],
    exclusive: &[
        ["force", "force-conflicts"],
        ["force-replace", "force-conflicts"],
        ["validate", "dry_run"],
    ],
    completes: chart,
    ..Command::new::<Template>("template", "[NAME] [CHART]", Count::AtLeast(1))
};

/// Where Helm completes charts, and in the place of the name, which may be left out.
pub(super) fn chart(at: usize, context: &Context) -> Kind {
    let is_chart = at == usize::from(!context.generates_name) || at == 0 && !context.is_helm;
    if is_chart { Kind::Chart } else { Kind::Nothing }
}

/// Render a chart to plain Kubernetes manifests
///
/// Writes the manifests of the chart at CHART, a directory or an archive, to standard output, as
/// they would be for a release called NAME. No cluster and no network is asked: --kube-version and
/// --api-versions say what the cluster is taken to have.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is rendered")]
struct Template {
    #[command(flatten)]
    wanted: Wanted,
    /// Leave them out, which is the default
    #[arg(id = "skip-crds", long = "skip-crds")]
    _skip_crds: bool,
    /// Client, or server, which would need a cluster
    #[arg(long, value_name = "WHERE", add = WhenBare(NO_WORD))]
    dry_run: Option<String>,
    #[arg(long, add = WhenBare("true"), add = Deprecated(Helm4, "use '--dry-run=server' instead"))]
    validate: Vec<bool>,
    #[arg(short, long)]
    labels: Vec<Pairs>,
    #[command(flatten)]
    name: ReleaseName,
    #[command(flatten)]
    render: Render,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    source: Source,
    /// Fetch missing dependencies first
    #[arg(long)]
    dependency_update: bool,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    rules: RuleFlags,
    #[command(flatten)]
    post_renderer: PostRenderer,
    #[command(flatten)]
    _force: Ignored<Force>,
    #[command(flatten)]
    _of_install: Ignored<OfInstall>,
}

/// Which manifests are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is rendered")]
#[group(skip)]
pub(super) struct Wanted {
    /// Write the definitions of crds/ as well
    #[arg(long)]
    include_crds: bool,
    /// Leave hooks out
    #[arg(long)]
    no_hooks: bool,
    /// Leave test hooks out
    #[arg(long)]
    skip_tests: bool,
}

impl Wanted {
    /// What the flags say.
    pub(super) fn output(&self) -> output::Args {
        output::Args {
            include_crds: self.include_crds,
            no_hooks: self.no_hooks,
            skip_tests: self.skip_tests,
            ..output::Args::default()
        }
    }
}

/// What the release is called.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is rendered")]
#[group(skip)]
pub(super) struct ReleaseName {
    /// Accepted: its name is release-name then
    #[arg(short, long)]
    pub(super) generate_name: bool,
    /// Template that makes the release's name
    #[arg(long, value_name = "TEMPLATE")]
    pub(super) name_template: Option<String>,
}

/// Where the manifests go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
#[group(skip)]
struct Output {
    /// Write a file for each template into DIR
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,
    /// Add the release's name to --output-dir
    #[arg(long)]
    release_name: bool,
    /// Write only the manifests of this template
    #[arg(short, long, value_name = "TEMPLATE", add = Kind::Template)]
    show_only: Vec<String>,
    /// Take all images from this registry
    #[arg(long, value_name = "REGISTRY", add = Ours)]
    rewrite: Option<String>,
    /// Write which template lines wrote each output line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, add = Ours)]
    source_map: Option<PathBuf>,
}

impl Flags for Template {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let mut render = self.render.args(self.values.flags(), line);
        render.labels = Pairs::keys(&self.labels);
        let args = template::Args {
            words: line.words.clone(),
            name_template: self.name.name_template,
            generate_name: self.name.generate_name,
            is_installed: false,
            version: self.source.version(),
            source: self.source.args(session, false),
            dry_run: dry_run(self.dry_run, session),
            validate: self.validate.last() == Some(&true),
            dependency_update: self.dependency_update,
            post_renderers: self.post_renderer.post_renderer,
            post_renderer_arguments: self.post_renderer.post_renderer_args,
            registry: self.output.rewrite.filter(|registry| !registry.is_empty()),
            source_map: self.output.source_map,
            output: output::Args {
                show_only: self.output.show_only,
                output_dir: self.output.output_dir,
                release_directory: self.output.release_name,
                ..self.wanted.output()
            },
            render,
            rules: self.rules.choice()?,
            reads_rules: !line.program.is_helm(),
        };
        template::run(&args, session)
    }
}

/// What `helm install` takes, too; without effect on what is rendered.
#[derive(Debug)]
struct OfInstall;

impl Accepted for OfInstall {
    fn flags() -> Vec<Arg> {
        let no_effect = Deprecated(Helm4, NO_EFFECT);
        vec![
            switch("atomic").add(Deprecated(Helm4, "use --rollback-on-failure instead")),
            switch("create-namespace"),
            text("description"),
            switch("disable-openapi-validation"),
            switch("hide-notes").add(no_effect),
            switch("render-subchart-notes").add(no_effect),
            switch("replace"),
            switch("rollback-on-failure").add(Only(Helm4)),
            switch("server-side").add(Only(Helm4)),
            switch("take-ownership"),
            text("timeout").value_parser(value_parser!(Timeout)),
            wait(),
            switch("wait-for-jobs"),
        ]
    }
}

const NO_EFFECT: &str = "this flag has no effect for 'helm template' and will be removed in Helm 5";
