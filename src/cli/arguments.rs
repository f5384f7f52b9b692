//! Flags that several commands share, as the arguments that those commands take.

use std::time::Duration;

use super::kubeconfig;
use super::parse::Parsed;
use crate::commands::registry::RegistryArgs;
use crate::commands::{Environment, Session, locate, manifests, repo, verify};
use crate::data::Str;
use crate::network::Tls;
use crate::template::Limits;
use crate::values;

/// How a chart is rendered.
pub(super) fn render(parsed: &Parsed, environment: &Environment) -> manifests::Args {
    manifests::Args {
        namespace: namespace(parsed, environment),
        values: values(parsed),
        kube_version: text(parsed, "kube-version"),
        api_versions: parsed.texts("api-versions").to_vec(),
        is_upgrade: parsed.bool("is-upgrade"),
        skip_schema: parsed.bool("skip-schema-validation"),
        labels: label_keys(parsed),
        limits: limits(parsed),
        post_renderer: None,
        cluster: manifests::ClusterUse::None,
    }
}

/// The value of the flag, if it was given.
pub(super) fn text(parsed: &Parsed, name: &str) -> Option<String> {
    parsed.text(name).map(str::to_owned)
}

/// `--namespace`, else the environment's, else the current one of the kubeconfig, else `default`.
pub(super) fn namespace(parsed: &Parsed, environment: &Environment) -> String {
    let given = parsed.text("namespace").filter(|name| !name.is_empty());
    let given = given.or_else(|| environment.get("HELM_NAMESPACE")).map(str::to_owned);
    given
        .or_else(|| kubeconfig::namespace(parsed, environment))
        .unwrap_or_else(|| "default".to_owned())
}

/// `--values` and the families of `--set`.
pub(super) fn values(parsed: &Parsed) -> values::Flags {
    let texts =
        |name: &str| parsed.texts(name).iter().map(|text| Str::from(text.as_str())).collect();
    values::Flags {
        files: texts("values"),
        json: texts("set-json"),
        set: texts("set"),
        string: texts("set-string"),
        file: texts("set-file"),
        literal: texts("set-literal"),
        ..values::Flags::default()
    }
}

fn label_keys(parsed: &Parsed) -> Vec<String> {
    let pairs = parsed.texts("labels").iter();
    pairs.filter_map(|pair| pair.split_once('=')).map(|(key, _)| key.to_owned()).collect()
}

/// `--keyring`, else GnuPG's.
pub(super) fn keyring(parsed: &Parsed, session: &Session<'_>) -> String {
    text(parsed, "keyring")
        .unwrap_or_else(|| verify::default_keyring(session.environment, session.compat))
}

/// How a registry is reached.
pub(super) fn registry(parsed: &Parsed) -> RegistryArgs {
    RegistryArgs {
        tls: tls(parsed, "insecure-skip-tls-verify"),
        plain_http: parsed.bool("plain-http"),
        username: text(parsed, "username").unwrap_or_default(),
        password: text(parsed, "password").unwrap_or_default(),
    }
}

/// How a server is verified, and what it is shown; `insecure` is the flag that lets it be anyone.
pub(super) fn tls(parsed: &Parsed, insecure: &str) -> Tls {
    let file = |name| text(parsed, name).unwrap_or_default();
    Tls {
        cert_file: file("cert-file"),
        key_file: file("key-file"),
        ca_file: file("ca-file"),
        insecure: parsed.bool(insecure),
    }
}

/// Where a chart comes from.
pub(super) fn source(
    parsed: &Parsed,
    session: &Session<'_>,
    notes_on_stdout: bool,
) -> locate::Source {
    let mut version = text(parsed, "version").unwrap_or_default();
    if version.is_empty() && parsed.bool("devel") {
        version = ">0.0.0-0".to_owned();
    }
    locate::Source {
        version,
        repository: text(parsed, "repo").unwrap_or_default(),
        pass_credentials: parsed.bool("pass-credentials"),
        registry: registry(parsed),
        keyring: verifying(parsed, session),
        notes_on_stdout,
    }
}

/// The keyring that `--verify` uses, if it was given.
pub(super) fn verifying(parsed: &Parsed, session: &Session<'_>) -> Option<String> {
    parsed.bool("verify").then(|| keyring(parsed, session))
}

/// `--timeout`; Go's default is Helm's.
pub(super) fn timeout(parsed: &Parsed) -> Option<Duration> {
    let parsed = crate::dates::Duration::parse(parsed.text("timeout")?.as_bytes()).ok()?;
    u64::try_from(parsed.0).ok().map(Duration::from_nanos)
}

/// `--output`.
pub(super) fn format(parsed: &Parsed) -> repo::Format {
    match parsed.text("output") {
        Some("json") => repo::Format::Json,
        Some("yaml") => repo::Format::Yaml,
        _ => repo::Format::Table,
    }
}

/// What a render may cost.
pub(super) fn limits(parsed: &Parsed) -> Limits {
    let default = Limits::default();
    Limits {
        steps: parsed.number("max-steps").unwrap_or(default.steps),
        depth: parsed
            .number("max-depth")
            .map_or(default.depth, |depth| u32::try_from(depth).unwrap_or(u32::MAX)),
        output: parsed.number("max-output").unwrap_or(default.output),
        memory: parsed.number("max-memory").unwrap_or(default.memory),
    }
}
