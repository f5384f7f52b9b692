//! Any .helmignore can be obeyed or refused.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "the loader takes what is on disk")]

use std::fs::{create_dir_all, write};
use std::path::PathBuf;
use std::sync::OnceLock;

use go_text_template::Compat;
use chart::model::load;
use libfuzzer_sys::fuzz_target;

const FILES: [(&str, &str); 6] = [
    ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
    ("values.yaml", "a: 1\n"),
    ("templates/a.yaml", "a: {{ .Values.a }}\n"),
    ("templates/.b", ""),
    ("docs/x/[y].md", ""),
    ("docs/caf\u{e9}.txt", ""),
];

fuzz_target!(|text: &[u8]| {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(make);
    write(folder.join(".helmignore"), text).expect("the folder can be written");
    for compat in [Compat::Helm3, Compat::Helm4] {
        if let Err(error) = load(folder, compat, &mut Vec::new()) {
            let _ = error.to_string();
        }
    }
});

/// A chart in the directory for temporary files.
fn make() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("chart-fuzz-{}", std::process::id()));
    for (name, text) in FILES {
        let path = folder.join(name);
        create_dir_all(path.parent().expect("it is in the folder")).expect("folders can be made");
        write(path, text).expect("the folder can be written");
    }
    folder
}
