//! The answers to completion scripts of cobra's programs, such as those of `helm completion`:
//! `__complete template --comp` gives a line for each word that could follow, and a number behind a
//! colon that says what the shell is to do about spaces and files.

use std::ffi::OsString;

use clap::Arg;

use super::answer::Answer;
use super::kind::Kind;
use super::known_words::KnownWords;
use crate::cli::command::Command;
use crate::cli::find::{self, Found};
use crate::cli::flags::EVERY_COMMAND;
use crate::cli::marks::{Deprecated, Ours};
use crate::cli::program::Program;
use crate::cli::{help, pflag};
use crate::commands::Environment;

/// What could follow, and what the shell is to do.
#[derive(Default)]
struct Reply {
    candidates: Vec<(String, String)>,
    directive: u8,
    /// Why there is nothing better.
    trouble: Option<String>,
}

const NO_SPACE: u8 = 2;
const NO_FILES: u8 = 4;
/// What cobra's scripts show to people.
const ENOUGH: &str =
    "_activeHelp_ This command does not take any more arguments (but may accept flags).";

/// The answer to `words`, the last of which is to be completed.
pub(super) fn answer(
    words: &[OsString],
    described: bool,
    program: &Program,
    environment: &Environment,
) -> Option<Answer> {
    let (last, before) = words.split_last()?;
    let reply = reply(before, &last.to_string_lossy(), program, environment);
    let line = |(word, about): &(String, String)| match described && !about.is_empty() {
        true => format!("{word}\t{about}\n"),
        false => format!("{word}\n"),
    };
    let lines: String = reply.candidates.iter().map(line).collect();
    let names =
        [(NO_SPACE, "ShellCompDirectiveNoSpace"), (NO_FILES, "ShellCompDirectiveNoFileComp")];
    let set = names.iter().filter(|(bit, _)| reply.directive & bit != 0);
    let mut names: Vec<&str> = set.map(|(_, name)| *name).collect();
    if names.is_empty() {
        names.push("ShellCompDirectiveDefault");
    }
    let trouble = reply.trouble.map(|why| format!("[Debug] [Error] {why}\n")).unwrap_or_default();
    Some(Answer {
        out: format!("{lines}:{}\n", reply.directive).into_bytes(),
        err: format!("{trouble}Completion ended with directive: {}\n", names.join(", ")),
    })
}

fn reply(before: &[OsString], last: &str, program: &Program, environment: &Environment) -> Reply {
    let found = find::found(before, program);
    let mut command = found.command.in_dialect(program);
    let (words, open) = open_flag(&command, &found.words, last);
    if let Err(fault) = pflag::read(&mut command, &words) {
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let why =
            format!("Error while parsing flags from args [{}]: {}", words.join(" "), fault.text);
        return Reply { trouble: Some(why), ..Reply::default() };
    }
    let found = Found { words, ..found };
    let known = KnownWords::new(&found, program, environment);
    match open {
        Some((flag, start)) => of_flag(&flag, &start, &known),
        None if last.starts_with('-')
            && !last.contains('=')
            && !found.words.iter().any(|word| word == "--") =>
        {
            flags(&found, last, program)
        }
        None if found.command.is_group() => below(&found, last, &known, program),
        None => of_kind(known.next_kind(&found), last, &known),
    }
}

/// The words without the flag whose value is being written, that flag, and what there is of its
/// value.
fn open_flag(
    command: &clap::Command,
    before: &[OsString],
    last: &str,
) -> (Vec<OsString>, Option<(Arg, String)>) {
    if before.iter().any(|word| word == "--") {
        return (before.to_vec(), None);
    }
    if let Some((flag, value)) = last.split_once('=').filter(|_| last.starts_with('-')) {
        let flag = pflag::named(command, flag.as_bytes());
        return (before.to_vec(), flag.map(|flag| (flag.clone(), value.to_owned())));
    }
    if let Some((word, most)) = before.split_last()
        && word.as_encoded_bytes().starts_with(b"-")
        && let Some(flag) = pflag::named(command, word.as_encoded_bytes())
        && pflag::takes_next(command, word.as_encoded_bytes())
    {
        return (most.to_vec(), Some((flag.clone(), last.to_owned())));
    }
    (before.to_vec(), None)
}

fn of_flag(flag: &Arg, start: &str, known: &KnownWords) -> Reply {
    let values = flag.get_possible_values();
    if values.is_empty() {
        return of_kind(Kind::of(flag), start, known);
    }
    let values = values.iter().map(|value| (value.get_name().to_owned(), String::new()));
    Reply { candidates: values.collect(), directive: NO_FILES, trouble: None }
}

fn of_kind(kind: Kind, start: &str, known: &KnownWords) -> Reply {
    let found = known.candidates(kind, start);
    let mut candidates = found.words;
    if kind == Kind::NoMore {
        candidates.push((ENOUGH.to_owned(), String::new()));
    }
    let space = if found.goes_on { NO_SPACE } else { 0 };
    let files = if found.files { 0 } else { NO_FILES };
    Reply { candidates, directive: space | files, trouble: None }
}

/// The commands below the one that was found.
fn below(found: &Found, start: &str, known: &KnownWords, program: &Program) -> Reply {
    if let Some(word) = known.first_word() {
        let why = format!("unable to find a command for arguments: [{word}]");
        let trouble = found.is_root().then_some(why);
        return Reply { trouble, ..Reply::default() };
    }
    let below = found.command.below(program).into_iter();
    let fitting = below.filter(|(name, _)| name.starts_with(start));
    let mut candidates: Vec<_> = fitting.map(|(name, about)| (name.to_owned(), about)).collect();
    candidates.sort_unstable();
    Reply { candidates, directive: NO_FILES, trouble: None }
}

/// The flags that may still be given.
fn flags(found: &Found, start: &str, program: &Program) -> Reply {
    let mut command = found.command.in_dialect(program);
    let given = pflag::given(&mut command, &found.words);
    let shown = match program.is_helm() {
        true => helms(found.command, program),
        false => help::shown(found.command, program),
    };
    let mut flags: Vec<&Arg> = shown.get_arguments().filter(|flag| !flag.is_hide_set()).collect();
    flags.retain(|flag| !pflag::is_used(flag, &given));
    flags.sort_unstable_by_key(|flag| (is_local(flag, found), flag.get_long()));
    let candidates = flags.into_iter().flat_map(|flag| {
        let about = flag.get_help().map(ToString::to_string).unwrap_or_default();
        let long = flag.get_long().map(|name| format!("--{name}"));
        let short = flag.get_short().map(|letter| format!("-{letter}"));
        [long, short].into_iter().flatten().map(move |word| (word, about.clone()))
    });
    let candidates = candidates.filter(|(word, _)| word.starts_with(start)).collect();
    Reply { candidates, directive: NO_FILES, trouble: None }
}

/// True for a flag that the commands below this one do not have.
fn is_local(flag: &Arg, found: &Found) -> bool {
    let is_inherited = flag.get_help_heading() == Some(EVERY_COMMAND) && flag.get_id() != "help";
    !is_inherited && !found.is_root()
}

/// The command with those flags shown that Helm shows, whether they do anything here or not.
fn helms(command: &Command, program: &Program) -> clap::Command {
    let compat = program.compat;
    command.declared(program).mut_args(|arg| {
        let is_gone = arg.get::<Deprecated>().is_some_and(|deprecated| deprecated.0 == compat);
        let is_helms = pflag::is_in(&arg, compat) && arg.get::<Ours>().is_none() && !is_gone;
        let is_hidden = arg.is_hide_set() || !is_helms;
        arg.hide(is_hidden)
    })
}
