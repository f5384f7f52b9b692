//! From flags and environment to the places of Helm's files.

use super::parse::Parsed;
use crate::commands::{Environment, Settings};

/// The settings that flags and environment make, with Helm's defaults.
pub(super) fn of(parsed: &Parsed, environment: &Environment) -> Settings {
    let cache_home = home(environment, "CACHE", ".cache");
    let config_home = home(environment, "CONFIG", ".config");
    let data_home = home(environment, "DATA", ".local/share");
    let choose = |flag: &str, variable: &str, default: String| {
        let given = parsed.text(flag).or_else(|| environment.get(variable));
        given.map_or(default, str::to_owned)
    };
    Settings {
        repository_config: choose(
            "repository-config",
            "HELM_REPOSITORY_CONFIG",
            format!("{config_home}/repositories.yaml"),
        ),
        repository_cache: choose(
            "repository-cache",
            "HELM_REPOSITORY_CACHE",
            format!("{cache_home}/repository"),
        ),
        registry_config: choose(
            "registry-config",
            "HELM_REGISTRY_CONFIG",
            format!("{config_home}/registry/config.json"),
        ),
        content_cache: choose(
            "content-cache",
            "HELM_CONTENT_CACHE",
            format!("{cache_home}/content"),
        ),
        plugins: choose("plugins", "HELM_PLUGINS", format!("{data_home}/plugins")),
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
