//! Any time can be read in any layout or is refused; times and durations that are printed read as
//! they were. The input is the layout, a zero byte, and the text.

#![no_main]

use go_text_template::dates::{Duration, Time, Zone};
use libfuzzer_sys::fuzz_target;

const LAYOUT: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (layout, text) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    let place = Zone::named("America/New_York").expect("it is a zone");
    for zone in [Zone::UTC, place] {
        match Time::parse(layout, text, &zone) {
            Ok(time) => drop(time.format(layout)),
            Err(error) => drop(error.to_string()),
        }
        if let Ok(time) = Time::parse(LAYOUT, text, &zone) {
            let again = Time::parse(LAYOUT, &time.format(LAYOUT), &zone);
            assert_eq!(again.expect("it was printed").unix_nanoseconds(), time.unix_nanoseconds());
        }
    }
    if let Ok(duration) = Duration::parse(text) {
        let again = Duration::parse(duration.to_string().as_bytes());
        assert_eq!(again.expect("it was printed"), duration);
    }
    let _ = Zone::named(&String::from_utf8_lossy(text));
});
