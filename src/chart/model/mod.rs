//! What a chart is, and how it is read from a directory or an archive.
//!
//! In: a path. Out: a [`Chart`], immutable and cheap to clone, with every check done that Helm
//! does while loading. Subcharts are loaded, but none is enabled, disabled or renamed yet.
//! Only [`load`] touches the disk.

mod archive;
mod assemble;
mod chart;
mod chart_yaml;
mod directory;
mod disk;
mod error;
mod expand;
pub mod fields;
mod file;
mod ignore;
mod index;
mod limits;
mod load;
mod lock;
mod log;
mod memory;
mod metadata;
mod moment;
mod notice;
mod passing;
mod shapes;
mod text;
mod write;

pub use archive::{Member, Members};
pub use chart::Chart;
pub use chart_yaml::{Dependency, Maintainer, Metadata};
pub use disk::{LinkError, read as read_file, read_all};
pub use error::{ArchiveError, DecodeError, Error};
pub use expand::{Archive, ArchiveFault, read_archive};
pub use fields::FIELD_ORDER;
pub use file::File;
pub use go_text_template::path::{PathError, clean_path, cleaned};
pub use index::{IndexEntry, IndexFault, IndexTable, read_index_table};
pub use load::{files, load, load_directory, load_undetected};
pub use lock::Lock;
pub use log::Log;
pub use memory::load_files;
pub use metadata::{Draft, check_strictly, read_draft};
pub use moment::Moment;
pub use notice::{Notice, log_line};
pub use passing::{is_passing, passing_name};
pub use shapes::metadata as metadata_shape;
pub use text::{merge, read_values};
