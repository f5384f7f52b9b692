//! Any text can be parsed or refused.

#![no_main]

use chart::Compat;
use chart::data::Str;
use chart::functions::lookup;
use chart::template::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let functions = |name: &str| lookup(name, Compat::default());
    if let Err(error) = parse(&Str::from(text), &functions) {
        let _ = error.message(&Str::from("fuzz"));
    }
});
