//! Archives to directories.

use std::fs;
use std::io;
use std::path::Path;

use crate::files::beside;
use crate::model::{Archive, PathError};

/// Writes the files of `archive` into a folder of the chart's name in `folder`.
#[expect(clippy::disallowed_methods, reason = "this is where archives become directories")]
pub(super) fn expand(archive: &Archive, folder: &Path) -> Result<(), PathError> {
    let chart = folder.join(&*archive.name.to_str_lossy());
    for file in &archive.files {
        let path = chart.join(&*file.name.to_str_lossy());
        let failed = |operation| {
            let path = path.to_string_lossy().into_owned();
            move |error: io::Error| PathError::new(operation, path.as_bytes(), &error)
        };
        let parent = path.parent().unwrap_or(&chart);
        beside::make_folders(parent).map_err(failed("mkdir"))?;
        fs::write(&path, file.data()).map_err(failed("open"))?;
    }
    Ok(())
}
