//! Texts in quotes.

use go_text_template::json;

/// `text` in double quotes, which JSON and YAML read in the same way.
pub(super) fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    json::append_string(&mut json, text.as_bytes(), false);
    let mut quoted = String::with_capacity(json.len());
    for rune in String::from_utf8_lossy(&json).chars() {
        if is_refused(rune) {
            quoted.push_str(&format!("\\u{:04x}", u32::from(rune)));
        } else {
            quoted.push(rune);
        }
    }
    quoted
}

/// True for what JSON takes as it is, and YAML refuses or takes for the end of a line.
fn is_refused(rune: char) -> bool {
    matches!(rune, '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use go_text_template::data::{Str, Tree};
    use go_text_template::yaml;

    #[test]
    fn every_character_comes_back() {
        let all: String = ('\0'..='\u{ffff}').chain(['\u{1f600}', '\u{10ffff}']).collect();
        let read = yaml::read(&Str::from(quoted(&all)));
        assert_eq!(read, Ok(Tree::String(all.into())));
    }
}
