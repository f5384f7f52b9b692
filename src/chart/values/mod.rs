//! From defaults, files and flags to the values that templates see.
//!
//! In: a loaded chart, the words of the flags. Out: the chart with its subcharts enabled, renamed
//! or removed, and one tree of values for it and all of them. The steps stand in Helm's order:
//! [`supplied`], [`check_presence`], [`process_dependencies`], [`coalesce`], then the schemas.
//! All trees are immutable and shared; only `files` touches the disk.

mod coalesce;
mod dependencies;
mod error;
mod files;
mod marks;
mod origin;
mod path;
mod set;
mod supplied;

pub use coalesce::{coalesce, coalesce_tables, share_globals};
pub use dependencies::{check_presence, process_dependencies};
pub use error::Error;
pub use files::{LocalFiles, ReadFile, Remembered, scheme_of};
pub use marks::{Given, Giver, History, Marks, Setter, TextFile, Way};
pub use origin::{Origin, Sources, origin};
pub use path::{BadPath, Step, ValuePath};
pub use supplied::{Flags, supplied};

#[cfg(test)]
mod tests;
