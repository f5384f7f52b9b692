//! The rules for values.yaml: what it says under what the user says has to fit the schema.

use std::sync::Arc;

use super::{Findings, Place, Severity, Subject};
use crate::chart::Notice;
use crate::compat::Compat;
use crate::data::{Failure, Tree, TreeMap};
use crate::values::{self, schema::Schema};
use crate::yaml::{self, Shape};

const FILE: &str = "values.yaml";

pub(super) fn lint(subject: &Subject<'_>, notices: &mut Vec<Notice>, found: &mut Findings) {
    let exists = match subject.values {
        Place::File | Place::Folder => Ok(()),
        Place::Missing | Place::Unknown(_) => Err(Failure::new("file does not exist")),
    };
    if found.take(Severity::Info, "values-file", FILE, None, exists) {
        found.take(Severity::Error, "values", FILE, None, check(subject, notices));
    }
}

fn check(subject: &Subject<'_>, notices: &mut Vec<Notice>) -> Result<(), Failure> {
    let text = subject.values_text.as_ref();
    let text = text.map_err(|error| Failure::from(format!("unable to parse YAML: {error}")))?;
    let table = yaml::read_as(text, shape(subject.compat))
        .map_err(|error| Failure::from(format!("unable to parse YAML: {error}")))?;
    let table = table.as_map().cloned().unwrap_or_default();
    let merged = values::coalesce_tables(subject.supplied, &table, notices);
    match &subject.schema {
        Some(schema) if subject.checks_schema => check_schema(schema, merged, subject),
        _ => Ok(()),
    }
}

fn check_schema(schema: &[u8], values: Arc<TreeMap>, subject: &Subject<'_>) -> Result<(), Failure> {
    Schema::compile(schema, subject.loader)?.check(&Tree::Map(values))
}

fn shape(compat: Compat) -> &'static Shape {
    match compat {
        Compat::Helm3 => &Shape::Map("chartutil.Values", &Shape::Any),
        Compat::Helm4 => &Shape::Map("common.Values", &Shape::Any),
    }
}
