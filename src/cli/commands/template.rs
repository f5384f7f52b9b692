//! `chart template`.

use super::{Command, Count};
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{self, Flag, In, Takes};
use crate::cli::parse::Parsed;
use crate::commands::{Error, Session, output, template};

pub(super) static COMMAND: Command = Command {
    name: "template",
    operands: "[NAME] [CHART]",
    summary: "render a chart to plain Kubernetes manifests",
    description: "Writes the manifests of the chart at CHART, a directory or an archive, to standard\n\
                  output, as they would be for a release called NAME. No cluster and no network is\n\
                  asked: --kube-version and --api-versions say what the cluster is taken to have.",
    flags: &[FLAGS, POST_RENDERER, flags::RENDER, flags::LIMITS, flags::VALUES, flags::CHART],
    operand_count: Count::AtLeast(1),
    run,
    ..Command::NEW
};

/// What the manifests are passed through.
pub(super) static POST_RENDERER: &[Flag] = &[
    Flag::new("post-renderer", Takes::Text, "program that the manifests are passed through"),
    Flag::new("post-renderer-args", Takes::Texts, "argument for the post-renderer"),
];

/// Flags that `template` has alone.
static FLAGS: &[Flag] = &[
    Flag::new("dependency-update", Takes::Bool, "fetch missing dependencies first"),
    Flag::new("dry-run", Takes::TextOr("client"), "client (default) or server")
        .only(In::Helm3)
        .one_of(&["client", "server"]),
    Flag::new("dry-run", Takes::TextOr("unset"), "client (default) or server")
        .only(In::Helm4)
        .one_of(&["client", "server"]),
    Flag::new(
        "generate-name",
        Takes::Bool,
        "accepted; a release without a name is called release-name",
    )
    .short('g'),
    Flag::new(
        "include-crds",
        Takes::Bool,
        "write the custom resource definitions of crds/ as well",
    ),
    Flag::new("name-template", Takes::Text, "template that makes the release's name"),
    Flag::new("no-hooks", Takes::Bool, "leave hooks out"),
    Flag::new("output-dir", Takes::Text, "write one file for each template into this directory"),
    Flag::new(
        "release-name",
        Takes::Bool,
        "put a directory named after the release into --output-dir",
    ),
    Flag::new("rewrite", Takes::Text, "registry that all images are taken from instead"),
    Flag::new(
        "show-only",
        Takes::Texts,
        "write only the manifests of this template (a path or pattern)",
    )
    .short('s'),
    Flag::new(
        "skip-crds",
        Takes::Bool,
        "accepted; definitions are left out unless --include-crds is given",
    ),
    Flag::new("skip-tests", Takes::Bool, "leave test hooks out"),
    Flag::new("validate", Takes::Bool, "check the manifests against the cluster").only(In::Helm3),
    Flag::new("validate", Takes::Bool, "")
        .only(In::Helm4)
        .deprecated("use '--dry-run=server' instead"),
    // What `helm install` takes, too; without effect on what is rendered.
    Flag::new("atomic", Takes::Bool, "").only(In::Helm3),
    Flag::new("atomic", Takes::Bool, "")
        .only(In::Helm4)
        .deprecated("use --rollback-on-failure instead"),
    Flag::new("create-namespace", Takes::Bool, ""),
    Flag::new("description", Takes::Text, ""),
    Flag::new("disable-openapi-validation", Takes::Bool, ""),
    Flag::new("force", Takes::Bool, "").only(In::Helm3),
    Flag::new("force", Takes::Bool, "").only(In::Helm4).deprecated("use --force-replace instead"),
    Flag::new("force-conflicts", Takes::Bool, "").only(In::Helm4),
    Flag::new("force-replace", Takes::Bool, "").only(In::Helm4),
    Flag::new("hide-notes", Takes::Bool, "").only(In::Helm3),
    Flag::new("hide-notes", Takes::Bool, "").only(In::Helm4).deprecated(NO_EFFECT),
    Flag::new("labels", Takes::Pairs, "").short('l'),
    Flag::new("render-subchart-notes", Takes::Bool, "").only(In::Helm3),
    Flag::new("render-subchart-notes", Takes::Bool, "").only(In::Helm4).deprecated(NO_EFFECT),
    Flag::new("replace", Takes::Bool, ""),
    Flag::new("rollback-on-failure", Takes::Bool, "").only(In::Helm4),
    Flag::new("server-side", Takes::Bool, "").only(In::Helm4),
    Flag::new("take-ownership", Takes::Bool, ""),
    Flag::new("timeout", Takes::Duration, ""),
    Flag::new("wait", Takes::Bool, "").only(In::Helm3),
    Flag::new("wait", Takes::Wait, "").only(In::Helm4),
    Flag::new("wait-for-jobs", Takes::Bool, ""),
];

const NO_EFFECT: &str = "this flag has no effect for 'helm template' and will be removed in Helm 5";

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    template::run(&args(parsed, session), session)
}

/// What the flags of a render ask for.
pub(super) fn args(parsed: &Parsed, session: &Session<'_>) -> template::Args {
    template::Args {
        words: parsed.arguments.clone(),
        name_template: arguments::text(parsed, "name-template"),
        generate_name: parsed.bool("generate-name"),
        is_installed: false,
        source: arguments::source(parsed, session, false),
        dry_run: arguments::text(parsed, "dry-run"),
        validate: parsed.bool("validate"),
        version: arguments::text(parsed, "version").unwrap_or_default(),
        dependency_update: parsed.bool("dependency-update"),
        post_renderers: parsed.texts("post-renderer").to_vec(),
        post_renderer_arguments: parsed.texts("post-renderer-args").to_vec(),
        registry: arguments::text(parsed, "rewrite").filter(|registry| !registry.is_empty()),
        output: output_args(parsed),
        render: arguments::render(parsed, session.environment),
    }
}

fn output_args(parsed: &Parsed) -> output::Args {
    output::Args {
        include_crds: parsed.bool("include-crds"),
        no_hooks: parsed.bool("no-hooks"),
        skip_tests: parsed.bool("skip-tests"),
        show_only: parsed.texts("show-only").to_vec(),
        output_dir: parsed.text("output-dir").map(str::to_owned),
        release_directory: parsed.bool("release-name"),
    }
}
