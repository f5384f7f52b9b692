//! What the commands are asked for.

use crate::sources::RegistryArgs;

/// What `plugin install` was asked for.
#[derive(Clone, Debug, Default)]
pub struct InstallArgs {
    /// Where the plugin is: a path or an address.
    pub source: String,
    /// `--version`: a name in a repository of git, or a constraint.
    pub version: String,
    /// Whether its signature has to be good. Helm 4 only.
    pub verify: bool,
    /// `--keyring`.
    pub keyring: String,
    /// How a registry is reached.
    pub registry: RegistryArgs,
}
