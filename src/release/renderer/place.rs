//! Where a fault is, and the picture of it.

use std::fmt::Write;

use bstr::ByteSlice;

use super::Place;
use crate::manifest;
use crate::render::{self, Rendered};
use go_text_template::data::Str;
use go_text_template::diagnostics::{LineColumn, Snippet, Source, Span};
use go_text_template::template::{self, Cause, Frame, Trace};
use go_text_template::yaml;

/// Where something is wrong, as far as that is known.
#[derive(Debug, Default)]
pub(super) struct Fault {
    pub(super) place: Option<Place>,
    pub(super) picture: String,
}

impl Fault {
    /// A fault in the `text` of the file `name`.
    fn at(name: &str, text: &[u8], span: Span, label: &str) -> Self {
        let source = Source::new(name, text);
        let LineColumn { line, column } = source.line_column(span.start);
        let label = label.lines().next().unwrap_or_default();
        let picture = Snippet { source: &source, span, label }.to_string();
        Self { place: Some(Place { file: name.to_owned(), line, column }), picture }
    }

    /// The fault, reached by another place.
    fn reached_by(mut self, how: &str, caller: Self) -> Self {
        let _ = write!(self.picture, "  {how}\n{}", caller.picture);
        self
    }
}

/// The fault of a text that is not YAML.
pub(super) fn of_yaml(error: &yaml::Error, name: &Str, text: &[u8]) -> Fault {
    let Some(mark) = error.place() else { return Fault::default() };
    let offset = mark.offset.min(text.len());
    Fault::at(&name.to_str_lossy(), text, Span::new(offset, offset + 1), error.problem())
}

/// The fault of a chart that cannot be rendered.
pub(super) fn of_render(error: &render::Error) -> Fault {
    match error {
        render::Error::KubeVersion { .. } => Fault::default(),
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            Fault::at(&path.to_str_lossy(), text, error.span, &error.message(path))
        }
        render::Error::Execute(error) => of_execution(error),
    }
}

/// The innermost place with its reason, then the places that led there. What `tpl` renders is in no
/// file: the template that calls it is where the fault is then.
fn of_execution(error: &template::Error) -> Fault {
    let mut frames = error.frames().rev().filter(|frame| frame.template().is_some());
    let reason = reason(error.innermost());
    let innermost = frames.next().map(|frame| of_frame(frame, &reason));
    let fault = frames.fold(innermost.unwrap_or_default(), |fault, frame| {
        let how = match frame.cause() {
            Cause::Template { name, .. } => format!("reached by `{name}`, called here:"),
            _ => "reached by this:".to_owned(),
        };
        fault.reached_by(&how, of_frame(frame, ""))
    });
    let in_file = error.frames().rev().find(|frame| is_in_file(frame));
    let place = in_file.and_then(|frame| of_frame(frame, "").place);
    Fault { place: place.or(fault.place), ..fault }
}

fn is_in_file(frame: &Frame) -> bool {
    frame.template().is_some_and(|template| template.file_name().contains(&b'/'))
}

fn of_frame(frame: &Frame, label: &str) -> Fault {
    let Some(template) = frame.template() else { return Fault::default() };
    let name = template.file_name().to_str_lossy();
    Fault::at(&name, template.text(), frame.span(), label)
}

/// Why the frame failed, without Go's words around it.
fn reason(frame: &Frame) -> String {
    match frame.cause() {
        Cause::Function { failure, .. } => failure.to_string(),
        Cause::Stop { message, .. } => message.clone(),
        cause => cause.to_string(),
    }
}

/// The fault of a document: its place is in the template that wrote it, if `trace` tells, and in what
/// the template rendered to otherwise.
pub(super) fn of_manifest(
    error: &manifest::Error,
    texts: &[Rendered],
    trace: Option<&Trace>,
) -> Fault {
    let Some(file) = texts.iter().find(|file| file.path == error.path) else {
        return Fault::default();
    };
    let offset = last_visible(&file.text, error.range.start + error.offset().unwrap_or(0));
    let name = format!("output of {}", file.path);
    let span = Span::new(offset, offset + 1);
    let mut writer = trace.and_then(|trace| trace.at(offset));
    let mut fault = Fault::at(&name, &file.text, span, &error.problem());
    let mut how = "written by";
    let mut in_file = None;
    while let Some(node) = writer {
        let template = node.template();
        let name = template.file_name().to_str_lossy();
        let written = Fault::at(&name, template.text(), node.span(), "");
        if template.file_name().contains(&b'/') {
            in_file = in_file.or_else(|| written.place.clone());
        }
        fault = fault.reached_by(how, written);
        writer = node.caller();
        how = "called by";
    }
    Fault { place: in_file.or(fault.place), ..fault }
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
