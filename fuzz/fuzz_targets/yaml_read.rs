//! Any text can be read as YAML or refused, and cut into documents.

#![no_main]

use go_text_template::data::Str;
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let text = Str::from(text);
    if let Err(error) = yaml::read(&text) {
        let _ = error.go_yaml_text();
    }
});
