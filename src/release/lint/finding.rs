//! What rules find.

use go_text_template::data::Failure;

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

/// The line that `key` is on in the table of `text`.
pub(super) fn line_of(text: &[u8], key: &[&str]) -> Option<usize> {
    let place = go_text_template::yaml::locate(text, key)?;
    let before = &text[..text.len().min(usize::try_from(place.start).ok()?)];
    Some(1 + before.iter().filter(|&&byte| byte == b'\n').count())
}
