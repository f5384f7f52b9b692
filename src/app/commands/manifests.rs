//! From a chart to its manifests: the steps that every command takes that renders.

use std::path::Path;
use std::sync::Arc;

use super::broken::Broken;
use super::kubeconfig;
use super::lookups::Lookups;
use super::subject::Subject;
use super::{Error, PostRenderer, Session, cluster, dependency};
use crate::faults::{Fault, kind};
use crate::files;
use crate::model::{self, Chart, Log};
use crate::pipeline::{self, Givers, Job, Made, Prepared, Replay, Run, Texts};
use crate::render::{Capabilities, Release, Stage};
use crate::values;
use go_text_template::Compat;
use go_text_template::data::{Str, TreeMap};
use go_text_template::template::{Limits, Trace};

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

/// Renders `chart` with the values `supplied` for the release `name`.
pub(super) fn make(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    name: Str,
    capabilities: Capabilities,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Made, Broken> {
    pipeline::check_format(chart, session.compat)?;
    if args.cluster == ClusterUse::Checks {
        return Err(cluster::check_failed(session).into());
    }
    let prepared = prepare(job(chart, supplied, name, capabilities, args), args, session)?;
    let lookups = lookups(args, session)?;
    let world = Replay::new(lookups.as_ref().map_or(session.world, |lookups| lookups));
    let pictured = session.diagnostics.then_some(&args.values);
    let run = Run { world: &world, shared: session.shared, pictured };
    let texts = pipeline::render(&prepared, &run);
    let lines = lookups.as_ref().map(Lookups::lines).unwrap_or_default();
    lines.iter().for_each(|line| session.say(line));
    let texts = texts.map_err(|broken| broken_in(session, broken))?;
    let texts = post_rendered(texts, args.post_renderer.as_ref(), session)?;
    let made = pipeline::assemble(prepared, texts, &run, &mut session.log());
    made.map_err(|broken| broken_in(session, broken))
}

/// What [`make`] does, and which nodes of the templates wrote each file. Nothing is passed through
/// programs, and no cluster is asked.
pub(super) fn make_traced(
    subject: &Subject,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<(Made, Vec<Trace>), Broken> {
    let capabilities = capabilities(args, session.compat)?;
    let Subject { chart, supplied, name, .. } = subject;
    let prepared = prepare(job(chart, supplied, name.clone(), capabilities, args), args, session)?;
    let world = Replay::new(session.world);
    let pictured = session.diagnostics.then_some(&args.values);
    let run = Run { world: &world, shared: session.shared, pictured };
    let traced = pipeline::trace(&prepared, &run);
    let (texts, traces) = traced.map_err(|broken| broken_in(session, broken))?;
    let made = pipeline::assemble(prepared, texts, &run, &mut session.log());
    Ok((made.map_err(|broken| broken_in(session, broken))?, traces))
}

/// What is rendered, and how.
fn job<'j>(
    chart: &'j Chart,
    supplied: &'j Arc<TreeMap>,
    name: Str,
    capabilities: Capabilities,
    args: &'j Args,
) -> Job<'j> {
    let release = Release {
        name,
        namespace: Str::from(&*args.namespace),
        stage: Stage::of_upgrade(args.is_upgrade),
    };
    Job {
        chart,
        supplied,
        release,
        capabilities,
        skip_schema: args.skip_schema,
        labels: &args.labels,
        limits: args.limits,
    }
}

/// Everything up to the templates; files and addresses that schemas name are asked.
fn prepare(job: Job<'_>, args: &Args, session: &mut Session<'_>) -> Result<Prepared, Error> {
    let schemas = session.schema_files();
    let shared = session.shared;
    let (chart, supplied) = (job.chart, job.supplied);
    let prepared = pipeline::prepare(job, &schemas, shared, &mut session.log());
    schemas.say_all(&mut session.log());
    if let (Err(pipeline::Error::Schema(_)), true) = (&prepared, session.diagnostics) {
        session.faults = misfits(chart, supplied, args, session);
    }
    Ok(prepared?)
}

/// What the schemas do not allow, one by one.
fn misfits(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    args: &Args,
    session: &Session<'_>,
) -> Vec<Fault> {
    let compat = session.compat;
    let mut silence = Log { compat, is_debug: false, err: &mut std::io::sink() };
    let Ok((chart, values)) = pipeline::final_values(chart, supplied, &mut silence) else {
        return Vec::new();
    };
    let givers = Givers { chart: &chart, flags: &args.values, compat };
    pipeline::faults_of_schemas(&values, &session.schema_files(), &givers)
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

/// The texts past the post-renderer, if there is one that takes files.
fn post_rendered(
    texts: Texts,
    post_renderer: Option<&PostRenderer>,
    session: &mut Session<'_>,
) -> Result<Texts, Broken> {
    let Some(post_renderer) = post_renderer else { return Ok(texts) };
    let files = post_renderer.run_on_files(texts.files, session);
    let files = files.map_err(|error| Broken::with_hooks(error, &[]))?;
    Ok(Texts { files, are_changed: true, ..texts })
}

/// What is left of a release; the session keeps its faults.
fn broken_in(session: &mut Session<'_>, broken: pipeline::Broken) -> Broken {
    let pipeline::Broken { error, faults, partial } = broken;
    if session.diagnostics {
        session.faults = faults;
    }
    Broken { error: (*error).into(), partial: Some(Box::new(partial)) }
}

/// What the cluster is taken to be able to.
pub(super) fn capabilities(args: &Args, compat: Compat) -> Result<Capabilities, Error> {
    let extra_api_versions = args.api_versions.iter().map(|version| version.as_str().into());
    let kube_version = args.kube_version.as_deref();
    Ok(pipeline::capabilities(kube_version, extra_api_versions.collect(), compat)?)
}

/// Loads the chart at `path` and checks that it can be rendered on its own. What is missing in its
/// charts/ is fetched first if `update` says how.
pub(super) fn load(
    path: &Path,
    update: Option<&dependency::Args>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    let loaded = pipeline::load(path, &mut session.log());
    if let (Err(pipeline::Error::Chart(error)), true) = (&loaded, session.diagnostics) {
        session.faults.extend(fault_of_chart(path, error));
    }
    let chart = loaded?;
    complete(chart, path, update, session)
}

/// Where the file of the chart at `path` is wrong, if it is a folder's.
fn fault_of_chart(path: &Path, error: &model::Error) -> Option<Fault> {
    let model::Error::Decode { file, error, .. } = error else { return None };
    let text = files::read(&path.join(file)).ok()?;
    let name = Path::new(path.file_name().unwrap_or_default()).join(file);
    Some(pipeline::fault_of_text(kind("E0601"), &name.display().to_string(), &text, error))
}

/// [`load`] for a chart of any type.
pub(super) fn load_any(
    path: &Path,
    update: Option<&dependency::Args>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    let chart = pipeline::load_any(path, &mut session.log())?;
    complete(chart, path, update, session)
}

/// The chart, with all that it asks for in its charts/.
fn complete(
    chart: Chart,
    path: &Path,
    update: Option<&dependency::Args>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    match (pipeline::check_presence(&chart, session.compat), update) {
        (Ok(()), _) => Ok(chart),
        (Err(missing), None) => Err(missing.into()),
        (Err(_), Some(update)) => {
            let update = dependency::Args { path: path.to_owned(), ..update.clone() };
            dependency::update_for_another(&update, session)?;
            let again = pipeline::load_any(path, &mut session.log()).map_err(Error::from);
            again.map_err(|error| error.within("failed reloading chart after repo update"))
        }
    }
}
