//! `chart env`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::line::Line;
use crate::cli::process::is_true;
use crate::commands::{Environment, Error, Session, Settings, env};
use go_text_template::Compat;

pub(super) static COMMAND: Command = Command {
    examples: &["chart env HELM_CACHE_HOME"],
    completes: |at, _| if at == 0 { Kind::Variable } else { Kind::NoMore },
    ..Command::new::<Env>("env", "", Count::AtMost(1))
};

/// Show Helm's variables: where its files are, and more
///
/// With the name of a variable only its value is shown.
#[derive(Debug, Parser)]
struct Env;

impl Flags for Env {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let name = line.texts().into_iter().next();
        let variables = variables(line, &session.settings, session.debug);
        env::run(&env::Args { variables, name }, session)
    }
}

/// The names of the variables that the Helm of `compat` knows.
pub(in crate::app::cli) fn names(compat: Compat) -> impl Iterator<Item = &'static str> {
    let is_known = move |name: &&str| !compat.is_helm3() || *name != "HELM_CONTENT_CACHE";
    NAMES.into_iter().filter(is_known)
}

const NAMES: [&str; 22] = [
    "HELM_BIN",
    "HELM_BURST_LIMIT",
    "HELM_CACHE_HOME",
    "HELM_CONFIG_HOME",
    "HELM_CONTENT_CACHE",
    "HELM_DATA_HOME",
    "HELM_DEBUG",
    "HELM_KUBEAPISERVER",
    "HELM_KUBEASGROUPS",
    "HELM_KUBEASUSER",
    "HELM_KUBECAFILE",
    "HELM_KUBECONTEXT",
    "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
    "HELM_KUBETLS_SERVER_NAME",
    "HELM_KUBETOKEN",
    "HELM_MAX_HISTORY",
    "HELM_NAMESPACE",
    "HELM_PLUGINS",
    "HELM_QPS",
    "HELM_REGISTRY_CONFIG",
    "HELM_REPOSITORY_CACHE",
    "HELM_REPOSITORY_CONFIG",
];

/// The variables in byte order of their names.
pub(in crate::app::cli) fn variables(
    line: &Line<'_>,
    settings: &Settings,
    debug: bool,
) -> Vec<(&'static str, String)> {
    let global = line.global;
    let choose = |flag: &Option<String>, variable: &str| {
        let given = flag.as_deref().or_else(|| line.environment.get(variable));
        given.unwrap_or_default().to_owned()
    };
    let mut variables = vec![
        ("HELM_BIN", line.program.started_as.clone()),
        ("HELM_BURST_LIMIT", burst_limit(line)),
        ("HELM_CACHE_HOME", settings.cache_home.clone()),
        ("HELM_CONFIG_HOME", settings.config_home.clone()),
        ("HELM_CONTENT_CACHE", settings.content_cache.clone()),
        ("HELM_DATA_HOME", settings.data_home.clone()),
        ("HELM_DEBUG", debug.to_string()),
        ("HELM_KUBEAPISERVER", choose(&global.kube_apiserver, "HELM_KUBEAPISERVER")),
        ("HELM_KUBEASGROUPS", groups(line)),
        ("HELM_KUBEASUSER", choose(&global.kube_as_user, "HELM_KUBEASUSER")),
        ("HELM_KUBECAFILE", choose(&global.kube_ca_file, "HELM_KUBECAFILE")),
        ("HELM_KUBECONTEXT", choose(&global.kube_context, "HELM_KUBECONTEXT")),
        ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", insecure(line)),
        (
            "HELM_KUBETLS_SERVER_NAME",
            choose(&global.kube_tls_server_name, "HELM_KUBETLS_SERVER_NAME"),
        ),
        ("HELM_KUBETOKEN", choose(&global.kube_token, "HELM_KUBETOKEN")),
        ("HELM_MAX_HISTORY", number(line.environment, "HELM_MAX_HISTORY", 10)),
        ("HELM_NAMESPACE", line.namespace()),
        ("HELM_PLUGINS", settings.plugins.clone()),
        ("HELM_QPS", queries_per_second(line)),
        ("HELM_REGISTRY_CONFIG", settings.registry_config.clone()),
        ("HELM_REPOSITORY_CACHE", settings.repository_cache.clone()),
        ("HELM_REPOSITORY_CONFIG", settings.repository_config.clone()),
        ("KUBECONFIG", global.kubeconfig.clone().unwrap_or_default()),
    ];
    variables.retain(|(name, value)| match *name {
        "HELM_CONTENT_CACHE" => !line.program.compat.is_helm3(),
        "KUBECONFIG" => !value.is_empty(),
        _ => true,
    });
    variables
}

fn burst_limit(line: &Line<'_>) -> String {
    match line.global.burst_limit {
        Some(given) => given.to_string(),
        None => number(line.environment, "HELM_BURST_LIMIT", 100),
    }
}

/// A whole number of the environment; what is none counts as not there.
fn number(environment: &Environment, name: &str, default: i64) -> String {
    let given = environment.get(name).and_then(|text| text.parse().ok());
    given.unwrap_or(default).to_string()
}

fn queries_per_second(line: &Line<'_>) -> String {
    let of_environment = || line.environment.get("HELM_QPS").and_then(|text| text.parse().ok());
    let given = line.global.qps.or_else(of_environment).unwrap_or_default();
    format!("{:.2}", given as f32)
}

fn insecure(line: &Line<'_>) -> String {
    let variable = "HELM_KUBEINSECURE_SKIP_TLS_VERIFY";
    let of_environment = || line.environment.get(variable).is_some_and(is_true);
    line.global.kube_insecure_skip_tls_verify.unwrap_or_else(of_environment).to_string()
}

fn groups(line: &Line<'_>) -> String {
    let given = line.global.kube_as_group.as_slice();
    if given.is_empty() {
        let groups = line.environment.get("HELM_KUBEASGROUPS").unwrap_or_default();
        return groups.trim_matches([',', ' ']).to_owned();
    }
    // Helm reads its flags twice, and keeps both lists.
    [given, given].concat().join(",")
}
