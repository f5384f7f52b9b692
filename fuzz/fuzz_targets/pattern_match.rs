//! Any pattern can be searched for in any text, or is refused; what is found is in the text. The
//! input is the pattern, a zero byte, and the text.

#![no_main]

use std::cell::Cell;

use go_text_template::pattern::{Glob, Meter, Regexp, path_match, quote_meta};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (pattern, text) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    let _ = path_match(pattern, text);
    let _ = glob(pattern, text);
    if let Err(error) = Regexp::check(pattern) {
        let _ = error.to_string();
    }
    let _ = search(pattern, text);
    if text.len() < 1000 && std::str::from_utf8(text).is_ok() {
        let literal = Regexp::new(&quote_meta(text)).expect("it is only a text");
        assert_eq!(literal.is_match(text, &Budget::default()), Ok(true));
    }
});

fn glob(pattern: &[u8], text: &[u8]) -> Result<bool, NoMore> {
    let meter = Budget::default();
    Glob::lenient(pattern, &meter)?.matches(text, &meter)
}

fn search(pattern: &[u8], text: &[u8]) -> Result<(), NoMore> {
    let meter = Budget::default();
    let Ok(pattern) = Regexp::cached(pattern, &meter)? else { return Ok(()) };
    let found = pattern.find_all(text, -1, &meter)?;
    assert_eq!(pattern.find(text, &meter)?.is_some(), !found.is_empty());
    assert!(found.iter().all(|range| range.start <= range.end && range.end <= text.len()));
    assert!(found.is_sorted_by(|a, b| a.end <= b.start));
    let pieces = pattern.split(text, -1, &meter)?.unwrap_or_default();
    assert!(pieces.iter().all(|range| range.start <= range.end && range.end <= text.len()));
    pattern.replace_all(text, b"<$0$1>", &meter)?;
    pattern.replace_all_literal(text, b"$0", &meter)?;
    Ok(())
}

/// What one input may take.
#[derive(Default)]
struct Budget(Cell<u64>);

#[derive(Debug, PartialEq)]
struct NoMore;

impl Budget {
    fn spend(&self, amount: u64) -> Result<(), NoMore> {
        self.0.set(self.0.get().saturating_add(amount));
        if self.0.get() > 50_000_000 { Err(NoMore) } else { Ok(()) }
    }
}

impl Meter for Budget {
    type Refusal = NoMore;

    fn work(&self, steps: u64) -> Result<(), NoMore> {
        self.spend(steps)
    }

    fn memory(&self, bytes: u64) -> Result<(), NoMore> {
        self.spend(bytes)
    }
}
