//! Objects by their names, and their fields.

use super::context::Known;
use crate::commands::values::wording;
use crate::explain::Fields;
use crate::manifest::Document;
use crate::session::Error;
use crate::values::{BadPath, ValuePath};
use go_text_template::data::{Failure, Tree};
use go_text_template::diagnostics::closest;

/// The most names that a message lists.
const MOST_LISTED: usize = 10;

/// The document of the object called `name`: `kind/name`, or `namespace/kind/name`.
pub(super) fn find<'k>(name: &str, known: &Known<'k>) -> Result<&'k Document, Error> {
    let all: Vec<_> = known.traced.documents().collect();
    let found: Vec<_> = all.iter().filter(|document| is_called(document, name)).collect();
    match found.as_slice() {
        [document] => Ok(document),
        [] => Err(missing(name, &all)),
        many => Err(Failure::from(format!(
            "{name} can be each of these; put the namespace in front: {}",
            listed(many.iter().map(|document| full_name(document)))
        ))
        .into()),
    }
}

/// `deployment/web`.
pub(in crate::app::commands) fn name(document: &Document) -> String {
    format!("{}/{}", document.kind.to_str_lossy().to_lowercase(), document.name)
}

/// The field of `document` that `text` names.
pub(super) fn field(text: &str, document: &Document, fields: &Fields) -> Result<ValuePath, Error> {
    let bad = |BadPath { why, at }| {
        let place = text[..at].chars().count() + 1;
        let text = format!("{text:?} is no field: {why}, at character {place}");
        Error::from(Failure::from(text))
    };
    let path = ValuePath::parse(text).map_err(bad)?;
    if path.of(fields.content()).is_some() {
        return Ok(path);
    }
    let meant = wording::meant(&path, fields.content());
    let meant = meant.map(|meant| format!("; did you mean .{meant}?")).unwrap_or_default();
    Err(Failure::from(format!("{} has no field .{path}{meant}", name(document))).into())
}

fn is_called(document: &Document, wanted: &str) -> bool {
    match wanted.split('/').collect::<Vec<_>>().as_slice() {
        [kind, name] => is_kind(document, kind) && document.name == **name,
        [namespace, kind, name] => {
            is_kind(document, kind)
                && document.name == **name
                && namespace_of(document) == **namespace
        }
        _ => false,
    }
}

/// True if `kind` is the document's, in whatever letters, or in the plural.
fn is_kind(document: &Document, kind: &str) -> bool {
    let own = document.kind.to_str_lossy().to_lowercase();
    let kind = kind.to_lowercase();
    kind == own || kind.strip_suffix('s').is_some_and(|one| one == own)
}

fn namespace_of(document: &Document) -> String {
    let content = go_text_template::yaml::read(&document.content).unwrap_or_default();
    let namespace = content.at(&["metadata", "namespace"]).and_then(Tree::as_str);
    namespace.map_or_else(String::new, ToString::to_string)
}

fn full_name(document: &Document) -> String {
    match namespace_of(document) {
        namespace if namespace.is_empty() => name(document),
        namespace => format!("{namespace}/{}", name(document)),
    }
}

fn missing(wanted: &str, all: &[&Document]) -> Error {
    let names: Vec<String> = all.iter().map(|document| name(document)).collect();
    let text = match closest(wanted, names.iter().map(String::as_str)) {
        Some(meant) => format!("there is no object {wanted}; did you mean {meant}?"),
        None if names.is_empty() => format!("there is no object {wanted}: the chart makes none"),
        None => {
            format!("there is no object {wanted}; there are {}", listed(names.into_iter()))
        }
    };
    Failure::from(text).into()
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(MOST_LISTED);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
