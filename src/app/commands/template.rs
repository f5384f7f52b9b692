//! `chart template`: a chart on disk to manifests on standard output.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dry_run::{self, DryRun};
use super::manifests::ClusterUse;
use super::release_name::Naming;
use super::rule_settings::Settings;
use super::rules::{Findings, Release};
use super::subject::Subject;
use super::value_files::ValueFiles;
use super::{
    Error, PostRenderer, Session, dependency, locate, manifests, output, post_render, release_name,
    source_map,
};
use crate::bundle;
use crate::manifest::Manifests;
use crate::pipeline;
use crate::render::Capabilities;
use crate::rules::Choice;
use crate::values::{self, ReadFile, Remembered};
use go_text_template::Compat;
use go_text_template::data::{Str, TreeMap};
use go_text_template::diagnostics::closest;

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
    /// Where the source map of the output is written, if anywhere: `--source-map`.
    pub source_map: Option<PathBuf>,
    /// What is written, and where.
    pub output: output::Args,
    /// How it is rendered.
    pub render: manifests::Args,
    /// The rules that are looked at.
    pub rules: Choice,
    /// Whether files beside charts say which rules are looked at.
    pub reads_rules: bool,
}

/// Renders the chart and writes its manifests.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let post_renderer = find_post_renderer(args, session)?;
    let capabilities = manifests::capabilities(&args.render, session.compat)?;
    session.registry(&args.source.registry)?;
    let cluster = cluster_use(args, session)?;
    let mut local = ValueFiles::new(session);
    let mut files = Remembered::new(&mut local);
    let subject = subject(args, &mut files, session)?;
    dry_run::check(args.dry_run.as_deref(), session)?;
    let render = manifests::Args { post_renderer, cluster, ..args.render.clone() };
    let settings = Settings::of(&subject.path, args.reads_rules)?;
    let rules = settings.rules(&args.rules, session);
    let asked = Asked { args, render: &render, rules: &rules, settings, capabilities };
    write(asked, subject, &mut files, session)
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
    let asked = Asked {
        args,
        render: &args.render,
        rules: &args.rules,
        settings: Settings::default(),
        capabilities,
    };
    write(asked, subject, files, session)
}

/// What is made of a subject.
struct Asked<'a> {
    args: &'a Args,
    render: &'a manifests::Args,
    rules: &'a Choice,
    settings: Settings,
    capabilities: Capabilities,
}

fn write(
    asked: Asked<'_>,
    subject: Subject,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let Asked { args, render, rules, settings, capabilities } = asked;
    // The process ends soon, which gives memory back faster than taking things apart.
    let subject = ManuallyDrop::new(subject);
    if let Some(file) = &args.source_map {
        return source_map::write(file, args, &subject, session);
    }
    let Subject { name, chart, supplied, .. } = &*subject;
    let made = manifests::make(chart, supplied, name.clone(), capabilities, render, session);
    let made = made.and_then(|made| {
        let mut made = ManuallyDrop::new(made);
        if let Some(registry) = &args.registry {
            rewrite_images(&mut made.manifests, registry);
        }
        let release = Release {
            chart,
            path: &subject.path,
            flags: &render.values,
            supplied,
            made: &made,
            documents_are_checked: false,
        };
        let findings = Findings::of(rules, &release, files, session)?.without(&settings);
        findings.check(session)?;
        output::write(&made, &args.output, render.post_renderer.as_ref(), session)?;
        findings.tell(session);
        Ok(())
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
    let supplied = supplied(&args.render.values, files, session)?;
    let chart = manifests::load(&path, update(args).as_ref(), session)?;
    // Machines look for files where they are, and know nothing of the chart's name.
    let typed = Path::new(chart_path);
    let folder = if typed.is_dir() { typed } else { &path };
    if folder.is_dir() {
        let folder = folder.display().to_string();
        session.chart = Some((chart.name().to_string(), folder.trim_end_matches('/').to_owned()));
    }
    Ok(Subject { name, path, chart, supplied })
}

/// The values that the user supplies; what is wrong with a file is shown in it.
fn supplied(
    flags: &values::Flags,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<Arc<TreeMap>, Error> {
    let mut files = Remembered::new(files);
    let supplied = pipeline::supplied(flags, &mut files, session.compat);
    if let (Err(pipeline::Error::Values(error)), true) = (&supplied, session.diagnostics) {
        session.faults.extend(pipeline::fault_of_values(error, &mut files));
        if session.faults.is_empty() {
            let fault = Error::from(pipeline::Error::Values(error.clone())).fault(session.compat);
            session.faults.push(fault.helped(nearest_file(error, flags)));
        }
    }
    Ok(supplied?)
}

/// The file that was probably meant by one of `-f` that there is not.
fn nearest_file(error: &values::Error, flags: &values::Flags) -> Option<String> {
    let values::Error::Read(_) = error else { return None };
    let names = flags.files.iter().map(Str::to_string);
    let missing = names.into_iter().map(PathBuf::from).find(|name| !name.exists())?;
    let folder = missing.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = folder.unwrap_or(".".as_ref()).read_dir().ok()?;
    let names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let wanted = missing.file_name()?.to_string_lossy();
    let meant = closest(&wanted, names.iter().map(String::as_str))?;
    Some(format!("did you mean `{}`?", missing.with_file_name(meant).display()))
}

/// How missing dependencies are fetched, if they are.
pub(super) fn update(args: &Args) -> Option<dependency::Args> {
    args.dependency_update.then(|| dependency::Args {
        notes_on_stderr: !args.source.notes_on_stdout,
        registry: args.source.registry.clone(),
        ..dependency::Args::default()
    })
}
