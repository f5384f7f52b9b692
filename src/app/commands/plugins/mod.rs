//! Plugins: found, run, listed, installed, updated and removed.

mod archive;
mod find;
mod getters;
mod git;
mod hooks;
mod http;
mod install;
mod list;
mod local;
mod oci;
mod pack;
mod place;
mod process;
mod uninstall;
mod unpack;
mod update;
mod verify;

pub use find::{Found, find};
pub use install::{InstallArgs, install};
pub use list::{ListArgs, list};
pub use pack::{PackageArgs, package};
pub use process::{RunArgs, run};
pub(super) use process::{piped, post_render};
pub use uninstall::uninstall;
pub use update::update;
pub use verify::verify;

/// The kind of plugins that are commands.
pub const COMMAND_KIND: &str = "cli/v1";
/// The kind of plugins that work on manifests.
pub(super) const POST_RENDERER_KIND: &str = "postrenderer/v1";
/// The kind of plugins that fetch.
const GETTER_KIND: &str = "getter/v1";
