//! Forwards: what a line of a template writes, and where a value goes.

use std::ops::Range;

use serde::Serialize;

use super::context::Known;
use super::json::Output;
use super::object;
use crate::commands::values::wording;
use crate::explain::{Explanation, Fields, Read};
use crate::manifest::Document;
use crate::session::Error;
use crate::values::{BadPath, ValuePath};
use go_text_template::data::Failure;
use go_text_template::diagnostics::{Source, closest};
use go_text_template::template::Origin;

/// A field that is reached.
#[derive(Serialize)]
pub(super) struct Reached {
    object: String,
    field: Option<String>,
    output: Option<Output>,
    /// `written`, `read`, or `decided` if only a condition depends on the value.
    how: &'static str,
}

/// What is reached, a line each, or as a JSON list.
pub(super) fn write(found: &[Reached], json: bool) -> Vec<u8> {
    if json {
        let mut text = serde_json::to_vec_pretty(found).unwrap_or_default();
        text.push(b'\n');
        return text;
    }
    let line = |reached: &Reached| {
        let field = reached.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
        let place = reached.output.as_ref();
        let place = place.map(|place| format!("  # line {}", place.line)).unwrap_or_default();
        let how = if reached.how == "decided" { ", decided by it" } else { "" };
        format!("{}{field}{place}{how}\n", reached.object)
    };
    found.iter().map(line).collect::<String>().into_bytes()
}

/// The fields that the line `FILE:LINE` of a template writes.
pub(super) fn of_line(place: &str, known: &Known<'_>) -> Result<Vec<Reached>, Error> {
    let (file, line) = divided(place)?;
    check_file(file, known)?;
    let mut found = Vec::new();
    for document in known.traced.documents() {
        let Some((text, trace)) = known.traced.file(&document.path) else { continue };
        let fields = Fields::of(document);
        let inside = document.offset..document.offset + document.content.len();
        for (range, node) in trace.pieces() {
            if !is_file(node.template().file_name(), file) {
                continue;
            }
            let here = lines(&text.text, range, &node).filter(|(number, _)| *number == line);
            for (_, at) in here.filter(|(_, at)| inside.contains(at)) {
                let offset = at - document.offset;
                found.push(reached(document, fields.at(offset), offset, "written", known));
            }
        }
    }
    found.dedup_by(|left, right| left.object == right.object && left.field == right.field);
    Ok(found)
}

/// The lines of a template that wrote the bytes `range` of `text`, with the first byte of each that is
/// no blank. Each line of plain text is one of the template; all that an action writes is of its own.
fn lines<'t>(
    text: &'t [u8],
    range: Range<usize>,
    node: &Origin<'t>,
) -> impl Iterator<Item = (usize, usize)> + use<'t> {
    let source = Source::new("", node.template().text());
    let first = source.line_column(node.span().start).line;
    let is_text = node.is_text();
    let mut at = range.start;
    let lines = text[range].split_inclusive(|&byte| byte == b'\n').enumerate();
    lines.filter_map(move |(index, line)| {
        let start = at;
        at += line.len();
        let blank = line.iter().position(|byte| !byte.is_ascii_whitespace())?;
        Some((first + if is_text { index } else { 0 }, start + blank))
    })
}

/// The fields that the value at a path reaches, and the objects that it decides about.
pub(super) fn of_value(path: &str, known: &Known<'_>) -> Result<Vec<Reached>, Error> {
    let bad = |BadPath { why, .. }| Failure::from(format!("{path:?} is no path to a value: {why}"));
    let wanted = ValuePath::parse(path).map_err(bad)?;
    if wanted.of(known.values).is_none() {
        return Err(wording::no_value(&wanted, known.values));
    }
    let mut found = Vec::new();
    for document in known.traced.documents() {
        let fields = Fields::of(document);
        let all = ValuePath::default();
        let mut is_decided = false;
        let before = found.len();
        for (field, range) in fields.below(&all) {
            let explanation = known.traced.explain(document, &fields, field);
            if explanation.reads.iter().any(|read| is_of(read, &wanted)) {
                found.push(reached(document, Some(field), range.start, "read", known));
            }
            is_decided |= decides(&explanation, &wanted);
        }
        if is_decided && before == found.len() {
            found.push(reached(document, None, 0, "decided", known));
        }
    }
    Ok(found)
}

fn decides(explanation: &Explanation, wanted: &ValuePath) -> bool {
    let mut reads = explanation.decisions.iter().flat_map(|decision| &decision.reads);
    reads.any(|read| is_of(read, wanted))
}

/// True if `read` is the value that is wanted, or something inside it, or it as a part of a whole.
fn is_of(read: &Read, wanted: &ValuePath) -> bool {
    let Read::Value(path) = read else { return false };
    path.is_within(wanted) || wanted.is_within(path)
}

fn reached(
    document: &Document,
    field: Option<&ValuePath>,
    offset: usize,
    how: &'static str,
    known: &Known<'_>,
) -> Reached {
    let place = known.layout.place(document, offset);
    Reached {
        object: object::name(document),
        field: field.map(|field| format!(".{field}")),
        output: place.map(|(line, column)| Output { line, column }),
        how,
    }
}

/// `FILE:LINE` in its parts.
fn divided(place: &str) -> Result<(&str, usize), Error> {
    let parts = place.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    parts.ok_or_else(|| {
        let text = format!(
            "{place:?} is no place: a file and a line are wanted, as in \
                            templates/deployment.yaml:12"
        );
        Failure::from(text).into()
    })
}

/// An error if the release has no template `file`.
fn check_file(file: &str, known: &Known<'_>) -> Result<(), Error> {
    let names = known.traced.template_names();
    if names.iter().any(|name| is_file(name.as_bytes(), file)) {
        return Ok(());
    }
    let meant = closest(file, names.iter().map(String::as_str));
    let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    Err(Failure::from(format!("the release has no template {file}{meant}")).into())
}

/// True if the template `name`, which begins with the chart's name, is `file`, which may do without.
fn is_file(name: &[u8], file: &str) -> bool {
    let short = name.iter().position(|&byte| byte == b'/').map_or(name, |at| &name[at + 1..]);
    name == file.as_bytes() || short == file.as_bytes()
}
