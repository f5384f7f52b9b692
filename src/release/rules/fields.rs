//! Fields of documents that a cluster does not take, or will not for long.

use super::{Finding, Subject};
use crate::bundle::{self, Fault};
use crate::lint;

/// Numbers and truth values where Kubernetes takes only strings.
pub(super) fn strings(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.documents_are_checked {
        return Vec::new();
    }
    let faults = subject.documents().iter().flat_map(bundle::Document::no_strings);
    let mut found = Vec::new();
    for fault in faults {
        let Fault::NotText(place, field, is) = &fault else { continue };
        found.push(Finding {
            message: format!("{field} is {is}, where Kubernetes takes a string only"),
            place: Some(subject.written(&place.path, place.offset, place.offset + 1)),
            help: "quote it".to_owned(),
            ..Finding::default()
        });
    }
    found
}

/// Objects of APIs that are deprecated or gone in the version of Kubernetes that is rendered for.
pub(super) fn deprecated(subject: &Subject<'_>) -> Vec<Finding> {
    let kubernetes = subject.made.prepared.capabilities.kube_version.major_minor();
    let mut found = Vec::new();
    for document in subject.documents() {
        for object in &document.objects {
            let said = lint::deprecation(&object.api_version, &object.kind, kubernetes);
            let Some(message) = said else { continue };
            let span = document.object_span(object);
            let at = |offset: u32| document.offset + offset as usize;
            let place = Some(subject.written(&document.path, at(span.start), at(span.end)));
            found.push(Finding { message, place, ..Finding::default() });
        }
    }
    found
}
