//! `chart man`: the manual pages, each a file.

use std::path::Path;

use super::{Error, Session};
use crate::files::{self, Readers};

/// The name of a file, and what it holds.
pub type Page = (String, Vec<u8>);

/// Writes `pages` into `folder`, and their names to standard output.
pub fn run(pages: &[Page], folder: &Path, session: &mut Session<'_>) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|error| files::failed("mkdir", folder, &error))?;
    for (name, text) in pages {
        let path = folder.join(name);
        files::replace(&path, text, Readers::Usual)?;
        writeln!(session.out, "wrote {}", path.display()).map_err(Error::Stdout)?;
    }
    Ok(())
}
