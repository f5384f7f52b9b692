//! What the program can do: one file a command, each with its arguments and one `run`.
//!
//! In: arguments that are already understood. Out: bytes on the session's two writers. Nothing
//! here knows how flags are spelled.

pub mod batch;
pub mod cluster;
pub mod dependency;
pub mod dependency_list;
pub mod env;
pub mod explain;
pub mod bundle;
pub mod cmp;
pub mod create;
pub mod images;
pub mod install;
pub mod known;
pub mod kubeconfig;
pub mod krm;
pub mod lint;
pub mod locate;
pub mod manifests;
pub mod output;
pub mod package;
pub mod plugins;
mod post_render;
mod programs;
pub mod pull;
pub mod push;
pub mod registry;
mod release_name;
pub mod show;
mod table;
pub mod signing;
pub mod repo;
pub mod rules;
pub mod search;
pub mod template;
pub mod upgrade;
pub mod values;
pub mod verify;
pub mod verify_bundle;
pub mod version;
pub mod write_man;

mod dry_run;
mod broken;
mod epoch;
mod expand;
mod image_list;
mod lookups;
mod parallel;
mod secret;
mod rule_settings;
mod small_template;
mod source_map;
mod subject;
mod value_files;

pub use crate::session::{Environment, Error, Getters, Session, Settings, report};
pub use crate::sources::Outside;
pub use post_render::PostRenderer;
