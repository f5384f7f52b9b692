//! Words to flags and arguments, in the dialect of Go's pflag.

use std::collections::BTreeMap;
use std::fmt;

use super::csv;
use super::flags::{Flag, Takes};
use crate::dates::Duration;

/// What was typed: flags by name, and the words that are none.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    flags: BTreeMap<&'static str, Vec<String>>,
    /// The words that are neither flags nor values of flags.
    pub(super) arguments: Vec<String>,
    /// Names of deprecated flags that were used, each with what is said about it.
    pub(super) deprecated: Vec<(&'static str, &'static str)>,
    /// What Helm 4 logs about values on their way out.
    pub(super) warnings: Vec<&'static str>,
}

impl Parsed {
    /// True if the flag was given, and not as `=false`.
    pub(super) fn bool(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// The last value of the flag.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.flags.get(name)?.last().map(String::as_str)
    }

    /// All values of the flag, in the order in which they were given.
    pub(super) fn texts(&self, name: &str) -> &[String] {
        self.flags.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The value of a flag that takes a whole number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        u64::try_from(self.whole(name)?).ok()
    }

    /// The value of a flag that takes any whole number, in any of Go's bases.
    pub(super) fn whole(&self, name: &str) -> Option<i128> {
        go_number(self.text(name)?)
    }

    /// True if the flag was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.flags.contains_key(name)
    }
}

/// Why words are no flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Error {
    /// `--x`, which the command does not have.
    UnknownFlag(String),
    /// A letter that the command does not have, and the word it stands in.
    UnknownShort(char, String),
    /// A flag at the end that needs a value.
    NoValue(String),
    /// A letter at the end that needs a value, and the word it stands in.
    NoShortValue(char, String),
    /// A word such as `--=x` or `---`.
    BadSyntax(String),
    /// A value that the flag does not take: the value, how the flag is written, and why.
    BadValue(String, String, String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFlag(name) => write!(f, "unknown flag: --{name}"),
            Self::UnknownShort(letter, word) => {
                write!(f, "unknown shorthand flag: '{letter}' in -{word}")
            }
            Self::NoValue(name) => write!(f, "flag needs an argument: --{name}"),
            Self::NoShortValue(letter, word) => {
                write!(f, "flag needs an argument: '{letter}' in -{word}")
            }
            Self::BadSyntax(word) => write!(f, "bad flag syntax: {word}"),
            Self::BadValue(value, flag, why) => {
                write!(f, "invalid argument {value:?} for {flag:?} flag: {why}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Reads `words` with the flags `known`.
pub(super) fn parse(words: &[String], known: &[&'static Flag]) -> Result<Parsed, Error> {
    let mut parsed = Parsed::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            parsed.arguments.extend(words.cloned());
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            parsed.long(long, word, &mut words, known)?;
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            parsed.letters(letters, &mut words, known)?;
        } else {
            parsed.arguments.push(word.clone());
        }
    }
    Ok(parsed)
}

/// Reads `words` up to the first that is wrong, flags that are not `known` left out; what follows
/// one of those counts as its value.
pub(super) fn parse_known(words: &[String], known: &[&'static Flag]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut words = words.iter();
    while let Some(word) = words.next().filter(|word| *word != "--") {
        let is_known = |flag: &&Flag| match word.strip_prefix("--") {
            Some(long) => long.split('=').next() == Some(flag.name),
            None => word.chars().nth(1) == flag.short,
        };
        let read = match known.iter().any(is_known) {
            _ if !word.starts_with('-') || word == "-" => {
                parsed.arguments.push(word.clone());
                Ok(())
            }
            true if word.starts_with("--") => parsed.long(&word[2..], word, &mut words, known),
            true => parsed.letters(&word[1..], &mut words, known),
            false => {
                skip_value(word, &mut words);
                Ok(())
            }
        };
        if read.is_err() || parsed.bool("help") {
            break;
        }
    }
    parsed
}

fn skip_value(flag: &str, words: &mut Words<'_>) {
    if !flag.contains('=') && words.as_slice().first().is_some_and(|word| !word.starts_with('-')) {
        words.next();
    }
}

type Words<'w> = std::slice::Iter<'w, String>;

impl Parsed {
    fn long(
        &mut self,
        long: &str,
        word: &str,
        words: &mut Words<'_>,
        known: &[&'static Flag],
    ) -> Result<(), Error> {
        if long.starts_with(['-', '=']) {
            return Err(Error::BadSyntax(word.to_owned()));
        }
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (long, None),
        };
        let Some(flag) = known.iter().find(|flag| flag.name == name) else {
            return Err(Error::UnknownFlag(name.to_owned()));
        };
        let value = match value.or_else(|| flag.takes.when_bare()) {
            Some(value) => value,
            None => words.next().cloned().ok_or_else(|| Error::NoValue(name.to_owned()))?,
        };
        self.set(flag, value)
    }

    fn letters(
        &mut self,
        word: &str,
        words: &mut Words<'_>,
        known: &[&'static Flag],
    ) -> Result<(), Error> {
        let mut letters = word.chars();
        while let Some(letter) = letters.next() {
            let rest = letters.as_str();
            let Some(flag) = known.iter().find(|flag| flag.short == Some(letter)) else {
                return Err(Error::UnknownShort(letter, format!("{letter}{rest}")));
            };
            if let Some(value) = rest.strip_prefix('=').filter(|value| !value.is_empty()) {
                return self.set(flag, value.to_owned());
            }
            if let Some(value) = flag.takes.when_bare() {
                self.set(flag, value)?;
                continue;
            }
            if !rest.is_empty() {
                return self.set(flag, rest.to_owned());
            }
            let none = || Error::NoShortValue(letter, letter.to_string());
            return self.set(flag, words.next().cloned().ok_or_else(none)?);
        }
        Ok(())
    }

    fn set(&mut self, flag: &'static Flag, value: String) -> Result<(), Error> {
        let bad = |why| Error::BadValue(value.clone(), flag.written(), why);
        let values = flag.takes.check(&value).map_err(bad)?;
        if flag.takes == Takes::Wait {
            self.warnings.extend(wait_warning(&value));
        }
        if let Some(text) = flag.deprecated {
            self.deprecated.push((flag.name, text));
        }
        self.flags.entry(flag.name).or_default().extend(values);
        Ok(())
    }
}

impl Flag {
    /// The flag as messages write it: `-f, --values`.
    fn written(&self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }
}

impl Takes {
    /// The value of a flag that is written without one; `None` if it needs one.
    pub(super) fn when_bare(self) -> Option<String> {
        match self {
            Self::Bool => Some("true".to_owned()),
            Self::TextOr(text) => Some(text.to_owned()),
            Self::Wait => Some("watcher".to_owned()),
            _ => None,
        }
    }

    /// The values that `value` stands for, or why it is none.
    fn check(self, value: &str) -> Result<Vec<String>, String> {
        let one = || vec![value.to_owned()];
        match self {
            Self::Text | Self::TextOr(_) | Self::Texts => Ok(one()),
            Self::List => csv::fields(value),
            Self::Bool => match value {
                "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(vec!["true".to_owned()]),
                "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(vec!["false".to_owned()]),
                _ => Err(invalid_syntax("ParseBool", value)),
            },
            Self::Int => whole(value, "ParseInt", i128::from(i64::MIN)..=i128::from(i64::MAX))
                .map(|()| one()),
            Self::Uint => whole(value, "ParseUint", 0..=i128::from(u64::MAX)).map(|()| one()),
            Self::Float if value.parse::<f64>().is_err() => {
                Err(invalid_syntax("ParseFloat", value))
            }
            Self::Float => Ok(one()),
            Self::Duration => match Duration::parse(value.as_bytes()) {
                Ok(_) => Ok(one()),
                Err(error) => Err(error.to_string()),
            },
            Self::Wait => match value {
                "watcher" | "hookOnly" | "legacy" | "true" | "false" => Ok(one()),
                _ => Err(format!(
                    "invalid wait input {value:?}. Valid inputs are watcher, hookOnly, and legacy"
                )),
            },
            Self::Format if ["table", "json", "yaml"].contains(&value) => Ok(one()),
            Self::Format => Err("invalid format type".to_owned()),
            Self::Pairs => pairs(value),
        }
    }
}

fn invalid_syntax(function: &str, value: &str) -> String {
    format!("strconv.{function}: parsing {value:?}: invalid syntax")
}

/// Checks a whole number within `range`, which may have a base and underscores as in Go's source.
fn whole(value: &str, function: &str, range: std::ops::RangeInclusive<i128>) -> Result<(), String> {
    let number = go_number(value).filter(|number| *number >= 0 || *range.start() < 0);
    match number {
        None => Err(invalid_syntax(function, value)),
        Some(number) if range.contains(&number) => Ok(()),
        Some(_) => Err(format!("strconv.{function}: parsing {value:?}: value out of range")),
    }
}

/// The number that Go reads in `text` when it looks at the prefix for the base.
fn go_number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = digits.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (base, digits) = match prefix.as_str() {
        "0x" => (16, &digits[2..]),
        "0b" => (2, &digits[2..]),
        "0o" => (8, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let number = i128::from_str_radix(digits, base).ok().filter(|_| is_plain)?;
    Some(if negative { -number } else { number })
}

/// What Helm 4 says about values of `--wait` from when it was a switch.
fn wait_warning(value: &str) -> Option<&'static str> {
    match value {
        "true" => Some(
            "--wait=true is deprecated (boolean value) and can be replaced with --wait=watcher",
        ),
        "false" => Some(
            "--wait=false is deprecated (boolean value) and can be replaced with --wait=hookOnly",
        ),
        _ => None,
    }
}

/// The `key=value` pairs of `value`; without a `=` twice it is not even CSV.
fn pairs(value: &str) -> Result<Vec<String>, String> {
    let pairs = match value.matches('=').count() {
        0 => return Err(format!("{value} must be formatted as key=value")),
        1 => vec![value.trim_matches('"').to_owned()],
        _ => csv::fields(value)?,
    };
    match pairs.iter().find(|pair| !pair.contains('=')) {
        Some(pair) => Err(format!("{pair} must be formatted as key=value")),
        None => Ok(pairs),
    }
}
