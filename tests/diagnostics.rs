//! Broken charts, and the pictures that `--diagnostics full` draws of their faults.
//!
//! Each folder of testdata/diagnostics and testdata/mistakes has a chart and the whole of standard
//! error. Helm has no such pictures; what they must show is written in docs/diagnostics.md.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// A test for every broken chart. With `RECORD=1` in the environment they write what is printed.
pub(crate) fn trials() -> Vec<Trial> {
    ["diagnostics", "mistakes"].into_iter().flat_map(trials_in).collect()
}

fn trials_in(place: &'static str) -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(place);
    let entries = fs::read_dir(root).expect("the folder is part of the project");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("it can be listed").path()).collect();
    folders.sort();
    folders.into_iter().map(|folder| trial(place, folder)).collect()
}

fn trial(place: &str, folder: PathBuf) -> Trial {
    let name = folder.file_name().expect("it has a name").to_string_lossy().into_owned();
    test(format!("{place}/{name}"), move || check(&folder))
}

/// The words of the command: those of the file `args`, a line each, if there is one.
fn words(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("args"));
    let text = text.unwrap_or_else(|_| "template\nchart\n".to_owned());
    text.lines().map(str::to_owned).collect()
}

fn check(folder: &Path) -> Result<(), Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_chart"))
        .current_dir(folder)
        .env_clear()
        .args(["--diagnostics", "full"])
        .args(words(folder))
        .output()?;
    let printed = String::from_utf8_lossy(&output.stderr);
    let file = folder.join("stderr");
    if std::env::var_os("RECORD").is_some() {
        fs::write(&file, printed.as_bytes())?;
    }
    let expected = fs::read_to_string(&file)?;
    if output.status.code() == Some(1) && output.stdout.is_empty() && printed == expected {
        return Ok(());
    }
    Err(format!("--- expected\n{expected}\n--- printed\n{printed}").into())
}
