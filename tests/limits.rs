//! Templates that would never end, or take all memory: each has to end with an error that names it.
//!
//! The budget is small here, so that this is quick. Helm hangs, crashes or is killed on most of them.

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

const BUDGET: [&str; 6] =
    ["--max-steps", "1500000", "--max-memory", "10000000", "--max-output", "10000000"];

/// A test for every line of testdata/limits/attacks.txt.
pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/limits/attacks.txt");
    let attacks = fs::read_to_string(root).expect("the file is part of the project");
    let trial = |(at, attack): (usize, &str)| {
        let attack = attack.to_owned();
        test(format!("limits/{}", at + 1), move || check(&attack))
    };
    attacks.lines().enumerate().map(trial).collect()
}

fn check(attack: &str) -> Result<(), Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_chart"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/limits"))
        .env_clear()
        .args(["template", "chart", "--set-literal", &format!("attack={attack}")])
        .args(BUDGET)
        .output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    let names_the_template = complaint.contains("c/templates/a.yaml:1:");
    if output.status.code() == Some(1) && output.stdout.is_empty() && names_the_template {
        return Ok(());
    }
    Err(format!("{attack}\nstatus {:?}\n{complaint}", output.status.code()).into())
}
