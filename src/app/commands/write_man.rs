//! `chart man`: the manual pages, each a file.

use std::path::Path;

use super::write_file::{self, Readers};
use super::{Error, Session};

/// The name of a file, and what it holds.
pub type Page = (String, Vec<u8>);

/// Writes `pages` into `folder`, and their names to standard output.
pub fn run(pages: &[Page], folder: &Path, session: &mut Session<'_>) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|error| write_file::failed("mkdir", folder, &error))?;
    for (name, text) in pages {
        let path = folder.join(name);
        write_file::replace(&path, text, Readers::Usual)?;
        writeln!(session.out, "wrote {}", path.display()).map_err(Error::Stdout)?;
    }
    Ok(())
}
