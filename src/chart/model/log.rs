//! Lines for standard error: what is said on the way to a result.

use std::fmt::Display;
use std::io::Write;

use super::{Notice, log_line};
use go_text_template::Compat;

/// Where lines are said, in whose words, and how many of them.
pub struct Log<'l> {
    /// Whose words they are.
    pub compat: Compat,
    /// Whether `--debug` was given.
    pub is_debug: bool,
    /// Where they go.
    pub err: &'l mut dyn Write,
}

impl Log<'_> {
    /// Writes a line. A closed stream is nobody's fault.
    pub fn say(&mut self, line: impl Display) {
        let _ = writeln!(self.err, "{line}");
    }

    /// Writes what Helm would log.
    pub fn say_all(&mut self, notices: &[Notice]) {
        notices.iter().for_each(|notice| self.say(notice.line(self.compat)));
    }

    /// Writes what Helm 4 logs with `--debug`.
    pub fn debug(&mut self, message: &str, attributes: &[(&str, &str)]) {
        if self.is_debug && !self.compat.is_helm3() {
            let attributes: Vec<(&[u8], &[u8])> =
                attributes.iter().map(|(key, value)| (key.as_bytes(), value.as_bytes())).collect();
            self.say(log_line(b"DEBUG", message.as_bytes(), &attributes));
        }
    }
}
