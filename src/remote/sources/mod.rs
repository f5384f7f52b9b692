//! Where charts, indexes and schemas come from: names to addresses, addresses to bytes, and what is
//! kept of them on this machine.
//!
//! In: a name and how servers are reached. Out: a path, an archive, an index. This room asks a
//! [`Network`] and the plugins that are handed in, looks into the folders that are named, and says
//! what Helm says to a [`Log`].

mod access;
mod cache;
mod client;
mod credentials;
mod download;
mod error;
pub mod index_files;
mod locate;
mod outside;
mod schema_files;
mod signature;

use std::io::Write;

pub use access::{
    Access, Fetcher, Getter, MOST_FILE, OWN_SCHEMES, SharedGetters, check_protocol, check_scheme,
};
pub use cache::{BadDigest, ContentCache, Kind, key};
pub use client::{Registry, RegistryArgs};
pub use credentials::Store;
pub use download::{
    Fetched, LoadError, Place, check, config_error, fetch, fetch_provenance, load_repositories,
    repositories, resolve,
};
pub use error::Error;
pub use locate::{Source, fetched, in_repository_at, local, no_signature};
pub use outside::Outside;
pub use schema_files::SchemaFiles;
pub use signature::{read_keys, verify, verify_if_asked};

use crate::model::Log;
use go_text_template::Compat;
use go_text_template::template::World;

/// What is asked for charts, and where they are kept.
pub struct Sources<'s> {
    /// Which Helm is equalled.
    pub compat: Compat,
    /// What fetches.
    pub fetcher: Fetcher<'s>,
    /// The list of repositories.
    pub repository_config: &'s str,
    /// The folder of their indexes.
    pub repository_cache: &'s str,
    /// The folder of archives by their digests.
    pub content_cache: &'s str,
    /// The clock that signatures are held against.
    pub world: &'s dyn World,
    /// What is said on the way.
    pub log: Log<'s>,
    /// Where Helm 4 writes what the registry's client says.
    pub out: &'s mut dyn Write,
}

impl Sources<'_> {
    /// Writes what the registry's client says: to standard error in Helm 3 and for commands that
    /// write manifests, else to standard output.
    pub fn note(&mut self, text: &str, on_stdout: bool) -> Result<(), Error> {
        if on_stdout && !self.compat.is_helm3() {
            return self.out.write_all(text.as_bytes()).map_err(Error::Stdout);
        }
        // A closed stream is nobody's fault.
        let _ = self.log.err.write_all(text.as_bytes());
        Ok(())
    }
}
