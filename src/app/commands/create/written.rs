//! What all ways to a new chart have in common.

use std::path::Path;
use std::{fs, io};

/// What stands for the chart's name in files to start from.
pub(super) const PLACEHOLDER: &str = "<CHARTNAME>";

/// Writes a file of the chart, and the folders above it.
#[expect(clippy::disallowed_methods, reason = "writing the chart is what the command is for")]
pub(super) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(path, text)
}
