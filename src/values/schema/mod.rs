//! JSON Schema validation of values, with the verdicts and words of Helm's validator.
//!
//! In: the text of a values.schema.json and the values of its chart. Out: nothing, or Helm's text
//! of what is wrong, faults in the order of the properties. Drafts 4, 6, 7, 2019-09 and 2020-12,
//! 2020-12 unless the schema says otherwise; their metaschemas are in the program.
//! Invariant: nothing is ever fetched over the network, and files only come from a [`Loader`].

mod address;
mod check;
mod compile;
mod dialect;
mod document;
mod draft;
mod duplicates;
mod fault;
mod format;
mod library;
mod number;
mod reader;
mod registry;
mod source;
pub(super) mod url;
mod words;

use std::collections::HashMap;

use compile::Program;
use document::{Document, ROOT};
use library::Library;

use crate::chart::Chart;
use crate::data::{Failure, Str, Tree, TreeMap, Type, Value};

/// Where Helm lets a values.schema.json believe to be: relative references lead to the root of
/// the file system.
const ADDRESS: &str = "file:///values.schema.json";

/// Gives what schemas refer to outside of themselves.
pub trait Loader {
    /// The text of the file that a `file:` reference names, or why it cannot be read: Go's words.
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure>;

    /// Takes note that nothing is known about `urn`; anything is valid there.
    fn unresolved_urn(&self, urn: &str);
}

/// A loader of nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLoader;

impl Loader for NoLoader {
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        Err(format!("open {path}: no such file or directory").into())
    }

    fn unresolved_urn(&self, _: &str) {}
}

/// A compiled values.schema.json.
#[derive(Debug)]
pub struct Schema(Program);

impl Schema {
    /// Compiles `text`, after it was checked against its metaschema.
    pub fn compile(text: &[u8], loader: &dyn Loader) -> Result<Self, Failure> {
        let mut library = Library::new(loader);
        library.add(ADDRESS, reader::read(text)?);
        Ok(Self(Program::new(library, ADDRESS)?))
    }

    /// Checks `values`; the failure has a line for each fault and ends in a line break.
    pub fn check(&self, values: &Tree) -> Result<(), Failure> {
        let document = Document::from_tree(values);
        check::validate(&self.0, &document, ROOT, &HashMap::new()).map_err(
            |invalid| match invalid {
                check::Invalid::Faults(lines) => {
                    format!("{}\n", lines.trim_start_matches('\n')).into()
                }
                check::Invalid::Stopped(failure) => failure,
            },
        )
    }
}

/// Checks the values of `chart` and, in their sections, those of its subcharts, each against the
/// schema that its chart has. The failure is Helm's full text.
pub fn validate(chart: &Chart, values: &TreeMap, loader: &dyn Loader) -> Result<(), Failure> {
    let mut validation = Validation { loader, compiled: HashMap::new(), report: String::new() };
    validation.chart(chart, &Tree::Map(values.clone().into()));
    if validation.report.is_empty() {
        return Ok(());
    }
    let heading =
        "values don't meet the specifications of the schema(s) in the following chart(s):";
    Err(format!("{heading}\n{}", validation.report).into())
}

/// The schemas met so far, and what was wrong.
struct Validation<'v> {
    loader: &'v dyn Loader,
    /// By their text: a chart may be there under several names.
    compiled: HashMap<&'v [u8], Result<Schema, Failure>>,
    report: String,
}

impl<'v> Validation<'v> {
    fn chart(&mut self, chart: &'v Chart, values: &Tree) {
        if let Some(schema) = &chart.schema {
            let text = schema.data().as_bytes();
            let compiled =
                self.compiled.entry(text).or_insert_with(|| Schema::compile(text, self.loader));
            let checked = match compiled {
                Ok(schema) => schema.check(values),
                Err(failure) => Err(failure.clone()),
            };
            if let Err(failure) = checked {
                self.report_chart(chart.name(), failure.message());
            }
        }
        let Some(sections) = values.as_map() else { return };
        for subchart in chart.dependencies.iter() {
            match sections.get(subchart.name()) {
                None | Some(Tree::Null) => {}
                Some(section @ Tree::Map(_)) => self.chart(subchart, section),
                Some(other) => self.report_chart(subchart.name(), &wrong_section(other)),
            }
        }
    }

    fn report_chart(&mut self, name: &Str, message: &str) {
        self.report.push_str(&format!("{name}:\n{message}"));
    }
}

fn wrong_section(section: &Tree) -> String {
    let found: Type = Value::from(section).go_type();
    format!("invalid type for values: expected object (map), got {found}\n")
}
