//! Any archive of a plugin is unpacked below its folder, or refused.

#![no_main]

use chart::plugins::{Entry, described, each_entry};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = described(bytes);
    let _ = each_entry(bytes, &mut |entry| {
        if let Entry::Folder(path) | Entry::File(path, _) = entry {
            assert!(!path.starts_with('/') && !path.contains(':'), "{path}");
            assert!(path.split('/').all(|part| part != ".."), "{path}");
        }
        Ok(())
    });
});
