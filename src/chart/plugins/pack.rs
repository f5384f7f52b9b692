//! A plugin's folder to an archive.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use crate::package::Tar;

/// The operating system "unknown", as Go writes it.
const UNKNOWN_SYSTEM: u8 = 255;

/// An archive of a plugin in the making: everything lies in a folder with the plugin's name. Equal
/// folders make equal bytes; who owns them on this machine is left out.
#[derive(Clone, Debug)]
pub struct Pack {
    folder: Vec<u8>,
    tar: Tar,
}

impl Pack {
    /// An archive of the plugin called `name`.
    pub fn new(name: &[u8]) -> Self {
        Self { folder: name.to_vec(), tar: Tar::default() }
    }

    /// Adds a folder, which was changed last `modified` seconds after 1970, by its path below the
    /// plugin's; an empty path is that one itself.
    pub fn add_folder(&mut self, path: &[u8], mode: u32, modified: i64) {
        self.tar.add_folder(&self.inside(path), mode, modified);
    }

    /// Adds a file likewise.
    pub fn add_file(&mut self, path: &[u8], content: &[u8], mode: u32, modified: i64) {
        self.tar.add_file(&self.inside(path), content, mode, modified);
    }

    fn inside(&self, path: &[u8]) -> Vec<u8> {
        if path.is_empty() { self.folder.clone() } else { [&self.folder, path].join(&b'/') }
    }

    /// The archive's bytes.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let header = GzBuilder::new().operating_system(UNKNOWN_SYSTEM);
        let mut writer = header.write(Vec::new(), Compression::default());
        writer.write_all(&self.tar.finish())?;
        writer.finish()
    }
}
