//! What could follow on the command line, as the completion scripts of cobra's programs ask for it:
//! `chart __complete template --comp` gives a line for each word that fits, and a number behind a
//! colon that says what the shell is to do about files.

use super::Program;
use super::commands::{Found, ROOT, below};
use super::flags::{Flag, Takes};
use super::parse;

/// What the shell is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    /// Offer files if there is nothing else.
    Default,
    /// Offer what is here and nothing more.
    NoFiles,
}

/// A word that could follow, and what it is for.
type Candidate = (String, &'static str);

/// The answer for standard output and the one for standard error, if `words` ask for one.
pub(super) fn answer(words: &[String], program: &Program) -> Option<(String, String)> {
    let described = match words.first().map(String::as_str) {
        Some("__complete") => true,
        Some("__completeNoDesc") => false,
        _ => return None,
    };
    let (last, before) = words[1..].split_last()?;
    let (candidates, directive) = candidates(before, last, program);
    let line = |(word, help): &Candidate| match described && !help.is_empty() {
        true => format!("{word}\t{help}\n"),
        false => format!("{word}\n"),
    };
    let (number, name) = match directive {
        Directive::Default => (0, "ShellCompDirectiveDefault"),
        Directive::NoFiles => (4, "ShellCompDirectiveNoFileComp"),
    };
    let lines: String = candidates.iter().map(line).collect();
    Some((format!("{lines}:{number}\n"), format!("Completion ended with directive: {name}")))
}

/// What could stand in the place of `last`, behind the words `before`.
fn candidates(before: &[String], last: &str, program: &Program) -> (Vec<Candidate>, Directive) {
    let root = Found { command: &ROOT, path: program.name.clone(), words: before.to_vec() };
    let found = below(root, program);
    let known = found.command.flags(program.compat);
    if let Some((flag, value)) = open_flag(&found.words, last, &known) {
        return (values(flag.values, value), of_values(flag.values));
    }
    if last.starts_with('-') && !last.contains('=') {
        return (flags(&known, &found.words, last), Directive::NoFiles);
    }
    let arguments = parse::parse_known(&found.words, &known).arguments;
    if found.command.is_group() {
        let commands =
            if arguments.is_empty() { commands(&found, last, program) } else { Vec::new() };
        return (commands, Directive::NoFiles);
    }
    if !found.command.takes_more_than(arguments.len()) {
        return (Vec::new(), Directive::NoFiles);
    }
    let first_words = if arguments.is_empty() { found.command.first_words } else { &[] };
    (values(first_words, last), of_values(first_words))
}

fn of_values(values: &[&str]) -> Directive {
    if values.is_empty() { Directive::Default } else { Directive::NoFiles }
}

/// The flag whose value is being written, and as much as there is of it.
fn open_flag<'l>(
    before: &[String],
    last: &'l str,
    known: &[&'static Flag],
) -> Option<(&'static Flag, &'l str)> {
    if before.iter().any(|word| word == "--") {
        return None;
    }
    let by_word = |word: &str| {
        known.iter().copied().find(|flag| match word.strip_prefix("--") {
            Some(name) => flag.name == name,
            None => word.starts_with('-') && word[1..].chars().eq(flag.short),
        })
    };
    if let Some((word, value)) = last.split_once('=').filter(|_| last.starts_with('-')) {
        return Some((by_word(word)?, value));
    }
    let flag = by_word(before.last()?)?;
    flag.takes.when_bare().is_none().then_some((flag, last))
}

fn values(values: &[&str], start: &str) -> Vec<Candidate> {
    let fitting = values.iter().filter(|value| value.starts_with(start));
    fitting.map(|value| ((*value).to_owned(), "")).collect()
}

/// The commands below the one that was found, in the order of their names.
fn commands(found: &Found, start: &str, program: &Program) -> Vec<Candidate> {
    let own = found.command.commands.iter().filter(|command| command.is_known(program.compat));
    let own = own.map(|command| (command.name, command.summary));
    let help = found.command.name.is_empty().then_some(("help", "show the help of a command"));
    let mut fitting: Vec<Candidate> = own
        .chain(help)
        .filter(|(name, _)| name.starts_with(start))
        .map(|(name, summary)| (name.to_owned(), summary))
        .collect();
    fitting.sort_unstable();
    fitting
}

/// The flags that are shown in the help and may still be given.
fn flags(known: &[&'static Flag], before: &[String], start: &str) -> Vec<Candidate> {
    let given = parse::parse_known(before, known);
    let repeats = |flag: &Flag| matches!(flag.takes, Takes::Texts | Takes::List | Takes::Pairs);
    let mut fitting = Vec::new();
    for flag in known.iter().filter(|flag| !flag.help.is_empty()) {
        if given.has(flag.name) && !repeats(flag) {
            continue;
        }
        let short = flag.short.map(|letter| format!("-{letter}"));
        let words = [Some(format!("--{}", flag.name)), short].into_iter().flatten();
        let words = words.filter(|word| word.starts_with(start));
        fitting.extend(words.map(|word| (word, flag.help)));
    }
    fitting.sort_unstable();
    fitting
}
