//! What comes out of a render.

use bstr::ByteSlice;

use super::Asked;
use crate::manifest;
use crate::model::Chart;
use crate::render::Rendered;
use go_text_template::data::Str;

/// What a chart renders to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rendering {
    /// The files of crds/, if they were asked for, those of the chart itself first.
    pub crds: Vec<Document>,
    /// The resources, in the order in which Helm installs them.
    pub documents: Vec<Document>,
    /// The hooks, in that order as well.
    pub hooks: Vec<Hook>,
    /// What the chart's own NOTES.txt tells people; nothing if there is none.
    pub notes: Option<Str>,
    /// What Helm would say on standard error, line by line.
    pub said: Vec<String>,
    /// What was asked of the outside.
    pub asked: Asked,
}

impl Rendering {
    /// The whole text: the bytes that `chart template` prints.
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let documents = self.crds.iter().chain(&self.documents);
        documents.for_each(|document| document.append_to(&mut text));
        text.truncate(text.trim_end().len());
        text.push(b'\n');
        self.hooks.iter().for_each(|hook| hook.document.append_to(&mut text));
        text
    }
}

/// A YAML document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Document {
    /// The template that it came from: `shop/templates/deployment.yaml`.
    pub path: Str,
    /// `apiVersion`; empty if there is none.
    pub api_version: Str,
    /// `kind`; empty if there is none.
    pub kind: Str,
    /// `metadata.name`; empty if there is none.
    pub name: Str,
    /// The text, without the line that says where it came from.
    pub content: Str,
}

impl Document {
    fn append_to(&self, text: &mut Vec<u8>) {
        for piece in [b"---\n# Source: ", self.path.as_bytes(), b"\n", &self.content, b"\n"] {
            text.extend_from_slice(piece);
        }
    }
}

impl From<manifest::Document> for Document {
    fn from(document: manifest::Document) -> Self {
        let manifest::Document { path, content, kind, api_version, name, .. } = document;
        Self { path, api_version, kind, name, content }
    }
}

/// A document that is applied at events of the release's life.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Hook {
    /// The document.
    pub document: Document,
    /// The events, as the annotation has them: `pre-install`, `test` and so on.
    pub events: Vec<&'static str>,
}

impl From<manifest::Hook> for Hook {
    fn from(hook: manifest::Hook) -> Self {
        let events = hook.events.iter().map(|event| event.name()).collect();
        Self { document: hook.document.into(), events }
    }
}

/// The files of crds/, which may hold any number of documents: nobody looks inside.
pub(super) fn crds(chart: &Chart) -> Vec<Document> {
    let files = chart.crds().into_iter();
    files
        .map(|(path, file)| Document {
            path,
            api_version: Str::EMPTY,
            kind: Str::EMPTY,
            name: Str::EMPTY,
            content: file.data().clone(),
        })
        .collect()
}

/// The notes of the chart itself; those of its subcharts Helm does not show.
pub(super) fn notes(notes: Vec<Rendered>, chart: &Chart) -> Option<Str> {
    let own = [chart.path.as_bytes(), b"/templates/NOTES.txt"].concat();
    notes.into_iter().find(|file| *file.path == *own).map(|file| file.text)
}
