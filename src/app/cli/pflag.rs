//! pflag's dialect: clap reads words with it, and says of wrong ones what pflag says.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use bstr::ByteSlice;
use clap::builder::{ArgExt, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::go_values::{self, Wait};
use super::marks::{Deprecated, NO_WORD, Only, WhenBare};
use go_text_template::Compat;

/// The same command, in pflag's dialect. Its words begin behind its name.
pub(super) fn dialect(command: Command, compat: Compat) -> Command {
    command
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .mut_args(|arg| as_pflag_has_it(arg, compat))
}

fn as_pflag_has_it(arg: Arg, compat: Compat) -> Arg {
    if arg.is_positional() {
        return arg;
    }
    if !is_in(&arg, compat) {
        return foreign(arg);
    }
    let arg = arg.allow_hyphen_values(true);
    let arg = match go_values::parser_of(&arg, compat) {
        Some(parser) => arg.value_parser(parser),
        None => arg,
    };
    match arg.get::<WhenBare>().copied() {
        Some(WhenBare(value)) => bare(arg, value),
        None if matches!(arg.get_action(), ArgAction::SetTrue) => switch(bare(arg, "true")),
        None => arg,
    }
}

/// True if the Helm that is equalled has the flag.
pub(super) fn is_in(arg: &Arg, compat: Compat) -> bool {
    arg.get::<Only>().is_none_or(|only| only.0 == compat)
}

/// A flag that stands for `value` when it has none behind a `=`.
fn bare(arg: Arg, value: &'static str) -> Arg {
    arg.num_args(0..=1).require_equals(true).default_missing_value(value)
}

/// A flag that is off unless it is given, and may be given as `=false`.
fn switch(arg: Arg) -> Arg {
    arg.action(ArgAction::Set).default_value("false")
}

/// A flag that only the other Helm has: to use it is to use an unknown one.
fn foreign(arg: Arg) -> Arg {
    let arg = bare(arg, "").value_parser(Foreign).hide(true).add(Foreign);
    match arg.get_action() {
        ArgAction::SetTrue => arg.action(ArgAction::Set).default_value(NO_WORD),
        _ => arg,
    }
}

/// Reads no value, and marks flags that are not there.
#[derive(Clone, Debug)]
struct Foreign;

impl ArgExt for Foreign {}

impl TypedValueParser for Foreign {
    type Value = bool;

    fn parse_ref(&self, _: &Command, _: Option<&Arg>, value: &OsStr) -> Result<bool, clap::Error> {
        match value == NO_WORD {
            true => Ok(false),
            false => Err(clap::Error::new(ErrorKind::UnknownArgument)),
        }
    }
}

/// Why words are not those of a command.
#[derive(Debug)]
pub(super) struct Fault {
    /// pflag's sentence.
    pub(super) text: String,
    /// The flag that was perhaps meant.
    pub(super) similar: Option<String>,
    /// What is said about the words before the wrong one.
    pub(super) warnings: Vec<String>,
}

/// Reads `words` with the flags of `command`, which is in the dialect.
pub(super) fn read(command: &mut Command, words: &[OsString]) -> Result<ArgMatches, Fault> {
    let words = disentangled(command, words);
    command.try_get_matches_from_mut(&words).map_err(|_| first_fault(command, &words))
}

/// True if `word`, which begins with `-`, takes the next word for its value when `command`'s
/// name is still looked for; a flag that is not there counts as one with a value.
pub(super) fn takes_next(command: &Command, word: &[u8]) -> bool {
    let is_long = word.starts_with(b"--");
    !word.contains(&b'=')
        && (is_long || word.len() == 2)
        && !named(command, word).is_some_and(Arg::is_require_equals_set)
}

/// The flag that `word` begins with.
pub(super) fn named<'c>(command: &'c Command, word: &[u8]) -> Option<&'c Arg> {
    let Some(long) = word.strip_prefix(b"--") else { return flag_of(command, *word.get(1)?) };
    let name = long.split(|byte| *byte == b'=').next().unwrap_or_default();
    let is_called = |arg: &&Arg| arg.get_long().is_some_and(|long| long.as_bytes() == name);
    command.get_arguments().find(is_called).filter(|arg| arg.get::<Foreign>().is_none())
}

/// `words` up to `--`, without the flags that `command` does not have; what follows one of those
/// counts as its value.
pub(super) fn known_words(command: &Command, words: &[OsString]) -> Vec<OsString> {
    let mut known = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next().filter(|word| *word != "--") {
        let bytes = word.as_encoded_bytes();
        let is_flag = bytes.len() > 1 && bytes.starts_with(b"-");
        if !is_flag || named(command, bytes).is_some() {
            known.push(word.clone());
            known.extend(words.next_if(|_| is_flag && takes_next(command, bytes)).cloned());
        } else if !bytes.contains(&b'=') {
            words.next_if(|next| !next.as_encoded_bytes().starts_with(b"-"));
        }
    }
    known
}

/// The flags that `words` give, up to the first word that is wrong.
pub(super) fn read_known(command: &mut Command, words: &[OsString]) -> ArgMatches {
    let words = disentangled(command, words);
    match command.try_get_matches_from_mut(&words) {
        Ok(matches) => matches,
        Err(_) => {
            let right = count_of_right(command, &words);
            read_right(command, &words[..right])
        }
    }
}

/// The flags that `words` give, as `--name`.
pub(super) fn given(command: &mut Command, words: &[OsString]) -> Vec<String> {
    let matches = read_known(command, words);
    let is_given = |arg: &&Arg| is_given(&matches, arg.get_id().as_str());
    let names = command.get_arguments().filter(is_given).filter_map(Arg::get_long);
    names.map(|name| format!("--{name}")).collect()
}

/// True if the flag was given and cannot be given again.
pub(super) fn is_used(arg: &Arg, given: &[String]) -> bool {
    let name = arg.get_long().map(|name| format!("--{name}")).unwrap_or_default();
    !matches!(arg.get_action(), ArgAction::Append) && given.contains(&name)
}

/// True if the words give the flag.
pub(super) fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Reads words that are right, but for the last, which may want a value that is not there.
fn read_right(command: &mut Command, words: &[OsString]) -> ArgMatches {
    let all = command.try_get_matches_from_mut(words);
    let most = &words[..words.len().saturating_sub(1)];
    all.or_else(|_| command.try_get_matches_from_mut(most)).unwrap_or_default()
}

/// What pflag, which reads from left to right and stops at the first wrong word, says of `words`.
/// clap may complain about a later one, so the words up to the wrong one are read once more.
fn first_fault(command: &mut Command, words: &[OsString]) -> Fault {
    let right = count_of_right(command, words);
    let matches = read_right(command, &words[..right]);
    let warnings = warnings(command, &matches);
    let upto = &words[..words.len().min(right + 1)];
    let word = upto.last().map(|word| word.as_encoded_bytes()).unwrap_or_default();
    let error = command.try_get_matches_from_mut(upto).expect_err("the last of these is wrong");
    let similar = match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(flag)) => Some(flag.clone()),
        _ => None,
    };
    Fault { text: sentence(command, word, &error), similar, warnings }
}

/// How many of `words` are right; a last one that wants a value is.
fn count_of_right(command: &mut Command, words: &[OsString]) -> usize {
    let mut is_right = |words: &[OsString]| match command.try_get_matches_from_mut(words) {
        Ok(_) => true,
        Err(error) => words.last().is_some_and(|word| wants_value(word.as_encoded_bytes(), &error)),
    };
    let counts: Vec<usize> = (1..words.len()).collect();
    counts.partition_point(|count| is_right(&words[..*count]))
}

/// True if the error is that the flag at the end, which is `word`, needs a value.
fn wants_value(word: &[u8], error: &clap::Error) -> bool {
    let value = error.get(ContextKind::InvalidValue);
    error.kind() == ErrorKind::InvalidValue
        && matches!(value, Some(ContextValue::String(value)) if value.is_empty())
        && word.starts_with(b"-")
        && !word.contains(&b'=')
}

/// What pflag says where clap says `error` about `word`.
fn sentence(command: &Command, word: &[u8], error: &clap::Error) -> String {
    let text = String::from_utf8_lossy(word);
    match (error.kind(), error.get(ContextKind::InvalidValue)) {
        (ErrorKind::UnknownArgument, _) => unknown(command, word),
        _ if wants_value(word, error) => match word.strip_prefix(b"--") {
            Some(_) => format!("flag needs an argument: {text}"),
            None => {
                let letter = text.chars().next_back().unwrap_or_default();
                format!("flag needs an argument: {letter:?} in -{letter}")
            }
        },
        (ErrorKind::ValueValidation, Some(ContextValue::String(text))) => text.clone(),
        (ErrorKind::InvalidValue, Some(ContextValue::String(value))) => bad_choice(value, error),
        _ => error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    }
}

/// What is said of a flag that there is not.
fn unknown(command: &Command, word: &[u8]) -> String {
    let text = String::from_utf8_lossy;
    match word.strip_prefix(b"--") {
        Some([b'-' | b'=', ..]) => format!("bad flag syntax: {}", text(word)),
        Some(flag) => {
            let name = flag.split(|byte| *byte == b'=').next().unwrap_or_default();
            format!("unknown flag: --{}", text(name))
        }
        None => {
            let letters = &word[1..];
            let is_known = |letter: &&u8| flag_of(command, **letter).is_some();
            let at = letters.iter().take_while(is_known).count();
            let rest = &letters[at..];
            // To Go each byte is a letter.
            let letter = rest.first().map(|byte| char::from(*byte)).unwrap_or_default();
            format!("unknown shorthand flag: {letter:?} in -{}", text(rest))
        }
    }
}

/// The flag of a letter.
fn flag_of(command: &Command, letter: u8) -> Option<&Arg> {
    let is_called = |arg: &&Arg| arg.get_short() == Some(char::from(letter));
    command.get_arguments().find(is_called).filter(|arg| arg.get::<Foreign>().is_none())
}

/// What is said of a value that is none of those there are.
fn bad_choice(value: &str, error: &clap::Error) -> String {
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg)) => arg.split(' ').next().unwrap_or_default(),
        _ => "",
    };
    let choices = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(choices)) => choices.as_slice(),
        _ => &[],
    };
    format!("invalid value {value:?} of {flag}: it must be {}", alternatives(choices))
}

/// `a, b or c`.
fn alternatives(choices: &[String]) -> String {
    match choices {
        [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => choices.concat(),
    }
}

/// What Helm 4 logs about values on their way out.
fn warnings(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let is_wait = |arg: &&Arg| arg.get_value_parser().type_id() == TypeId::of::<Wait>();
    let flags = command.get_arguments().filter(is_wait);
    let values = flags.filter_map(|arg| matches.get_many::<Wait>(arg.get_id().as_str()));
    values.flatten().filter_map(Wait::warning).collect()
}

/// What is said about words that are right: warnings, and what is deprecated, as often as it is used.
pub(super) fn remarks(command: &Command, matches: &ArgMatches, compat: Compat) -> Vec<String> {
    let mut remarks = warnings(command, matches);
    remarks.extend(deprecated(command, matches, compat).into_values());
    remarks
}

/// What is said about deprecated flags, by their places among the words.
fn deprecated(command: &Command, matches: &ArgMatches, compat: Compat) -> BTreeMap<usize, String> {
    let mut uses = BTreeMap::new();
    for arg in command.get_arguments() {
        let (id, name) = (arg.get_id().as_str(), arg.get_long().unwrap_or_default());
        if let Some(Deprecated(helm, text)) = arg.get()
            && *helm == compat
            && is_given(matches, id)
        {
            let line = format!("Flag --{name} has been deprecated, {text}");
            uses.extend(matches.indices_of(id).into_iter().flatten().map(|at| (at, line.clone())));
        }
    }
    uses
}

/// `words`, with those written anew that end in `=` behind a letter: the value of `-f=` is `=` to
/// pflag and empty to clap; and where `g` takes no value, the `=` of `-g=` is a letter.
fn disentangled(command: &mut Command, words: &[OsString]) -> Vec<OsString> {
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        let bytes = word.as_encoded_bytes();
        let is_tangled = bytes.len() > 2
            && bytes.starts_with(b"-")
            && !bytes.starts_with(b"--")
            && bytes.find_byte(b'=') == Some(bytes.len() - 1);
        if !is_tangled || !is_flag_next(command, &out) {
            out.push(word.clone());
            continue;
        }
        let letters = &bytes[1..bytes.len() - 1];
        let is_bare =
            |letter: &&u8| flag_of(command, **letter).is_some_and(Arg::is_require_equals_set);
        match letters[letters.iter().take_while(is_bare).count()..] {
            [] => out.extend([without_last_byte(word), "-=".into()]),
            [letter] if flag_of(command, letter).is_some() => out.push(with_equals_sign(word)),
            _ => out.push(word.clone()),
        }
    }
    out
}

fn without_last_byte(word: &OsString) -> OsString {
    word.to_string_lossy().trim_end_matches('=').into()
}

fn with_equals_sign(word: &OsString) -> OsString {
    let mut word = word.clone();
    word.push("=");
    word
}

/// True if a word behind `words` that looks like a flag is one.
fn is_flag_next(command: &mut Command, words: &[OsString]) -> bool {
    let words = words.iter().cloned().chain(["--\0".into()]);
    let error = command.try_get_matches_from_mut(words).err();
    error.is_some_and(|error| error.kind() == ErrorKind::UnknownArgument)
}
