//! `chart template`: a chart on disk to manifests on standard output.

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Arc;

use super::post_render::{self, PostRenderer};
use super::value_files::ValueFiles;
use super::{Error, Session, dependency, locate, manifests, output, release_name};
use crate::bundle;
use crate::chart::Chart;
use crate::data::{Failure, Str, TreeMap};
use crate::manifest::Manifests;
use crate::render::Capabilities;
use crate::values::{self, ReadFile};

/// What `template` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The words that are no flags: `[NAME] CHART`.
    pub words: Vec<String>,
    /// `--name-template`.
    pub name_template: Option<String>,
    /// `--generate-name`.
    pub generate_name: bool,
    /// `--version`, as it was given.
    pub version: String,
    /// Where the chart comes from.
    pub source: locate::Source,
    /// `--dry-run`, if it was given.
    pub dry_run: Option<String>,
    /// `--validate`.
    pub validate: bool,
    /// `--dependency-update`.
    pub dependency_update: bool,
    /// The programs or plugins named for the manifests to be passed through: `--post-renderer`.
    pub post_renderers: Vec<String>,
    /// `--post-renderer-args`.
    pub post_renderer_arguments: Vec<String>,
    /// The registry that all images are moved to: `--rewrite`.
    pub registry: Option<String>,
    /// What is written, and where.
    pub output: output::Args,
    /// How it is rendered.
    pub render: manifests::Args,
}

/// Renders the chart and writes its manifests.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let capabilities = manifests::capabilities(&args.render, session.compat)?;
    needs_no_cluster(args, session)?;
    let post_renderer = post_render::find(args, session)?;
    let mut files = ValueFiles::new(session);
    let subject = subject(args, &mut files, session)?;
    check_dry_run(args, session)?;
    write(args, subject, capabilities, post_renderer, session)
}

/// Renders a chart with values out of `files` and writes its manifests.
pub(super) fn run_with(
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let capabilities = manifests::capabilities(&args.render, session.compat)?;
    let subject = subject(args, files, session)?;
    write(args, subject, capabilities, None, session)
}

fn write(
    args: &Args,
    subject: Subject,
    capabilities: Capabilities,
    post_renderer: Option<PostRenderer>,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    // The process ends soon, which gives memory back faster than taking things apart.
    let subject = ManuallyDrop::new(subject);
    let Subject { name, chart, supplied, .. } = &*subject;
    let render = manifests::Args { post_renderer, ..args.render.clone() };
    let made = manifests::make(chart, supplied, name.clone(), capabilities, &render, session);
    let made = made.and_then(|made| {
        let mut made = ManuallyDrop::new(made);
        if let Some(registry) = &args.registry {
            rewrite_images(&mut made.manifests, registry);
        }
        output::write(&made, &args.output, render.post_renderer.as_ref(), session)
    });
    made.map_err(|broken| output::broken(broken, name, &args.output, session))
}

/// Moves all images to `registry`.
fn rewrite_images(manifests: &mut Manifests, registry: &str) {
    let hooks = manifests.hooks.iter_mut().map(|hook| &mut hook.document);
    for document in manifests.documents.iter_mut().chain(hooks) {
        document.content = bundle::rewritten(&document.content, registry);
    }
}

/// What is rendered.
pub(super) struct Subject {
    /// The release's name.
    pub(super) name: Str,
    /// Where the chart is.
    pub(super) path: PathBuf,
    /// The chart.
    pub(super) chart: Chart,
    /// The values that the user supplies.
    pub(super) supplied: Arc<TreeMap>,
}

/// Finds and reads what `args` names.
pub(super) fn subject(
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<Subject, Error> {
    session.debug("Original chart version", &[("version", &args.version)]);
    let (name, chart_path) = release_name::name_and_chart(args, session)?;
    let path = locate::locate(chart_path, &args.source, session)?;
    session.debug("Chart path", &[("path", &path.to_string_lossy())]);
    session.find_getters();
    let supplied = values::supplied(&args.render.values, files, session.compat)?;
    let update = args.dependency_update.then(|| dependency::Args {
        notes_on_stderr: true,
        registry: args.source.registry.clone(),
        ..dependency::Args::default()
    });
    let chart = manifests::load(&path, update.as_ref(), session)?;
    Ok(Subject { name, path, chart, supplied })
}

/// Says which flags would need a cluster or a network, which this program does not talk to yet.
pub(super) fn needs_no_cluster(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    if !session.compat.is_helm3() {
        check_helm4_dry_run(args, session)?;
    }
    let refused = [
        (args.validate, "--validate needs a cluster"),
        (
            args.dry_run.as_deref() == Some("server") && !session.compat.is_helm3(),
            "--dry-run=server needs a cluster",
        ),
    ];
    match refused.iter().find(|(given, _)| *given) {
        Some((_, what)) => {
            Err(Failure::from(format!("{what}, which this program does not use")).into())
        }
        None => Ok(()),
    }
}

/// Helm 4 takes `client` and `server`, and older spellings of `client` with a warning.
fn check_helm4_dry_run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let invalid = |value: &str, wanted: &str| {
        Err(Failure::from(format!("invalid dry-run value ({value:?}). Must be {wanted}")).into())
    };
    match args.dry_run.as_deref() {
        None | Some("client" | "server") => {}
        Some("unset") => session.say(
            "level=WARN msg=\"--dry-run is deprecated and should be replaced with '--dry-run=client'\"",
        ),
        Some(value @ ("1" | "t" | "T" | "true" | "TRUE" | "True")) => session.say(format_args!(
            "level=WARN msg=\"boolean '--dry-run={value}' flag is deprecated and must be replaced \
             with '--dry-run=client'\""
        )),
        Some(value @ ("none" | "0" | "f" | "F" | "false" | "FALSE" | "False")) => {
            return invalid(value, "\"server\" or \"client\"");
        }
        Some(value) => return invalid(value, "\"none\", \"server\", or \"client\""),
    }
    Ok(())
}

/// Helm 3 looks at `--dry-run` late, and takes more.
fn check_dry_run(args: &Args, session: &Session<'_>) -> Result<(), Error> {
    let value = args.dry_run.as_deref().unwrap_or_default();
    if !session.compat.is_helm3()
        || ["", "false", "true", "none", "client", "server"].contains(&value)
    {
        return Ok(());
    }
    Err(Failure::new(
        "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server",
    )
    .into())
}
