//! Where output came from: the nodes that wrote it, the values they read, the decisions they depend on.
//!
//! In: a release that was rendered with traces of its files. Out: places and paths; wording and
//! drawing them is left to who asked.

mod fields;
mod source_map;

use std::ops::Range;

use bstr::ByteSlice;

pub use fields::Fields;
pub use source_map::SourceMap;

use crate::manifest::Document;
use crate::model::Chart;
use crate::pipeline::{self, Made, Texts};
use crate::render::Rendered;
use crate::values::{Step, ValuePath};
use go_text_template::data::{Str, Tree, Value, append_value};
use go_text_template::diagnostics::Span;
use go_text_template::template::{Condition, DataRead, DataStep, Origin, Template, Trace};

/// A release with the traces of its files.
#[derive(Debug)]
pub struct Traced<'t> {
    /// The release.
    pub made: &'t Made,
    /// The traces, in the order of the files and behind them the notes.
    pub traces: &'t [Trace],
}

/// A place in a template.
#[derive(Clone, Debug)]
pub struct TemplatePlace {
    /// The template, and the file it is in.
    pub template: Template,
    /// The node.
    pub span: Span,
}

/// Something of the data that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// A value, by its path from the values of the outermost chart.
    Value(ValuePath),
    /// Something else, such as `.Release.Name`.
    Other(ValuePath),
}

/// A decision that had to be made so.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The `if`, `with` or `range`.
    pub place: TemplatePlace,
    /// What its pipeline gave.
    pub value: Str,
    /// Whether its body was taken; else what stands behind `else`.
    pub is_held: bool,
    /// What its pipeline read.
    pub reads: Vec<Read>,
}

/// Why a part of the output is what it is.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The nodes that wrote it and the calls that led there, innermost first.
    pub frames: Vec<TemplatePlace>,
    /// What they read.
    pub reads: Vec<Read>,
    /// The decisions around them, innermost first.
    pub decisions: Vec<Decision>,
}

impl<'t> Traced<'t> {
    /// The text of the file that a document is from, with its trace.
    pub fn file(&self, path: &Str) -> Option<(&'t Rendered, &'t Trace)> {
        let Texts { files, notes, .. } = &self.made.texts;
        let mut both = files.iter().chain(notes).zip(self.traces);
        both.find(|(file, _)| file.path == *path)
    }

    /// All documents, in the order in which they are written.
    pub fn documents(&self) -> impl Iterator<Item = &'t Document> + use<'t> {
        let manifests = &self.made.manifests;
        manifests.documents.iter().chain(manifests.hooks.iter().map(|hook| &hook.document))
    }

    /// The paths of all templates, partials included, from the outermost chart's folder.
    pub fn template_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect_names(&self.made.prepared.chart, &mut names);
        names
    }

    /// Why `field` of `document` is what it is.
    pub fn explain(&self, document: &Document, fields: &Fields, field: &ValuePath) -> Explanation {
        let mut explanation = Explanation::default();
        let Some((_, trace)) = self.file(&document.path) else { return explanation };
        let mut text = Vec::new();
        for (leaf, range) in fields.below(field) {
            text.extend_from_slice(&document.content[range.clone()]);
            let range =
                range.start + document.offset..range.end.max(range.start + 1) + document.offset;
            self.add(trace, range, document, Some(leaf), &mut explanation);
        }
        // What stands in the text comes before what only had a part in it.
        let values = Tree::Map(self.made.prepared.values.clone());
        explanation.reads.sort_by_key(|read| !is_seen(read, &values, &text));
        explanation
    }

    /// Why the bytes `range` of the file of `document` are what they are.
    pub fn explain_bytes(
        &self,
        document: &Document,
        range: Range<usize>,
        field: Option<&ValuePath>,
    ) -> Explanation {
        let mut explanation = Explanation::default();
        if let Some((_, trace)) = self.file(&document.path) {
            self.add(trace, range, document, field, &mut explanation);
        }
        explanation
    }

    fn add(
        &self,
        trace: &Trace,
        range: Range<usize>,
        document: &Document,
        field: Option<&ValuePath>,
        explanation: &mut Explanation,
    ) {
        let writers: Vec<Origin<'_>> = trace.within(range).collect();
        // Plain text around a value matters only if there is nothing else, and a call that puts
        // quotes around a text less than what wrote the text.
        let main = writers.iter().rev().filter(|writer| !writer.is_text());
        let main = main.max_by_key(|writer| writer.depth()).or(writers.first());
        let (values, sections) =
            (Tree::Map(self.made.prepared.values.clone()), sections(&document.path));
        let reads = |reads: Vec<DataRead>| {
            let found = relevant(&reads, field);
            let found = found.into_iter().filter_map(|read| read_of(read, &sections, &values));
            found.map(|read| narrowed(read, field, &values)).collect::<Vec<_>>()
        };
        for writer in &writers {
            let mut next = Some(*writer);
            while let Some(node) = next {
                extend(&mut explanation.reads, reads(node.reads()));
                next = node.caller();
            }
        }
        let mut next = main.copied().filter(|_| explanation.frames.is_empty());
        while let Some(node) = next {
            explanation.frames.push(place(node.template(), node.span()));
            for condition in node.conditions() {
                explanation.decisions.push(decision(&condition, reads(condition.reads())));
            }
            next = node.caller();
        }
    }

    /// What the nodes that wrote the bytes `range` of a file have read.
    pub fn reads(&self, trace: &Trace, path: &Str, range: Range<usize>) -> Vec<Read> {
        let (values, sections) = (Tree::Map(self.made.prepared.values.clone()), sections(path));
        let mut found = Vec::new();
        for writer in trace.within(range) {
            let mut next = Some(writer);
            while let Some(node) = next {
                let all = node.conditions().flat_map(|condition| condition.reads());
                let all: Vec<DataRead> = node.reads().into_iter().chain(all).collect();
                extend(&mut found, all.iter().filter_map(|read| read_of(read, &sections, &values)));
                next = node.caller();
            }
        }
        found
    }
}

/// True if the value that was read stands in `text`.
fn is_seen(read: &Read, values: &Tree, text: &[u8]) -> bool {
    let Read::Value(path) = read else { return false };
    match path.of(values) {
        Some(Tree::String(value)) => !value.is_empty() && text.contains_str(&**value),
        Some(value @ (Tree::Bool(_) | Tree::Int(_) | Tree::Float(_))) => {
            let mut printed = Vec::new();
            // Scalars can always be printed.
            let _ = append_value(&mut printed, &Value::from(value));
            text.contains_str(&printed)
        }
        _ => false,
    }
}

fn collect_names(chart: &Chart, names: &mut Vec<String>) {
    let folder = chart.path.to_str_lossy();
    let folder = folder.split_once('/').map_or("", |(_, below)| below);
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    names.extend(chart.templates.iter().map(|file| format!("{folder}{}", file.name)));
    chart.dependencies.iter().for_each(|below| collect_names(below, names));
}

fn decision(condition: &Condition<'_>, reads: Vec<Read>) -> Decision {
    Decision {
        place: place(condition.template(), condition.span()),
        value: condition.value().clone(),
        is_held: condition.is_held(),
        reads,
    }
}

fn place(template: &Template, span: Span) -> TemplatePlace {
    TemplatePlace { template: template.clone(), span }
}

fn extend(known: &mut Vec<Read>, more: impl IntoIterator<Item = Read>) {
    for read in more {
        if !known.contains(&read) {
            known.push(read);
        }
    }
}

/// The steps to the values of the chart that the template at `path` is in.
pub fn sections(path: &Str) -> Vec<Step> {
    pipeline::sections(path).into_iter().map(Step::Key).collect()
}

/// The reads that can have become `field`: of a map that a template made, only what it put under a
/// key that leads to the field.
fn relevant<'r>(reads: &'r [DataRead], field: Option<&ValuePath>) -> Vec<&'r DataRead> {
    let Some(field) = field else { return reads.iter().collect() };
    let leads =
        |key: &Str| field.0.iter().any(|step| matches!(step, Step::Key(known) if known == key));
    reads.iter().filter(|read| read.key.as_ref().is_none_or(leads)).collect()
}

/// What was read, seen from the outermost chart; nothing for a guess that leads nowhere, and for
/// the values or the data as a whole.
fn read_of(read: &DataRead, sections: &[Step], values: &Tree) -> Option<Read> {
    let steps: Vec<Step> = read.path.iter().map(step).collect();
    let (first, rest) = steps.split_first()?;
    if !matches!(first, Step::Key(key) if *key == "Values") {
        let is_whole = rest.is_empty();
        return (!is_whole && read.is_certain).then_some(Read::Other(ValuePath(steps)));
    }
    let path = ValuePath([sections, rest].concat());
    let is_there = read.is_certain || path.of(values).is_some();
    (!rest.is_empty() && is_there).then_some(Read::Value(path))
}

/// The value inside a map that was read as a whole which became `field`: the one whose path ends as
/// the field's does.
fn narrowed(read: Read, field: Option<&ValuePath>, values: &Tree) -> Read {
    let (Read::Value(path), Some(field)) = (&read, field) else { return read };
    if !matches!(path.of(values), Some(Tree::Map(_) | Tree::List(_))) {
        return read;
    }
    let ends = (0..field.0.len()).map(|start| &field.0[start..]);
    let inner = ends.map(|end| ValuePath([&*path.0, end].concat()));
    inner.into_iter().find(|inner| inner.of(values).is_some()).map_or(read, Read::Value)
}

fn step(step: &DataStep) -> Step {
    match step {
        DataStep::Key(key) => Step::Key(key.clone()),
        DataStep::Index(index) => Step::Index(*index),
    }
}
