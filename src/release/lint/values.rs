//! The rules for values.yaml: what it says under what the user says has to fit the schema.

use std::sync::Arc;

use super::finding::{Findings, Severity, line_of_fault};
use super::subject::{Place, Subject};
use crate::model::{Notice, PathError};
use crate::schema::{Loader, Schema};
use crate::values;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, Tree, TreeMap};
use go_text_template::yaml::{self, Shape};

const FILE: &str = "values.yaml";

pub(super) fn lint(subject: &Subject, found: &mut Findings) {
    let exists = match subject.values {
        Place::File | Place::Folder => Ok(()),
        Place::Missing | Place::Unknown(_) => Err(Failure::new("file does not exist")),
    };
    if found.take(Severity::Info, "values-file", FILE, None, exists) {
        let line =
            subject.values_text.as_ref().and_then(|text| line_of_fault(text, &yaml::ANY_MAP));
        found.take(Severity::Error, "values", FILE, line, subject.values_fit.clone());
    }
}

/// values.yaml, and what it is held against.
pub struct Values<'v> {
    /// The Helm that is equalled.
    pub compat: Compat,
    /// The text of values.yaml.
    pub text: Result<Str, PathError>,
    /// What the user says the values are.
    pub supplied: &'v Arc<TreeMap>,
    /// The text of values.schema.json; nothing if it cannot be read, holds nothing, or does not count.
    pub schema: Option<Str>,
    /// Where the schema's references lead.
    pub loader: &'v dyn Loader,
}

impl Values<'_> {
    /// Whether the values fit. What Helm would log meanwhile goes to `notices`.
    pub fn check(&self, notices: &mut Vec<Notice>) -> Result<(), Failure> {
        let unreadable = |why: String| Failure::from(format!("unable to parse YAML: {why}"));
        let text = self.text.as_ref().map_err(|error| unreadable(error.to_string()))?;
        let table = yaml::read_as(text, shape(self.compat));
        let table = table.map_err(|error| unreadable(error.to_string()))?;
        let table = table.as_map().cloned().unwrap_or_default();
        let merged = values::coalesce_tables(self.supplied, &table, notices);
        match &self.schema {
            Some(schema) => Schema::compile(schema, self.loader)?.check(&Tree::Map(merged)),
            None => Ok(()),
        }
    }
}

fn shape(compat: Compat) -> &'static Shape {
    match compat {
        Compat::Helm3 => &Shape::Map("chartutil.Values", &Shape::Any),
        Compat::Helm4 => &Shape::Map("common.Values", &Shape::Any),
    }
}
