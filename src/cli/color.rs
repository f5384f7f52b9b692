//! `--color` of Helm 4, which it looks at before anything else.

use std::io::Write;

use super::Failed;
use super::commands::ROOT;
use super::parse;
use crate::chart::log_line;
use crate::compat::Compat;

/// Checks the mode that is asked for; nothing here is ever coloured. A bad one in the environment
/// counts as none.
pub(super) fn check(words: &[String], err: &mut dyn Write) -> Result<(), Failed> {
    let parsed = parse::parse_known(words, &ROOT.flags(Compat::Helm4));
    let is_mode = |mode: &&str| ["never", "auto", "always"].contains(mode);
    let given = ["color", "colour"].into_iter().filter_map(|name| parsed.text(name));
    let Some(mode) = given.into_iter().find(|mode| !is_mode(mode)) else {
        return Ok(());
    };
    let error = format!("invalid color mode {mode:?}: must be one of: never, auto, always");
    let line = log_line(b"WARN", b"command failed", &[(b"error", error.as_bytes())]);
    let _ = writeln!(err, "{line}");
    Err(Failed::Quietly(1))
}
