//! Who set a value, in words.

use bstr::ByteSlice;

use super::Error;
use crate::values::{Giver, History, Setter, Step, ValuePath, Way};
use go_text_template::data::{Failure, Tree};
use go_text_template::diagnostics::{closest, masked_argument, visible};

/// `prod.yaml:3:8, over values.yaml:12:8`; nothing if nobody is known.
pub(in crate::app::commands) fn told(history: &History<'_>, masks: bool) -> Option<String> {
    let mut told = setter(history.setter.as_ref()?, masks);
    for (at, overridden) in history.overridden.iter().enumerate() {
        told.push_str(if at == 0 { ", over " } else { ", " });
        told.push_str(&setter(overridden, masks));
    }
    Some(told)
}

/// The same of a default that a null took away.
pub(in crate::app::commands) fn told_removed(history: &History<'_>, masks: bool) -> String {
    format!("removed by {}", told(history, masks).unwrap_or_default())
}

fn setter(setter: &Setter<'_>, masks: bool) -> String {
    let way = match setter.way {
        Way::Direct => "",
        Way::Global => " (global)",
        Way::Import => " (import-values)",
    };
    format!("{}{way}", giver(setter, masks))
}

fn giver(setter: &Setter<'_>, masks: bool) -> String {
    match setter.giver {
        Giver::Flag { flag, index, argument } => {
            format!("--{flag} #{index} ({})", shown_argument(flag, argument, masks))
        }
        Giver::File(file) => match file.place(&setter.path) {
            Some(place) => {
                let place = file.source.line_column(place.value.start);
                format!("{}:{}:{}", file.source.name(), place.line, place.column)
            }
            None => file.source.name().to_owned(),
        },
        Giver::Inline => "the list of releases".to_owned(),
    }
}

/// An argument on one line.
pub(in crate::app::commands) fn shown_argument(flag: &str, argument: &[u8], masks: bool) -> String {
    let argument = argument.to_str_lossy();
    let argument = if masks { masked_argument(flag, &argument) } else { argument.into_owned() };
    visible(argument.as_bytes()).replace('\n', "\\n")
}

/// That there is nothing at `path`, and what was perhaps meant.
pub(in crate::app::commands) fn no_value(path: &ValuePath, values: &Tree) -> Error {
    let text = format!("there is no value at {path}");
    let meant = meant(path, values).map(|meant| format!("; did you mean {meant}?"));
    Failure::from(text + &meant.unwrap_or_default()).into()
}

/// The path that is like `path`: its first wrong key corrected, or one that ends like it.
pub(in crate::app::commands) fn meant(path: &ValuePath, values: &Tree) -> Option<ValuePath> {
    let mut known = ValuePath::default();
    let mut value = values;
    for step in &path.0 {
        match step.of(value) {
            Some(below) => value = below,
            None => {
                let corrected = corrected(step, value)?;
                known.0.push(corrected);
                return Some(known);
            }
        }
        known.0.push(step.clone());
    }
    None
}

/// The key of `value` that is like `step`.
fn corrected(step: &Step, value: &Tree) -> Option<Step> {
    let (Step::Key(key), Tree::Map(map)) = (step, value) else { return None };
    let names: Vec<_> = map.iter().map(|(name, _)| name.to_str_lossy()).collect();
    let meant = closest(&key.to_str_lossy(), names.iter().map(AsRef::as_ref))?;
    Some(Step::Key(meant.into()))
}
