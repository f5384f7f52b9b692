//! Any words of `--set` and its relatives can be read or refused. The first byte picks the flag,
//! zero bytes stand between arguments.

#![no_main]

use go_text_template::Compat;
use go_text_template::data::{Failure, Str};
use chart::values::{Flags, ReadFile, supplied};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&family, words)) = input.split_first() else { return };
    let words: Vec<Str> = words.split(|byte| *byte == 0).map(Str::from).collect();
    let mut flags = Flags::default();
    match family % 5 {
        0 => flags.set = words,
        1 => flags.string = words,
        2 => flags.json = words,
        3 => flags.file = words,
        _ => flags.literal = words,
    }
    for compat in [Compat::Helm3, Compat::Helm4] {
        if let Err(error) = supplied(&flags, &mut Echo, compat) {
            let _ = error.to_string();
        }
    }
});

/// Files that hold their own names.
struct Echo;

impl ReadFile for Echo {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        Ok(name.clone())
    }
}
