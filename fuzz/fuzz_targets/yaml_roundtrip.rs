//! What is written as YAML is read back as it was.

#![no_main]

use go_text_template::data::{Str, Tree, Value};
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(tree) = yaml::read(&Str::from(text)) else { return };
    if is_lossy(&tree) {
        return;
    }
    // Helm writes no YAML for some control characters; then there is nothing to read.
    let Ok(written) = yaml::write(&Value::from(&tree), &mut |_| true) else { return };
    let again = yaml::read(&Str::from(&written[..])).expect("what was written can be read");
    // `-0` and `0` are equal, and YAML has no other numbers that are not themselves.
    assert!(tree == again, "{tree:?} became {again:?}");
});

/// True for what Helm's own YAML does not bring back: it writes the key `<<` without quotes, which
/// then is a merge, and a line break of U+0085 as a space.
fn is_lossy(tree: &Tree) -> bool {
    match tree {
        Tree::String(text) => text.as_bytes().windows(2).any(|pair| pair == [0xc2, 0x85]),
        Tree::List(items) => items.iter().any(is_lossy),
        Tree::Map(map) => map.iter().any(|(key, item)| {
            *key == "<<" || is_lossy(&Tree::String(key.clone())) || is_lossy(item)
        }),
        _ => false,
    }
}
