//! Why values cannot be had.

use std::fmt;

use crate::model::DecodeError;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, Tree, Value, sprintf};

/// Why the values of a chart cannot be had; its `Display` is Helm's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A file that a flag names cannot be read.
    Read(Failure),
    /// A file of `-f` is not a table of values.
    File {
        /// The file, as given.
        name: Str,
        /// What is wrong with it.
        error: DecodeError,
        /// Whose words to use.
        compat: Compat,
    },
    /// An argument of a flag of the `--set` family is malformed.
    Set {
        /// The flag, without its dashes.
        flag: &'static str,
        /// What is wrong with the argument.
        failure: Failure,
    },
    /// An argument of `--set-json` is malformed; Helm does not say how.
    SetJson {
        /// The argument, with what Helm says in front of it.
        argument: Str,
    },
    /// charts/ has nothing for these dependencies.
    Missing(Vec<Str>),
    /// The section of a subchart is not a table.
    TypeMismatch {
        /// The subchart.
        name: Str,
        /// What its section is instead.
        value: Tree,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(failure) => failure.fmt(f),
            Self::File { name, error, compat } => {
                let document = match (compat, error) {
                    (Compat::Helm3, _) => "",
                    (Compat::Helm4, DecodeError::Separator(_)) => "error reading yaml document: ",
                    (Compat::Helm4, _) => "cannot unmarshal yaml document: ",
                };
                write!(f, "failed to parse {name}: {document}{error}")
            }
            Self::Set { flag, failure } => write!(f, "failed parsing --{flag} data: {failure}"),
            Self::SetJson { argument } => write!(f, "failed parsing --set-json data {argument}"),
            Self::Missing(names) => {
                f.write_str("found in Chart.yaml, but missing in charts/ directory: ")?;
                fmt_list(names, f)
            }
            Self::TypeMismatch { name, value } => fmt_mismatch(name, value, f),
        }
    }
}

impl std::error::Error for Error {}

fn fmt_list(names: &[Str], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, name) in names.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        write!(f, "{name}")?;
    }
    Ok(())
}

/// Helm means to print a type and takes the verb for booleans, so Go complains about each scalar.
fn fmt_mismatch(name: &Str, value: &Tree, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let arguments = [Value::String(name.clone()), Value::from(value)];
    match sprintf(b"type mismatch on %s: %t", &arguments) {
        Ok(text) => f.write_str(&String::from_utf8_lossy(&text)),
        Err(failure) => fmt::Display::fmt(&failure, f),
    }
}
