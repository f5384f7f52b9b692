//! Why there is no rendering.

use std::fmt;

use super::place::{self, Fault};
use crate::manifest;
use crate::model::{self, DecodeError};
use crate::render::{self, Rendered};
use crate::values;
use go_text_template::Compat;
use go_text_template::template::Trace;

/// Why a chart cannot be rendered: what Helm says, and where the fault is.
///
/// Its `Display` is Helm's sentence, and with `{:#}` the picture below it.
///
/// ```
/// use chart::{Code, Renderer};
///
/// let files = [
///     ("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}"),
///     ("templates/a.yaml", "kind: A\nhost: {{ required \"host must be set\" .Values.host }}"),
/// ];
/// let failed = Renderer::from_memory(files)?.render().unwrap_err();
/// assert_eq!(failed.code, Code::Template);
/// assert_eq!(failed.message, "execution error at (shop/templates/a.yaml:2:9): host must be set");
/// let place = failed.place.expect("a template has places");
/// assert_eq!((&*place.file, place.line, place.column), ("shop/templates/a.yaml", 2, 10));
/// assert!(failed.picture.contains("2 | host: {{ required \"host must be set\" .Values.host }}"));
/// # Ok::<(), chart::Failed>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failed {
    /// Which step failed.
    pub code: Code,
    /// Helm's sentence.
    pub message: String,
    /// Where the fault is, if it is at a place.
    pub place: Option<Place>,
    /// The lines around it with a caret, and how it was reached; empty if there is nothing to show.
    pub picture: String,
}

/// The step that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The chart cannot be loaded, or not installed.
    Chart,
    /// Values cannot be read or merged.
    Values,
    /// Dependencies are missing, or cannot be processed.
    Dependencies,
    /// The values do not fit the schemas.
    Schema,
    /// The release's name is none.
    ReleaseName,
    /// The cluster's version is none, or not one that the chart takes.
    KubeVersion,
    /// A template cannot be parsed or executed.
    Template,
    /// What came out is not YAML, or not what Kubernetes takes.
    Manifest,
}

impl Code {
    /// A word for the code, for reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Values => "values",
            Self::Dependencies => "dependencies",
            Self::Schema => "schema",
            Self::ReleaseName => "release-name",
            Self::KubeVersion => "kube-version",
            Self::Template => "template",
            Self::Manifest => "manifest",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file: a template's path begins with the chart's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Failed {
    /// A failure that is at no place.
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, picture: String::new() }
    }

    pub(super) fn of_chart(error: &model::Error) -> Self {
        Self::new(Code::Chart, error.to_string())
    }

    /// Values that are not there, or not in `text`.
    pub(super) fn of_values(error: &values::Error, text: &[u8]) -> Self {
        let failed = Self::new(Code::Values, error.to_string());
        match error {
            values::Error::File { name, error: DecodeError::Yaml(error), .. } => {
                failed.with(place::of_yaml(error, name, text))
            }
            _ => failed,
        }
    }

    pub(super) fn of_render(error: &render::Error, compat: Compat) -> Self {
        let code = match error {
            render::Error::KubeVersion { .. } => Code::KubeVersion,
            render::Error::Parse(_) | render::Error::Execute(_) => Code::Template,
        };
        Self::new(code, error.message(compat)).with(place::of_render(error))
    }

    pub(super) fn of_manifest(
        error: &manifest::Error,
        texts: &[Rendered],
        trace: Option<&Trace>,
        compat: Compat,
    ) -> Self {
        let failed = Self::new(Code::Manifest, error.message(compat));
        failed.with(place::of_manifest(error, texts, trace))
    }

    fn with(self, fault: Fault) -> Self {
        let Fault { place, picture } = fault;
        Self { place, picture, ..self }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if f.alternate() && !self.picture.is_empty() {
            write!(f, "\n\n{}", self.picture.trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for Failed {}
