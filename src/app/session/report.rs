//! A failure to standard error: Helm's sentence, and below it, when asked for, the picture.

use super::{Error, Session};
use go_text_template::diagnostics::write_styled;

impl Session<'_> {
    /// Writes what Helm writes about `error`.
    pub fn report(&mut self, error: &Error) {
        let mut faults = std::mem::take(&mut self.faults);
        if faults.is_empty() {
            faults.push(error.fault(self.compat));
        }
        if let Some(told) = self.told {
            if let Some((name, folder)) = &self.chart {
                faults = faults.into_iter().map(|fault| fault.below(name, folder)).collect();
            }
            return told.add(self.release.as_deref(), faults);
        }
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
        let mark = if self.colors { MARK } else { "Error:" };
        let _ = write_styled(self.err, mark);
        self.say(format_args!(" {}{hint}", error.message(self.compat)));
        if self.diagnostics {
            faults.iter().for_each(|fault| self.show(&fault.to_string()));
        }
    }

    /// Writes the picture of a fault, if there is one, below a blank line.
    pub fn show(&mut self, picture: &str) {
        if !picture.is_empty() {
            let painted = self.colors.then(|| painted(picture));
            let picture = painted.as_deref().unwrap_or(picture);
            let _ = write_styled(self.err, &format!("\n{}\n", picture.trim_end()));
        }
    }
}

/// `Error:`, for people.
pub const MARK: &str = "\x1b[1m\x1b[31mError:\x1b[0m";

/// A picture with colours: its arrows, and the carets with what stands beside them.
fn painted(picture: &str) -> String {
    picture.split_inclusive('\n').map(painted_line).collect()
}

fn painted_line(line: &str) -> String {
    let start = line.len() - line.trim_start().len();
    let behind = |bar: usize| bar + 1 + line[bar + 1..].find('^').unwrap_or_default();
    let bar = line.find('|').filter(|bar| line[..*bar].trim().is_empty());
    match bar {
        _ if line[start..].starts_with("--> ") => styled(line, start, "\x1b[34m"),
        Some(bar) if line[bar + 1..].trim_start().starts_with('^') => {
            styled(line, behind(bar), "\x1b[1m\x1b[31m")
        }
        _ => line.to_owned(),
    }
}

/// `line`, in another style from `start` on.
fn styled(line: &str, start: usize, style: &str) -> String {
    let text = line[start..].trim_end();
    let end = &line[start + text.len()..];
    format!("{}{style}{text}\x1b[0m{end}", &line[..start])
}
