//! Any bundle, receipt, record of `--freeze`, kustomization and `ResourceList` can be read or
//! refused; what is written again reads as it was.

#![no_main]

use chart::bundle::{Receipt, extended, listed, read, read_records, write_records};
use go_text_template::data::{Str, Tree};
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let _ = read(text);
    let _ = listed(text);
    if let Some(receipt) = Receipt::from_yaml(&String::from_utf8_lossy(text)) {
        assert_eq!(Receipt::from_yaml(&receipt.to_yaml()), Some(receipt));
    }
    if let Some(records) = read_records(text) {
        assert_eq!(read_records(write_records(&records).as_bytes()), Some(records));
    }
    extend(text);
});

fn extend(text: &[u8]) {
    let Ok(before) = yaml::read(&Str::from(text)) else { return };
    let Ok(list) = extended(text, &[b"kind: Pod\ndata: |\n  x\n"]) else { return };
    let after = yaml::read(&Str::from(list)).expect("it is still YAML");
    assert_eq!(items(&after), items(&before) + 1);
}

fn items(list: &Tree) -> usize {
    match list.at(&["items"]) {
        Some(Tree::List(items)) => items.len(),
        _ => 0,
    }
}
