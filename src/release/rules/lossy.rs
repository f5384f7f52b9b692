//! Numbers and truth values that come out as another text than was written.

use std::collections::BTreeMap;

use super::{Finding, Spot, Subject};
use crate::explain::{Read, sections};
use crate::values::{Giver, Step, ValuePath};
use bstr::ByteSlice;
use go_text_template::data::{Str, Tree};
use go_text_template::template::DataStep;

/// Scalars of values files that YAML takes for a number or a truth value, and of which templates
/// print another text.
pub(super) fn scalars(subject: &Subject<'_>) -> Vec<Finding> {
    let printed = printed(subject);
    let mut found = Vec::new();
    for (path, texts) in printed {
        let setter = subject.marks.history(&path).setter;
        let Some(setter) = setter else { continue };
        let Giver::File(file) = setter.giver else { continue };
        let Some(place) = file.place(&setter.path).filter(|place| !place.is_block) else {
            continue;
        };
        let span = place.value;
        let written = file.source.text().get(span.start as usize..span.end as usize);
        let Some(written) = written.filter(|written| is_plain_scalar(written)) else { continue };
        let written = written.to_str_lossy().into_owned();
        if let Some(text) = texts.iter().find(|text| is_lossy(&written, text)) {
            found.push(Finding {
                message: format!("{path} is written as {written}, and {text} comes out"),
                place: Some(Spot { source: file.source.clone(), span }),
                help: "quote it, if it is meant as a text".to_owned(),
                ..Finding::default()
            });
        }
    }
    found
}

/// The scalars of the values that templates print, and as what.
fn printed(subject: &Subject<'_>) -> BTreeMap<ValuePath, Vec<String>> {
    let values = Tree::Map(subject.made.prepared.values.clone());
    let mut printed: BTreeMap<ValuePath, Vec<String>> = BTreeMap::new();
    for file in &subject.made.texts.files {
        let Some((file, trace)) = subject.traced(&file.path) else { continue };
        let sections = sections(&file.path);
        for (range, origin) in trace.pieces() {
            for read in origin.reads() {
                let Some(Read::Value(path)) = value(&read.path, &sections) else { continue };
                let is_scalar =
                    matches!(path.of(&values), Some(Tree::Int(_) | Tree::Float(_) | Tree::Bool(_)));
                if is_scalar {
                    let text = file.text[range.clone()].to_str_lossy();
                    let text = text.trim().trim_matches(['"', '\'']).to_owned();
                    printed.entry(path).or_default().push(text);
                }
            }
        }
    }
    printed
}

fn value(steps: &[DataStep], sections: &[Step]) -> Option<Read> {
    let mut steps = steps.iter().map(|step| match step {
        DataStep::Key(key) => Step::Key(key.clone()),
        DataStep::Index(index) => Step::Index(*index),
    });
    if steps.next()? != Step::Key(Str::from_static("Values")) {
        return None;
    }
    Some(Read::Value(ValuePath(sections.iter().cloned().chain(steps).collect())))
}

fn is_plain_scalar(written: &[u8]) -> bool {
    let is_quoted = written.starts_with(b"\"") || written.starts_with(b"'");
    !written.is_empty() && !is_quoted && !written.contains(&b'\n')
}

/// Whether `written` and `text` are the same number or truth value, and not the same text.
fn is_lossy(written: &str, text: &str) -> bool {
    if written == text || text.is_empty() {
        return false;
    }
    let tree = |text: &str| go_text_template::yaml::read(&Str::from(text)).ok();
    match (tree(written), tree(text)) {
        (Some(Tree::Bool(one)), Some(Tree::Bool(other))) => one == other,
        (Some(one), Some(other)) => match (number(&one), number(&other)) {
            (Some(one), Some(other)) => (one - other).abs() <= one.abs() * 1e-9,
            _ => false,
        },
        _ => false,
    }
}

fn number(value: &Tree) -> Option<f64> {
    match value {
        #[allow(clippy::cast_precision_loss)]
        Tree::Int(number) => Some(*number as f64),
        Tree::Float(number) => Some(*number),
        _ => None,
    }
}
