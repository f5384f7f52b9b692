//! Any list of releases, and any record of a remote cache, can be read or refused. The ids of a list
//! are all different, and each release belongs to one shard.

#![no_main]

use std::collections::HashSet;

use chart::batch::{Shard, read, read_action};
use go_text_template::data::Str;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match read(&Str::from(text)) {
        Ok(entries) => {
            let ids: HashSet<&str> = entries.iter().map(|entry| &*entry.id).collect();
            assert_eq!(ids.len(), entries.len());
            ids.iter().for_each(|id| assert_eq!(shards_of(id), 1, "{id}"));
        }
        Err(fault) => {
            let _ = fault.to_string();
            let lines = 1 + text.iter().filter(|byte| **byte == b'\n').count();
            assert!(fault.line.is_none_or(|line| (1..=lines).contains(&line)), "{fault:?}");
        }
    }
    assert!(read_action(text).is_none_or(|digest| digest.len() == 64));
    let _ = Shard::parse(&String::from_utf8_lossy(text), |_| None);
});

fn shards_of(id: &str) -> usize {
    let shard = |text: &&str| Shard::parse(text, |_| None).expect("it is one of three");
    ["1/3", "2/3", "3/3"].iter().map(shard).filter(|shard| shard.contains(id)).count()
}
