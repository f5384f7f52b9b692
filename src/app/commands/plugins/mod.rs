//! Plugins: found, run, listed, installed, updated and removed.

mod archive;
mod args;
mod find;
mod getters;
mod git;
mod hooks;
mod http;
mod install;
pub mod kinds;
mod list;
mod local;
mod oci;
mod origin;
mod pack;
mod place;
mod process;
mod uninstall;
mod unpack;
mod update;
mod verify;

pub use args::InstallArgs;
pub use find::{Found, find};
pub use install::install;
pub use list::{ListArgs, list};
pub use pack::{PackageArgs, package};
pub use process::{RunArgs, run};
pub(super) use process::{piped, post_render};
pub use uninstall::uninstall;
pub use update::update;
pub use verify::verify;
