//! What is wrong with the documents of a bundle, with the lines of the templates that wrote them.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::bundle::{Fault, Place, Warning};
use crate::commands::Error;
use crate::pipeline::Replay;
use crate::render::{self, Input};
use go_text_template::data::{Failure, Str};
use go_text_template::diagnostics::Source;
use go_text_template::template::Trace;

/// One sentence for each fault.
pub(super) fn error(faults: &[Fault], input: &Input<'_>, world: &Replay<'_>) -> Error {
    let mut finder = Finder { input, world, traces: BTreeMap::new() };
    let mut text = String::from("these documents cannot be a bundle:");
    for fault in &faults[..faults.len().min(MOST_TOLD)] {
        let places = finder.lines(&fault.places());
        let _ = write!(text, "\n  {places}: {}", fault.message());
    }
    if faults.len() > MOST_TOLD {
        let _ = write!(text, "\n  and {} more", faults.len() - MOST_TOLD);
    }
    Failure::from(text).into()
}

/// So many faults and warnings are told: looking for a place takes time, and nobody reads more.
const MOST_TOLD: usize = 100;

/// One sentence for each warning.
pub(super) fn warnings(warnings: &[Warning], input: &Input<'_>, world: &Replay<'_>) -> Vec<String> {
    let mut finder = Finder { input, world, traces: BTreeMap::new() };
    let (placed, others): (Vec<&Warning>, Vec<&Warning>) =
        warnings.iter().partition(|warning| !warning.places().is_empty());
    let told = placed.iter().take(MOST_TOLD);
    let told =
        told.map(|warning| format!("{}: {}", finder.lines(&warning.places()), warning.message()));
    let mut told: Vec<String> = told.collect();
    if placed.len() > MOST_TOLD {
        told.push(format!("{} more that are there twice", placed.len() - MOST_TOLD));
    }
    told.extend(others.into_iter().map(Warning::message));
    told
}

/// Finds the lines of templates by rendering once more.
struct Finder<'f> {
    input: &'f Input<'f>,
    world: &'f Replay<'f>,
    traces: BTreeMap<Str, Option<Trace>>,
}

impl Finder<'_> {
    fn lines(&mut self, places: &[&Place]) -> String {
        places.iter().map(|place| self.line(place)).collect::<Vec<_>>().join(" and ")
    }

    /// The file and the line that wrote what is at `place`.
    fn line(&mut self, place: &Place) -> String {
        let written = if place.is_source { self.source(place) } else { self.template(place) };
        written.unwrap_or_else(|| place.path.to_string())
    }

    /// A line of a file that is not rendered.
    fn source(&self, place: &Place) -> Option<String> {
        let files = self.input.chart.crds();
        let (_, file) = files.into_iter().find(|(path, _)| *path == place.path)?;
        Some(line(&place.path, file.data(), place.offset))
    }

    /// A line of a template, and that of the file that called it.
    fn template(&mut self, place: &Place) -> Option<String> {
        let trace = self.trace(&place.path)?;
        let origin = trace.at(place.offset)?;
        let mut outermost = origin;
        while let Some(caller) = outermost.caller() {
            outermost = caller;
        }
        let [own, first] = [origin, outermost].map(|origin| {
            let template = origin.template();
            line(template.file_name(), template.text(), origin.span().start as usize)
        });
        if own == first { Some(own) } else { Some(format!("{own} (called at {first})")) }
    }

    fn trace(&mut self, path: &Str) -> Option<&Trace> {
        let Self { input, world, traces } = self;
        traces
            .entry(path.clone())
            .or_insert_with(|| {
                world.rewind();
                render::trace(input, *world, path).ok().flatten()
            })
            .as_ref()
    }
}

fn line(name: &Str, text: &[u8], offset: usize) -> String {
    let source = Source::new("", text);
    format!("{name}:{}", source.line_column(u32::try_from(offset).unwrap_or(u32::MAX)).line)
}
