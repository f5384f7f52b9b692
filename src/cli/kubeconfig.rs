//! Where kubectl's files are, by flags and environment.

use std::path::PathBuf;

use super::parse::Parsed;
use super::settings;
use crate::commands::{Environment, kubeconfig};

/// The namespace of the context that is current, or that `--kube-context` names.
pub(super) fn namespace(parsed: &Parsed, environment: &Environment) -> Option<String> {
    kubeconfig::namespace(&settings::kube(parsed, environment))
}

/// `--kubeconfig`, else the files of `KUBECONFIG`, else the one in the home directory; and whether
/// it is the first.
pub(super) fn files(parsed: &Parsed, environment: &Environment) -> (Vec<PathBuf>, bool) {
    if let Some(path) = parsed.text("kubeconfig").filter(|path| !path.is_empty()) {
        return (vec![path.into()], true);
    }
    if let Some(paths) = environment.get("KUBECONFIG") {
        let paths = paths.split(':').filter(|path| !path.is_empty());
        return (paths.map(PathBuf::from).collect(), false);
    }
    let home = environment.get("HOME").map(|home| PathBuf::from(home).join(".kube/config"));
    (home.into_iter().collect(), false)
}
