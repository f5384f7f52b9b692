//! `chart explain`: which nodes of which templates wrote a part of the output, the values they read,
//! and who set those.

mod context;
mod json;
pub(super) mod layout;
pub(super) mod object;
mod reach;
mod text;

use std::ffi::OsString;

use super::value_files::ValueFiles;
use super::{Error, Session, manifests, output, template};
use crate::explain::{Fields, Traced};
use crate::manifest::Document;
use crate::values::{Marks, Remembered};
use context::{Known, Subject};
use go_text_template::data::{Failure, Tree};
use layout::Layout;

/// What `explain` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart and its values; its words may have an object and a field behind the chart.
    pub template: template::Args,
    /// `--line`: a line of what `template` prints.
    pub line: Option<usize>,
    /// `--from`: a line of a template, whose output is listed.
    pub from: Option<String>,
    /// `--value`: a value, whose reach is listed.
    pub value: Option<String>,
    /// `--output json`.
    pub json: bool,
    /// Whether values of keys that are named like secrets are masked.
    pub masks: bool,
}

/// Tells where a part of the output came from, or what a line or a value leads to.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let is_listing = args.line.is_some() || args.from.is_some() || args.value.is_some();
    let (words, asked) = divided(&args.template.words, is_listing)?;
    let template = template::Args { words, ..args.template.clone() };
    let mut local = ValueFiles::new(session);
    let mut files = Remembered::new(&mut local);
    let subject = template::subject(&template, &mut files, session)?;
    let flags = &template.render.values;
    let compat = session.compat;
    let marks = Marks::new(&subject.chart, flags, &subject.supplied, &mut files, compat)?;
    let made = manifests::make_traced(&subject, &template.render, session);
    let made =
        made.map_err(|broken| output::broken(broken, &subject.name, &template.output, session));
    let (made, traces) = made?;
    let values = Tree::Map(made.prepared.values.clone());
    let known = Known {
        traced: Traced { made: &made, traces: &traces },
        layout: Layout::of(&made, &output::parts(&made, &template.output)?),
        marks: &marks,
        values: &values,
        masks: args.masks,
    };
    let text = answer(args, &asked, &known)?;
    session.out.write_all(&text).map_err(Error::Stdout)
}

fn answer(args: &Args, asked: &[String], known: &Known<'_>) -> Result<Vec<u8>, Error> {
    if let Some(place) = &args.from {
        return reach::of_line(place, known).map(|found| reach::write(&found, args.json));
    }
    if let Some(path) = &args.value {
        return reach::of_value(path, known).map(|found| reach::write(&found, args.json));
    }
    let document = match args.line {
        Some(number) => known.layout.at_line(number)?.0,
        None => object::find(&asked[0], known)?,
    };
    let fields = Fields::of(document);
    let subject = match args.line {
        Some(number) => of_line(number, document, &fields, known)?,
        None => of_object(document, &fields, asked.get(1), known)?,
    };
    Ok(if args.json { json::write(&subject, known) } else { text::write(&subject, known) })
}

/// A line of the output.
fn of_line<'e>(
    number: usize,
    document: &'e Document,
    fields: &Fields,
    known: &Known<'_>,
) -> Result<Subject<'e>, Error> {
    let (_, range) = known.layout.at_line(number)?;
    let field = fields.at(range.start).cloned();
    let place = field.as_ref().and_then(|field| fields.place(field));
    // The value of a key is what is asked for, if it stands on the line.
    let value = place.map(|place| place.value.start as usize..place.value.end as usize);
    let asked = value.filter(|value| range.contains(&value.start)).unwrap_or(range);
    let offset = asked.start;
    let in_file = asked.start + document.offset..asked.end.max(asked.start + 1) + document.offset;
    let explanation = known.traced.explain_bytes(document, in_file, field.as_ref());
    Ok(Subject { document, field, offset, explanation })
}

/// An object, or a field of it.
fn of_object<'e>(
    document: &'e Document,
    fields: &Fields,
    field: Option<&String>,
    known: &Known<'_>,
) -> Result<Subject<'e>, Error> {
    let field = field.map(|field| object::field(field, document, fields)).transpose()?;
    let path = field.clone().unwrap_or_default();
    let explanation = known.traced.explain(document, fields, &path);
    let offset = fields.place(&path).map_or(0, |place| place.value.start as usize);
    Ok(Subject { document, field, offset, explanation })
}

/// The words for the release and the chart, and the object and field behind them. An object's name
/// has a slash, a field's has none or begins with a dot.
fn divided(words: &[OsString], is_listing: bool) -> Result<(Vec<OsString>, Vec<String>), Error> {
    if is_listing {
        return Ok((words.to_vec(), Vec::new()));
    }
    let text = |word: &OsString| word.to_string_lossy().into_owned();
    let mut words = words.to_vec();
    let is_field = |word: &OsString| text(word).starts_with('.') || !text(word).contains('/');
    let field = words.pop_if(|word| is_field(word)).map(|word| text(&word));
    let object = words.pop().filter(|object| text(object).contains('/') && !words.is_empty());
    let Some(object) = object else {
        return Err(Failure::new(
            "what is to be explained? Name an object behind the chart, such as deployment/web, and \
             perhaps a field, such as .spec.replicas; or ask with --line, --from or --value",
        )
        .into());
    };
    Ok((words, std::iter::once(text(&object)).chain(field).collect()))
}
