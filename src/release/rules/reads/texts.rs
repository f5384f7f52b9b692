//! All templates of a chart and the charts below it, parsed.

use super::Path;
use crate::model::Chart;
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::diagnostics::Source;
use go_text_template::functions;
use go_text_template::template::outline::Outline;
use go_text_template::template::{self};

/// The templates of charts.
#[derive(Debug, Default)]
pub(in crate::release::rules) struct Texts {
    /// The files.
    pub(in crate::release::rules) files: Vec<File>,
    /// Whether one of them is no template, or nested too deep.
    pub(in crate::release::rules) are_partial: bool,
}

/// A file of templates.
#[derive(Debug)]
pub(in crate::release::rules) struct File {
    /// Its name, from the outermost chart's on, and its text.
    pub(in crate::release::rules) source: Source,
    /// The templates in it.
    pub(in crate::release::rules) outlines: Vec<Outline>,
    /// Where the values of its chart are; several if the chart has several aliases.
    pub(super) sections: Vec<Path>,
}

impl Texts {
    /// The templates of `chart` and all charts below it.
    pub(in crate::release::rules) fn of(chart: &Chart, compat: Compat) -> Self {
        let mut texts = Self::default();
        texts.add(chart, &chart.name().to_string(), &[Vec::new()], compat);
        texts
    }

    fn add(&mut self, chart: &Chart, folder: &str, sections: &[Path], compat: Compat) {
        for file in chart.templates.iter() {
            let lookup = |name: &str| functions::lookup(name, compat);
            let Ok(parsed) = template::parse(file.data(), &lookup) else {
                self.are_partial = true;
                continue;
            };
            let source = Source::new(&format!("{folder}/{}", file.name), file.data());
            let outlines = parsed.outlines();
            self.are_partial |= outlines.iter().any(|outline| !outline.is_whole);
            self.files.push(File { source, outlines, sections: sections.to_vec() });
        }
        for below in chart.dependencies.iter() {
            let names = names(chart, below);
            let folder = format!("{folder}/charts/{}", names[0]);
            let sections: Vec<Path> = sections
                .iter()
                .flat_map(|section| {
                    names.iter().map(|name| [section, &[name.clone()][..]].concat())
                })
                .take(MOST_SECTIONS)
                .collect();
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                self.add(below, &folder, &sections, compat);
            });
        }
    }
}

/// So many aliases of a chart are looked at.
const MOST_SECTIONS: usize = 32;

/// The names under which `chart` knows the chart `below` it.
pub(in crate::release::rules) fn names(chart: &Chart, below: &Chart) -> Vec<Str> {
    let own = below.name();
    let listed = chart.metadata.dependencies.iter().filter(|listed| listed.name == *own);
    let mut names: Vec<Str> = listed.map(|listed| listed.known_as().clone()).collect();
    if names.is_empty() {
        names.push(own.clone());
    }
    names
}
