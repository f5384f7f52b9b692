//! Where values are wrong before a template sees them: files that are no YAML, and what schemas do not
//! allow.

use super::diagnosis::{Givers, set_by};
use crate::faults::{Fault, Kind, Note, Place, Setter, kind};
use crate::model::{Chart, DecodeError};
use crate::schema::{Loader, Violation, violations};
use crate::values::{self, ReadFile};
use go_text_template::data::{Str, TreeMap};
use go_text_template::diagnostics::{Source, Span};
use go_text_template::yaml;

/// Everything that the schemas do not allow in `values`, with who set it and with the rule.
pub fn faults_of_schemas(
    values: &TreeMap,
    schemas: &dyn Loader,
    givers: &Givers<'_>,
) -> Vec<Fault> {
    let found = violations(givers.chart, values, schemas);
    found.iter().map(|violation| of_violation(violation, givers)).collect()
}

fn of_violation(violation: &Violation, givers: &Givers<'_>) -> Fault {
    let Violation { section, path, message, .. } = violation;
    let shown: String = path.iter().map(|key| format!(".{key}")).collect();
    let whole = format!("`.Values{shown}`: {message}");
    let mut fault = Fault::new(kind("E0401"), whole);
    let words: Vec<Str> = section.iter().chain(path).cloned().collect();
    match set_by(&words, givers) {
        Some(Setter::File { source, key }) => {
            fault.notes.push(Note::Place(Place::new(source, key, message)));
        }
        Some(by) => {
            let value = format!(".Values{shown}");
            fault.notes.push(Note::Set { value, what: None, by });
        }
        None => {}
    }
    let how = if fault.notes.is_empty() { &*fault.message } else { "not allowed by" };
    let rule = rule(violation, givers.chart).map(|place| Note::Place(place.reached(how)));
    fault.notes.extend(rule);
    fault
}

/// The place of the rule in the schema of its chart.
fn rule(violation: &Violation, chart: &Chart) -> Option<Place> {
    let mut chart = chart;
    for name in &violation.section {
        chart = chart.dependencies.iter().find(|subchart| subchart.name() == name)?;
    }
    let file = chart.schema.as_ref()?;
    let source = Source::new(&format!("{}/{}", chart.path, file.name), file.data());
    let words: Vec<_> = violation.rule.as_ref()?.iter().map(Str::to_str_lossy).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let key = match words.is_empty() {
        true => Span::new(0, 1),
        false => yaml::locate(source.text(), &words)?,
    };
    Some(Place::new(source, key, ""))
}

/// The place in a values file that is not what it should be.
pub fn fault_of_values(error: &values::Error, files: &mut dyn ReadFile) -> Option<Fault> {
    let values::Error::File { name, error, .. } = error else { return None };
    let text = files.read(name).ok()?;
    Some(fault_of_text(kind("E0501"), &name.to_str_lossy(), &text, error))
}

/// The place in a file that is not the YAML that it should be.
pub fn fault_of_text(sort: &'static Kind, name: &str, text: &Str, error: &DecodeError) -> Fault {
    let DecodeError::Yaml(yaml) = error else { return Fault::new(sort, error.to_string()) };
    let fault = Fault::new(sort, yaml.problem());
    let Some(mark) = yaml.place() else { return fault };
    let source = Source::new(name, text);
    let at = |offset: usize| Span::new(offset, offset + 1);
    let place = Place::new(source.clone(), at(mark.offset), yaml.problem());
    let fault = fault.with(Note::Place(place));
    match yaml.begun() {
        Some(begun) => {
            let place = Place::new(source, at(begun.offset), "begins here and has no end");
            fault.with(Note::Place(place.reached("of what")))
        }
        None => fault,
    }
}
