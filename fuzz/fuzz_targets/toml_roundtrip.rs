//! Any text can be read as TOML or refused, and what is written can be read again.

#![no_main]

use go_text_template::data::Value;
use go_text_template::dates::{Time, Zone};
use go_text_template::toml::{read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let now = Time::from_unix(1_800_000_000, Zone::UTC);
    let map = match read(text, &Zone::UTC, &now) {
        Ok(map) => map,
        Err(error) => return drop(error.to_string()),
    };
    let Ok(written) = write(&Value::Map(map), &mut |_| true) else { return };
    let again = read(&written, &Zone::UTC, &now).expect("what was written can be read");
    let again = write(&Value::Map(again), &mut |_| true).expect("it was written before");
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&again));
});
