//! Archives to directories.

use std::fs;
use std::io;
use std::path::Path;

use crate::chart::{Archive, PathError};

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
        fs::create_dir_all(parent).map_err(failed("mkdir"))?;
        fs::write(&path, file.data()).map_err(failed("open"))?;
    }
    Ok(())
}

/// A folder of a random name that goes with everything in it when nobody needs it any more.
pub(super) struct TemporaryFolder(std::path::PathBuf);

impl TemporaryFolder {
    /// Makes a folder whose name begins with `prefix` in `parent`; `random` makes it a new one.
    pub(super) fn new(
        parent: &Path,
        prefix: &str,
        mut random: impl FnMut() -> u32,
    ) -> io::Result<Self> {
        /// As many names may be taken.
        const ATTEMPTS: usize = 10_000;
        let mut result = Err(io::Error::from(io::ErrorKind::AlreadyExists));
        for _ in 0..ATTEMPTS {
            let path = parent.join(format!("{prefix}{}", random()));
            result = create_private(&path).map(|()| Self(path));
            match &result {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                _ => break,
            }
        }
        result
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What is left behind in a folder for temporary things bothers nobody for long.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}
