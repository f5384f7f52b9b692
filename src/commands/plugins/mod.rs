//! Plugins: found, run and listed.

mod find;
mod getters;
mod list;
mod process;

pub use find::{Found, find};
pub use getters::Getters;
pub(super) use getters::{Fetcher, rewritten};
pub use list::{ListArgs, list};
pub use process::{RunArgs, run};
pub(super) use process::{piped, post_render};

/// The kind of plugins that are commands.
pub const COMMAND_KIND: &str = "cli/v1";
/// The kind of plugins that work on manifests.
pub(super) const POST_RENDERER_KIND: &str = "postrenderer/v1";
/// The kind of plugins that fetch.
const GETTER_KIND: &str = "getter/v1";
