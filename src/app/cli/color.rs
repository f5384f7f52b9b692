//! `--color`: which streams have colours. Helm 4 looks at it before anything else.

use std::ffi::OsString;
use std::io::Write;

use super::pflag;
use super::process::{Failed, Process, last_value};
use crate::model::log_line;
use go_text_template::Compat;
use go_text_template::data::quoted;

/// Which streams have colours where they are for people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colors {
    pub(super) out: bool,
    pub(super) err: bool,
}

impl Colors {
    /// What flags, environment and terminals say, in Helm 4's order.
    pub(super) fn of(process: &Process<'_>) -> Self {
        let of_flag = |name| last_value(name, &process.words).map(str::to_owned);
        let of_environment = || process.environment.get("HELM_COLOR").map(str::to_lowercase);
        let mode = of_flag("--color").or_else(|| of_flag("--colour")).or_else(of_environment);
        let is_dumb = process.environment.get("TERM") == Some("dumb");
        let is_on = |is_terminal: bool| match mode.as_deref() {
            _ if process.environment.get("NO_COLOR").is_some() => false,
            Some("never") => false,
            Some("always") => true,
            _ => is_terminal && !is_dumb,
        };
        Self { out: is_on(process.out_is_terminal), err: is_on(process.err_is_terminal) }
    }
}

/// Checks the mode that is asked for, among the words of the command that `root` gives. A bad one in
/// the environment counts as none.
pub(super) fn check(
    words: &[OsString],
    compat: Compat,
    root: impl FnOnce() -> clap::Command,
    err: &mut dyn Write,
) -> Result<(), Failed> {
    let is_about_color = |word: &OsString| word.as_encoded_bytes().starts_with(b"--col");
    if compat.is_helm3() || !words.iter().any(is_about_color) {
        return Ok(());
    }
    let mut command = root();
    for name in NAMES {
        command = command.mut_arg(name, |arg| arg.value_parser(clap::value_parser!(OsString)));
    }
    let words = pflag::known_words(&command, words);
    let matches = pflag::read_known(&mut command, &words);
    let given = NAMES.into_iter().filter_map(|name| matches.get_one::<OsString>(name));
    let is_mode = |mode: &&OsString| MODES.iter().any(|known| *mode == known);
    let Some(mode) = given.into_iter().find(|mode| !is_mode(mode)) else { return Ok(()) };
    let mode = quoted(mode.as_encoded_bytes());
    let error = format!("invalid color mode {mode}: must be one of: never, auto, always");
    let line = log_line(b"WARN", b"command failed", &[(b"error", error.as_bytes())]);
    let _ = writeln!(err, "{line}");
    Err(Failed::Quietly(1))
}

const NAMES: [&str; 2] = ["color", "colour"];
const MODES: [&str; 3] = ["never", "auto", "always"];
