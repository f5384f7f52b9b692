//! `chart values`: the values that the templates see, and who set them.

pub(super) mod json;
pub(super) mod leaves;
mod text;
pub(super) mod wording;

use std::ffi::OsString;
use std::path::Path;

use super::value_files::ValueFiles;
use super::{Error, Session, template};
use crate::pipeline;
use crate::values::{BadPath, Marks, Remembered, ValuePath};
use go_text_template::data::{Failure, Tree};
use leaves::Leaves;

/// What `values` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart and its values; behind the chart, the words may have a path.
    pub template: template::Args,
    /// `--origin`: whether it is told who set each value.
    pub origin: bool,
    /// `--output json`.
    pub json: bool,
    /// Whether values of keys that are named like secrets are masked.
    pub masks: bool,
}

/// Writes the final values, or the one at a path.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let (words, path) = divided(&args.template.words);
    let path = path.map(|text| read_path(&text)).transpose()?.unwrap_or_default();
    let template = template::Args { words, ..args.template.clone() };
    let mut local = ValueFiles::new(session);
    let mut files = Remembered::new(&mut local);
    let subject = template::subject(&template, &mut files, session)?;
    let (chart, supplied) = (&subject.chart, &subject.supplied);
    let (_, values) = pipeline::final_values(chart, supplied, &mut session.log())?;
    let values = Tree::Map(values);
    let flags = &template.render.values;
    let marks = (args.origin || args.json)
        .then(|| Marks::new(chart, flags, supplied, &mut files, session.compat));
    let marks = marks.transpose()?;
    let leaves = Leaves { values: &values, path: &path, marks: marks.as_ref(), masks: args.masks };
    let wanted = path.of(&values).ok_or_else(|| wording::no_value(&path, &values))?;
    let text = match args.json {
        true => json::write(&leaves),
        false => text::write(wanted, &leaves, args.origin),
    };
    session.out.write_all(&text).map_err(Error::Stdout)
}

/// The words for the release and the chart, and the path behind them. Of two words the second is a
/// path unless it is a chart on this machine, or can only be one.
fn divided(words: &[OsString]) -> (Vec<OsString>, Option<OsString>) {
    let has_path = match words {
        [_, second] => !is_chart(second),
        [_, _, _] => true,
        _ => false,
    };
    match words.split_last() {
        Some((path, words)) if has_path => (words.to_vec(), Some(path.clone())),
        _ => (words.to_vec(), None),
    }
}

/// True if `word` can be a chart, but no path to a value.
fn is_chart(word: &OsString) -> bool {
    let text = word.to_string_lossy();
    text.contains('/') && !text.contains('"') || text == "." || Path::new(word).exists()
}

fn read_path(text: &OsString) -> Result<ValuePath, Error> {
    let text = text.to_string_lossy();
    let bad = |BadPath { why, at }| {
        let place = text[..at].chars().count() + 1;
        Error::from(Failure::from(format!(
            "{text:?} is no path to a value: {why}, at character {place}; a path looks like \
             image.tag, hosts[0] or annotations.\"example.com/name\""
        )))
    };
    ValuePath::parse(&text).map_err(bad)
}
