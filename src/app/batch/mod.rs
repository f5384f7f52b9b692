//! Many releases at once: which ones, who does what, and what was done before.
//!
//! In: the text of a list, results by number. Out: [`Entry`]s, the part of them that belongs to a
//! [`Shard`], results in the order of the list, and keys and bytes for a store of results. Nothing
//! here knows files, servers or how a release is rendered.

mod action;
mod key;
mod list;
mod parts;
mod schedule;
mod schemas;
mod shard;

pub use action::{read_action, write_action};
pub use key::{Digest, Facts, chart_digest, digest, key_with, release_key};
pub use list::{Entry, Fault, MOST_RELEASES, read};
pub use parts::{Part, Parts};
pub use schedule::{Bounds, in_order};
pub use schemas::{read_addresses, write_addresses};
pub use shard::{InvalidShard, Shard};
