//! What is written as YAML is read back as it was.

#![no_main]

use chart::data::{Str, Tree, Value};
use chart::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(tree) = yaml::read(&Str::from(text)) else { return };
    // Helm writes no YAML for some control characters; then there is nothing to read.
    let Ok(written) = yaml::write(&Value::from(&tree), &mut |_| true) else { return };
    let again = yaml::read(&Str::from(&written[..])).expect("what was written can be read");
    assert!(same(&tree, &again), "{tree:?} became {again:?}");
});

/// Equality, but for what YAML cannot tell apart: `-0` and `0`.
fn same(a: &Tree, b: &Tree) -> bool {
    a == b
}
