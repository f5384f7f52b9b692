//! What a run of the program is given, and how it can fail.

use std::ffi::OsString;
use std::io::Write;

use crate::session::Environment;

/// What a run of the program is given.
pub struct Process<'p> {
    /// The words of the command line, the program's own name first.
    pub words: Vec<OsString>,
    /// The environment.
    pub environment: Environment,
    /// Standard output.
    pub out: &'p mut dyn Write,
    /// Standard error.
    pub err: &'p mut dyn Write,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
}

/// How a run failed, and its exit status.
pub(super) enum Failed {
    /// Everything has been said.
    Quietly(u8),
    /// With this sentence.
    Saying(String, u8),
}

impl From<String> for Failed {
    fn from(text: String) -> Self {
        Self::Saying(text, 1)
    }
}

/// The last value of `flag` among `words`, before they are read: of a flag that decides how they are.
pub(super) fn last_value<'w>(flag: &str, words: &'w [OsString]) -> Option<&'w str> {
    let words = words.iter().skip(1).take_while(|word| *word != "--");
    let mut words = words.map(|word| word.to_str().unwrap_or_default());
    let mut found = None;
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => found = words.next(),
            Some(value) => found = value.strip_prefix('=').or(found),
            None => {}
        }
    }
    found
}

/// True for what Helm takes for a truth in the environment.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True")
}
