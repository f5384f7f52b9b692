//! Any text can be parsed or refused.

#![no_main]

use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::functions::lookup;
use go_text_template::template::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let functions = |name: &str| lookup(name, Compat::default());
    if let Err(error) = parse(&Str::from(text), &functions) {
        let _ = error.message(&Str::from("fuzz"));
    }
});
