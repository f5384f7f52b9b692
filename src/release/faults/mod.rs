//! What went wrong, as data: which kind of fault, where, how it came there, and what helps.
//!
//! In: places and sentences from who found the fault. Out: a [`Fault`], whose `Display` is the
//! picture for people, and [`forms`] of many for machines. Who finds a fault does not know how it
//! will be shown.

pub mod forms;
mod kinds;
mod picture;

pub use kinds::{KINDS, Kind, Severity, kind, page};

use go_text_template::diagnostics::{LineColumn, Source, Span};

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What sort of fault it is.
    pub kind: &'static Kind,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What is shown of it, in this order.
    pub notes: Vec<Note>,
    /// A name for the rule, where it is finer than that of the kind.
    pub rule: Option<String>,
    /// The release of a list that it is about.
    pub release: Option<String>,
}

/// Something that is shown of a fault.
#[derive(Clone, Debug)]
pub enum Note {
    /// A place: where the fault is, or how it was reached.
    Place(Place),
    /// Who set a value.
    Set {
        /// The value, as templates write it.
        value: String,
        /// What it is, where that matters: `a string`.
        what: Option<&'static str>,
        /// Who.
        by: Setter,
    },
    /// What helps.
    Help(String),
}

/// A place in a text.
#[derive(Clone, Debug)]
pub struct Place {
    /// How this place led to the one before it: `called by`; empty for where the fault is.
    pub how: String,
    /// The text.
    pub source: Source,
    /// The guilty part of it.
    pub span: Span,
    /// What is said beside it; may be empty.
    pub label: String,
    /// Whether the text is output, which is in no file.
    pub is_output: bool,
}

/// Who set a value.
#[derive(Clone, Debug)]
pub enum Setter {
    /// An argument of a flag, its secrets masked.
    Flag {
        /// The flag, without its dashes.
        flag: &'static str,
        /// The argument.
        argument: String,
    },
    /// A key of a file.
    File {
        /// The file.
        source: Source,
        /// The key.
        key: Span,
    },
}

impl Fault {
    /// A fault of which nothing is known but a sentence.
    pub fn new(kind: &'static Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), notes: Vec::new(), rule: None, release: None }
    }

    /// The name of the rule.
    pub fn rule(&self) -> &str {
        self.rule.as_deref().unwrap_or(self.kind.rule)
    }

    /// The fault with one more note.
    pub fn with(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }

    /// The fault with something that helps, if there is something.
    pub fn helped(mut self, help: Option<String>) -> Self {
        self.notes.extend(help.map(Note::Help));
        self
    }

    /// The fault with the files of the chart `name`, which are named from that on, as they are below
    /// the folder `folder`.
    pub fn below(mut self, name: &str, folder: &str) -> Self {
        let moved = |source: &mut Source| {
            let rest = source.name().strip_prefix(name).and_then(|rest| rest.strip_prefix('/'));
            if let Some(rest) = rest {
                *source = Source::new(&format!("{folder}/{rest}"), source.text());
            }
        };
        for note in &mut self.notes {
            match note {
                Note::Place(Place { source, is_output: false, .. })
                | Note::Set { by: Setter::File { source, .. }, .. } => moved(source),
                _ => {}
            }
        }
        self
    }

    /// The places, innermost first.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.notes.iter().filter_map(|note| match note {
            Note::Place(place) => Some(place),
            _ => None,
        })
    }

    /// The place in a file that is to be changed: the innermost one that is not output.
    pub fn place(&self) -> Option<&Place> {
        let is_file = |place: &&Place| !place.is_output && place.source.name().contains(['/', '.']);
        self.places().find(is_file).or_else(|| self.places().next())
    }

    /// True if both are about the same place: then one follows from the other, or is the other.
    pub fn is_same(&self, other: &Self) -> bool {
        let at = |fault: &Self| {
            fault.places().next().map(|place| (place.source.name().to_owned(), place.span))
        };
        at(self).is_some() && at(self) == at(other)
    }
}

impl Place {
    /// A place where a fault is.
    pub fn new(source: Source, span: Span, label: &str) -> Self {
        let label = label.lines().next().unwrap_or_default().to_owned();
        Self { how: String::new(), source, span, label, is_output: false }
    }

    /// The place with how it was reached.
    pub fn reached(self, how: impl Into<String>) -> Self {
        Self { how: how.into(), ..self }
    }

    /// Where it begins.
    pub fn start(&self) -> LineColumn {
        self.source.line_column(self.span.start)
    }

    /// Where it ends: the place behind its last byte.
    pub fn end(&self) -> LineColumn {
        self.source.line_column(self.span.end.max(self.span.start + 1))
    }
}

/// `faults` without those that are about a place that another one before them is about.
pub fn distinct(faults: Vec<Fault>) -> Vec<Fault> {
    let mut kept: Vec<Fault> = Vec::with_capacity(faults.len());
    for fault in faults {
        if !kept.iter().any(|known| known.is_same(&fault)) {
            kept.push(fault);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_at_a_place_is_told_once() {
        let at = |name: &str, start| {
            let place = Place::new(Source::new(name, b"a\nb\n"), Span::new(start, start + 1), "no");
            Fault::new(kind("E0201"), "no").with(Note::Place(place))
        };
        let plain = || Fault::new(kind("E0001"), "no");
        let faults = vec![at("a/b", 0), at("a/b", 2), at("a/b", 0), plain(), plain()];
        let kept = distinct(faults);
        let lines = kept.iter().map(|fault| fault.place().map(|place| place.start().line));
        assert_eq!(lines.collect::<Vec<_>>(), [Some(1), Some(2), None, None]);
    }
}
