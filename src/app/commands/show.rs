//! `chart show`: what a chart says of itself.

use std::ffi::OsString;

use super::{Error, Session, locate};
use crate::model::{self, Chart, File};
use go_text_template::data::{Failure, Map, Value};
use go_text_template::jsonpath;

/// Which parts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are named after the commands")]
pub enum Part {
    #[default]
    All,
    Chart,
    Values,
    Readme,
    Crds,
}

/// What `show` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// Which parts.
    pub part: Part,
    /// The chart.
    pub chart: OsString,
    /// `--jsonpath`; for values only.
    pub json_path: Option<String>,
    /// `--version`, as it was given.
    pub version: String,
    /// `--devel`.
    pub devel: bool,
    /// Where the chart comes from.
    pub source: locate::Source,
}

/// The names that a README may have, in any case of letters.
const README_NAMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];

/// Shows the chart.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    session.debug("original chart version", &[("version", &args.version)]);
    if args.version.is_empty() && args.devel {
        session.debug("setting version to >0.0.0-0", &[]);
    }
    let path = locate::locate(&args.chart, &args.source, session)?;
    let mut notices = Vec::new();
    let loaded = model::load_undetected(&path, session.compat, &mut notices);
    session.say_all(&mut notices);
    let text = text(&loaded?, args, session)?;
    session.out.write_all(&text).map_err(Error::Stdout)
}

fn text(chart: &Chart, args: &Args, session: &Session<'_>) -> Result<Vec<u8>, Error> {
    let wants = |part| args.part == part || args.part == Part::All;
    let mut text = Vec::new();
    if wants(Part::Chart) {
        text.extend_from_slice(&chart.metadata.to_yaml());
        text.push(b'\n');
    }
    if wants(Part::Values) {
        add_values(&mut text, chart, args)?;
    }
    if wants(Part::Readme) {
        add_readme(&mut text, chart, args);
    }
    if wants(Part::Crds) {
        add_crds(&mut text, chart, args, session);
    }
    chart.check_read()?;
    Ok(text)
}

fn add_values(text: &mut Vec<u8>, chart: &Chart, args: &Args) -> Result<(), Error> {
    let Some(file) = &chart.values_file else { return Ok(()) };
    separate(text, args);
    match args.json_path.as_deref().filter(|path| !path.is_empty()) {
        None => add_file(text, file),
        Some(path) => {
            let template = jsonpath::Template::parse(path).map_err(|error| {
                Failure::from(format!("error parsing jsonpath {path}: {error}"))
            })?;
            let values = Value::Map(Map::from_tree(&chart.values));
            let found = template.execute(&values);
            let found = found.map_err(|error| Failure::from(error.to_string()))?;
            text.extend_from_slice(&found.unwrap_or_default());
        }
    }
    Ok(())
}

fn add_readme(text: &mut Vec<u8>, chart: &Chart, args: &Args) {
    let is_readme = |file: &&File| {
        README_NAMES.iter().any(|name| file.name.eq_ignore_ascii_case(name.as_bytes()))
    };
    if let Some(file) = chart.files.iter().find(is_readme) {
        separate(text, args);
        add_file(text, file);
    }
}

fn add_crds(text: &mut Vec<u8>, chart: &Chart, args: &Args, session: &Session<'_>) {
    let is_marked = |file: &File| file.data().starts_with(b"---");
    for (at, (_, file)) in chart.crds().into_iter().enumerate() {
        let separates = match session.compat.is_helm3() {
            true => at == 0 && args.part == Part::All,
            false => true,
        };
        if separates && !is_marked(file) {
            text.extend_from_slice(b"---\n");
        }
        add_file(text, file);
    }
}

fn add_file(text: &mut Vec<u8>, file: &File) {
    text.extend_from_slice(file.data());
    text.push(b'\n');
}

/// The line between parts.
fn separate(text: &mut Vec<u8>, args: &Args) {
    if args.part == Part::All {
        text.extend_from_slice(b"---\n");
    }
}
