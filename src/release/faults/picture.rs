//! The picture of a fault for people.

use std::fmt;

use super::{Fault, Note, Setter};
use go_text_template::diagnostics::{Snippet, visible};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.notes.iter().try_for_each(|note| note.fmt(f))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Help(text) => writeln!(f, "  hint: {text}"),
            Self::Set { value, what, by: Setter::Flag { flag, argument } } => {
                let argument = visible(argument.as_bytes());
                writeln!(f, "  `{value}`{} is set by --{flag} {argument}", kind(*what))
            }
            Self::Set { value, what, by: Setter::File { source, key } } => {
                let snippet = Snippet { source, span: *key, label: "" };
                write!(f, "  `{value}`{} is set here\n{snippet}", kind(*what))
            }
            Self::Place(place) => {
                if !place.how.is_empty() {
                    writeln!(f, "  {}", place.how)?;
                }
                let (source, span, label) = (&place.source, place.span, &*place.label);
                Snippet { source, span, label }.fmt(f)
            }
        }
    }
}

fn kind(what: Option<&str>) -> String {
    what.map_or_else(String::new, |what| format!(", {what},"))
}
