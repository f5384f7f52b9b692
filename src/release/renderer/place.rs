//! Where a fault is.

use std::fmt;

use bstr::ByteSlice;

use crate::manifest;
use crate::pipeline::{Broken, Error, Prepared, Replay};
use crate::render::{self, Rendered};
use go_text_template::data::Str;
use go_text_template::diagnostics::{LineColumn, Snippet, Source, Span};
use go_text_template::template::{self, Template};
use go_text_template::yaml;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file: a template's path begins with the chart's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Place {
    fn new(source: &Source, span: Span) -> Self {
        let LineColumn { line, column } = source.line_column(span.start);
        Self { file: source.name().to_owned(), line, column }
    }

    fn in_template(template: &Template, span: Span) -> Self {
        let name = template.file_name().to_str_lossy();
        Self::new(&Source::new(&name, template.text()), span)
    }
}

/// The place of a text that is not YAML, and its picture.
pub(super) fn of_yaml(error: &yaml::Error, name: &Str, text: &[u8]) -> Option<(Place, String)> {
    let offset = error.place()?.offset.min(text.len());
    let source = Source::new(&name.to_str_lossy(), text);
    let span = Span::new(offset, offset + 1);
    let label = error.problem().lines().next().unwrap_or_default();
    let picture = Snippet { source: &source, span, label }.to_string();
    Some((Place::new(&source, span), picture))
}

/// The place of what stopped a render.
pub(super) fn of_broken(broken: &Broken, prepared: &Prepared, world: &Replay<'_>) -> Option<Place> {
    match &*broken.error {
        Error::Render(error) => of_render(error),
        Error::Manifest(error) => of_manifest(error, &broken.partial.files, prepared, world),
        _ => None,
    }
}

fn of_render(error: &render::Error) -> Option<Place> {
    match error {
        render::Error::KubeVersion { .. } => None,
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            Some(Place::new(&Source::new(&path.to_str_lossy(), text), error.span))
        }
        render::Error::Execute(error) => of_execution(error),
    }
}

/// The innermost place in a file. What `tpl` renders is in no file: the template that calls it is
/// where the fault is then.
fn of_execution(error: &template::Error) -> Option<Place> {
    let places = || {
        let frames = error.frames().rev();
        frames.filter_map(|frame| Some((frame.template()?, frame.span())))
    };
    let innermost = places().find(|(template, _)| is_file(template)).or_else(|| places().next());
    innermost.map(|(template, span)| Place::in_template(template, span))
}

fn is_file(template: &Template) -> bool {
    template.file_name().contains(&b'/')
}

/// The place in the template that wrote a document, or in what it rendered to if nobody knows that.
fn of_manifest(
    error: &manifest::Error,
    texts: &[Rendered],
    prepared: &Prepared,
    world: &Replay<'_>,
) -> Option<Place> {
    let file = texts.iter().find(|file| file.path == error.path)?;
    let offset = last_visible(&file.text, error.range.start + error.offset().unwrap_or(0));
    in_template(offset, &error.path, prepared, world).or_else(|| {
        let source = Source::new(&format!("output of {}", file.path), &file.text);
        Some(Place::new(&source, Span::new(offset, offset + 1)))
    })
}

/// The innermost place in a file of what wrote the byte at `offset`.
fn in_template(
    offset: usize,
    path: &Str,
    prepared: &Prepared,
    world: &Replay<'_>,
) -> Option<Place> {
    world.rewind();
    let trace = render::trace(&prepared.input(None), world, path).ok()??;
    let mut writer = trace.at(offset)?;
    while !is_file(writer.template()) {
        writer = writer.caller()?;
    }
    Some(Place::in_template(writer.template(), writer.span()))
}

/// The last byte up to `offset` that is not white space: a fault at the end of a line is written by
/// what stands on it.
fn last_visible(text: &[u8], offset: usize) -> usize {
    let end = (offset + 1).min(text.len());
    let line_start = text[..end].rfind_byte(b'\n').map_or(0, |at| at + 1);
    if text[line_start..end].trim().is_empty() && line_start < end {
        return end - 1;
    }
    text[..end].trim_end().len().saturating_sub(1)
}
