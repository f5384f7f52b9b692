//! The file in which generated secrets are kept: what each place of a chart draws from.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::quote::quoted;
use super::repeatable::Record;
use go_text_template::data::{Str, Tree};
use go_text_template::yaml;

const HEAD: &str = "\
# What the random values of a bundle are made from, recorded once by chart bundle --freeze.
# Keep it as safe as the secrets that come out of it. An entry that is deleted is drawn anew.
";

/// The text of a file with `records`.
pub fn write_records(records: &BTreeMap<String, Record>) -> String {
    let mut text = String::from(HEAD);
    text.push_str("freeze: 1\ncalls:\n");
    let mut sorted: Vec<_> = records.iter().collect();
    sorted.sort_by_key(|(key, record)| (&record.place, *key));
    for (key, Record { place, seed, moment }) in sorted {
        let [place, key, seed] = [place, key, seed].map(|part| quoted(part));
        let _ = writeln!(text, "- at: {place}\n  key: {key}\n  seed: {seed}\n  time: {moment}");
    }
    if records.is_empty() {
        text = text.replace("calls:\n", "calls: []\n");
    }
    text
}

/// The records in the text of such a file; `None` if it is none.
pub fn read_records(text: &[u8]) -> Option<BTreeMap<String, Record>> {
    let tree = yaml::read(&Str::from(text)).ok()?;
    tree.at(&["freeze"])?;
    match tree.at(&["calls"])? {
        Tree::List(items) => items.iter().map(record).collect(),
        _ => None,
    }
}

fn record(item: &Tree) -> Option<(String, Record)> {
    let text = |key: &str| item.at(&[key]).and_then(Tree::as_str).map(Str::to_string);
    let moment = match item.at(&["time"])? {
        Tree::Float(seconds) => *seconds as i64,
        _ => return None,
    };
    let seed = text("seed").filter(|seed| seed.len() == 64)?;
    Some((text("key")?, Record { place: text("at")?, seed, moment }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back() {
        let record = Record {
            place: "a\u{7f}.yaml:3 now".into(),
            seed: "0f".repeat(32),
            moment: 1_800_000_000,
        };
        let records = BTreeMap::from([("12".to_owned(), record)]);
        assert_eq!(read_records(write_records(&records).as_bytes()), Some(records));
        let none = BTreeMap::new();
        assert_eq!(read_records(write_records(&none).as_bytes()), Some(none));
        assert_eq!(read_records(b"a: 1"), None);
    }
}
