//! A failure to standard error: Helm's sentence, and below it, when asked for, the picture.

use super::{Error, Session};

impl Session<'_> {
    /// Writes what Helm writes about `error`.
    pub fn report(&mut self, error: &Error) {
        if let Some(line) = error.log_line(self.compat) {
            self.say(line);
        }
        // Helm says so below all failures of a release. Where a picture says more, only below those
        // that it is true of.
        let is_helpful = if self.diagnostics { error.is_of_yaml() } else { error.has_release() };
        let hint = if is_helpful && !self.debug {
            "\n\nUse --debug flag to render out invalid YAML"
        } else {
            ""
        };
        self.say(format_args!("Error: {}{hint}", error.message(self.compat)));
        if !self.picture.is_empty() {
            let picture = std::mem::take(&mut self.picture);
            self.say(format_args!("\n{}", picture.trim_end()));
        }
    }
}
