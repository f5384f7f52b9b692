//! What templates read of the values, whichever branches are taken: found without executing them.
//!
//! A walk through all templates follows where `.Values` goes: through variables, `with`, `include` and
//! the functions that hand on what they are given. Where a value goes somewhere else, all of it
//! counts as read. So what is not read here is not read; of the rest nobody says anything.

mod shape;
mod texts;
mod walk;

use std::collections::HashSet;

pub(super) use texts::{Texts, names};

use go_text_template::data::Str;

/// Keys that lead from the values of the outermost chart to a value.
pub(super) type Path = Vec<Str>;

/// What templates read of the values.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Values that are asked for, with all that they are in.
    touched: HashSet<Path>,
    /// Values of which everything inside is read.
    whole: HashSet<Path>,
    /// Whether templates could not be followed to the end.
    pub(super) is_unsure: bool,
}

impl Reads {
    /// The value at `path` is asked for.
    pub(super) fn touch(&mut self, path: &[Str]) {
        let new = (1..=path.len()).rev().map(|end| path[..end].to_vec());
        for above in new {
            if !self.touched.insert(above) {
                return;
            }
        }
    }

    /// The value at `path` is read with everything inside.
    pub(super) fn read(&mut self, path: &[Str]) {
        self.touch(path);
        self.whole.insert(path.to_vec());
    }

    /// Whether the value at `path` is asked for.
    pub(super) fn touches(&self, path: &[Str]) -> bool {
        self.touched.contains(path)
    }

    /// Whether everything at `path` is read.
    pub(super) fn reads_all(&self, path: &[Str]) -> bool {
        (0..=path.len()).any(|end| self.whole.contains(&path[..end]))
    }

    /// The keys below `path` that are asked for.
    pub(super) fn below<'r>(&'r self, path: &'r [Str]) -> impl Iterator<Item = &'r Str> {
        let below = self.touched.iter().filter(move |other| other.len() == path.len() + 1);
        below.filter_map(move |other| other.strip_prefix(path)?.first())
    }
}
