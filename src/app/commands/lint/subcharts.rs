//! Charts in charts/, however deep.

use std::path::Path;

/// Adds the charts below each of `paths`, in the order in which Go walks through folders.
pub(super) fn add(paths: &mut Vec<String>) {
    for path in paths.clone() {
        let folder = crate::model::clean_path(&format!("{path}/charts"));
        walk(&folder, paths);
    }
}

/// Adds what there is at `path` and below it; links are not followed.
fn walk(path: &str, found: &mut Vec<String>) {
    let Ok(kind) = Path::new(path).symlink_metadata() else { return };
    if path.rsplit('/').next() == Some("Chart.yaml") {
        found.push(path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned());
    } else if path.ends_with(".tgz") || path.ends_with(".tar.gz") {
        found.push(path.to_owned());
    }
    if !kind.is_dir() {
        return;
    }
    let Ok(entries) = Path::new(path).read_dir() else { return };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort_unstable();
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
        names.iter().for_each(|name| walk(&format!("{path}/{}", name.to_string_lossy()), found));
    });
}
