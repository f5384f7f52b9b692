//! Chart repositories: which ones there are, what they offer, and how an index is made.
//!
//! In: the texts of repositories.yaml and of indexes. Out: entries that were checked, and texts
//! again. A large index is read as a stream: only the entries of the wanted charts are looked at.

mod config;
mod generate;
mod index;
mod search;
mod stream;

pub use config::{ConfigError, Repositories, Repository};
pub use generate::{Generated, merge, to_json, to_yaml};
pub use index::{Index, IndexError, NotFound, Notice};
pub use search::{Found, Query, search};
pub use stream::{Wanted, read_wanted, visit};
