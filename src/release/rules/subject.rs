//! What rules look at: a release, all that it was made from, and what has to be found out once.

use std::cell::OnceCell;

use super::Spot;
use super::reads::Texts;
use crate::bundle::{self, Role};
use crate::manifest;
use crate::model::Chart;
use crate::pipeline::Made;
use crate::render::{self, Rendered};
use crate::values::Marks;
use go_text_template::data::Str;
use go_text_template::diagnostics::{Source, Span};
use go_text_template::template::{Trace, World};

/// A release, and what it was made from.
pub struct Subject<'s> {
    /// The chart as it was loaded.
    pub chart: &'s Chart,
    /// Chart.yaml, if it is known.
    pub chart_file: Option<Source>,
    /// Who gave the values.
    pub marks: &'s Marks,
    /// The release.
    pub made: &'s Made,
    /// What templates ask when they are rendered once more.
    pub world: &'s dyn World,
    /// Whether somebody else has looked for what is wrong with the documents alone.
    pub documents_are_checked: bool,
    traced: OnceCell<Vec<(Rendered, Trace)>>,
    documents: OnceCell<Vec<bundle::Document>>,
    texts: OnceCell<Texts>,
}

impl<'s> Subject<'s> {
    /// The release `made` of `chart`.
    pub fn new(chart: &'s Chart, marks: &'s Marks, made: &'s Made, world: &'s dyn World) -> Self {
        Self {
            chart,
            chart_file: None,
            marks,
            made,
            world,
            documents_are_checked: false,
            traced: OnceCell::new(),
            documents: OnceCell::new(),
            texts: OnceCell::new(),
        }
    }

    /// The documents of the release, hooks last.
    pub(super) fn documents(&self) -> &[bundle::Document] {
        self.documents.get_or_init(|| {
            let hooks = self.made.manifests.hooks.iter().map(|hook| {
                (&hook.document, Role::Hook { events: hook.events.clone(), weight: 0 })
            });
            let all = self.made.manifests.documents.iter();
            let all = all.map(|document| (document, Role::Resource)).chain(hooks);
            all.filter_map(|(document, role)| read(document, role)).collect()
        })
    }

    /// All templates of the chart and the charts below it, read but not executed.
    pub(super) fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| Texts::of(self.chart, self.made.prepared.compat))
    }

    /// The place in a template that wrote the bytes of a file; else the place in what was written.
    pub(super) fn written(&self, path: &Str, start: usize, end: usize) -> Spot {
        self.in_template(path, start, end).unwrap_or_else(|| {
            let text = self.file(path).map(|file| file.text.clone()).unwrap_or_default();
            let source = Source::new(&format!("output of {path}"), &text);
            Spot { source, span: Span::new(start, end) }
        })
    }

    /// The trace of the file at `path` from when it was rendered once more, and where in its text the
    /// byte at `offset` is now: random values may differ, but what is around them does not.
    pub(super) fn trace_at(&self, path: &Str, offset: usize) -> Option<(&Trace, usize)> {
        let (again, trace) = self.traced(path)?;
        let own = &self.file(path)?.text;
        if own == &again.text {
            return Some((trace, offset));
        }
        let before = own.get(..offset)?;
        let number = before.iter().filter(|&&byte| byte == b'\n').count();
        let line = before.rsplit(|&byte| byte == b'\n').next()?;
        let start: usize =
            again.text.split_inclusive(|&byte| byte == b'\n').take(number).map(<[u8]>::len).sum();
        again.text.get(start..)?.starts_with(line).then_some((trace, start + line.len()))
    }

    /// The file at `path` as it came out once more, with its trace.
    pub(super) fn traced(&self, path: &Str) -> Option<&(Rendered, Trace)> {
        let traced = self.traced.get_or_init(|| {
            let are_changed = self.made.texts.are_changed;
            let input = self.made.prepared.input(None);
            let traced = (!are_changed).then(|| render::trace_all(&input, self.world).ok());
            traced.flatten().unwrap_or_default()
        });
        traced.iter().find(|(file, _)| file.path == *path)
    }

    fn in_template(&self, path: &Str, start: usize, end: usize) -> Option<Spot> {
        let (trace, at) = self.trace_at(path, start)?;
        let origin = trace.at(at)?;
        let template = origin.template();
        let source = Source::new(&template.file_name().to_str_lossy(), template.text());
        let mut span = origin.span();
        if origin.is_text() {
            // Plain text has the very byte.
            let width = u32::try_from(end - start).unwrap_or_default();
            span.end = span.start + width.max(1);
        }
        Some(Spot { source, span })
    }

    fn file(&self, path: &Str) -> Option<&Rendered> {
        self.made.texts.files.iter().find(|file| file.path == *path)
    }
}

fn read(document: &manifest::Document, role: Role) -> Option<bundle::Document> {
    let manifest::Document { path, offset, content, .. } = document;
    bundle::Document::read(path.clone(), *offset, content.clone(), role).ok().flatten()
}
