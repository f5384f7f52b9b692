//! Values of flags, as Go's pflag reads them, and its sentences on those that are none.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::{
    OsStringValueParser, PossibleValue, TypedValueParser, ValueParser, ValueParserFactory,
};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use super::csv;
use super::marks::{NO_WORD, SwitchIn};
use crate::commands::repo::Format;
use go_text_template::Compat;
use go_text_template::data::{
    NumberError, Str, parse_float, parse_integer, parse_unsigned, quoted,
};
use go_text_template::dates::Duration;

/// A list of texts with commas between them, as a line of CSV.
#[derive(Clone, Debug)]
pub(super) struct List(pub(super) Vec<Str>);

/// `key=value` pairs with commas between them.
#[derive(Clone, Debug)]
pub(super) struct Pairs(pub(super) Vec<(String, String)>);

impl Pairs {
    /// The keys of all.
    pub(super) fn keys(all: &[Self]) -> Vec<String> {
        all.iter().flat_map(|pairs| &pairs.0).map(|(key, _)| key.clone()).collect()
    }
}

/// What Helm 4 waits for: a strategy, or a truth value from when it was a switch.
#[derive(Clone, Debug)]
pub(super) struct Wait(pub(super) String);

/// Reads a value, or says why it is none.
type Read<T> = fn(&[u8]) -> Result<T, String>;

/// How Go reads the values of a flag.
#[derive(Clone)]
struct Go<T> {
    read: Read<T>,
    /// The values there are, if they can be listed.
    values: &'static [&'static str],
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Go<T> {
    type Value = T;

    fn parse_ref(&self, _: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let value = value.as_encoded_bytes();
        (self.read)(value).map_err(|why| {
            let flag = quoted(arg.map(written).unwrap_or_default().as_bytes());
            let text = format!("invalid argument {} for {flag} flag: {why}", quoted(value));
            let mut error = clap::Error::new(ErrorKind::ValueValidation);
            error.insert(ContextKind::InvalidValue, ContextValue::String(text));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = self.values.iter().map(|value| PossibleValue::new(*value));
        (!self.values.is_empty()).then(|| Box::new(values) as Box<_>)
    }
}

/// The flag as messages write it: `-f, --values`.
fn written(arg: &Arg) -> String {
    let name = arg.get_long().unwrap_or_default();
    match arg.get_short() {
        Some(short) => format!("-{short}, --{name}"),
        None => format!("--{name}"),
    }
}

fn parser<T: Clone + Send + Sync + 'static>(read: Read<T>) -> ValueParser {
    Go { read, values: &[] }.into()
}

/// How pflag reads what clap would read into this type with rules of its own.
pub(super) fn parser_of(arg: &Arg, compat: Compat) -> Option<ValueParser> {
    let type_id = arg.get_value_parser().type_id();
    let is = |other: TypeId| type_id == other;
    if arg.get::<SwitchIn>().is_some_and(|switch| switch.0 == compat) {
        let of_text = parser(|value| if_boolean(value).map(str::to_owned));
        let of_wait = parser(|value| if_boolean(value).map(|_| Wait(String::new())));
        Some(if is(TypeId::of::<Wait>()) { of_wait } else { of_text })
    } else if is(TypeId::of::<bool>()) {
        Some(parser(boolean))
    } else if is(TypeId::of::<String>()) && arg.get_possible_values().is_empty() {
        Some(parser(|value| Ok(String::from_utf8_lossy(value).into_owned())))
    } else if is(TypeId::of::<PathBuf>()) {
        Some(OsStringValueParser::new().map(PathBuf::from).into())
    } else if is(TypeId::of::<i64>()) {
        Some(parser(|value| number("ParseInt", value, parse_integer(value, 0))))
    } else if is(TypeId::of::<u64>()) {
        Some(parser(|value| number("ParseUint", value, parse_unsigned(value, 0))))
    } else if is(TypeId::of::<f64>()) {
        Some(parser(|value| number("ParseFloat", value, parse_float(value))))
    } else {
        None
    }
}

fn boolean(value: &[u8]) -> Result<bool, String> {
    match value {
        b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Ok(false),
        _ => number("ParseBool", value, Err::<bool, _>(NumberError::<bool>::Syntax)),
    }
}

/// `value`, if it is a truth value or none at all.
fn if_boolean(value: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(value).unwrap_or_default();
    if text == NO_WORD { Ok(text) } else { boolean(value).map(|_| text) }
}

fn number<T>(function: &str, value: &[u8], read: Result<T, NumberError<T>>) -> Result<T, String> {
    let why = match read {
        Ok(number) => return Ok(number),
        Err(NumberError::Syntax) => "invalid syntax",
        Err(NumberError::Range(_)) => "value out of range",
    };
    Err(format!("strconv.{function}: parsing {}: {why}", quoted(value)))
}

impl ValueParserFactory for List {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        parser(|value| csv::fields(value).map(Self))
    }
}

impl ValueParserFactory for Pairs {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        parser(|value| pairs(&String::from_utf8_lossy(value)).map(Self))
    }
}

/// The pairs in `value`; without a `=` twice it is not even CSV.
fn pairs(value: &str) -> Result<Vec<(String, String)>, String> {
    let unformatted = |pair: &str| format!("{pair} must be formatted as key=value");
    let fields = match value.matches('=').count() {
        0 => return Err(unformatted(value)),
        1 => vec![Str::from(value.trim_matches('"'))],
        _ => csv::fields(value.as_bytes())?,
    };
    let pair = |field: &Str| {
        let field = field.to_str_lossy();
        let (key, value) = field.split_once('=').ok_or_else(|| unformatted(&field))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    fields.iter().map(pair).collect()
}

/// A duration as Go writes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeout(Duration);

impl ValueParserFactory for Timeout {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        parser(|value| Duration::parse(value).map(Self).map_err(|error| error.to_string()))
    }
}

impl ValueParserFactory for Wait {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        parser(|value| match value {
            b"\0" | b"watcher" | b"hookOnly" | b"legacy" | b"true" | b"false" => {
                Ok(Self(String::from_utf8_lossy(value).into_owned()))
            }
            _ => Err(format!(
                "invalid wait input {}. Valid inputs are watcher, hookOnly, and legacy",
                quoted(value)
            )),
        })
    }
}

impl Wait {
    /// What Helm 4 logs about values from when it was a switch.
    pub(super) fn warning(&self) -> Option<String> {
        let instead = match self.0.as_str() {
            "true" => "watcher",
            "false" => "hookOnly",
            _ => return None,
        };
        Some(format!(
            "level=WARN msg=\"--wait={} is deprecated (boolean value) and can be replaced with \
             --wait={instead}\"",
            self.0
        ))
    }
}

/// `--timeout`, whose default is Helm's.
pub(super) fn timeout(given: Option<Timeout>) -> Option<std::time::Duration> {
    u64::try_from(given?.0.0).ok().map(std::time::Duration::from_nanos)
}

impl ValueParserFactory for Format {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        let read: Read<Self> = |value| match value {
            b"table" => Ok(Self::Table),
            b"json" => Ok(Self::Json),
            b"yaml" => Ok(Self::Yaml),
            _ => Err("invalid format type".to_owned()),
        };
        Go { read, values: &["json", "table", "yaml"] }.into()
    }
}

/// A word as bytes, which is what Go's strings are.
pub(super) fn bytes(word: &OsString) -> Str {
    Str::from(word.as_encoded_bytes())
}
