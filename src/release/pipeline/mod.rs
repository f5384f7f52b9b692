//! From words to a release: the steps of `chart template`, in their order.
//!
//! [`supplied`] reads what the user gives, [`load`] the chart. [`prepare`] enables subcharts, merges
//! values and checks them; what it gives can be kept and rendered again. [`render`] executes the
//! templates, [`assemble`] sorts what they write. What a step has to say goes to a [`Log`]; clock
//! and randomness come through a [`Replay`], what schemas refer to through a [`Loader`].

mod cures;
mod diagnosis;
mod error;
mod misfits;
mod prepared;
mod replay;

use std::path::Path;
use std::sync::Arc;

pub use diagnosis::{Givers, place, sections};
pub use error::{Error, ReleaseNameError, check_release_name};
pub use misfits::{fault_of_text, fault_of_values, faults_of_schemas};
pub use prepared::Prepared;
pub use replay::Replay;

use crate::faults::Fault;
use crate::manifest::{self, Hook, Manifests};
use crate::model::{self, Chart, Log};
use crate::render::{self, Capabilities, KubeVersion, Release, Rendered};
use crate::schema::{self, Loader};
use crate::values::{self, ReadFile};
use diagnosis::Rendering;
use go_text_template::Compat;
use go_text_template::data::{Str, TreeMap};
use go_text_template::template::{Limits, Trace, World};

/// What is rendered, and how.
#[derive(Clone, Debug)]
pub struct Job<'j> {
    /// The chart as it was loaded.
    pub chart: &'j Chart,
    /// The values that the user supplies.
    pub supplied: &'j Arc<TreeMap>,
    /// The release.
    pub release: Release,
    /// What the cluster is taken to be able to.
    pub capabilities: Capabilities,
    /// Whether the values may be what the schemas do not allow.
    pub skip_schema: bool,
    /// The keys of the labels that the user gives the release.
    pub labels: &'j [String],
    /// What the render may cost.
    pub limits: Limits,
}

/// What releases that are rendered one after the other, or at the same time, have in common.
#[derive(Debug, Default)]
pub struct Shared {
    templates: render::Cache,
    schemas: schema::Cache,
}

/// How a release is rendered.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// Clock, randomness, DNS.
    pub world: &'r Replay<'r>,
    /// What is known from other releases, if there are others.
    pub shared: Option<&'r Shared>,
    /// The words that the values come from, if a failure is to be shown in its source.
    pub pictured: Option<&'r values::Flags>,
}

/// What the templates wrote.
#[derive(Clone, Debug)]
pub struct Texts {
    /// One text for each file, in the order in which they were executed.
    pub files: Vec<Rendered>,
    /// What the charts tell people.
    pub notes: Vec<Rendered>,
    /// Whether somebody has changed the files since: then no place in them leads to a template.
    pub are_changed: bool,
}

/// A release that was rendered, with all that it was rendered from.
#[derive(Clone, Debug)]
pub struct Made {
    /// What the templates saw.
    pub prepared: Prepared,
    /// What they wrote.
    pub texts: Texts,
    /// The documents in it.
    pub manifests: Manifests,
}

/// Why there is no release, and as much of it as there is.
#[derive(Debug)]
pub struct Broken {
    /// Why.
    pub error: Box<Error>,
    /// What is wrong, and where, if that was wanted: first what `error` is about.
    pub faults: Vec<Fault>,
    /// What had come out before.
    pub partial: Partial,
}

/// The part of a release that was there before something went wrong.
#[derive(Clone, Debug, Default)]
pub struct Partial {
    /// The files as they were rendered, if one of them is what went wrong.
    pub files: Vec<Rendered>,
    /// The hooks that were found.
    pub hooks: Vec<Hook>,
}

/// The values that the user supplies by `flags`.
pub fn supplied(
    flags: &values::Flags,
    files: &mut dyn ReadFile,
    compat: Compat,
) -> Result<Arc<TreeMap>, Error> {
    values::supplied(flags, files, compat).map_err(Error::Values)
}

/// What a cluster of this version, or of the newest one that is known, is taken to be able to.
pub fn capabilities(
    kube_version: Option<&str>,
    extra_api_versions: Vec<Str>,
    compat: Compat,
) -> Result<Capabilities, Error> {
    let kube_version = match kube_version {
        None | Some("") => KubeVersion::default_of(compat),
        Some(text) => KubeVersion::parse(text, compat)
            .map_err(|error| Error::KubeVersion(text.to_owned(), error))?,
    };
    Ok(Capabilities { kube_version, extra_api_versions, compat })
}

/// Loads the chart at `path`, which has to be one that makes a release.
pub fn load(path: &Path, log: &mut Log<'_>) -> Result<Chart, Error> {
    let chart = load_any(path, log)?;
    check_type(&chart)?;
    warn_of_deprecated(&chart, log);
    Ok(chart)
}

/// Refuses charts that have nothing to render on their own.
pub fn check_type(chart: &Chart) -> Result<(), Error> {
    let kind = &chart.metadata.chart_type;
    let is_installable = kind.is_empty() || kind == "application";
    if is_installable { Ok(()) } else { Err(Error::NotInstallable(kind.to_string())) }
}

/// [`load`] for a chart of any type.
pub fn load_any(path: &Path, log: &mut Log<'_>) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let loaded = model::load(path, log.compat, &mut notices);
    log.say_all(&notices);
    loaded.map_err(Error::Chart)
}

/// [`load_any`] for the chart that `files` make up: paths in it, and their bytes.
pub fn load_files(files: Vec<(Str, Str)>, log: &mut Log<'_>) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let loaded = model::load_files(files, log.compat, &mut notices);
    log.say_all(&notices);
    loaded.map_err(Error::Chart)
}

/// Says that nobody cares for `chart` any more, if that is so.
pub fn warn_of_deprecated(chart: &Chart, log: &mut Log<'_>) {
    if chart.metadata.deprecated {
        log.say(match log.compat {
            Compat::Helm3 => "WARNING: This chart is deprecated",
            Compat::Helm4 => "level=WARN msg=\"this chart is deprecated\"",
        });
    }
}

/// Checks that `chart` has all that it asks for in its charts/.
pub fn check_presence(chart: &Chart, compat: Compat) -> Result<(), Error> {
    values::check_presence(chart, compat).map_err(Error::Dependencies)
}

/// Refuses a format of charts that Helm 4 knows, but does not install.
pub fn check_format(chart: &Chart, compat: Compat) -> Result<(), Error> {
    let is_unknown = chart.metadata.api_version == "v3" && !compat.is_helm3();
    if is_unknown { Err(Error::ApiVersion) } else { Ok(()) }
}

/// Everything up to the templates. What `schemas` has to say is not said yet.
pub fn prepare(
    job: Job<'_>,
    schemas: &dyn Loader,
    shared: Option<&Shared>,
    log: &mut Log<'_>,
) -> Result<Prepared, Error> {
    check_format(job.chart, log.compat)?;
    check_release_name(&job.release.name).map_err(Error::ReleaseName)?;
    let (chart, values) = final_values(job.chart, job.supplied, log)?;
    if !job.skip_schema {
        let cache = shared.map(|shared| &shared.schemas);
        schema::validate(&chart, &values, schemas, cache).map_err(Error::Schema)?;
    }
    error::check_labels(job.labels)?;
    let Job { release, capabilities, limits, .. } = job;
    Ok(Prepared { chart, values, release, capabilities, limits, compat: log.compat })
}

/// The chart that `chart` becomes with the values `supplied`, and the values that templates see.
pub fn final_values(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    log: &mut Log<'_>,
) -> Result<(Chart, Arc<TreeMap>), Error> {
    let chart = process_dependencies(chart, supplied, log)?;
    let values = coalesce(&chart, supplied, log)?;
    Ok((chart, values))
}

/// The chart with its subcharts enabled, renamed or gone.
fn process_dependencies(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    log: &mut Log<'_>,
) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let enabled = values::process_dependencies(chart, supplied, log.compat, &mut notices);
    log.say_all(&notices);
    enabled.map_err(Error::ProcessDependencies)
}

/// What the user supplies, over all defaults.
fn coalesce(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    log: &mut Log<'_>,
) -> Result<Arc<TreeMap>, Error> {
    let mut notices = Vec::new();
    let values = values::coalesce(chart, supplied, log.compat, &mut notices);
    log.say_all(&notices);
    values.map_err(Error::Values)
}

/// Executes the templates.
pub fn render(prepared: &Prepared, run: &Run<'_>) -> Result<Texts, Broken> {
    let cache = run.shared.map(|shared| &shared.templates);
    // Who wants no picture renders once, and need not remember any answer.
    let world: &dyn World = if run.pictured.is_some() { run.world } else { run.world.world() };
    let rendered = render::render(&prepared.input(cache), world);
    let mut files = rendered.map_err(|error| not_rendered(error, prepared, run))?;
    let notes = files.extract_if(.., |file| is_notes(file)).collect();
    Ok(Texts { files, notes, are_changed: false })
}

/// Executes the templates, and tells for each file, in the order of [`Texts::files`] and behind them
/// [`Texts::notes`], which nodes wrote it.
pub fn trace(prepared: &Prepared, run: &Run<'_>) -> Result<(Texts, Vec<Trace>), Broken> {
    let cache = run.shared.map(|shared| &shared.templates);
    let traced = render::trace_all(&prepared.input(cache), run.world);
    let traced = traced.map_err(|error| not_rendered(error, prepared, run))?;
    let (notes, files): (Vec<_>, Vec<_>) = traced.into_iter().partition(|(file, _)| is_notes(file));
    let (files, mut traces): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    let (notes, of_notes): (Vec<_>, Vec<_>) = notes.into_iter().unzip();
    traces.extend(of_notes);
    Ok((Texts { files, notes, are_changed: false }, traces))
}

/// What there is of a release whose templates failed.
fn not_rendered(error: render::Error, prepared: &Prepared, run: &Run<'_>) -> Broken {
    let rendering = run.rendering(prepared);
    let faults = rendering.map(|rendering| diagnosis::all_of_render(&error, &rendering));
    Broken::new(error.into(), faults, Partial::default())
}

/// Notes are for people, not for the cluster.
fn is_notes(file: &Rendered) -> bool {
    file.path.ends_with(b"NOTES.txt")
}

/// Finds the documents in what the templates wrote, and sorts them.
pub fn assemble(
    prepared: Prepared,
    texts: Texts,
    run: &Run<'_>,
    log: &mut Log<'_>,
) -> Result<Made, Broken> {
    let sorted = manifest::assemble(&texts.files, prepared.compat);
    let found = match &sorted {
        Ok(manifests) => manifests,
        Err(error) => &*error.before,
    };
    let unknown = found.unknown_hooks.iter();
    unknown.for_each(|hook| log.say(manifest::unknown_hook(hook, log.compat)));
    match sorted {
        Ok(manifests) => Ok(Made { prepared, texts, manifests }),
        Err(error) => Err(unsorted(error, &prepared, texts, run)),
    }
}

/// What there is of a release with a document that is none.
fn unsorted(
    mut error: manifest::Error,
    prepared: &Prepared,
    texts: Texts,
    run: &Run<'_>,
) -> Broken {
    let Texts { files, are_changed, .. } = texts;
    let rendering = run.rendering(prepared).filter(|_| !are_changed);
    let faults = rendering.map(|rendering| diagnosis::all_of_manifest(&error, &files, &rendering));
    let hooks = std::mem::take(&mut error.before.hooks);
    Broken::new(error.into(), faults, Partial { files, hooks })
}

impl Run<'_> {
    /// What pictures are made of, if they are wanted.
    fn rendering<'r>(&'r self, prepared: &'r Prepared) -> Option<Rendering<'r>> {
        let cache = self.shared.map(|shared| &shared.templates);
        self.pictured.map(|flags| Rendering { prepared, cache, flags, world: self.world })
    }
}

impl Broken {
    fn new(error: Error, faults: Option<Vec<Fault>>, partial: Partial) -> Self {
        Self { error: Box::new(error), faults: faults.unwrap_or_default(), partial }
    }
}
