//! The leaves of the final values, with who set them.

use crate::values::{History, Marks, Step, ValuePath};
use go_text_template::data::Tree;
use go_text_template::diagnostics::leads_to_secret;

/// What stands for a secret.
pub(in crate::app::commands) const MASK: &str = "***";

/// The values below a path, and what is known of them.
pub(super) struct Leaves<'v> {
    pub(super) values: &'v Tree,
    pub(super) path: &'v ValuePath,
    /// Who set them, if that is asked.
    pub(super) marks: Option<&'v Marks>,
    /// Whether secrets are masked.
    pub(super) masks: bool,
}

/// A value that has no others inside, or a default that is not there any more.
pub(super) struct Leaf<'v> {
    pub(super) path: ValuePath,
    /// The value; nothing if a null removed it.
    pub(super) value: Option<&'v Tree>,
    pub(super) history: History<'v>,
}

impl<'v> Leaves<'v> {
    /// All leaves in the order of their paths.
    pub(super) fn all(&self) -> Vec<Leaf<'v>> {
        let mut leaves = Vec::new();
        if let Some(value) = self.path.of(self.values) {
            self.collect(value, self.path.clone(), &mut leaves);
        }
        leaves.extend(self.removed());
        leaves.sort_by(|left, right| left.path.cmp(&right.path));
        leaves
    }

    /// The defaults that are gone.
    pub(super) fn removed(&self) -> Vec<Leaf<'v>> {
        let removed = self.marks.map(Marks::removed).unwrap_or_default();
        let below = removed.into_iter().filter(|(path, _)| path.is_within(self.path));
        below.map(|(path, history)| Leaf { path, value: None, history }).collect()
    }

    /// True if the value at `path` is not to be shown.
    pub(super) fn is_masked(&self, path: &ValuePath) -> bool {
        self.masks && leads_to_secret(path.words().iter().map(String::as_str))
    }

    fn collect(&self, value: &'v Tree, path: ValuePath, leaves: &mut Vec<Leaf<'v>>) {
        let below = |step: Step| {
            let mut path = path.clone();
            path.0.push(step);
            path
        };
        match value {
            Tree::Map(map) if !map.is_empty() => {
                for (key, value) in map.iter() {
                    let path = below(Step::Key(key.clone()));
                    stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                        self.collect(value, path, leaves);
                    });
                }
            }
            Tree::List(items) if !items.is_empty() => {
                for (index, value) in items.iter().enumerate() {
                    self.collect(value, below(Step::Index(index)), leaves);
                }
            }
            _ => {
                let history = self.marks.map(|marks| marks.history(&path)).unwrap_or_default();
                leaves.push(Leaf { path, value: Some(value), history });
            }
        }
    }
}
