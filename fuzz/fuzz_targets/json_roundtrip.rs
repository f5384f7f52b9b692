//! Any text can be read as JSON or refused, and what is written reads as it was.

#![no_main]

use go_text_template::data::{Str, Value};
use go_text_template::json::{Style, read, read_list, read_map, read_prefix, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let text = Str::from(text);
    let _ = (read_map(&text), read_list(&text));
    match read_prefix(&text) {
        Ok((_, end)) => assert!(end <= text.len()),
        Err(error) => assert!(error.offset() <= text.len()),
    }
    let Ok(tree) = read(&text) else { return };
    for style in [Style::RAW, Style::PRETTY] {
        let written = write(&Value::from(&tree), style, &mut |_| true).expect("it came from JSON");
        let again = read(&Str::from(written)).expect("what was written can be read");
        assert!(tree == again, "{tree:?} became {again:?}");
    }
});
