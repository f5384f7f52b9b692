//! `chart template`: a chart on disk to manifests on standard output.

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use super::dry_run::{self, DryRun};
use super::manifests::ClusterUse;
use super::release_name::Naming;
use super::subject::Subject;
use super::value_files::ValueFiles;
use super::{
    Error, PostRenderer, Session, dependency, locate, manifests, output, post_render, release_name,
};
use crate::bundle;
use crate::manifest::Manifests;
use crate::pipeline;
use crate::render::Capabilities;
use crate::values::ReadFile;
use go_text_template::Compat;

/// What `template` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The words that are no flags: `[NAME] CHART`.
    pub words: Vec<OsString>,
    /// `--name-template`.
    pub name_template: Option<String>,
    /// `--generate-name`.
    pub generate_name: bool,
    /// Whether it is for `install`, which wants a name.
    pub is_installed: bool,
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
    let post_renderer = find_post_renderer(args, session)?;
    let capabilities = manifests::capabilities(&args.render, session.compat)?;
    session.registry(&args.source.registry)?;
    let cluster = cluster_use(args, session)?;
    let mut files = ValueFiles::new(session);
    let subject = subject(args, &mut files, session)?;
    dry_run::check(args.dry_run.as_deref(), session)?;
    let render = manifests::Args { post_renderer, cluster, ..args.render.clone() };
    write(args, subject, capabilities, &render, session)
}

/// What the manifests are passed through.
pub(super) fn find_post_renderer(
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Option<PostRenderer>, Error> {
    post_render::find(&args.post_renderers, &args.post_renderer_arguments, session)
}

/// What a cluster is asked for.
fn cluster_use(args: &Args, session: &mut Session<'_>) -> Result<ClusterUse, Error> {
    let dry_run = args.dry_run.as_deref();
    let (checks, looks_up) = match session.compat {
        Compat::Helm3 => (args.validate, matches!(dry_run, Some("server" | "none" | "false"))),
        Compat::Helm4 => {
            let strategy = dry_run::strategy(dry_run, true, session)?;
            (args.validate || strategy == DryRun::Server, false)
        }
    };
    Ok(match (checks, looks_up) {
        (true, _) => ClusterUse::Checks,
        (false, true) => ClusterUse::Lookups,
        (false, false) => ClusterUse::None,
    })
}

/// Refuses the flags that want a cluster asked, for commands that never ask one.
pub(super) fn refuse_cluster(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    if cluster_use(args, session)? == ClusterUse::Checks {
        return Err(Error::said(
            "--validate and --dry-run=server need a cluster, which is not asked",
        ));
    }
    Ok(())
}

/// Renders a chart with values out of `files` and writes its manifests.
pub(super) fn run_with(
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let capabilities = manifests::capabilities(&args.render, session.compat)?;
    let subject = subject(args, files, session)?;
    write(args, subject, capabilities, &args.render, session)
}

fn write(
    args: &Args,
    subject: Subject,
    capabilities: Capabilities,
    render: &manifests::Args,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    // The process ends soon, which gives memory back faster than taking things apart.
    let subject = ManuallyDrop::new(subject);
    let Subject { name, chart, supplied, .. } = &*subject;
    let made = manifests::make(chart, supplied, name.clone(), capabilities, render, session);
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

/// Finds and reads what `args` names.
pub(super) fn subject(
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<Subject, Error> {
    session.debug("Original chart version", &[("version", &args.version)]);
    session.debug_helm3("install.go:225", &format!("Original chart version: {:?}", args.version));
    let (name, chart_path) = release_name::name_and_chart(
        &Naming {
            words: &args.words,
            template: args.name_template.as_deref(),
            is_generated: args.generate_name,
            is_needed: args.is_installed,
        },
        session,
    )?;
    let path = locate::locate(chart_path, &args.source, session)?;
    session.debug("Chart path", &[("path", &path.to_string_lossy())]);
    session.debug_helm3("install.go:242", &format!("CHART PATH: {}\n", path.display()));
    session.find_getters();
    let supplied = pipeline::supplied(&args.render.values, files, session.compat)?;
    let chart = manifests::load(&path, update(args).as_ref(), session)?;
    Ok(Subject { name, path, chart, supplied })
}

/// How missing dependencies are fetched, if they are.
pub(super) fn update(args: &Args) -> Option<dependency::Args> {
    args.dependency_update.then(|| dependency::Args {
        notes_on_stderr: !args.source.notes_on_stdout,
        registry: args.source.registry.clone(),
        ..dependency::Args::default()
    })
}
