//! What is there twice, where the last one counts and nobody says so.

use std::collections::HashMap;

use super::{Finding, Spot, Subject};
use crate::bundle::{self, Role};
use crate::values::Giver;
use go_text_template::diagnostics::Span;

/// Keys that a map has twice: of values files, Chart.yaml, and documents.
pub(super) fn keys(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let files = subject.marks.givers().filter_map(|given| match given.giver {
        Giver::File(file) => Some(&file.source),
        _ => None,
    });
    for source in subject.chart_file.iter().chain(files) {
        let spot = |span| Spot { source: source.clone(), span };
        let twice = bundle::duplicate_keys(source.text()).into_iter();
        found.extend(twice.map(|(key, first, second)| key_twice(&key, spot(first), spot(second))));
    }
    if !subject.documents_are_checked {
        subject.documents().iter().for_each(|document| of_document(document, subject, &mut found));
    }
    found
}

fn of_document(document: &bundle::Document, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for (key, first, second) in bundle::duplicate_keys(&document.text) {
        let spot = |span: Span| {
            let at = |offset: u32| document.offset + offset as usize;
            subject.written(&document.path, at(span.start), at(span.end))
        };
        found.push(key_twice(&key, spot(first), spot(second)));
    }
}

fn key_twice(key: &str, first: Spot, second: Spot) -> Finding {
    Finding {
        message: format!("the key {key:?} is there twice in one map, and the last one counts"),
        place: Some(second),
        others: vec![("the first one is here", first)],
        ..Finding::default()
    }
}

/// Objects that are one and the same for a cluster. Hooks come and go, so that they may share a name.
pub(super) fn objects(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.documents_are_checked {
        return Vec::new();
    }
    let namespace = subject.made.prepared.release.namespace.to_string();
    let mut seen = HashMap::new();
    let mut found = Vec::new();
    for document in subject.documents().iter().filter(|document| document.role == Role::Resource) {
        for object in document.objects.iter().filter(|object| !object.name.is_empty()) {
            let (group, kind, own, name) = object.identity();
            let own = if own.is_empty() { &namespace } else { own };
            let span = document.object_span(object);
            let place = (document, span);
            if let Some(first) = seen.insert((group, kind, own, name), place) {
                let spot = |(document, span): (&bundle::Document, Span)| {
                    let at = |offset: u32| document.offset + offset as usize;
                    subject.written(&document.path, at(span.start), at(span.end))
                };
                found.push(Finding {
                    message: format!("{object} is there twice, and a cluster keeps the last one"),
                    place: Some(spot(place)),
                    others: vec![("the first one is here", spot(first))],
                    ..Finding::default()
                });
            }
        }
    }
    found
}
