//! Flags that several commands share, as the arguments that those commands take.

use super::kubeconfig;
use super::parse::Parsed;
use crate::commands::{Environment, Session, manifests, verify};
use crate::data::Str;
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
