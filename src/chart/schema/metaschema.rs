//! The metaschemas that schemas are checked against.

use std::sync::{Arc, OnceLock};

use super::compile::compile;
use super::dialect::Dialect;
use super::document::Document;
use super::draft::{Draft, Vocabulary};
use super::library::Library;
use super::loader::NoLoader;
use super::program::Program;
use super::reader;
use go_text_template::data::Failure;

/// The compiled metaschema of the rules that `dialect` names.
pub(super) fn of(dialect: &Dialect) -> Result<Arc<Program>, Failure> {
    match &dialect.vocabularies {
        None => of_draft(dialect.draft),
        Some(vocabularies) => of_vocabularies(dialect.draft, vocabularies),
    }
}

/// The compiled metaschema of a draft.
fn of_draft(draft: Draft) -> Result<Arc<Program>, Failure> {
    static COMPILED: [OnceLock<Arc<Program>>; 5] = [const { OnceLock::new() }; 5];
    let slot = &COMPILED[draft as usize];
    if let Some(program) = slot.get() {
        return Ok(program.clone());
    }
    let program = compiled(&draft.address(), None)?;
    Ok(slot.get_or_init(|| Arc::new(program)).clone())
}

/// The metaschema that consists of the given vocabularies of a draft.
fn of_vocabularies(draft: Draft, vocabularies: &[Vocabulary]) -> Result<Arc<Program>, Failure> {
    const ADDRESS: &str = "urn:mem:metaschema";
    let address = draft.address();
    let folder = address.trim_end_matches("schema");
    let reference =
        |vocabulary: &Vocabulary| format!(r#"{{"$ref": "{folder}meta/{}"}}"#, vocabulary.name());
    let all = vocabularies.iter().map(reference).collect::<Vec<_>>().join(",");
    let anchor = if draft >= Draft::Draft2020 { r#""$dynamicAnchor": "meta","# } else { "" };
    let text = format!(r#"{{"$schema": "{address}", {anchor} "allOf": [{all}]}}"#);
    let document = reader::read(text.as_bytes())?;
    let program = compiled(ADDRESS, Some(document))?;
    Ok(Arc::new(Program { name: ADDRESS.to_owned(), ..program }))
}

/// Compiles a metaschema, which is not checked itself; `document` is what is at `address`, if the
/// program does not have it.
fn compiled(address: &str, document: Option<Document>) -> Result<Program, Failure> {
    let mut library = Library::new(&NoLoader);
    if let Some(document) = document {
        library.add(address, document);
    }
    compile(library, address, None)
}
