//! From rendered files to the documents of a release: split, read the heads, tell hooks from
//! resources, put both in the order of installation.
//!
//! In: texts by path. Out: [`Manifests`]. Every document still knows which bytes of which file it
//! is, so that a fault in it can be traced.

mod document;
mod hooks;
mod order;
mod resources;
mod split;

use std::fmt;
use std::ops::Range;

pub use document::Document;
pub use hooks::{Hook, HookEvent};
pub use resources::{ResourceError, merge, unmerge};
pub use split::split;

use crate::model::log_line;
use crate::render::{Rendered, is_partial};
use go_text_template::Compat;
use go_text_template::data::{Str, quoted};
use go_text_template::yaml::{self, Head, HeadError};

/// What a release consists of.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The resources, in the order of installation.
    pub documents: Vec<Document>,
    /// The hooks, in the order of installation of their kinds.
    pub hooks: Vec<Hook>,
    /// The values of the hook annotations with an unknown event; their documents are dropped.
    pub unknown_hooks: Vec<Str>,
}

/// A document that is not what Kubernetes takes.
#[derive(Debug)]
pub struct Error {
    /// The path of the template.
    pub path: Str,
    /// The bytes of the rendered file that make up the document.
    pub range: Range<usize>,
    /// What is wrong with it.
    pub error: HeadError,
    /// What was found before it, in the order of the files.
    pub before: Box<Manifests>,
}

impl Error {
    /// Helm's sentence.
    pub fn message(&self, compat: Compat) -> String {
        format!("YAML parse error on {}: {}", self.path, self.error.message(compat))
    }
}

impl Error {
    /// Where in the document the fault is, as an offset from its start, if that is known.
    pub fn offset(&self) -> Option<usize> {
        Some(self.error.error()?.place()?.offset)
    }

    /// Where a construct in the document began that has no end, as an offset from its start.
    pub fn begun(&self) -> Option<usize> {
        Some(self.error.error()?.begun()?.offset)
    }

    /// What is wrong, without Helm's and Go's words around it.
    pub fn problem(&self) -> String {
        match self.error.error() {
            Some(error) => error.problem().to_owned(),
            None => self.message(Compat::Helm4),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Compat::Helm4))
    }
}

impl std::error::Error for Error {}

/// Sorts the documents of `files` into resources and hooks.
pub fn assemble(files: &[Rendered], compat: Compat) -> Result<Manifests, Error> {
    let mut manifests = Manifests::default();
    for file in in_path_order(files) {
        for range in split(&file.text, compat) {
            let content = file.text.slice(range.clone());
            match yaml::read_head(&content) {
                Ok(head) => manifests.add(&file.path, range.start, content, head),
                Err(error) => {
                    let (path, before) = (file.path.clone(), Box::new(manifests));
                    return Err(Error { path, range, error, before });
                }
            }
        }
    }
    manifests.documents.sort_by(|a, b| order::compare(&a.kind, &b.kind, compat));
    manifests.hooks.sort_by(|a, b| order::compare(&a.document.kind, &b.document.kind, compat));
    Ok(manifests)
}

/// Everything that is no document in `files`.
pub fn faults(files: &[Rendered], compat: Compat) -> Vec<Error> {
    let mut faults = Vec::new();
    for file in in_path_order(files) {
        for range in split(&file.text, compat) {
            if let Err(error) = yaml::read_head(&file.text.slice(range.clone())) {
                let path = file.path.clone();
                faults.push(Error { path, range, error, before: Box::default() });
            }
        }
    }
    faults
}

/// What Helm logs about a hook that it drops, whose events are these.
pub fn unknown_hook(events: &Str, compat: Compat) -> String {
    match compat {
        Compat::Helm3 => {
            format!("manifest_sorter.go:199: info: skipping unknown hook: {}", quoted(events))
        }
        Compat::Helm4 => {
            log_line(b"INFO", b"skipping unknown hooks", &[(b"hookTypes", events)]).to_string()
        }
    }
}

/// The files that can hold manifests, by path. Partials and blank files cannot.
fn in_path_order(files: &[Rendered]) -> Vec<&Rendered> {
    let mut files: Vec<&Rendered> = files.iter().filter(|file| !is_partial(&file.path)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

impl Manifests {
    fn add(&mut self, path: &Str, offset: usize, content: Str, head: Head) {
        let Head { api_version, kind, name, annotations } = head;
        let document = Document { path: path.clone(), offset, content, kind, api_version, name };
        let Some((_, events)) = annotations.iter().find(|(key, _)| key == hooks::ANNOTATION) else {
            return self.documents.push(document);
        };
        match HookEvent::parse_list(events) {
            Some(events) => self.hooks.push(Hook { document, events, annotations }),
            None => self.unknown_hooks.push(events.clone()),
        }
    }
}
