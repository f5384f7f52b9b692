//! An explanation for people: pictures of the output and of the templates, then the values and the
//! decisions.

use std::fmt::Write;

use super::context::{Known, Subject};
use super::object;
use crate::commands::values::{json::whole, leaves::MASK, wording};
use crate::explain::{Decision, Read, TemplatePlace};
use crate::values::ValuePath;
use go_text_template::data::{Str, Tree};
use go_text_template::diagnostics::{Snippet, Source, Span, leads_to_secret, visible};

/// The most bytes of a value that are shown.
const MOST_SHOWN: usize = 200;

/// The picture of the output, and all that led to it.
pub(super) fn write(subject: &Subject<'_>, known: &Known<'_>) -> Vec<u8> {
    let mut text = head(subject, known);
    let mut how = "written by";
    for frame in &subject.explanation.frames {
        let _ = write!(text, "{how}\n{}", picture(frame));
        how = "called by";
    }
    if !subject.explanation.reads.is_empty() {
        text.push_str("values\n");
    }
    for read in &subject.explanation.reads {
        let _ = writeln!(text, "  {}", shown_read(read, known));
    }
    if !subject.explanation.decisions.is_empty() {
        text.push_str("conditions\n");
    }
    for decision in &subject.explanation.decisions {
        text.push_str(&shown_decision(decision, known));
    }
    text.into_bytes()
}

/// The name of what is explained, with the line of the output.
fn head(subject: &Subject<'_>, known: &Known<'_>) -> String {
    let field = subject.field.as_ref().map(|field| format!(" .{field}")).unwrap_or_default();
    let mut text = format!("{}{field}", object::name(subject.document));
    if let Some((line, column)) = known.layout.place(subject.document, subject.offset) {
        let _ = write!(text, ", line {line}, column {column} of the output");
    }
    text.push('\n');
    let name = format!("output of {}", subject.document.path);
    let source = Source::new(&name, &subject.document.content);
    let end = end_of_line(&subject.document.content, subject.offset);
    let _ = write!(
        text,
        "{}",
        Snippet { source: &source, span: Span::new(subject.offset, end), label: "" }
    );
    text
}

fn end_of_line(text: &[u8], offset: usize) -> usize {
    let line = text[offset.min(text.len())..].iter().take_while(|byte| **byte != b'\n').count();
    offset + line.max(1)
}

fn picture(place: &TemplatePlace) -> String {
    let TemplatePlace { template, span } = place;
    let source = Source::new(&template.file_name().to_str_lossy(), template.text());
    Snippet { source: &source, span: *span, label: "" }.to_string()
}

/// `image.tag: "1.2"  # prod.yaml:3:8, over values.yaml:12:8`.
fn shown_read(read: &Read, known: &Known<'_>) -> String {
    match read {
        Read::Other(path) => format!(".{path}"),
        Read::Value(path) => {
            let value = path.of(known.values).map(|value| shown_value(path, value, known));
            let value = value.unwrap_or_else(|| "not set".to_owned());
            let told = wording::told(&known.marks.history(path), known.masks);
            let told = told.map(|told| format!("  # {told}")).unwrap_or_default();
            format!(".Values.{path}: {value}{told}")
        }
    }
}

/// A value on one line.
pub(super) fn shown_value(path: &ValuePath, value: &Tree, known: &Known<'_>) -> String {
    if known.masks && leads_to_secret(path.words().iter().map(String::as_str)) {
        return MASK.to_owned();
    }
    let text = whole(value).to_string();
    match text.char_indices().map(|(at, _)| at).find(|at| *at >= MOST_SHOWN) {
        Some(end) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn shown_decision(decision: &Decision, known: &Known<'_>) -> String {
    let Decision { place, value, is_held, reads } = decision;
    let (name, line, column) = position(place);
    let mut text = format!("  {name}:{line}:{column}: {}\n", node_text(place));
    let masked = known.masks && reads.iter().any(is_secret);
    let value = if masked { MASK.to_owned() } else { visible(value).replace('\n', "\\n") };
    let taken = if *is_held { "taken" } else { "not taken" };
    let _ = writeln!(text, "    {taken}, since it is {value:?}");
    for read in reads {
        let _ = writeln!(text, "    {}", shown_read(read, known));
    }
    text
}

fn is_secret(read: &Read) -> bool {
    let (Read::Value(path) | Read::Other(path)) = read;
    leads_to_secret(path.words().iter().map(String::as_str))
}

/// The file of a place, with its line and column.
pub(super) fn position(place: &TemplatePlace) -> (Str, usize, usize) {
    let source = Source::new("", place.template.text());
    let at = source.line_column(place.span.start);
    (place.template.file_name().clone(), at.line, at.column)
}

/// The first line of the node.
pub(super) fn node_text(place: &TemplatePlace) -> String {
    let text = place.template.text();
    let (start, end) = (place.span.start as usize, place.span.end as usize);
    let whole = match text.get(start..end) {
        // The body of a control structure is not a part of what is shown.
        Some(node) => node,
        None => b"",
    };
    let first = whole.split(|&byte| byte == b'\n').next().unwrap_or_default();
    visible(first).into_owned()
}
