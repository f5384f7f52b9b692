//! What rules find.

use go_text_template::data::{Failure, Str};
use go_text_template::yaml::{self, Shape};

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

/// The messages so far.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) messages: Vec<Message>,
}

impl Findings {
    /// Takes what a rule found; true if that is nothing.
    pub(super) fn take(
        &mut self,
        severity: Severity,
        rule: &'static str,
        path: &str,
        line: Option<usize>,
        found: Result<(), Failure>,
    ) -> bool {
        let Err(failure) = found else { return true };
        let (path, text) = (path.to_owned(), failure.to_string());
        self.messages.push(Message { severity, rule, path, file: None, line, text });
        false
    }
}

/// The line of `text` that has the byte at `offset`.
pub(super) fn line_at(text: &[u8], offset: usize) -> usize {
    1 + text[..offset.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// The line of `text` in which it is not the YAML that `shape` wants.
pub(super) fn line_of_fault(text: &Str, shape: &Shape) -> Option<usize> {
    let error = yaml::read_as(text, shape).err()?;
    Some(line_at(text, error.place()?.offset))
}

/// The line that `key` is on in the table of `text`.
pub(super) fn line_of(text: &[u8], key: &[&str]) -> Option<usize> {
    let place = yaml::locate(text, key)?;
    Some(line_at(text, usize::try_from(place.start).ok()?))
}
