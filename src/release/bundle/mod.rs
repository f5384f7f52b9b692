//! One file that installs where there is no Helm: order, namespaces, receipt, images, pruning.
//!
//! In: a release's documents, each with the file and the place that it comes from. Out: the bytes
//! of a bundle, or what is wrong with the documents and where. Everything is an edit of the
//! document's own text, so that what nobody asked to change stays as the chart wrote it.

mod assemble;
mod catalogue;
mod edit;
mod error;
mod freeze;
mod images;
mod lines;
mod mention;
mod metadata;
mod node;
mod object;
mod phase;
mod quote;
mod receipt;
mod reference;
mod repeatable;
mod resource_list;
mod scope;
mod size;
mod split;
mod twice;
mod warning;
mod write;

pub use assemble::{Bundle, Entry, Options, assemble, is_chosen};
pub use error::{Fault, Place, Twice};
pub use freeze::{read_records, write_records};
pub use images::{
    How, Image, Use, annotated, collision, images, is_name, merged, moved, rewritten,
};
pub use metadata::Additions;
pub use object::{Document, Object, Role};
pub use phase::{Hooks, Phase};
pub use receipt::{FILE_NAME, Read, Receipt, digest, read};
pub use repeatable::{Asked, DEFAULT_MOMENT, Origin, Record, Repeatable};
pub use resource_list::{ListFault, extended};
pub use size::{Limit, TooLarge};
pub use split::{KUSTOMIZATION, listed, split};
pub use twice::{duplicate_keys, empty_keys};
pub use warning::Warning;
pub use write::write;
