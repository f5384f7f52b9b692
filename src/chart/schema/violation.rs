//! What is wrong with values, one by one and with its place in the schema.

use std::collections::HashMap;

use super::check;
use super::document::{Document, NodeId, ROOT};
use super::fault::Fault;
use super::program::Program;
use super::{ADDRESS, Loader, Schema, cache};
use crate::model::Chart;
use go_text_template::data::{Str, Tree, TreeMap};

/// Something that a schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The subcharts that lead to the chart that has the schema.
    pub section: Vec<Str>,
    /// The way to the value in the chart's values: keys, and numbers of elements.
    pub path: Vec<Str>,
    /// What is wrong with it.
    pub message: String,
    /// The way to the schema in the chart's values.schema.json, if it is in there.
    pub rule: Option<Vec<Str>>,
}

/// So many are told of a chart.
const MOST: usize = 100;

/// Everything that the schemas of `chart` and of its subcharts do not allow in `values`.
pub fn violations(chart: &Chart, values: &TreeMap, loader: &dyn Loader) -> Vec<Violation> {
    let mut found = Vec::new();
    of_chart(chart, &Tree::Map(values.clone().into()), &mut Vec::new(), loader, &mut found);
    found
}

fn of_chart(
    chart: &Chart,
    values: &Tree,
    section: &mut Vec<Str>,
    loader: &dyn Loader,
    found: &mut Vec<Violation>,
) {
    if let Some(schema) = &chart.schema
        && let Ok(schema) = &cache::compiled(schema.data(), loader, None).schema
    {
        found.extend(of_schema(schema, values, section));
    }
    let Some(sections) = values.as_map() else { return };
    for subchart in chart.dependencies.iter() {
        if let Some(values @ Tree::Map(_)) = sections.get(subchart.name()) {
            section.push(subchart.name().clone());
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                of_chart(subchart, values, section, loader, found);
            });
            section.pop();
        }
    }
}

fn of_schema(schema: &Schema, values: &Tree, section: &[Str]) -> Vec<Violation> {
    let Schema(program) = schema;
    let document = Document::from_tree(values);
    let mut found = Vec::new();
    let mut waiting = check::faults(program, &document, &HashMap::new());
    waiting.reverse();
    while let Some(mut fault) = waiting.pop().filter(|_| found.len() < MOST) {
        if fault.is_group {
            waiting.extend(std::mem::take(&mut fault.causes).into_iter().rev());
            continue;
        }
        found.push(Violation {
            section: section.to_vec(),
            path: words(&document, fault.node),
            message: message(&fault),
            rule: fault.schema.and_then(|schema| rule(program, schema)),
        });
    }
    found
}

/// The fault with what it follows from.
fn message(fault: &Fault) -> String {
    let mut text = fault.message.to_string();
    for (at, cause) in fault.causes.iter().take(3).enumerate() {
        text.push_str(if at == 0 { ": " } else { "; " });
        text.push_str(&cause.message);
    }
    text
}

/// The way to the schema, if it is in the chart's own file.
fn rule(program: &Program, schema: u32) -> Option<Vec<Str>> {
    let place = program.schema(schema).place;
    let (address, document) = &program.sources[place.source];
    (address == ADDRESS).then(|| words(document, place.node))
}

/// The words of the pointer to `node`.
fn words(document: &Document, node: NodeId) -> Vec<Str> {
    let pointer = document.pointer(ROOT, node);
    let tokens = pointer.split(|&byte| byte == b'/').skip(1);
    tokens.map(|token| unescaped(token).into()).collect()
}

fn unescaped(token: &[u8]) -> Vec<u8> {
    bstr::ByteSlice::replace(&*bstr::ByteSlice::replace(token, b"~1", b"/"), b"~0", b"~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::NoLoader;

    #[test]
    fn each_fault_knows_its_place_and_its_rule() {
        let text =
            br##"{"properties": {"a/b": {"type": "string"}, "l": {"items": {"$ref": "#/$defs/n"}}},
            "$defs": {"n": {"maximum": 3}}, "required": ["r"]}"##;
        let schema = Schema::compile(text, &NoLoader).expect("it is one");
        let values =
            go_text_template::yaml::read(&"a/b: 1\nl: [1, 9]\n".into()).expect("it is YAML");
        let found = of_schema(&schema, &values, &[]);
        let shown = found.iter().map(|one| {
            let join =
                |words: &[Str]| words.iter().map(Str::to_string).collect::<Vec<_>>().join(" ");
            (join(&one.path), one.message.clone(), one.rule.as_deref().map(join))
        });
        let rule = |text: &str| Some(text.to_owned());
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                (String::new(), "missing property 'r'".to_owned(), rule("")),
                ("a/b".into(), "got number, want string".into(), rule("properties a/b")),
                ("l 1".into(), "maximum: got 9, want 3".into(), rule("$defs n")),
            ]
        );
    }
}
