//! The list of releases, read from where it is.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::batch::{self, Entry};
use crate::commands::Error;
use go_text_template::data::{Failure, Str};

/// The longest list, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// The releases of the list at `path`, or in standard input if that is `-`; their paths are
/// relative to the list no longer.
pub(super) fn read(path: &str) -> Result<Vec<Entry>, Error> {
    let name = if path == "-" { "standard input" } else { path };
    let wrong = |what: String| Error::Usage(Failure::from(format!("{name}: {what}")));
    let text = text(path).map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(wrong(format!("more than {MOST_BYTES} bytes; split the list")));
    }
    let mut entries = batch::read(&Str::from(text)).map_err(|fault| wrong(fault.to_string()))?;
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        entries.iter_mut().for_each(|entry| move_paths(entry, folder));
    }
    Ok(entries)
}

#[expect(clippy::disallowed_methods, reason = "this is where lists are read")]
fn text(path: &str) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if path == "-" {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut text)?;
    } else {
        std::fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut text)?;
    }
    Ok(text)
}

/// Makes paths that are relative to `folder` relative to where the program runs.
fn move_paths(entry: &mut Entry, folder: &Path) {
    if is_relative(&entry.chart) {
        let path = Path::new(".").join(folder).join(&entry.chart);
        // What is not there may be a chart of a repository.
        if entry.chart.starts_with('.') || path.exists() {
            entry.chart = path.to_string_lossy().into_owned();
        }
    }
    for file in &mut entry.values.files {
        let name = file.to_str_lossy();
        if is_relative(&name) {
            *file = Str::from(folder.join(&*name).to_string_lossy());
        }
    }
    for word in &mut entry.values.file {
        let text = word.to_str_lossy();
        let Some((key, name)) = text.split_once('=') else { continue };
        if is_relative(name) {
            *word = Str::from(format!("{key}={}", folder.join(name).to_string_lossy()));
        }
    }
}

/// True for a path that does not begin at the root, as opposed to URLs.
fn is_relative(path: &str) -> bool {
    !path.is_empty() && !path.contains("://") && PathBuf::from(path).is_relative()
}
