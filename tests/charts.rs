//! The charts of charts/ render to what both Helms were recorded to print for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// A test for every variant and Helm.
pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/golden");
    let variants = folders(&root).into_iter().flat_map(|chart| folders(&chart));
    variants.flat_map(|variant| ["helm3", "helm4"].map(|helm| trial(&variant, helm))).collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is part of the project");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn trial(variant: &Path, helm: &'static str) -> Trial {
    let name =
        |path: &Path| path.file_name().expect("it has a name").to_string_lossy().into_owned();
    let chart = name(variant.parent().expect("it is in the chart's folder"));
    let title = format!("charts/{chart}/{} ({helm})", name(variant));
    let variant = variant.to_owned();
    test(title, move || check(&chart, &variant, helm))
}

fn check(chart: &str, variant: &Path, helm: &str) -> Result<(), Failed> {
    let args = fs::read_to_string(variant.join("args"))?;
    let expected = fs::read_to_string(variant.join(helm).with_extension("yaml"))?;
    let output = Command::new(env!("CARGO_BIN_EXE_chart"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("TZ", "UTC")
        .args(["--compat", helm, "template", "release", &format!("charts/{chart}")])
        .args(args.lines())
        .output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && printed == expected {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("--- expected\n{expected}\n--- printed\n{printed}\n{complaint}").into())
}
