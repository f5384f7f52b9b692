//! An explanation as JSON.

use serde::Serialize;
use serde_json::Value;

use super::context::{Known, Subject};
use super::object;
use super::text::{node_text, position};
use crate::commands::values::json::{Origin, origin, whole};
use crate::commands::values::leaves::MASK;
use crate::explain::{Decision, Read, TemplatePlace};
use go_text_template::diagnostics::leads_to_secret;

#[derive(Serialize)]
struct Explained {
    object: String,
    field: Option<String>,
    output: Option<Output>,
    frames: Vec<Frame>,
    values: Vec<ReadValue>,
    conditions: Vec<Condition>,
}

/// A place in the output.
#[derive(Clone, Serialize)]
pub(super) struct Output {
    pub(super) line: usize,
    pub(super) column: usize,
}

#[derive(Serialize)]
struct Frame {
    file: String,
    line: usize,
    column: usize,
    text: String,
    name: String,
}

#[derive(Serialize)]
struct ReadValue {
    path: String,
    value: Value,
    origin: Option<Origin>,
    overrides: Vec<Origin>,
}

#[derive(Serialize)]
struct Condition {
    file: String,
    line: usize,
    column: usize,
    text: String,
    value: String,
    taken: bool,
    values: Vec<ReadValue>,
}

/// The explanation in one object.
pub(super) fn write(subject: &Subject<'_>, known: &Known<'_>) -> Vec<u8> {
    let place = known.layout.place(subject.document, subject.offset);
    let explained = Explained {
        object: object::name(subject.document),
        field: subject.field.as_ref().map(|field| format!(".{field}")),
        output: place.map(|(line, column)| Output { line, column }),
        frames: subject.explanation.frames.iter().map(frame).collect(),
        values: reads(&subject.explanation.reads, known),
        conditions: subject.explanation.decisions.iter().map(|it| condition(it, known)).collect(),
    };
    let mut text = serde_json::to_vec_pretty(&explained).unwrap_or_default();
    text.push(b'\n');
    text
}

fn frame(place: &TemplatePlace) -> Frame {
    let (file, line, column) = position(place);
    let name = place.template.name().to_string();
    Frame { file: file.to_string(), line, column, text: node_text(place), name }
}

fn condition(decision: &Decision, known: &Known<'_>) -> Condition {
    let (file, line, column) = position(&decision.place);
    let values = reads(&decision.reads, known);
    let masked = values.iter().any(|value| value.value == MASK);
    Condition {
        file: file.to_string(),
        line,
        column,
        text: node_text(&decision.place),
        value: if masked { MASK.to_owned() } else { decision.value.to_string() },
        taken: decision.is_held,
        values,
    }
}

fn reads(reads: &[Read], known: &Known<'_>) -> Vec<ReadValue> {
    reads.iter().map(|read| read_value(read, known)).collect()
}

fn read_value(read: &Read, known: &Known<'_>) -> ReadValue {
    let path = match read {
        Read::Other(path) => {
            let path = format!(".{path}");
            return ReadValue { path, value: Value::Null, origin: None, overrides: Vec::new() };
        }
        Read::Value(path) => path,
    };
    let is_masked = known.masks && leads_to_secret(path.words().iter().map(String::as_str));
    let value = match path.of(known.values) {
        Some(_) if is_masked => Value::from(MASK),
        value => value.map_or(Value::Null, whole),
    };
    let history = known.marks.history(path);
    let origin = |setter: &_| origin(setter, known.masks);
    ReadValue {
        path: path.to_string(),
        value,
        origin: history.setter.as_ref().map(origin),
        overrides: history.overridden.iter().map(origin).collect(),
    }
}
