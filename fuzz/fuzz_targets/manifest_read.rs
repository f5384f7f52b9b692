//! Any rendered text can be cut into documents that lie in it, and read with its comments; what is
//! written with comments can be read again.

#![no_main]

use go_text_template::Compat;
use go_text_template::data::Str;
use chart::manifest::{assemble, merge, split, unmerge};
use chart::render::Rendered;
use go_text_template::yaml::{self, commented};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = Str::from(bytes);
    for part in yaml::split(&text).filter_map(Result::ok) {
        assert!(part.offset <= text.len());
    }
    let file = Rendered { path: "c/templates/fuzz.yaml".into(), text: text.clone() };
    for compat in [Compat::Helm3, Compat::Helm4] {
        let ranges = split(bytes, compat);
        assert!(ranges.iter().all(|range| range.start <= range.end && range.end <= text.len()));
        assert!(ranges.is_sorted_by(|a, b| a.end <= b.start));
        if let Err(error) = assemble(std::slice::from_ref(&file), compat) {
            // In UTF-16 places are those of the same text in UTF-8.
            let is_inside = |at| error.range.start + at <= text.len();
            assert!(std::str::from_utf8(&text).is_err() || error.offset().is_none_or(is_inside));
            let _ = (error.message(compat), error.problem());
        }
    }
    if let Some(place) = yaml::locate(bytes, &["metadata", "name"]) {
        assert!(place.start <= place.end);
        assert!(std::str::from_utf8(&text).is_err() || place.end as usize <= text.len());
    }
    with_comments(&file);
});

fn with_comments(file: &Rendered) {
    match merge(std::slice::from_ref(file)) {
        Ok(merged) => drop(unmerge(&merged)),
        Err(error) => drop(error.to_string()),
    }
    let _ = unmerge(&file.text);
    if let Ok(Some(document)) = commented::read(&file.text) {
        let _ = commented::read(&commented::write([(&document, true)]));
    }
}
