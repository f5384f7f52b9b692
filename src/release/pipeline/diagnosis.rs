//! Where a fault is: the template's line with a caret, how it was reached, what was probably meant.
//!
//! Everything here is shown below Helm's own sentence, and only when it is asked for.

use std::fmt::Write;

use bstr::ByteSlice;

use super::prepared::Prepared;
use super::replay::Replay;
use crate::manifest;
use crate::render::{self, Rendered};
use crate::values::{self, LocalFiles, Origin, Sources, origin};
use go_text_template::data::Str;
use go_text_template::diagnostics::{Snippet, Source, Span, closest, masked_argument, visible};
use go_text_template::functions;
use go_text_template::template::{self, Cause, Frame, Missing, Template};

/// What was rendered, and the flags that its values came from.
pub(super) struct Rendering<'r> {
    pub(super) prepared: &'r Prepared,
    pub(super) cache: Option<&'r render::Cache>,
    pub(super) flags: &'r values::Flags,
    pub(super) world: &'r Replay<'r>,
}

/// The template that a render failed in, from the chart's name on, and the line in it. What `tpl`
/// renders is in no file; the template that calls it is.
pub fn place(error: &render::Error) -> Option<(String, usize)> {
    let (name, text, offset) = match error {
        render::Error::KubeVersion { .. } => return None,
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            (path.clone(), text, error.span.start)
        }
        render::Error::Execute(error) => {
            let is_file = |template: &&Template| template.file_name().contains(&b'/');
            let mut frames = error.frames().rev();
            let (frame, template) =
                frames.find_map(|frame| Some((frame, frame.template().filter(is_file)?)))?;
            (template.file_name().clone(), template.text(), frame.span().start)
        }
    };
    let offset = usize::try_from(offset).ok()?.min(text.len());
    let line = 1 + text[..offset].iter().filter(|&&byte| byte == b'\n').count();
    Some((name.to_string(), line))
}

/// The picture of a failure to render; empty if there is nothing to point at.
pub(super) fn of_render(error: &render::Error, rendering: &Rendering<'_>) -> String {
    match error {
        render::Error::KubeVersion { .. } => String::new(),
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            let mut picture = picture(path, text, error.span, &error.message(path));
            if let Some(name) = error.unknown_function() {
                let meant =
                    closest(&name.to_str_lossy(), functions::names(rendering.prepared.compat));
                hint(&mut picture, meant.map(|name| format!("did you mean `{name}`?")));
            }
            picture
        }
        render::Error::Execute(error) => of_execution(error, rendering),
    }
}

/// The innermost place with its reason, then the places that led there.
fn of_execution(error: &template::Error, rendering: &Rendering<'_>) -> String {
    let innermost = error.innermost();
    // A template that was not found has no place; then the call is where it happened.
    let mut frames = error.frames().rev().filter(|frame| frame.template().is_some());
    let Some(first) = frames.next() else { return String::new() };
    let mut picture = of_frame(first, &reason(innermost));
    let mut outermost = first;
    for frame in frames {
        let _ = writeln!(picture, "  reached by {}", call(frame));
        picture.push_str(&of_frame(frame, ""));
        outermost = frame;
    }
    if let (Some(missing), Some(template)) = (innermost.missing(), outermost.template()) {
        hint(&mut picture, Some(self::missing(missing)));
        picture.push_str(&value_of(&missing.path, template.file_name(), rendering));
    }
    picture
}

fn of_frame(frame: &Frame, label: &str) -> String {
    let Some(template) = frame.template() else { return String::new() };
    picture(template.file_name(), template.text(), frame.span(), label)
}

/// Why the frame failed, without Go's words around it.
fn reason(frame: &Frame) -> String {
    match frame.cause() {
        Cause::Function { failure, .. } => failure.to_string(),
        Cause::Stop { message, .. } => message.clone(),
        cause => cause.to_string(),
    }
}

fn call(frame: &Frame) -> String {
    match frame.cause() {
        Cause::Template { name, .. } => format!("`{name}`, called here:"),
        _ => "this:".to_owned(),
    }
}

/// What is probably wrong with a key that is not there.
fn missing(missing: &Missing) -> String {
    let path: String = missing.path.iter().map(|part| format!(".{part}")).collect();
    let map = if path.is_empty() { "this value".to_owned() } else { format!("`{path}`") };
    let known: Vec<_> = missing.known.iter().map(Str::to_str_lossy).collect();
    let key = missing.key.to_str_lossy();
    let text = format!("{map} has no key `{key}`");
    match closest(&key, known.iter().map(AsRef::as_ref)) {
        Some(meant) => format!("{text}; did you mean `{path}.{meant}`?"),
        None => text,
    }
}

/// The rendered lines around a fault in a manifest, and the places in templates that wrote it.
pub(super) fn of_manifest(
    error: &manifest::Error,
    texts: &[Rendered],
    rendering: &Rendering<'_>,
) -> String {
    let Some(file) = texts.iter().find(|file| file.path == error.path) else {
        return String::new();
    };
    let offset = error.range.start + error.offset().unwrap_or(0);
    let offset = last_visible(&file.text, offset);
    let rendered = format!("output of {}", file.path);
    let label = error.problem();
    let mut picture =
        picture(&Str::from(rendered), &file.text, Span::new(offset, offset + 1), &label);
    picture.push_str(&written_by(file, offset, rendering));
    picture
}

/// The node that wrote the byte at `offset` of `file`, the values that it read, and the calls that
/// led to it.
fn written_by(file: &Rendered, offset: usize, rendering: &Rendering<'_>) -> String {
    let mut text = String::new();
    rendering.world.rewind();
    let input = rendering.prepared.input(rendering.cache);
    let trace = render::trace(&input, rendering.world, &file.path);
    let Ok(Some(trace)) = trace else { return text };
    let mut origin = trace.at(offset);
    let mut how = "written by";
    while let Some(node) = origin {
        let template = node.template();
        let _ = writeln!(text, "  {how}");
        text.push_str(&picture(template.file_name(), template.text(), node.span(), ""));
        if how == "written by" {
            let chains = node.chains();
            chains.iter().for_each(|path| text.push_str(&value_of(path, &file.path, rendering)));
        }
        origin = node.caller();
        how = "called by";
    }
    text
}

/// The flag or the line of a file that sets the value at `path`, a chain of fields in the template
/// at `template`; empty if the chain leads elsewhere.
fn value_of(path: &[Str], template: &Str, rendering: &Rendering<'_>) -> String {
    let Some((_, keys)) = path.split_first().filter(|(root, _)| *root == "Values") else {
        return String::new();
    };
    let sections = sections(template);
    let keys: Vec<_> = sections.iter().chain(keys).map(|key| key.to_str_lossy()).collect();
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    let (flags, compat) = (rendering.flags, rendering.prepared.compat);
    let mut sources = Sources { flags, files: &mut LocalFiles, compat };
    // The values as a whole come from everywhere.
    let found = (path.len() > 1).then(|| origin(&keys, &rendering.prepared.chart, &mut sources));
    let shown: String = path.iter().map(|key| format!(".{key}")).collect();
    match found.flatten() {
        None => String::new(),
        Some(Origin::Flag { flag, argument }) => {
            let argument = masked_argument(flag, &argument.to_str_lossy());
            let argument = visible(argument.as_bytes());
            format!("  `{shown}` is set by --{flag} {argument}\n")
        }
        Some(Origin::File { source, key }) => {
            format!(
                "  `{shown}` is set here\n{}",
                Snippet { source: &source, span: key, label: "" }
            )
        }
    }
}

/// The subcharts that the template at `path` is in: its values are theirs.
fn sections(path: &Str) -> Vec<Str> {
    let folder = path.split_once_str("/templates/").map_or(path.as_bytes(), |(folder, _)| folder);
    folder.split_str("/charts/").skip(1).map(|name| path.slice_ref(name)).collect()
}

/// The last byte up to `offset` that is not white space: a fault at the end of a line is written
/// by what stands on it.
fn last_visible(text: &[u8], offset: usize) -> usize {
    let end = (offset + 1).min(text.len());
    let line_start = text[..end].rfind_byte(b'\n').map_or(0, |at| at + 1);
    if text[line_start..end].trim().is_empty() && line_start < end {
        return end - 1;
    }
    text[..end].trim_end().len().saturating_sub(1)
}

fn picture(name: &Str, text: &Str, span: Span, label: &str) -> String {
    let source = Source::new(&name.to_str_lossy(), text);
    let label = label.lines().next().unwrap_or_default();
    Snippet { source: &source, span, label }.to_string()
}

fn hint(picture: &mut String, text: Option<String>) {
    if let Some(text) = text {
        let _ = writeln!(picture, "  hint: {text}");
    }
}
