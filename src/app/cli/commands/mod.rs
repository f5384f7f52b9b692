//! The commands: one file each, with its flags and how they become its arguments. Only the tables
//! here know them all.

mod batch;
mod bundle;
mod cluster;
mod cmp;
mod completion;
mod create;
mod dependency;
pub(super) mod env;
mod explain;
mod images;
mod install;
mod krm;
mod lint;
mod man;
mod package;
mod plugin;
mod show;
mod pull;
mod push;
mod registry;
mod repo;
mod rules;
mod search;
mod template;
mod values;
mod verify;
mod verify_bundle;
mod version;

use super::command::Command;

/// The program itself.
pub(super) static ROOT: Command = Command {
    commands: &[
        &template::COMMAND,
        &batch::COMMAND,
        &values::COMMAND,
        &explain::COMMAND,
        &rules::COMMAND,
        &create::COMMAND,
        &lint::COMMAND,
        &show::COMMAND,
        &dependency::COMMAND,
        &package::COMMAND,
        &verify::COMMAND,
        &repo::COMMAND,
        &search::COMMAND,
        &pull::COMMAND,
        &push::COMMAND,
        &registry::COMMAND,
        &bundle::COMMAND,
        &verify_bundle::COMMAND,
        &images::COMMAND,
        &cmp::COMMAND,
        &krm::COMMAND,
        &plugin::COMMAND,
        &completion::COMMAND,
        &env::COMMAND,
        &man::COMMAND,
        &version::COMMAND,
        &install::COMMAND,
        &cluster::GET,
        &cluster::HISTORY,
        &cluster::LIST,
        &cluster::ROLLBACK,
        &cluster::STATUS,
        &cluster::TEST,
        &cluster::UNINSTALL,
        &cluster::UPGRADE,
    ],
    examples: &[
        "chart create web           # a chart to start from",
        "chart template web         # its manifests",
        "chart help template        # all about a command",
    ],
    environment: &[
        ("CHART_TIMEOUT", "seconds that a request may take"),
        ("HTTP_PROXY", "and HTTPS_PROXY, NO_PROXY: how servers are reached"),
        ("KUBECONFIG", "files whose current context has the namespace"),
    ],
    ..Command::group("", "Renders Helm charts to plain Kubernetes manifests")
};

/// The commands of the program in the groups in which the help lists them.
pub(super) static GROUPS: [(&str, &[&Command]); 7] = [
    ("Render", &[&template::COMMAND, &batch::COMMAND]),
    ("Explain", &[&values::COMMAND, &explain::COMMAND, &rules::COMMAND]),
    (
        "Charts",
        &[
            &create::COMMAND,
            &lint::COMMAND,
            &show::COMMAND,
            &dependency::COMMAND,
            &package::COMMAND,
            &verify::COMMAND,
        ],
    ),
    (
        "Repositories",
        &[&repo::COMMAND, &search::COMMAND, &pull::COMMAND, &push::COMMAND, &registry::COMMAND],
    ),
    ("Offline", &[&bundle::COMMAND, &verify_bundle::COMMAND, &images::COMMAND]),
    (
        "For other tools",
        &[
            &cmp::COMMAND,
            &krm::COMMAND,
            &plugin::COMMAND,
            &completion::COMMAND,
            &env::COMMAND,
            &man::COMMAND,
            &version::COMMAND,
        ],
    ),
    (
        "Helm's for clusters (none is changed)",
        &[
            &install::COMMAND,
            &cluster::GET,
            &cluster::HISTORY,
            &cluster::LIST,
            &cluster::ROLLBACK,
            &cluster::STATUS,
            &cluster::TEST,
            &cluster::UNINSTALL,
            &cluster::UPGRADE,
        ],
    ),
];
