//! The cluster and kubectl's files, by flags and environment.

use std::path::PathBuf;

use super::flags::Global;
use super::process::is_true;
use crate::commands::{Environment, kubeconfig};
use crate::session::Kube;

/// The namespace of the context that is current, or that `--kube-context` names.
pub(super) fn namespace(global: &Global, environment: &Environment) -> Option<String> {
    kubeconfig::namespace(&kube(global, environment))
}

/// The contexts there are, each with its cluster.
pub(super) fn contexts(global: &Global, environment: &Environment) -> Vec<(String, String)> {
    kubeconfig::contexts(&kube(global, environment))
}

/// What names the cluster.
pub(super) fn kube(global: &Global, environment: &Environment) -> Kube {
    let choose = |flag: &Option<String>, variable: &str| {
        let given = flag.as_deref().or_else(|| environment.get(variable));
        given.unwrap_or_default().to_owned()
    };
    let (files, is_named) = files(global, environment);
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

/// `--kubeconfig`, else the files of `KUBECONFIG`, else the one in the home directory; and whether
/// it is the first.
fn files(global: &Global, environment: &Environment) -> (Vec<PathBuf>, bool) {
    if let Some(path) = global.kubeconfig.as_ref().filter(|path| !path.is_empty()) {
        return (vec![path.into()], true);
    }
    if let Some(paths) = environment.get("KUBECONFIG") {
        let paths = paths.split(':').filter(|path| !path.is_empty());
        return (paths.map(PathBuf::from).collect(), false);
    }
    let home = environment.get("HOME").map(|home| PathBuf::from(home).join(".kube/config"));
    (home.into_iter().collect(), false)
}
