//! The rules that a schema is written by, and the metaschemas that hold them.

use std::sync::{Arc, OnceLock};

use super::compile::Program;
use super::draft::{Draft, Vocabulary};
use go_text_template::data::Failure;

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

    /// The compiled metaschema.
    pub(super) fn metaschema(&self) -> Result<Arc<Program>, Failure> {
        match &self.vocabularies {
            None => metaschema(self.draft),
            Some(vocabularies) => Program::of_vocabularies(self.draft, vocabularies),
        }
    }
}

/// The compiled metaschema of a draft.
fn metaschema(draft: Draft) -> Result<Arc<Program>, Failure> {
    static COMPILED: [OnceLock<Arc<Program>>; 5] = [const { OnceLock::new() }; 5];
    let slot = &COMPILED[draft as usize];
    if let Some(program) = slot.get() {
        return Ok(program.clone());
    }
    let program = Program::trusted(&draft.address(), None)?;
    Ok(slot.get_or_init(|| Arc::new(program)).clone())
}
