//! Where archives of plugins are.

use std::path::PathBuf;

use super::place::base_of;
use crate::plugins::name_of_archive;

/// Where an archive is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// In a file.
    File(PathBuf),
    /// On a server; `key` is the name under which Helm keeps what it unpacks.
    Server { url: String, key: String },
    /// In a registry, under the name of a plugin.
    Registry { reference: String, name: String, key: String },
}

impl Kind {
    /// The name of the plugin's folder.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => name_in(&path.to_string_lossy()),
            Self::Server { url, .. } => name_in(url),
            Self::Registry { name, .. } => name.clone(),
        }
    }
}

/// The name in that of an archive.
pub(super) fn name_in(path: &str) -> String {
    name_of_archive(base_of(path)).unwrap_or_default().to_owned()
}
