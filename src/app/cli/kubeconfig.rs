//! Where kubectl's files are, by flags and environment.

use std::path::PathBuf;

use super::flags::Global;
use super::settings;
use crate::commands::{Environment, kubeconfig};

/// The namespace of the context that is current, or that `--kube-context` names.
pub(super) fn namespace(global: &Global, environment: &Environment) -> Option<String> {
    kubeconfig::namespace(&settings::kube(global, environment))
}

/// The contexts there are, each with its cluster.
pub(super) fn contexts(global: &Global, environment: &Environment) -> Vec<(String, String)> {
    kubeconfig::contexts(&settings::kube(global, environment))
}

/// `--kubeconfig`, else the files of `KUBECONFIG`, else the one in the home directory; and whether
/// it is the first.
pub(super) fn files(global: &Global, environment: &Environment) -> (Vec<PathBuf>, bool) {
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
