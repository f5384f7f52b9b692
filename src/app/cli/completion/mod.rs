//! What could follow on the command line, for shells that ask.
//!
//! Scripts of `chart completion` ask clap's engine; those of Helm ask as cobra's programs are asked.

mod answer;
mod cobra;
pub(super) mod kind;
mod known_words;
pub(super) mod script;

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::Arg;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};
use clap_complete::env::Shells;

use self::answer::Answer;
use self::kind::Kind;
use self::known_words::KnownWords;
use self::script::ASKED_BY;
use super::command::WORDS;
use super::find::{self, Found};
use super::process::Process;
use super::program::Program;
use super::{help, pflag};

/// The answer, if a script asks with `words`.
pub(super) fn answer(
    words: &[OsString],
    program: &Program,
    process: &Process<'_>,
) -> Option<Answer> {
    let (first, rest) = words.split_first()?;
    if first == "__complete" || first == "__completeNoDesc" {
        return cobra::answer(rest, first == "__complete", program, &process.environment);
    }
    let shell = process.environment.get(ASKED_BY).filter(|_| first == "--")?;
    let out = in_shell(shell, rest, program, process).unwrap_or_default();
    Some(Answer { out, err: String::new() })
}

/// The candidates for the current one of `words`, as `shell` reads them.
fn in_shell(
    shell: &str,
    words: &[OsString],
    program: &Program,
    process: &Process<'_>,
) -> Option<Vec<u8>> {
    let index = process.environment.get("_CLAP_COMPLETE_INDEX").and_then(|text| text.parse().ok());
    let index = index.unwrap_or(words.len().checked_sub(1)?);
    if shell == "bash" {
        let (words, done) = joined(words.get(..=index)?);
        let found = of_engine(&words, words.len() - 1, program, process)?;
        let texts = found.iter().map(|candidate| candidate.get_value().to_string_lossy());
        let texts: Vec<_> =
            texts.map(|text| text.get(done..).unwrap_or_default().to_owned()).collect();
        let separator = process.environment.get("_CLAP_IFS").unwrap_or("\n");
        return Some(texts.join(separator).into_bytes());
    }
    let (mut command, words) = asked(words, index, program, process)?;
    let (shells, mut out) = (Shells::builtins(), Vec::new());
    shells.completer(shell)?.write_complete(&mut command, words, None, &mut out).ok()?;
    Some(out)
}

fn of_engine(
    words: &[OsString],
    index: usize,
    program: &Program,
    process: &Process<'_>,
) -> Option<Vec<CompletionCandidate>> {
    let (mut command, words) = asked(words, index, program, process)?;
    complete(&mut command, words, index, None).ok()
}

/// bash takes words apart at `=` and `:`. This puts them together again, and tells how many bytes of
/// the last one bash counts as another word, which is done.
fn joined(pieces: &[OsString]) -> (Vec<OsString>, usize) {
    let is_break = |piece: &OsString| piece == "=" || piece == ":";
    let mut words: Vec<OsString> = Vec::new();
    let mut done = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let belongs = at > 1 && (is_break(piece) || is_break(&pieces[at - 1]));
        match words.last_mut().filter(|_| belongs) {
            Some(word) => {
                done = if is_break(piece) { word.len() + piece.len() } else { word.len() };
                word.push(piece);
            }
            None => {
                done = 0;
                words.push(piece.clone());
            }
        }
    }
    (words, done)
}

/// The command among `words` with what completes its words, and the words in the order in which
/// clap's engine, which knows no flags in front of commands, understands them.
fn asked(
    words: &[OsString],
    index: usize,
    program: &Program,
    process: &Process<'_>,
) -> Option<(clap::Command, Vec<OsString>)> {
    let found = find::found(words.get(1..index)?, program);
    let is_flag = words.get(index).is_some_and(|word| word.as_encoded_bytes().starts_with(b"-"));
    let names = found.names.clone();
    let mut ordered = words[..1].to_vec();
    ordered.extend(names.iter().map(OsString::from));
    // The word `help` is none of them, but has its place.
    let missing = index - ordered.len() - found.words.len();
    ordered.extend(std::iter::repeat_n(OsString::new(), missing));
    ordered.extend(found.words.iter().cloned());
    ordered.extend_from_slice(words.get(index..)?);
    let mut command = completing(&found, is_flag, program, process);
    for name in names.iter().rev() {
        command = clap::Command::new("").subcommand(command.name(*name));
    }
    Some((command, ordered))
}

/// The command that was found, with what completes its words; flags only for a word that is one, or
/// if there is nothing else.
fn completing(
    found: &Found,
    is_flag: bool,
    program: &Program,
    process: &Process<'_>,
) -> clap::Command {
    let shown = help::shown(found.command, program);
    let given = pflag::given(&mut found.command.in_dialect(program), &found.words);
    let known = Arc::new(KnownWords::new(found, program, &process.environment));
    let mut command = clap::Command::new("").disable_help_flag(true).disable_help_subcommand(true);
    for arg in
        shown.get_arguments().filter(|arg| !arg.is_hide_set() && !pflag::is_used(arg, &given))
    {
        let arg = arg.clone().hide(!is_flag);
        let kind = Kind::of(&arg);
        command = command.arg(completed(arg, kind, &known));
    }
    if found.command.is_group() {
        let below = found.command.below(program);
        return command.subcommands(
            below.into_iter().map(|(name, about)| clap::Command::new(name).about(about)),
        );
    }
    let kind = known.next_kind(found);
    command.arg(completed(Arg::new(WORDS).num_args(0..), kind, &known))
}

fn completed(arg: Arg, kind: Kind, known: &Arc<KnownWords>) -> Arg {
    if !arg.get_action().takes_values() || !arg.get_possible_values().is_empty() {
        return arg;
    }
    let known = known.clone();
    arg.add(ArgValueCompleter::new(move |start: &OsStr| known.in_shell(kind, start)))
}
