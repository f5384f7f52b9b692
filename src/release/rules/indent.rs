//! A key that became null, because what was meant for it is not indented enough.

use bstr::ByteSlice;

use super::{Finding, Spot, Subject};
use crate::bundle;
use go_text_template::data::Str;
use go_text_template::diagnostics::{Source, Span};
use go_text_template::template::{Origin, Trace};

/// Keys without a value, right below which an action writes keys that stand beside them.
pub(super) fn lost(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for document in subject.documents() {
        let empty = bundle::empty_keys(&document.text);
        if empty.is_empty() {
            continue;
        }
        for (key, next) in empty {
            let at = |span: Span| {
                subject.trace_at(&document.path, document.offset + span.start as usize)
            };
            let Some(((trace, own), (_, behind))) = at(key).zip(at(next)) else { continue };
            let Some((key_spot, action)) = written(trace, own, behind, key) else { continue };
            let name = &document.text[key.start as usize..key.end as usize];
            found.push(Finding {
                message: format!(
                    "the key {:?} has no value: what is written below it stands beside it",
                    name.to_str_lossy()
                ),
                place: Some(key_spot),
                others: vec![("this writes what was perhaps meant for it", action)],
                help: "indent it deeper than the key".to_owned(),
                ..Finding::default()
            });
        }
    }
    found
}

/// The place of the key in its template, and the action right behind it that wrote the next key.
fn written(trace: &Trace, key: usize, next: usize, span: Span) -> Option<(Spot, Spot)> {
    let key = trace.at(key).filter(Origin::is_text)?;
    let (name, text) = (key.template().file_name().clone(), key.template().text().clone());
    let start = key.span().start;
    let end = start + (span.end - span.start);
    let mut writer = trace.at(next);
    while let Some(node) = writer {
        let template = node.template();
        let is_same = *template.file_name() == name && !node.is_text();
        if is_same && is_right_behind(&text, end, node.span().start) {
            let spot = |span| Spot { source: source(&name, &text), span };
            let key = spot(Span { start, end });
            return Some((key, spot(node.span())));
        }
        writer = node.caller();
    }
    None
}

fn source(name: &Str, text: &Str) -> Source {
    Source::new(&name.to_str_lossy(), text)
}

/// Whether there is nothing that could be a value between the key's end and an action.
fn is_right_behind(text: &[u8], key_end: u32, action: u32) -> bool {
    let Some(between) = text.get(key_end as usize..action as usize) else { return false };
    let Some(rest) = between.strip_prefix(b":") else { return false };
    let mut rest = rest.trim();
    while !rest.is_empty() && rest != b"{{" && rest != b"{{-" {
        match silent_action(rest) {
            Some(behind) => rest = behind.trim_start(),
            None => return false,
        }
    }
    true
}

/// What stands behind an action that writes nothing, such as a comment or the beginning of an `if`.
fn silent_action(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"{{")?;
    let inside = inside.strip_prefix(b"-").unwrap_or(inside).trim_start();
    let is_silent =
        [&b"/*"[..], b"if ", b"with ", b"range "].iter().any(|word| inside.starts_with(word));
    let (_, behind) = inside.split_once_str("}}")?;
    is_silent.then_some(behind)
}
