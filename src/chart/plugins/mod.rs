//! What plugin.yaml says, in the dialects of both Helms, and how a plugin's command becomes words;
//! what an archive of a plugin holds, and where plugins come from.
//!
//! In: the text of plugin.yaml. Out: a [`Plugin`], checked in Helm's order, or why it is none.
//! Nothing here looks for plugins, runs one or writes one.

mod archive;
mod command;
mod fields;
mod helm3;
mod helm4;
mod metadata;
mod pack;
mod parts;
mod plugin;
mod shapes;
mod shown;
mod source;

pub use archive::{Entry, MOST_BYTES, described, each_entry, name_of_archive};
pub use command::{ARCHITECTURE, PlatformCommand, SYSTEM, expand, prepare};
pub use helm3::read as read_helm3;
pub use helm4::{read as read_helm4, read_unplaced as read_helm4_unplaced};
pub use metadata::metadata;
pub use pack::Pack;
pub use plugin::{Download, FILE_NAME, Hook, Plugin, Runtime};
pub use shown::shown;
pub use source::{Control, cache_key, control_of_page, control_of_url};
