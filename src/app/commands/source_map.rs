//! `template --source-map FILE`: the manifests, and beside them which lines of templates wrote what.

use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::explain::layout::Layout;
use super::explain::object;
use super::subject::Subject;
use super::template::Args;
use super::value_files::ValueFiles;
use super::{Error, Session, manifests, output};
use crate::explain::{Fields, SourceMap, Traced};
use crate::files;
use crate::manifest::Document;
use crate::values::{ReadFile, ValuePath};
use go_text_template::data::{Failure, Str};

/// The standard's map with what it has no words for.
#[derive(Serialize)]
struct Written {
    #[serde(flatten)]
    map: SourceMap,
    /// The files that values came from.
    x_values: Vec<Values>,
    /// The objects, and where their fields are.
    x_objects: Vec<Object>,
}

#[derive(Serialize)]
struct Values {
    file: String,
    content: String,
}

#[derive(Serialize)]
struct Object {
    object: String,
    line: usize,
    /// The fields that hold no others, each with its line and column, counted from 1.
    fields: Map<String, Value>,
}

/// Renders once, with a recorder, and writes both.
pub(super) fn write(
    file: &Path,
    args: &Args,
    subject: &Subject,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    check(args)?;
    let traced = manifests::make_traced(subject, &args.render, session);
    let failed = |broken| output::broken(broken, &subject.name, &args.output, session);
    let (made, traces) = traced.map_err(failed)?;
    let layout = Layout::of(&made, &output::parts(&made, &args.output)?);
    let traced = Traced { made: &made, traces: &traces };
    let written = Written {
        map: SourceMap::new(&traced, layout.documents(), layout.lines()),
        x_values: values(args, subject, session),
        x_objects: layout.documents().iter().map(|(_, it)| object(it, &layout)).collect(),
    };
    let text = serde_json::to_vec(&written).unwrap_or_default();
    files::write(file, &text, 0o644)?;
    let result = output::write(&made, &args.output, None, session);
    result.map_err(|broken| output::broken(broken, &subject.name, &args.output, session))
}

/// The map is of the text on standard output, and of no other.
fn check(args: &Args) -> Result<(), Error> {
    let others = [
        ("--output-dir", args.output.output_dir.is_some()),
        ("--show-only", !args.output.show_only.is_empty()),
        ("--post-renderer", !args.post_renderers.is_empty()),
        ("--rewrite", args.registry.is_some()),
    ];
    match others.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((flag, _)) => Err(Failure::from(format!(
            "--source-map is a map of all that templates write to standard output; leave out {flag}"
        ))
        .into()),
    }
}

fn object(document: &Document, layout: &Layout<'_>) -> Object {
    let fields = Fields::of(document);
    let all = ValuePath::default();
    let place = |offset| layout.place(document, offset).unwrap_or_default();
    let fields = fields.below(&all).map(|(path, range)| {
        let (line, column) = place(range.start);
        (format!(".{path}"), Value::from(vec![line, column]))
    });
    Object { object: object::name(document), line: place(0).0, fields: fields.collect() }
}

/// The texts of values.yaml and of the files of `-f`.
fn values(args: &Args, subject: &Subject, session: &Session<'_>) -> Vec<Values> {
    let content = |text: &Str| text.to_str_lossy().into_owned();
    let own = subject
        .chart
        .values_file
        .as_ref()
        .map(|file| Values { file: "values.yaml".to_owned(), content: content(file.data()) });
    let mut files = ValueFiles::new(session);
    // What cannot be read twice, such as standard input, has no text here.
    let given = args.render.values.files.iter().filter_map(|name| {
        let text = files.read(name).ok()?;
        Some(Values { file: name.to_string(), content: content(&text) })
    });
    own.into_iter().chain(given).collect()
}
