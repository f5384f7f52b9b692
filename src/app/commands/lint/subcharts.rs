//! Charts in charts/, however deep.

use std::path::{Path, PathBuf};

/// Adds the charts below each of `paths`, in the order in which Go walks through folders.
pub(super) fn add(paths: &mut Vec<PathBuf>) {
    for path in paths.clone() {
        walk(&crate::model::cleaned(&path.join("charts")), paths);
    }
}

/// Adds what there is at `path` and below it; links are not followed.
fn walk(path: &Path, found: &mut Vec<PathBuf>) {
    let Ok(kind) = path.symlink_metadata() else { return };
    let name = path.as_os_str().as_encoded_bytes();
    if path.file_name().is_some_and(|name| name == "Chart.yaml") {
        found.push(path.parent().unwrap_or(Path::new(".")).to_owned());
    } else if name.ends_with(b".tgz") || name.ends_with(b".tar.gz") {
        found.push(path.to_owned());
    }
    if !kind.is_dir() {
        return;
    }
    let Ok(entries) = path.read_dir() else { return };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort_unstable();
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
        names.iter().for_each(|name| walk(&path.join(name), found));
    });
}
