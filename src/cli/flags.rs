//! What a flag is, and the tables of those that several commands share.

use crate::compat::Compat;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, or `=true`, `=false` and their like.
    Bool,
    /// A text.
    Text,
    /// A text that may be left out; then it stands for the given one.
    TextOr(&'static str),
    /// A text; may be repeated.
    Texts,
    /// A list of texts with commas, as a line of CSV; may be repeated.
    List,
    /// `key=value` pairs with commas; may be repeated.
    Pairs,
    /// A duration such as `5m0s`.
    Duration,
    /// The form of a result: `table`, `json` or `yaml`.
    Format,
    /// A whole number.
    Int,
    /// A whole number that is not negative.
    Uint,
    /// What Helm 4 waits for; without a value, `watcher`.
    Wait,
    /// A number.
    Float,
}

/// Which of the two Helms has a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum In {
    /// Both.
    Both,
    /// Helm 3 only.
    Helm3,
    /// Helm 4 only.
    Helm4,
}

impl In {
    /// True if the Helm that is equalled is one of them.
    pub(super) fn has(self, compat: Compat) -> bool {
        match self {
            Self::Both => true,
            Self::Helm3 => compat.is_helm3(),
            Self::Helm4 => !compat.is_helm3(),
        }
    }
}

/// One flag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flag {
    /// The name behind `--`.
    pub(super) name: &'static str,
    /// The letter behind `-`.
    pub(super) short: Option<char>,
    /// What it takes.
    pub(super) takes: Takes,
    /// Which Helm has it.
    pub(super) known_in: In,
    /// What Helm 4 says when it is used, if it is on its way out there.
    pub(super) deprecated: Option<&'static str>,
    /// The values it may have, if they can be listed.
    pub(super) values: &'static [&'static str],
    /// One line for the help; empty for flags that are accepted but not shown.
    pub(super) help: &'static str,
}

impl Flag {
    pub(super) const fn new(name: &'static str, takes: Takes, help: &'static str) -> Self {
        Self { name, short: None, takes, known_in: In::Both, deprecated: None, values: &[], help }
    }

    pub(super) const fn short(self, short: char) -> Self {
        Self { short: Some(short), ..self }
    }

    pub(super) const fn only(self, known_in: In) -> Self {
        Self { known_in, ..self }
    }

    pub(super) const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    pub(super) const fn deprecated(self, deprecated: &'static str) -> Self {
        Self { deprecated: Some(deprecated), ..self }
    }

    /// True if the Helm that is equalled has this flag.
    pub(super) fn is_known(&self, compat: Compat) -> bool {
        self.known_in.has(compat)
    }
}

/// What `--color` takes.
const COLOR_MODES: &[&str] = &["never", "auto", "always"];

/// Flags that every command takes.
pub(super) static GLOBAL: &[Flag] = &[
    Flag::new("compat", Takes::Text, "equal this Helm: helm4 (default) or helm3")
        .one_of(&["helm4", "helm3"]),
    Flag::new("debug", Takes::Bool, "tell more on the way, and show output that is not valid YAML"),
    Flag::new(
        "diagnostics",
        Takes::Text,
        "show where a fault is: full, off, or auto (default: full on a terminal)",
    )
    .one_of(&["full", "off", "auto"]),
    Flag::new("help", Takes::Bool, "show this help").short('h'),
    Flag::new("namespace", Takes::Text, "namespace of the release").short('n'),
    Flag::new("offline", Takes::Bool, "fetch nothing: fail where something would be fetched"),
    Flag::new("burst-limit", Takes::Int, ""),
    Flag::new("color", Takes::Text, "").only(In::Helm4).one_of(COLOR_MODES),
    Flag::new("colour", Takes::Text, "").only(In::Helm4).one_of(COLOR_MODES),
    Flag::new("content-cache", Takes::Text, "").only(In::Helm4),
    Flag::new("kube-apiserver", Takes::Text, ""),
    Flag::new("kube-as-group", Takes::Texts, ""),
    Flag::new("kube-as-user", Takes::Text, ""),
    Flag::new("kube-ca-file", Takes::Text, ""),
    Flag::new("kube-context", Takes::Text, ""),
    Flag::new("kube-insecure-skip-tls-verify", Takes::Bool, ""),
    Flag::new("kube-tls-server-name", Takes::Text, ""),
    Flag::new("kube-token", Takes::Text, ""),
    Flag::new("kubeconfig", Takes::Text, ""),
    Flag::new("qps", Takes::Float, ""),
    Flag::new("registry-config", Takes::Text, ""),
    Flag::new("repository-cache", Takes::Text, ""),
    Flag::new("repository-config", Takes::Text, ""),
    // The logging flags of Kubernetes' libraries; accepted, without effect.
    Flag::new("add_dir_header", Takes::Bool, ""),
    Flag::new("alsologtostderr", Takes::Bool, ""),
    Flag::new("log_backtrace_at", Takes::Text, ""),
    Flag::new("log_dir", Takes::Text, ""),
    Flag::new("log_file", Takes::Text, ""),
    Flag::new("log_file_max_size", Takes::Int, ""),
    Flag::new("logtostderr", Takes::Bool, ""),
    Flag::new("one_output", Takes::Bool, ""),
    Flag::new("skip_headers", Takes::Bool, ""),
    Flag::new("skip_log_headers", Takes::Bool, ""),
    Flag::new("stderrthreshold", Takes::Text, ""),
    Flag::new("v", Takes::Int, "").short('v'),
    Flag::new("vmodule", Takes::Text, ""),
];

/// Flags that say which values the templates see.
pub(super) static VALUES: &[Flag] = &[
    Flag::new(
        "values",
        Takes::List,
        "YAML file with values, or - for standard input; later ones win",
    )
    .short('f'),
    Flag::new("set", Takes::Texts, "set values: key1=val1,key2.sub=val2,list[0]=x,list={a,b}"),
    Flag::new("set-file", Takes::Texts, "set values to the contents of files: key=path"),
    Flag::new("set-json", Takes::Texts, "set values given as JSON: key=json, or a whole object"),
    Flag::new("set-literal", Takes::Texts, "set one value to the text behind =, as it stands"),
    Flag::new("set-string", Takes::Texts, "set values that are always strings: key=val"),
];

/// Flags that say where a chart comes from.
pub(super) static CHART: &[Flag] = &[
    Flag::new("ca-file", Takes::Text, "certificates that a chart's server is verified with"),
    Flag::new("cert-file", Takes::Text, "certificate that is shown to a chart's server"),
    Flag::new("devel", Takes::Bool, "consider development versions of a chart as well"),
    Flag::new("insecure-skip-tls-verify", Takes::Bool, "do not verify a chart's server"),
    Flag::new("key-file", Takes::Text, "private key of --cert-file"),
    Flag::new("keyring", Takes::Text, "public keys for --verify"),
    Flag::new("pass-credentials", Takes::Bool, "send the credentials to every host"),
    Flag::new("password", Takes::Text, "password for the chart's repository"),
    Flag::new("plain-http", Takes::Bool, "talk to the chart's server without TLS"),
    Flag::new("repo", Takes::Text, "URL of the repository that the chart is in"),
    Flag::new("username", Takes::Text, "user name for the chart's repository"),
    Flag::new("verify", Takes::Bool, "verify the chart's signature before use"),
    Flag::new("version", Takes::Text, "version of the chart, or a range of versions"),
];

/// How a registry is reached.
pub(super) static REGISTRY: &[Flag] = &[
    Flag::new("ca-file", Takes::Text, "certificates that the server is verified with"),
    Flag::new("cert-file", Takes::Text, "certificate that is shown to the server"),
    Flag::new("insecure-skip-tls-verify", Takes::Bool, "do not verify the server"),
    Flag::new("key-file", Takes::Text, "private key of --cert-file"),
    Flag::new("password", Takes::Text, "password for the server"),
    Flag::new("plain-http", Takes::Bool, "talk to the server without TLS"),
    Flag::new("username", Takes::Text, "user name for the server"),
];

/// How a registry is reached, where only Helm 4 reaches one.
pub(super) static REGISTRY_HELM4: &[Flag] = &[
    Flag::new("ca-file", Takes::Text, "certificates that the server is verified with")
        .only(In::Helm4),
    Flag::new("cert-file", Takes::Text, "certificate that is shown to the server").only(In::Helm4),
    Flag::new("insecure-skip-tls-verify", Takes::Bool, "do not verify the server").only(In::Helm4),
    Flag::new("key-file", Takes::Text, "private key of --cert-file").only(In::Helm4),
    Flag::new("password", Takes::Text, "password for the server").only(In::Helm4),
    Flag::new("plain-http", Takes::Bool, "talk to the server without TLS").only(In::Helm4),
    Flag::new("username", Takes::Text, "user name for the server").only(In::Helm4),
];

/// Flags of every command that renders a chart.
pub(super) static RENDER: &[Flag] = &[
    Flag::new("api-versions", Takes::List, "further API versions the cluster is taken to have")
        .short('a'),
    Flag::new("enable-dns", Takes::Bool, "let getHostByName ask the name server"),
    Flag::new("is-upgrade", Takes::Bool, "render as for an upgrade: .Release.IsUpgrade is true"),
    Flag::new(
        "kube-version",
        Takes::Text,
        "version of Kubernetes that the cluster is taken to have",
    ),
    Flag::new(
        "skip-schema-validation",
        Takes::Bool,
        "do not check the values against values.schema.json",
    ),
];

/// What a render may cost.
pub(super) static LIMITS: &[Flag] = &[
    Flag::new("max-depth", Takes::Int, "bound of nested template calls (default 110000)"),
    Flag::new(
        "max-memory",
        Takes::Int,
        "bound of the values a render makes, in bytes (default 268435456)",
    ),
    Flag::new("max-output", Takes::Int, "bound of a render's output, in bytes (default 536870912)"),
    Flag::new("max-steps", Takes::Int, "bound of a render's evaluation steps (default 100000000)"),
];
