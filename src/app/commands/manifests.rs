//! From a chart to its manifests: the steps that every command takes that renders.

use std::path::Path;
use std::sync::Arc;

use super::kubeconfig;
use super::lookups::Lookups;
use super::replay::Replay;
use super::schema_files::SchemaFiles;
use super::{Error, PostRenderer, Session, cluster, dependency, diagnosis, output, release_name};
use crate::manifest::{self, Hook, Manifests};
use crate::model::{self, Chart, Notice};
use crate::render::{self, Capabilities, Input, KubeVersion, Release, Rendered, Stage};
use crate::schema;
use crate::values;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, TreeMap};
use go_text_template::template::{Limits, Template, World};

/// How a chart is rendered.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// `--namespace`, or what stands for it.
    pub namespace: String,
    /// `--values` and the families of `--set`.
    pub values: values::Flags,
    /// `--kube-version`.
    pub kube_version: Option<String>,
    /// `--api-versions`.
    pub api_versions: Vec<String>,
    /// `--is-upgrade`.
    pub is_upgrade: bool,
    /// `--skip-schema-validation`.
    pub skip_schema: bool,
    /// The keys of `--labels`.
    pub labels: Vec<String>,
    /// What the render may cost.
    pub limits: Limits,
    /// What the manifests are passed through.
    pub post_renderer: Option<PostRenderer>,
    /// What a cluster is asked for.
    pub cluster: ClusterUse,
}

/// What a cluster is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClusterUse {
    /// Nothing.
    #[default]
    None,
    /// What templates look up.
    Lookups,
    /// What it thinks of the manifests.
    Checks,
}

/// What releases that are rendered one after the other, or at the same time, have in common.
#[derive(Debug, Default)]
pub struct Shared {
    templates: render::Cache,
    schemas: schema::Cache,
}

/// A chart that was rendered, with all that it was rendered from.
#[derive(Debug)]
pub struct Made {
    /// The chart, its subcharts enabled and named.
    pub chart: Chart,
    /// The values that the templates saw.
    pub values: Arc<TreeMap>,
    /// The release.
    pub release: Release,
    /// What the cluster was taken to be able to.
    pub capabilities: Capabilities,
    /// What came out.
    pub manifests: Manifests,
    /// What the charts tell people.
    pub notes: Vec<Rendered>,
}

/// Why there is no release, and as much of it as there is.
pub(super) struct Broken {
    /// Why.
    pub(super) error: Error,
    /// What `--debug` shows; nothing if it did not come to rendering.
    pub(super) partial: Option<Box<Partial>>,
}

/// The part of a release that was there before something went wrong.
#[derive(Default)]
pub(super) struct Partial {
    /// The files as they were rendered, if one of them is what went wrong.
    pub(super) files: Vec<Rendered>,
    /// The hooks that were found.
    pub(super) hooks: Vec<Hook>,
}

impl Broken {
    /// A release that broke off with nothing to show but `hooks`.
    pub(super) fn with_hooks(error: Error, hooks: &[Hook]) -> Self {
        let hooks = hooks.to_vec();
        Self { error, partial: Some(Box::new(Partial { files: Vec::new(), hooks })) }
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self { error, partial: None }
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        broken.error
    }
}

/// Renders `chart` with the values `supplied` for the release `name`.
pub(super) fn make(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    name: Str,
    capabilities: Capabilities,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Made, Broken> {
    check_format(chart, session.compat)?;
    if args.cluster == ClusterUse::Checks {
        return Err(cluster::check_failed(session).into());
    }
    release_name::check(&name).map_err(Error::ReleaseName)?;
    let chart = enable_dependencies(chart, supplied, session)?;
    let values = final_values(&chart, supplied, args.skip_schema, session)?;
    check_labels(&args.labels)?;
    let stage = Stage::of_upgrade(args.is_upgrade);
    let release = Release { name, namespace: Str::from(&*args.namespace), stage };
    let input = Input {
        chart: &chart,
        values: &values,
        release: &release,
        capabilities: &capabilities,
        limits: args.limits,
        compat: session.compat,
        cache: session.shared.map(|shared| &shared.templates),
    };
    let (manifests, notes) = assemble(&input, args, session)?;
    Ok(Made { chart, values, release, capabilities, manifests, notes })
}

/// Refuses a format of charts that Helm 4 knows, but does not install.
pub(super) fn check_format(chart: &Chart, compat: Compat) -> Result<(), Error> {
    if chart.metadata.api_version == "v3" && !compat.is_helm3() {
        return Err(Error::ApiVersion);
    }
    Ok(())
}

/// What the cluster is taken to be able to.
pub(super) fn capabilities(args: &Args, compat: Compat) -> Result<Capabilities, Error> {
    let kube_version = match args.kube_version.as_deref() {
        None | Some("") => KubeVersion::default_of(compat),
        Some(text) => KubeVersion::parse(text, compat)
            .map_err(|error| Error::KubeVersion(text.to_owned(), error))?,
    };
    let extra_api_versions =
        args.api_versions.iter().map(|version| version.as_str().into()).collect();
    Ok(Capabilities { kube_version, extra_api_versions, compat })
}

/// Loads the chart at `path` and checks that it can be rendered on its own. What is missing in its
/// charts/ is fetched first if `update` says how.
pub(super) fn load(
    path: &Path,
    update: Option<&dependency::Args>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    let chart = read(path, session)?;
    let kind = &chart.metadata.chart_type;
    if !kind.is_empty() && kind != "application" {
        return Err(Error::NotInstallable(kind.to_string()));
    }
    warn_of_deprecated(&chart, session);
    complete(chart, path, update, session)
}

/// [`load`] for a chart of any type.
pub(super) fn load_any(
    path: &Path,
    update: Option<&dependency::Args>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    let chart = read(path, session)?;
    complete(chart, path, update, session)
}

pub(super) fn warn_of_deprecated(chart: &Chart, session: &mut Session<'_>) {
    if chart.metadata.deprecated {
        session.say(match session.compat {
            Compat::Helm3 => "WARNING: This chart is deprecated",
            Compat::Helm4 => "level=WARN msg=\"this chart is deprecated\"",
        });
    }
}

/// The chart, with all that it asks for in its charts/.
fn complete(
    chart: Chart,
    path: &Path,
    update: Option<&dependency::Args>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    match (values::check_presence(&chart, session.compat), update) {
        (Ok(()), _) => Ok(chart),
        (Err(missing), None) => Err(Error::Dependencies(missing)),
        (Err(_), Some(update)) => {
            let update = dependency::Args { path: path.to_owned(), ..update.clone() };
            dependency::update_for_another(&update, session)?;
            let failed = |error: Error| error.within("failed reloading chart after repo update");
            read(path, session).map_err(failed)
        }
    }
}

fn read(path: &Path, session: &mut Session<'_>) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let loaded = model::load(path, session.compat, &mut notices);
    session.say_all(&mut notices);
    Ok(loaded?)
}

pub(super) fn enable_dependencies(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let enabled = values::process_dependencies(chart, supplied, session.compat, &mut notices);
    session.say_all(&mut notices);
    enabled.map_err(Error::ProcessDependencies)
}

/// The values that the templates see, checked against the schemas of the charts.
fn final_values(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    skip_schema: bool,
    session: &mut Session<'_>,
) -> Result<Arc<TreeMap>, Error> {
    let mut notices: Vec<Notice> = Vec::new();
    let values = values::coalesce(chart, supplied, session.compat, &mut notices);
    session.say_all(&mut notices);
    let values = values?;
    if !skip_schema {
        let loader = SchemaFiles::new(session);
        let cache = session.shared.map(|shared| &shared.schemas);
        let checked = schema::validate(chart, &values, &loader, cache);
        loader.say_all(session);
        checked.map_err(Error::Schema)?;
    }
    Ok(values)
}

/// Renders and sorts; a failure leaves its picture in the session when that is wanted.
fn assemble(
    input: &Input<'_>,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<(Manifests, Vec<Rendered>), Broken> {
    let lookups = lookups(args, session)?;
    let outside = lookups.as_ref().map_or(session.world, |lookups| lookups);
    let replay = Replay::new(outside);
    let world: &dyn World = if session.diagnostics { &replay } else { outside };
    let rendering = diagnosis::Rendering { input, flags: &args.values, world: &replay };
    let without_hooks = |error: Error| Broken::with_hooks(error, &[]);
    let rendered = render::render(input, world);
    let lines = lookups.as_ref().map(Lookups::lines).unwrap_or_default();
    lines.iter().for_each(|line| session.say(line));
    let mut texts = rendered.map_err(|error| {
        if session.diagnostics {
            session.picture = diagnosis::of_render(&error, &rendering);
        }
        without_hooks(error.into())
    })?;
    let notes = texts.extract_if(.., |text| is_notes(text)).collect();
    if let Some(post_renderer) = &args.post_renderer {
        texts = post_renderer.run_on_files(texts, session).map_err(without_hooks)?;
    }
    let is_as_rendered = args.post_renderer.is_none();
    let sorted = manifest::assemble(&texts, input.compat);
    let found = match &sorted {
        Ok(manifests) => manifests,
        Err(error) => &*error.before,
    };
    let unknown = found.unknown_hooks.iter();
    unknown.for_each(|hook| session.say(output::unknown_hook(hook, input.compat)));
    let manifests = sorted.map_err(|mut error| {
        if session.diagnostics && is_as_rendered {
            session.picture = diagnosis::of_manifest(&error, &texts, &rendering);
        }
        let hooks = std::mem::take(&mut error.before.hooks);
        let partial = Some(Box::new(Partial { files: texts, hooks }));
        Broken { error: error.into(), partial }
    })?;
    Ok((manifests, notes))
}

/// The world that `args` wants looked into, if that is not the machine alone.
fn lookups<'s>(args: &Args, session: &Session<'s>) -> Result<Option<Lookups<'s>>, Broken> {
    if args.cluster != ClusterUse::Lookups {
        return Ok(None);
    }
    let server = kubeconfig::server(&session.settings.kube)
        .map_err(|why| Broken::with_hooks(Error::Kubeconfig(why), &[]))?;
    Ok(Some(Lookups::new(session.world, session.network, server, session.compat)))
}

/// Labels that Helm writes itself cannot be given.
fn check_labels(labels: &[String]) -> Result<(), Error> {
    const RESERVED: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];
    if !labels.iter().any(|label| RESERVED.contains(&label.as_str())) {
        return Ok(());
    }
    Err(Failure::from(format!(
        "user supplied labels contains system reserved label name. System labels: [{}]",
        RESERVED.join(" ")
    ))
    .into())
}

/// Notes are for people, not for the cluster; they are rendered, but not written.
fn is_notes(text: &Rendered) -> bool {
    text.path.ends_with(b"NOTES.txt")
}

/// The template that a render failed in, from the chart's name on, and the line in it. What `tpl`
/// renders is in no file; the template that calls it is.
pub(super) fn place(error: &render::Error) -> Option<(String, usize)> {
    let (name, text, offset) = match error {
        render::Error::KubeVersion { .. } => return None,
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            (path.clone(), text, error.span.start)
        }
        render::Error::Execute(error) => {
            let is_file = |template: &&Template| template.file_name().contains(&b'/');
            let mut frames = error.frames().rev();
            let (frame, template) =
                frames.find_map(|frame| Some((frame, frame.template().filter(is_file)?)))?;
            (template.file_name().clone(), template.text(), frame.span().start)
        }
    };
    let offset = usize::try_from(offset).ok()?.min(text.len());
    let line = 1 + text[..offset].iter().filter(|&&byte| byte == b'\n').count();
    Some((name.to_string(), line))
}
