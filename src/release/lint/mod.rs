//! What is wrong, or could be better, with a chart.
//!
//! In: what is on disk of a chart, and what became of rendering it. Out: messages, in Helm's order
//! and words. A rule is a small function that says what it finds; the tables tell how bad that is.

mod addresses;
mod chart_file;
mod crds;
mod dependencies;
mod deprecations;
mod names;
mod stream;
mod templates;
mod values;

use crate::model::{Chart, File, PathError};
use crate::render::Rendered;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};
use go_text_template::yaml::{self, Shape};

pub use deprecations::warning as deprecation;
pub use values::Values;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Could be better.
    Info,
    /// Breaks a convention.
    Warning,
    /// Will not work.
    Error,
}

impl Severity {
    /// The word that stands in front of messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// How bad it is.
    pub severity: Severity,
    /// The rule, for those who want to count or silence it.
    pub rule: &'static str,
    /// The file or folder, as Helm names it: mostly below the chart's folder.
    pub path: String,
    /// The file that it is really about, below the chart's folder, where `path` does not say.
    pub file: Option<String>,
    /// The line in that file, from 1, where that is known.
    pub line: Option<usize>,
    /// What is wrong, in Helm's words.
    pub text: String,
}

/// A chart as it lies there.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The Helm that is equalled.
    pub compat: Compat,
    /// The chart's folder, as an absolute path.
    pub folder: Str,
    /// Chart.yaml.
    pub chart_file: Place,
    /// The text of Chart.yaml.
    pub chart_text: Result<Str, PathError>,
    /// values.yaml.
    pub values: Place,
    /// The text of values.yaml, if it can be read.
    pub values_text: Option<Str>,
    /// What is wrong with values.yaml, if there is one.
    pub values_fit: Result<(), Failure>,
    /// templates/.
    pub templates: Place,
    /// crds/.
    pub crds: Place,
    /// The chart, or why it cannot be loaded.
    pub chart: Result<Chart, String>,
    /// What became of rendering it.
    pub rendering: Rendering,
    /// The version of Kubernetes that the chart has to work with.
    pub kubernetes: (u64, u64),
}

/// What there is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing.
    Missing,
    /// A folder.
    Folder,
    /// Something else.
    File,
    /// It cannot be told.
    Unknown(PathError),
}

/// What became of rendering a chart.
#[derive(Clone, Debug)]
pub enum Rendering {
    /// It was not tried, or is not worth a message.
    LeftOut,
    /// It failed.
    Failed {
        /// Helm's words.
        text: String,
        /// The template and the line in it, if that is known.
        place: Option<(String, usize)>,
    },
    /// It went well.
    Done {
        /// The templates of the chart itself.
        templates: Vec<File>,
        /// What came out, by the paths of templates from the chart's name on.
        texts: Vec<Rendered>,
        /// The chart's name.
        name: Str,
    },
}

/// What all rules find.
pub fn lint(subject: &Subject) -> Vec<Message> {
    let mut found = Findings(Vec::new());
    chart_file::lint(subject, &mut found);
    values::lint(subject, &mut found);
    templates::lint(subject, &mut found);
    dependencies::lint(subject, &mut found);
    if !subject.compat.is_helm3() {
        crds::lint(subject, &mut found);
    }
    found.0
}

/// The messages so far.
struct Findings(Vec<Message>);

impl Findings {
    /// Takes what a rule found; true if that is nothing.
    fn take(
        &mut self,
        severity: Severity,
        rule: &'static str,
        path: &str,
        line: Option<usize>,
        found: Result<(), Failure>,
    ) -> bool {
        let Err(failure) = found else { return true };
        let (path, text) = (path.to_owned(), failure.to_string());
        self.0.push(Message { severity, rule, path, file: None, line, text });
        false
    }
}

/// The line of `text` that has the byte at `offset`.
fn line_at(text: &[u8], offset: usize) -> usize {
    1 + text[..offset.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// The line of `text` in which it is not the YAML that `shape` wants.
fn line_of_fault(text: &Str, shape: &Shape) -> Option<usize> {
    let error = yaml::read_as(text, shape).err()?;
    Some(line_at(text, error.place()?.offset))
}

/// The line that `key` is on in the table of `text`.
fn line_of(text: &[u8], key: &[&str]) -> Option<usize> {
    let place = yaml::locate(text, key)?;
    Some(line_at(text, usize::try_from(place.start).ok()?))
}
