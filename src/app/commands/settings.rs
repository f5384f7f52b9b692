//! Where Helm's configuration, cache and data are.

use super::kubeconfig::Kube;

/// The folders and files that Helm's client commands share, from flags and environment.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `HELM_CACHE_HOME`: what can be fetched again.
    pub cache_home: String,
    /// `HELM_CONFIG_HOME`: what the user has set up.
    pub config_home: String,
    /// `HELM_DATA_HOME`: plugins and starters.
    pub data_home: String,
    /// `--repository-config`: the list of repositories.
    pub repository_config: String,
    /// `--repository-cache`: the folder of their indexes.
    pub repository_cache: String,
    /// `--registry-config`: credentials for registries.
    pub registry_config: String,
    /// `--content-cache`: archives by the digest of their content. Helm 4 only.
    pub content_cache: String,
    /// `HELM_PLUGINS`: the folders of plugins, with `:` between them.
    pub plugins: String,
    /// The cluster that Helm would talk to.
    pub kube: Kube,
}
