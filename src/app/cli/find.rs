//! Which command the words of the command line name.

use std::ffi::OsString;

use super::command::Command;
use super::commands::ROOT;
use super::pflag;
use super::process::Failed;
use super::program::Program;

/// A command that was found among the words of the command line.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) command: &'static Command,
    /// Its name behind those of the commands above it, the program's first.
    pub(super) path: String,
    /// The names behind the program's.
    pub(super) names: Vec<&'static str>,
    /// The words that are left.
    pub(super) words: Vec<OsString>,
}

/// The command among `words`, and the other words.
pub(super) fn find(words: &[OsString], program: &Program) -> Result<Found, Failed> {
    let mut found = below(Found::root(words, program), program);
    let Some(at) = command_position(&found.words, program).filter(|_| found.is_root()) else {
        return Ok(found);
    };
    let name = found.words.remove(at);
    if name == "help" {
        help_wanted(found, program)
    } else {
        Err(ROOT.unknown(&name, &program.name, program).into())
    }
}

/// What `--version` stands for.
pub(super) fn version(program: &Program) -> Found {
    below(Found::root(&["version".into()], program), program)
}

/// The first word that is neither a flag nor the value of one, and the other words.
pub(super) fn first_word(
    words: &[OsString],
    program: &Program,
) -> Option<(OsString, Vec<OsString>)> {
    let at = command_position(words, program)?;
    let mut words = words.to_vec();
    let word = words.remove(at);
    Some((word, words))
}

/// True if the program has a command that `name` calls.
pub(super) fn is_known(name: &str) -> bool {
    ROOT.by_name(name).is_some() || name == "help"
}

/// Follows the words from command to command as long as they name one.
pub(super) fn below(mut found: Found, program: &Program) -> Found {
    while found.command.is_group()
        && let Some(at) = command_position(&found.words, program)
        && let Some(command) = found.words[at].to_str().and_then(|word| found.command.by_name(word))
        && command.is_in(program.compat)
    {
        found.words.remove(at);
        found.path = format!("{} {}", found.path, command.name);
        found.names.push(command.name);
        found.command = command;
    }
    found
}

/// The command among words that may not be complete, and the other words. That of `help COMMAND` is
/// the command.
pub(super) fn found(words: &[OsString], program: &Program) -> Found {
    let mut found = below(Found::root(words, program), program);
    match command_position(&found.words, program) {
        Some(at) if found.is_root() && found.words[at] == "help" => {
            found.words.remove(at);
            below(found, program)
        }
        _ => found,
    }
}

/// What `help COMMAND` stands for: the command with `--help`. A command that there is not is an error
/// here, where Helm shows the help of those above it.
fn help_wanted(found: Found, program: &Program) -> Result<Found, Failed> {
    let mut found = below(found, program);
    match command_position(&found.words, program) {
        Some(at) if found.command.is_group() && !program.is_helm() => {
            Err(found.command.unknown(&found.words[at], &found.path, program).into())
        }
        _ => {
            found.words = vec!["--help".into()];
            Ok(found)
        }
    }
}

impl Found {
    /// The program itself, before any word was looked at.
    pub(super) fn root(words: &[OsString], program: &Program) -> Self {
        let (path, words) = (program.name.clone(), words.to_vec());
        Self { command: &ROOT, path, names: Vec::new(), words }
    }

    pub(super) fn is_root(&self) -> bool {
        self.command.name.is_empty()
    }
}

/// Where the first word is that is neither a flag nor the value of one. A flag that is not one of
/// every command counts as one with a value.
fn command_position(words: &[OsString], program: &Program) -> Option<usize> {
    let mut known = None;
    let mut at = 0;
    while let Some(word) = words.get(at).map(|word| word.as_encoded_bytes()) {
        match word {
            b"--" => return None,
            b"" => at += 1,
            [b'-', ..] => {
                let known = known.get_or_insert_with(|| ROOT.in_dialect(program));
                at += if pflag::takes_next(known, word) { 2 } else { 1 };
            }
            _ => return Some(at),
        }
    }
    None
}
