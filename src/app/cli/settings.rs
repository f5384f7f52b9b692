//! From flags and environment to the places of Helm's files.

use super::flags::Global;
use super::{is_true, kubeconfig};
use crate::commands::kubeconfig::Kube;
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
        kube: kube(global, environment),
        cache_home,
        config_home,
        data_home,
    }
}

/// What names the cluster.
pub(super) fn kube(global: &Global, environment: &Environment) -> Kube {
    let choose = |flag: &Option<String>, variable: &str| {
        let given = flag.as_deref().or_else(|| environment.get(variable));
        given.unwrap_or_default().to_owned()
    };
    let (files, is_named) = kubeconfig::files(global, environment);
    let groups = !choose(&global.kube_as_group.last().cloned(), "HELM_KUBEASGROUPS").is_empty();
    let insecure = environment.get("HELM_KUBEINSECURE_SKIP_TLS_VERIFY").is_some_and(is_true);
    Kube {
        files,
        is_named,
        context: choose(&global.kube_context, "HELM_KUBECONTEXT"),
        server: choose(&global.kube_apiserver, "HELM_KUBEAPISERVER"),
        usual_server: environment.get("KUBERNETES_MASTER").unwrap_or(USUAL_SERVER).to_owned(),
        own_server: own_server(environment),
        ca_file: choose(&global.kube_ca_file, "HELM_KUBECAFILE"),
        insecure: global.kube_insecure_skip_tls_verify.unwrap_or(insecure),
        acts_for_groups_only: groups && choose(&global.kube_as_user, "HELM_KUBEASUSER").is_empty(),
    }
}

/// Where Kubernetes' client library looks if nobody says anything.
const USUAL_SERVER: &str = "http://localhost:8080";

/// What a pod's environment says about the server of its cluster.
fn own_server(environment: &Environment) -> Option<String> {
    let host = environment.get("KUBERNETES_SERVICE_HOST")?;
    let port = environment.get("KUBERNETES_SERVICE_PORT")?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Some(format!("https://{host}:{port}"))
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
