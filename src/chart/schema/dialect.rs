//! The rules that a schema is written by.

use std::sync::Arc;

use super::draft::{Draft, Vocabulary};

/// The rules that a schema is written by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dialect {
    pub(super) draft: Draft,
    /// The vocabularies that a metaschema of the user's own chose.
    pub(super) vocabularies: Option<Arc<[Vocabulary]>>,
}

impl Dialect {
    pub(super) const DEFAULT: Self = Self { draft: Draft::DEFAULT, vocabularies: None };

    /// True if the keywords of `vocabulary` count.
    pub(super) fn has(&self, vocabulary: Vocabulary) -> bool {
        match &self.vocabularies {
            Some(chosen) if self.draft >= Draft::Draft2019 => chosen.contains(&vocabulary),
            _ => self.draft.has_by_default(vocabulary),
        }
    }
}
