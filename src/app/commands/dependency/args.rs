//! What the commands are asked for.

use std::path::PathBuf;

use crate::sources::RegistryArgs;

/// What `dependency update` or `dependency build` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart's folder.
    pub path: PathBuf,
    /// `--skip-refresh`.
    pub skip_refresh: bool,
    /// The keyring that archives are verified with, if they are.
    pub keyring: Option<String>,
    /// `--recursive`: the charts that are asked for by their path are built first.
    pub recursive: bool,
    /// How servers are reached.
    pub registry: RegistryArgs,
    /// Whether what the registry's client says goes to standard error in any case.
    pub notes_on_stderr: bool,
}
