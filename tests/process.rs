//! What a shell may do to the program that no case can tell: streams that are closed or full, and
//! hardly any stack.

use std::path::Path;
use std::process::{Command, Output};

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// What a shell has to run, and the status and the complaint that come of it. `$CHART` is the
/// program; complaints are compared by their beginnings.
const SCRIPTS: [(&str, i32, &str); 8] = [
    ("$CHART version >&-", 1, "Error: cannot write to standard output: Bad file descriptor"),
    (
        "$CHART template chart --set attack=a: >&-",
        1,
        "Error: cannot write to standard output: Bad file descriptor",
    ),
    ("$CHART version >/dev/full", 1, "Error: cannot write to standard output: No space left"),
    ("$CHART version >/dev/null", 0, ""),
    ("$CHART version <&-", 0, ""),
    ("$CHART version 2>&-", 0, ""),
    ("ulimit -s 16; env -i $CHART version", 0, ""),
    ("ulimit -s 16; env -i $CHART template chart --set attack=a:", 0, ""),
];

/// A test for each script.
pub(crate) fn trials() -> Vec<Trial> {
    let trial = |(script, status, complaint): (&'static str, i32, &'static str)| {
        test(format!("process: {script}"), move || check(script, status, complaint))
    };
    SCRIPTS.into_iter().map(trial).collect()
}

fn check(script: &str, status: i32, complaint: &str) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/limits");
    let Output { status: found, stderr, .. } = Command::new("sh")
        .args(["-c", script])
        // With little stack, what is in a large environment leaves none to `env` itself.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("CHART", env!("CARGO_BIN_EXE_chart"))
        .current_dir(folder)
        .output()?;
    let stderr = String::from_utf8_lossy(&stderr);
    let is_told =
        if complaint.is_empty() { stderr.is_empty() } else { stderr.starts_with(complaint) };
    if found.code() == Some(status) && is_told {
        return Ok(());
    }
    Err(format!("status {:?}\n{stderr}", found.code()).into())
}
