//! The values as YAML, with who set them behind each line.

use std::collections::BTreeMap;

use super::leaves::{Leaf, Leaves, MASK};
use super::wording::{told, told_removed};
use crate::values::{Step, ValuePath};
use go_text_template::data::{Str, Tree, Value};
use go_text_template::diagnostics::Source;
use go_text_template::yaml::{self, Places};

/// The YAML text of `wanted`, the value below the path of `leaves`.
pub(super) fn write(wanted: &Tree, leaves: &Leaves<'_>, origin: bool) -> Vec<u8> {
    let masked = masked(wanted, &mut leaves.path.clone(), leaves);
    let text = yaml::write(&Value::from(&masked), &mut |_| true).unwrap_or_default();
    if origin { commented(&text, leaves) } else { text }
}

/// `value` with masks for its secrets.
fn masked(value: &Tree, path: &mut ValuePath, leaves: &Leaves<'_>) -> Tree {
    if !leaves.masks {
        return value.clone();
    }
    let mut below = |step: Step, value: &Tree| {
        path.0.push(step);
        let masked = stacker::maybe_grow(64 * 1024, 1024 * 1024, || masked(value, path, leaves));
        path.0.pop();
        masked
    };
    match value {
        Tree::Map(map) => {
            let entries = map.iter();
            let entries =
                entries.map(|(key, value)| (key.clone(), below(Step::Key(key.clone()), value)));
            Tree::map(entries.collect())
        }
        Tree::List(items) => {
            let items = items.iter().enumerate();
            Tree::list(items.map(|(index, item)| below(Step::Index(index), item)).collect())
        }
        _ if leaves.is_masked(path) => Tree::String(Str::from_static(MASK)),
        _ => value.clone(),
    }
}

/// `text` with a comment on the line of each value, and below it what was removed.
fn commented(text: &[u8], leaves: &Leaves<'_>) -> Vec<u8> {
    let mut comments = comments(text, leaves);
    let mut commented = Vec::with_capacity(text.len() * 2);
    for (number, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let (body, end) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |body| (body, b"\n"));
        commented.extend_from_slice(body);
        if let Some(comment) = comments.remove(&(number + 1)) {
            commented.extend_from_slice(format!("  # {comment}").as_bytes());
        }
        commented.extend_from_slice(end);
    }
    for leaf in leaves.removed() {
        let told = told_removed(&leaf.history, leaves.masks);
        commented.extend_from_slice(format!("# {}: {told}\n", leaf.path).as_bytes());
    }
    commented
}

/// What is told about the values, by the lines on which they end; for a value of several lines below
/// an indicator that is the line of the indicator.
fn comments(text: &[u8], leaves: &Leaves<'_>) -> BTreeMap<usize, String> {
    let (source, places) = (Source::new("", text), Places::read(text));
    let line_of = |leaf: &Leaf<'_>| {
        let below = ValuePath(leaf.path.0[leaves.path.0.len()..].to_vec()).words();
        let below: Vec<&str> = below.iter().map(String::as_str).collect();
        let place = places.find(&below)?;
        let at = if place.is_block { place.value.start } else { place.value.end };
        Some(source.line_column(at).line)
    };
    let leaves_there = leaves.all().into_iter().filter(|leaf| leaf.value.is_some());
    let told =
        leaves_there.filter_map(|leaf| Some((line_of(&leaf)?, told(&leaf.history, leaves.masks)?)));
    told.collect()
}
