//! Any bytes can be loaded as a chart archive or refused.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "the loader takes what is on disk")]

use std::path::PathBuf;
use std::sync::OnceLock;

use go_text_template::Compat;
use chart::model::load;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    let path = PATH.get_or_init(|| {
        std::env::temp_dir().join(format!("chart-fuzz-{}.tgz", std::process::id()))
    });
    std::fs::write(path, bytes).expect("the directory for temporary files can be written");
    for compat in [Compat::Helm3, Compat::Helm4] {
        if let Err(error) = load(path, compat, &mut Vec::new()) {
            let _ = error.to_string();
        }
    }
});
