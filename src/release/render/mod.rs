//! From a chart and its values to texts: every template executed, in Helm's order.
//!
//! In: an [`Input`], all of it read and checked. Out: one text for each template file that is not
//! a partial. Values are shared by all templates of a chart, and what one of them changes the
//! following ones see, so the order is part of the result.

mod cache;
mod capabilities;
mod chart;
mod context;
mod error;
mod files;
mod release;
mod wording;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use bstr::ByteSlice;

pub use cache::Cache;
pub use capabilities::{Capabilities, HelmVersion, InvalidKubeVersion, KubeVersion};
pub use error::Error;
pub use release::{Release, Stage};

use crate::model::Chart;
use go_text_template::Compat;
use go_text_template::data::{Str, TreeMap, Value};
use go_text_template::functions::{self, Host};
use go_text_template::semver::{Constraint, Version};
use go_text_template::template::{
    self, Budget, Context, Limits, ParseError, Parsed, Render, TemplateSet, Trace, World,
};

/// All that a render is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'i> {
    /// The chart, its subcharts enabled and named.
    pub chart: &'i Chart,
    /// The values of the chart and of all its subcharts.
    pub values: &'i Arc<TreeMap>,
    /// The release.
    pub release: &'i Release,
    /// What the cluster can do.
    pub capabilities: &'i Capabilities,
    /// What the render may cost.
    pub limits: Limits,
    /// Which Helm is to be equalled.
    pub compat: Compat,
    /// What was parsed for other releases, if there are others.
    pub cache: Option<&'i Cache>,
}

/// What a template file rendered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The path of the template, from the chart's name on.
    pub path: Str,
    /// The text.
    pub text: Str,
}

/// Renders all templates of `input`.
pub fn render(input: &Input<'_>, world: &dyn World) -> Result<Vec<Rendered>, Error> {
    check_kube_version(input)?;
    render_regardless(input, world, &host(input))
}

fn host(input: &Input<'_>) -> Host {
    Host { compat: input.compat, forgiven: None }
}

/// Renders all templates of `input`, whatever version of Kubernetes the chart asks for.
pub fn render_regardless(
    input: &Input<'_>,
    world: &dyn World,
    host: &Host,
) -> Result<Vec<Rendered>, Error> {
    in_context(input, world, host, |files, context| {
        let wanted = files.iter().filter(|file| !is_partial(&file.path));
        wanted.map(|file| execute(file, context, input.compat)).collect()
    })
}

/// Renders every template of `input` on its own: whatever becomes of one, the others are tried as
/// well. Files that are no templates come first, and are not there for the others.
pub fn render_each(input: &Input<'_>, world: &dyn World) -> Vec<Result<Rendered, Error>> {
    let files = in_order(context::templates(input));
    let lookup = |name: &str| functions::lookup(name, input.compat);
    let (templates, faults) = parse_each(&files, &lookup);
    let mut outcomes: Vec<_> = faults.into_iter().map(Err).collect();
    let (budget, host) = (Budget::new(input.limits), host(input));
    let is_wanted =
        |file: &&context::Template| !is_partial(&file.path) && templates.get(&file.path).is_some();
    for file in files.iter().filter(is_wanted) {
        let mut context = Context::new(Render {
            templates: &templates,
            functions: &lookup,
            world,
            budget: &budget,
            user: &host,
        });
        outcomes.push(execute(file, &mut context, input.compat));
    }
    outcomes
}

/// The names of all templates that `input` defines, the paths of files among them.
pub fn names(input: &Input<'_>) -> Vec<Str> {
    let lookup = |name: &str| functions::lookup(name, input.compat);
    let (templates, _) = parse_each(&in_order(context::templates(input)), &lookup);
    let mut names: Vec<Str> = templates.names().cloned().collect();
    names.sort();
    names
}

/// Renders `input` once more up to the template at `path`, and tells which nodes wrote its text.
/// What becomes of those before it does not matter.
pub fn trace(input: &Input<'_>, world: &dyn World, path: &Str) -> Result<Option<Trace>, Error> {
    check_kube_version(input)?;
    in_context(input, world, &host(input), |files, context| {
        for file in files.iter().filter(|file| !is_partial(&file.path)) {
            if file.path == *path {
                let (template, root) = prepare(file, context, input.compat);
                let (text, mut trace) = context.trace(&template, root).map_err(Error::Execute)?;
                trace.remove_all(&text, functions::NO_VALUE);
                return Ok(Some(trace));
            }
            drop(execute(file, context, input.compat));
        }
        Ok(None)
    })
}

/// Renders `input` once more, and tells which nodes wrote each text.
pub fn trace_all(input: &Input<'_>, world: &dyn World) -> Result<Vec<(Rendered, Trace)>, Error> {
    check_kube_version(input)?;
    in_context(input, world, &host(input), |files, context| {
        let wanted = files.iter().filter(|file| !is_partial(&file.path));
        wanted.map(|file| trace_file(file, context, input.compat)).collect()
    })
}

fn trace_file(
    file: &context::Template,
    context: &mut Context<'_>,
    compat: Compat,
) -> Result<(Rendered, Trace), Error> {
    let (template, root) = prepare(file, context, compat);
    let (text, mut trace) = context.trace(&template, root).map_err(Error::Execute)?;
    trace.remove_all(&text, functions::NO_VALUE);
    let text = Str::from(text.replace(functions::NO_VALUE, b""));
    Ok((Rendered { path: file.path.clone(), text }, trace))
}

/// Parses all templates and gives them, in their order, to `run`.
fn in_context<R>(
    input: &Input<'_>,
    world: &dyn World,
    host: &Host,
    run: impl FnOnce(&[context::Template], &mut Context<'_>) -> Result<R, Error>,
) -> Result<R, Error> {
    let files = in_order(context::templates(input));
    let lookup = |name: &str| functions::lookup(name, input.compat);
    let templates = match input.cache {
        None => parse(&files, &lookup)?,
        Some(cache) => cache.templates(&files, &lookup, input.compat)?,
    };
    let budget = Budget::new(input.limits);
    let mut context = Context::new(Render {
        templates: &templates,
        functions: &lookup,
        world,
        budget: &budget,
        user: host,
    });
    run(&files, &mut context)
}

/// True for the path of a file that only defines templates for others.
pub fn is_partial(path: &[u8]) -> bool {
    path.rsplit_str("/").next().is_some_and(|base| base.starts_with(b"_"))
}

/// Helm's order of parsing and of execution: the deepest paths first, and Z before A. Of files
/// with the same path the last one counts.
fn in_order(mut files: Vec<context::Template>) -> Vec<context::Template> {
    files.reverse();
    files.sort_by_cached_key(|file| Reverse((depth(&file.path), file.path.clone())));
    files.dedup_by(|later, kept| later.path == kept.path);
    files
}

fn depth(path: &[u8]) -> usize {
    path.iter().filter(|&&byte| byte == b'/').count()
}

/// Parses all files into one set; equal texts, as of vendored libraries, only once.
fn parse(
    files: &[context::Template],
    lookup: &template::Functions<'_>,
) -> Result<TemplateSet, Error> {
    let (texts, places) = distinct(files);
    let parsed = template::parse_all(&texts, lookup).into_iter();
    let parsed: Vec<_> = parsed.map(|parsed| parsed.map(Arc::new)).collect();
    // Nobody asks for what is behind an error.
    set_of(files, places.into_iter().map(|place| parsed[place].clone()))
}

/// The set of all files that are templates, and why the others are none.
fn parse_each(
    files: &[context::Template],
    lookup: &template::Functions<'_>,
) -> (TemplateSet, Vec<Error>) {
    let (mut set, mut faults) = (TemplateSet::new(), Vec::new());
    for file in files {
        let parsed = template::parse(&file.text, lookup);
        if let Err(error) = parsed.and_then(|parsed| set.add(file.path.clone(), Arc::new(parsed))) {
            faults.push(Error::Parse(Box::new((file.path.clone(), file.text.clone(), error))));
        }
    }
    (set, faults)
}

/// The texts of `files`, each only once, and which of them each file has.
fn distinct(files: &[context::Template]) -> (Vec<&Str>, Vec<usize>) {
    let mut texts: Vec<&Str> = Vec::new();
    let mut places = Vec::with_capacity(files.len());
    let mut known: HashMap<(&[u8], usize), Vec<usize>> = HashMap::new();
    for file in files {
        // Equal texts have equal names, as a rule.
        let base = file.path.rsplit_str("/").next().unwrap_or_default();
        let same_name = known.entry((base, file.text.len())).or_default();
        let place = same_name.iter().copied().find(|&place| *texts[place] == file.text);
        places.push(place.unwrap_or(texts.len()));
        if place.is_none() {
            same_name.push(texts.len());
            texts.push(&file.text);
        }
    }
    (texts, places)
}

/// The set of all `files`, with what each of them was parsed into.
fn set_of(
    files: &[context::Template],
    parsed: impl Iterator<Item = Result<Arc<Parsed>, ParseError>>,
) -> Result<TemplateSet, Error> {
    let mut set = TemplateSet::new();
    for (file, parsed) in files.iter().zip(parsed) {
        let failed = |error| Error::Parse(Box::new((file.path.clone(), file.text.clone(), error)));
        set.add(file.path.clone(), parsed.map_err(failed)?).map_err(failed)?;
    }
    Ok(set)
}

fn execute(
    file: &context::Template,
    context: &mut Context<'_>,
    compat: Compat,
) -> Result<Rendered, Error> {
    let (template, root) = prepare(file, context, compat);
    let text = context.execute(&template, root).map_err(Error::Execute)?;
    Ok(Rendered { path: file.path.clone(), text: functions::without_no_value(text) })
}

/// The template of `file`, and the root map with what is different for each file.
fn prepare(
    file: &context::Template,
    context: &Context<'_>,
    compat: Compat,
) -> (template::Template, Value) {
    file.root.insert("Template", context::template_value(file, compat));
    let root = Value::Map(file.root.as_class(context::values_class(compat)));
    let template = context.template(&file.path).expect("every file was added to the set");
    (template, root)
}

fn check_kube_version(input: &Input<'_>) -> Result<(), Error> {
    let wanted = &input.chart.metadata.kube_version;
    let actual = &input.capabilities.kube_version;
    if wanted.is_empty() || is_compatible(wanted, &actual.normalized) {
        return Ok(());
    }
    Err(Error::KubeVersion { wanted: wanted.clone(), actual: actual.version.clone() })
}

/// What is no version or no constraint is not compatible with anything.
fn is_compatible(constraint: &Str, version: &Str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}
