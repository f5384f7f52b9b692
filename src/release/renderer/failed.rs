//! Why there is no rendering.

use std::fmt;

use super::place::{self, Place};
use crate::model::DecodeError;
use crate::pipeline::{Broken, Error, Prepared, Replay};
use crate::{render, values};
use go_text_template::Compat;
use go_text_template::data::Str;

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

impl Failed {
    fn new(code: Code, message: String) -> Self {
        Self { code, message, place: None, picture: String::new() }
    }

    /// What stopped a step that is at no place.
    pub(super) fn of(error: &Error, compat: Compat) -> Self {
        Self::new(code(error), error.message(compat))
    }

    /// What stopped the templates or their output.
    pub(super) fn of_broken(broken: Broken, prepared: &Prepared, world: &Replay<'_>) -> Self {
        let place = place::of_broken(&broken, prepared, world);
        let picture = broken.faults.first().map(ToString::to_string).unwrap_or_default();
        Self { place, picture, ..Self::of(&broken.error, prepared.compat) }
    }

    /// A text of values that is none.
    pub(super) fn of_values(error: DecodeError, name: Str, text: &[u8], compat: Compat) -> Self {
        let (place, picture) = match &error {
            DecodeError::Yaml(error) => place::of_yaml(error, &name, text).unzip(),
            _ => (None, None),
        };
        let failed = Self::of(&Error::Values(values::Error::File { name, error, compat }), compat);
        Self { place, picture: picture.unwrap_or_default(), ..failed }
    }
}

/// The step that `error` comes from.
fn code(error: &Error) -> Code {
    match error {
        Error::Chart(_) | Error::NotInstallable(_) | Error::ApiVersion => Code::Chart,
        Error::Values(_) => Code::Values,
        Error::Dependencies(_) | Error::ProcessDependencies(_) => Code::Dependencies,
        Error::Schema(_) => Code::Schema,
        Error::ReleaseName(_) | Error::ReservedLabel => Code::ReleaseName,
        Error::KubeVersion(..) => Code::KubeVersion,
        Error::Render(error) if matches!(**error, render::Error::KubeVersion { .. }) => {
            Code::KubeVersion
        }
        Error::Render(_) => Code::Template,
        Error::Manifest(_) => Code::Manifest,
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
