//! From flags and environment to the places of Helm's files.

use super::flags::Global;
use super::kubeconfig;
use crate::commands::{Environment, Settings};

/// The settings that flags and environment make, with Helm's defaults.
pub(super) fn of(global: &Global, environment: &Environment) -> Settings {
    let cache_home = home(environment, "CACHE", ".cache");
    let config_home = home(environment, "CONFIG", ".config");
    let data_home = home(environment, "DATA", ".local/share");
    // What is set to nothing is set, and then there is none of it.
    let choose = |flag: Option<&String>, variable: &str, default: String| {
        let given = flag.map(String::as_str).or_else(|| environment.given(variable));
        given.map_or(default, str::to_owned)
    };
    Settings {
        repository_config: choose(
            global.repository_config.as_ref(),
            "HELM_REPOSITORY_CONFIG",
            format!("{config_home}/repositories.yaml"),
        ),
        repository_cache: choose(
            global.repository_cache.as_ref(),
            "HELM_REPOSITORY_CACHE",
            format!("{cache_home}/repository"),
        ),
        registry_config: choose(
            global.registry_config.as_ref(),
            "HELM_REGISTRY_CONFIG",
            format!("{config_home}/registry/config.json"),
        ),
        content_cache: choose(
            global.content_cache.as_ref(),
            "HELM_CONTENT_CACHE",
            format!("{cache_home}/content"),
        ),
        plugins: choose(None, "HELM_PLUGINS", format!("{data_home}/plugins")),
        kube: kubeconfig::kube(global, environment),
        cache_home,
        config_home,
        data_home,
    }
}

/// `HELM_…_HOME`, else the folder `helm` in `XDG_…_HOME`, else in the usual place at home.
fn home(environment: &Environment, kind: &str, usual: &str) -> String {
    if let Some(home) = environment.get(&format!("HELM_{kind}_HOME")) {
        return home.to_owned();
    }
    let base = environment.get(&format!("XDG_{kind}_HOME")).map_or_else(
        || format!("{}/{usual}", environment.get("HOME").unwrap_or_default()),
        str::to_owned,
    );
    format!("{base}/helm")
}
