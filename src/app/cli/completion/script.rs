//! The completion scripts.

use clap_complete::env::Shells;

use crate::cli::program::Program;

/// The shells for which there is a script.
pub(in crate::app::cli) const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The variable with the shell whose script asks.
pub(super) const ASKED_BY: &str = "CHART_COMPLETE";

/// The completion script for `shell`, if there is one.
pub(in crate::app::cli) fn script(shell: &str, program: &Program) -> Option<Vec<u8>> {
    let shells = Shells::builtins();
    let shell = shells.completer(shell)?;
    let (name, mut text) = (&program.name, Vec::new());
    shell.write_registration(ASKED_BY, name, name, &completer(program), &mut text).ok()?;
    Some(text)
}

/// The program as it can be started from every folder.
fn completer(program: &Program) -> String {
    let path = std::path::Path::new(&program.started_as);
    let absolute = (path.components().count() > 1).then(|| std::path::absolute(path).ok());
    absolute.flatten().map_or(program.started_as.clone(), |path| path.display().to_string())
}
