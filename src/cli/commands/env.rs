//! `chart env`.

use super::{Command, Count};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Environment, Error, Session, Settings, env};

pub(super) static COMMAND: Command = Command {
    name: "env",
    summary: "show Helm's variables: where its files are, and more",
    description: "With the name of a variable only its value is shown.",
    operand_count: Count::AtMost(1),
    run,
    ..Command::NEW
};

fn run(parsed: &Parsed, program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let args = env::Args {
        variables: variables(
            parsed,
            program,
            &session.settings,
            session.environment,
            session.debug,
        ),
        name: parsed.arguments.first().cloned(),
    };
    env::run(&args, session)
}

/// The variables in byte order of their names.
pub(in crate::cli) fn variables(
    parsed: &Parsed,
    program: &Program,
    settings: &Settings,
    environment: &Environment,
    debug: bool,
) -> Vec<(&'static str, String)> {
    let choose = |flag: &str, variable: &str| {
        let given = parsed.text(flag).or_else(|| environment.get(variable));
        given.unwrap_or_default().to_owned()
    };
    let mut variables = vec![
        ("HELM_BIN", program.started_as.clone()),
        ("HELM_BURST_LIMIT", burst_limit(parsed, environment)),
        ("HELM_CACHE_HOME", settings.cache_home.clone()),
        ("HELM_CONFIG_HOME", settings.config_home.clone()),
        ("HELM_CONTENT_CACHE", settings.content_cache.clone()),
        ("HELM_DATA_HOME", settings.data_home.clone()),
        ("HELM_DEBUG", debug.to_string()),
        ("HELM_KUBEAPISERVER", choose("kube-apiserver", "HELM_KUBEAPISERVER")),
        ("HELM_KUBEASGROUPS", groups(parsed, environment)),
        ("HELM_KUBEASUSER", choose("kube-as-user", "HELM_KUBEASUSER")),
        ("HELM_KUBECAFILE", choose("kube-ca-file", "HELM_KUBECAFILE")),
        ("HELM_KUBECONTEXT", choose("kube-context", "HELM_KUBECONTEXT")),
        ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", insecure(parsed, environment)),
        ("HELM_KUBETLS_SERVER_NAME", choose("kube-tls-server-name", "HELM_KUBETLS_SERVER_NAME")),
        ("HELM_KUBETOKEN", choose("kube-token", "HELM_KUBETOKEN")),
        ("HELM_MAX_HISTORY", number(environment, "HELM_MAX_HISTORY", 10)),
        ("HELM_NAMESPACE", arguments::namespace(parsed, environment)),
        ("HELM_PLUGINS", settings.plugins.clone()),
        ("HELM_QPS", queries_per_second(parsed, environment)),
        ("HELM_REGISTRY_CONFIG", settings.registry_config.clone()),
        ("HELM_REPOSITORY_CACHE", settings.repository_cache.clone()),
        ("HELM_REPOSITORY_CONFIG", settings.repository_config.clone()),
        ("KUBECONFIG", parsed.text("kubeconfig").unwrap_or_default().to_owned()),
    ];
    variables.retain(|(name, value)| match *name {
        "HELM_CONTENT_CACHE" => !program.compat.is_helm3(),
        "KUBECONFIG" => !value.is_empty(),
        _ => true,
    });
    variables
}

fn burst_limit(parsed: &Parsed, environment: &Environment) -> String {
    match parsed.whole("burst-limit") {
        Some(given) => given.to_string(),
        None => number(environment, "HELM_BURST_LIMIT", 100),
    }
}

/// A whole number of the environment; what is none counts as not there.
fn number(environment: &Environment, name: &str, default: i64) -> String {
    let given = environment.get(name).and_then(|text| text.parse().ok());
    given.unwrap_or(default).to_string()
}

fn queries_per_second(parsed: &Parsed, environment: &Environment) -> String {
    let given = parsed.text("qps").or_else(|| environment.get("HELM_QPS"));
    let number: f32 = given.and_then(|text| text.parse().ok()).unwrap_or(0.0);
    format!("{number:.2}")
}

fn insecure(parsed: &Parsed, environment: &Environment) -> String {
    const NAME: &str = "kube-insecure-skip-tls-verify";
    let given = environment.get("HELM_KUBEINSECURE_SKIP_TLS_VERIFY");
    let by_environment = given.is_some_and(data_is_true);
    let given = if parsed.has(NAME) { parsed.bool(NAME) } else { by_environment };
    given.to_string()
}

fn data_is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True")
}

fn groups(parsed: &Parsed, environment: &Environment) -> String {
    if parsed.has("kube-as-group") {
        // Helm reads its flags twice, and keeps both lists.
        let groups = parsed.texts("kube-as-group");
        return [groups, groups].concat().join(",");
    }
    environment.get("HELM_KUBEASGROUPS").unwrap_or_default().trim_matches([',', ' ']).to_owned()
}
