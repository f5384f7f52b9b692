//! JSON Schema validation of values, with the verdicts and words of Helm's validator.
//!
//! In: the text of a values.schema.json and the values of its chart. Out: nothing, or Helm's text
//! of what is wrong, faults in the order of the properties. Drafts 4, 6, 7, 2019-09 and 2020-12,
//! 2020-12 unless the schema says otherwise; their metaschemas are in the program.
//! Invariant: files and what is at addresses only come from a [`Loader`]; how many addresses are
//! asked, how much they give, and how many references lead there is bounded.

mod cache;
mod check;
mod compile;
mod dialect;
mod document;
mod draft;
mod duplicates;
mod fault;
mod format;
pub(super) mod fragment;
mod library;
mod loader;
mod metaschema;
mod number;
mod pattern;
mod program;
mod reader;
mod registry;
mod source;
mod quoting;
mod violation;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

pub use cache::Cache;
pub use loader::{Fetched, Loader, NoLoader, Step};
pub use violation::{Violation, violations};

use cache::Compiled;
use document::{Document, ROOT};
use library::Library;
use program::Program;

use crate::model::Chart;
use go_text_template::data::{Failure, Str, Tree, TreeMap, Type, Value};

/// Where Helm lets a values.schema.json believe to be: relative references lead to the root of
/// the file system.
const ADDRESS: &str = "file:///values.schema.json";

/// A compiled values.schema.json.
#[derive(Debug)]
pub struct Schema(Program);

impl Schema {
    /// Compiles `text`, after it was checked against its metaschema.
    pub fn compile(text: &[u8], loader: &dyn Loader) -> Result<Self, Failure> {
        let document = reader::read(text)?;
        loader.step(Step::Read(text));
        let mut library = Library::new(loader);
        library.add(ADDRESS, document);
        Ok(Self(compile::compile(library, ADDRESS, Some(metaschema::of))?))
    }

    /// Checks `values`; the failure has a line for each fault and ends in a line break.
    pub fn check(&self, values: &Tree) -> Result<(), Failure> {
        self.check_document(&Document::from_tree(values))
    }

    fn check_document(&self, values: &Document) -> Result<(), Failure> {
        check::validate(&self.0, values, ROOT, &HashMap::new()).map_err(|invalid| match invalid {
            check::Invalid::Faults(lines) => format!("{}\n", lines.trim_start_matches('\n')).into(),
            check::Invalid::Stopped(failure) => failure,
        })
    }
}

/// Checks the values of `chart` and, in their sections, those of its subcharts, each against the
/// schema that its chart has; `cache` is for those who check the values of several releases. The
/// failure is Helm's full text.
pub fn validate(
    chart: &Chart,
    values: &TreeMap,
    loader: &dyn Loader,
    cache: Option<&Cache>,
) -> Result<(), Failure> {
    let mut validation =
        Validation { loader, cache, compiled: HashMap::new(), report: String::new() };
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
    cache: Option<&'v Cache>,
    /// By their text: a chart may be there under several names.
    compiled: HashMap<&'v [u8], Arc<Compiled>>,
    report: String,
}

impl<'v> Validation<'v> {
    fn chart(&mut self, chart: &'v Chart, values: &Tree) {
        if let Some(schema) = &chart.schema {
            self.loader.step(Step::Chart(chart.name()));
            let checked = match &self.compiled(schema.data()).schema {
                Ok(schema) => schema.check(values),
                Err(failure) => Err(failure.clone()),
            };
            if let Err(failure) = checked {
                self.report_chart(chart.name(), failure.message());
            }
        }
        self.loader.step(Step::Subcharts(chart));
        let Some(sections) = values.as_map() else { return };
        for subchart in chart.dependencies.iter() {
            match sections.get(subchart.name()) {
                None | Some(Tree::Null) => {}
                Some(section @ Tree::Map(_)) => self.chart(subchart, section),
                Some(other) => self.report_chart(subchart.name(), &wrong_section(other)),
            }
        }
    }

    fn compiled(&mut self, text: &'v Str) -> Arc<Compiled> {
        match self.compiled.entry(text.as_bytes()) {
            Entry::Occupied(known) => {
                known.get().tell(text, self.loader);
                known.get().clone()
            }
            Entry::Vacant(place) => {
                place.insert(cache::compiled(text, self.loader, self.cache)).clone()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn report(schema: &str, values: &str) -> String {
        let values = reader::read(values.as_bytes()).unwrap();
        let compiled = Schema::compile(schema.as_bytes(), &NoLoader);
        let checked = compiled.and_then(|schema| schema.check_document(&values));
        checked.map_or_else(|failure| failure.to_string(), |()| "valid".into())
    }

    #[test]
    fn faults_are_told_in_helms_words() {
        let one = |message: &str| format!("- at '/a': {message}\n");
        for (rule, value, expected) in [
            (r#"{"type": ["integer", "null"]}"#, "1.5", "got number, want null or integer"),
            (r#"{"const": 1.50}"#, "2", "value must be 1.50"),
            (r#"{"const": [1]}"#, "2", "'const' failed"),
            (r#"{"enum": [null, "x'", true]}"#, "2", r"value must be one of <nil>, 'x\'', true"),
            (r#"{"maximum": 65535}"#, "70000", "maximum: got 70,000, want 65,535"),
            (r#"{"exclusiveMinimum": 1e6}"#, "0.5", "exclusiveMinimum: got 0.5, want 1×10⁰⁶"),
            (r#"{"multipleOf": 0.1}"#, "0.35", "multipleOf: got 0.35, want 0.1"),
            (r#"{"minLength": 2000}"#, r#""é""#, "minLength: got 1, want 2,000"),
            (r#"{"pattern": "^b"}"#, r#""a\"b""#, r#"'a"b' does not match pattern '^b'"#),
            (r#"{"required": ["y", "x"]}"#, "{}", "missing properties 'y', 'x'"),
            (
                r#"{"additionalProperties": false}"#,
                r#"{"x": 1}"#,
                "additional properties 'x' not allowed",
            ),
            (
                r#"{"dependentRequired": {"x": ["y"]}}"#,
                r#"{"x": 1}"#,
                "properties 'y' required, if 'x' exists",
            ),
            (r#"{"uniqueItems": true}"#, "[1, 2, 1.0]", "items at 0 and 2 are equal"),
            (r#"{"not": {}}"#, "1", "'not' failed"),
            (r#"{"oneOf": [{}, true]}"#, "1", "'oneOf' failed, subschemas 0, 1 matched"),
            (r#"{"contains": {"type": "null"}, "minContains": 2}"#, "[null, null]", ""),
        ] {
            let schema = format!(r#"{{"properties": {{"a": {rule}}}}}"#);
            let found = report(&schema, &format!(r#"{{"a": {value}}}"#));
            let expected = if expected.is_empty() { "valid".into() } else { one(expected) };
            assert_eq!(found, expected, "{rule}");
        }
    }

    #[test]
    fn faults_form_a_tree() {
        let schema = r#"{"required": ["q"], "properties": {"d": {"required": ["z"], "properties": {"e": {"anyOf": [
            {"type": "string"}, {"allOf": [{"minimum": 9}]}]}}}}}"#;
        assert_eq!(
            report(schema, r#"{"d": {"e": 4}}"#),
            "- at '': missing property 'q'\n- at '/d': validation failed\n  - at '/d': missing property 'z'\n  \
             - at '/d/e': 'anyOf' failed\n    - at '/d/e': got number, want string\n    \
             - at '/d/e': 'allOf' failed\n      - at '/d/e': minimum: got 4, want 9\n"
        );
    }

    #[test]
    fn schemas_are_checked_against_their_metaschema() {
        let head = "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema \
                    validation failed with ";
        for (schema, expected) in [
            (
                "null",
                "'https://json-schema.org/draft/2020-12/schema#'\n- at '': got null, want boolean or object",
            ),
            (
                r#"{"properties": {"b": {"pattern": "(?=x)"}}}"#,
                "'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  \
                 - at '/properties/b': 'allOf' failed\n    - at '/properties/b/pattern': '(?=x)' is not \
                 valid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
            ),
            (
                r#"{"$schema": "http://json-schema.org/draft-07/schema#", "minLength": -1}"#,
                "'http://json-schema.org/draft-07/schema#'\n- at '/minLength': 'allOf' failed\n  \
                 - at '/minLength': minimum: got -1, want 0",
            ),
        ] {
            assert_eq!(report(schema, "{}"), format!("{head}{expected}"));
        }
    }

    #[test]
    fn references_that_lead_nowhere_are_named() {
        for (reference, expected) in [
            ("#/$defs/no", r#"json-pointer in "file:///values.schema.json#/$defs/no" not found"#),
            (
                "#no",
                r#"anchor in "file:///values.schema.json#no" not found in schema "file:///values.schema.json""#,
            ),
            (
                "no.json",
                r#"failing loading "file:///no.json": open /no.json: no such file or directory"#,
            ),
            ("http://e.org/x", r#"failing loading "http://e.org/x": nothing is fetched here"#),
            ("urn:x:y", "valid"),
            ("http://json-schema.org/draft-07/schema#", "valid"),
            (
                "#",
                "- at '': both /$ref and  resolve to \"file:///values.schema.json#\" causing reference cycle\n",
            ),
        ] {
            assert_eq!(report(&format!(r#"{{"$ref": "{reference}"}}"#), "{}"), expected);
        }
    }

    #[test]
    fn drafts_differ() {
        let draft4 = r#""$schema": "http://json-schema.org/draft-04/schema#""#;
        let draft7 = r#""$schema": "http://json-schema.org/draft-07/schema#""#;
        let draft2019 = r#""$schema": "https://json-schema.org/draft/2019-09/schema""#;
        for (schema, values, expected) in [
            (format!(r#"{{{draft4}, "minimum": 1, "exclusiveMinimum": true}}"#), "1", "- at '': exclusiveMinimum: got 1, want 1\n"),
            (format!(r#"{{{draft7}, "format": "ipv4"}}"#), r#""x""#, "- at '': 'x' is not valid ipv4: expected four decimals\n"),
            (r#"{"format": "ipv4"}"#.to_owned(), r#""x""#, "valid"),
            (format!(r#"{{{draft7}, "items": [{{}}], "additionalItems": false}}"#), "[1, 2]", "- at '': last 1 additionalItem(s) not allowed\n"),
            (r#"{"prefixItems": [{}], "items": false}"#.to_owned(), "[1, 2]", "- at '/1': false schema\n"),
            (format!(r##"{{{draft2019}, "properties": {{"a": {{"$recursiveRef": "#"}}}}, "unevaluatedProperties": false}}"##), r#"{"a": {"b": 1}}"#, "- at '/a/b': false schema\n"),
            (r##"{"$dynamicAnchor": "n", "$ref": "t", "maxProperties": 1, "$defs": {"t": {"$id": "t", "$dynamicAnchor": "n", "additionalProperties": {"$dynamicRef": "#n"}}}}"##.to_owned(), r#"{"a": {"b": 1, "c": 2}}"#, "- at '/a': maxProperties: got 2, want 1\n"),
        ] {
            assert_eq!(report(&schema, values), expected, "{schema}");
        }
    }

    #[test]
    fn schemas_that_explode_come_to_an_end() {
        let doubled = |at: usize| {
            let next = format!("{{\"$ref\": \"#/$defs/d{}\"}}", at + 1);
            format!("\"d{at}\": {{\"allOf\": [{next}, {next}]}},")
        };
        let defs: String = (0..64).map(doubled).collect();
        let schema = format!(r##"{{"$ref": "#/$defs/d0", "$defs": {{{defs} "d64": {{}}}}}}"##);
        assert_eq!(report(&schema, "{}"), "unable to validate schema: it takes too many steps");
    }
}
