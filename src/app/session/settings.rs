//! Where Helm's configuration, cache and data are.

use std::path::PathBuf;

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

/// How the cluster is named, from flags and environment.
#[derive(Clone, Debug, Default)]
pub struct Kube {
    /// The files, in the order in which they count.
    pub files: Vec<PathBuf>,
    /// Whether a flag names the file, which has to be there then.
    pub is_named: bool,
    /// The context, if it is not the current one of the files.
    pub context: String,
    /// The server, if it is not the context's.
    pub server: String,
    /// The server that is taken if none is named anywhere.
    pub usual_server: String,
    /// The server of the cluster that this program runs in.
    pub own_server: Option<String>,
    /// The authorities that the server is verified with, if they are not the context's.
    pub ca_file: String,
    /// Whether the server need not prove who it is.
    pub insecure: bool,
    /// Whether somebody wants to act for groups, but for no user.
    pub acts_for_groups_only: bool,
}
