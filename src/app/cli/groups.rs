//! Groups of flags that several commands share, and what they ask for.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::builder::ValueHint;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueEnum};

use super::completion::kind::Kind;
use super::go_values::{List, bytes};
use super::line::Line;
use super::marks::{Only, Ours};
use crate::commands::registry::RegistryArgs;
use crate::commands::{Session, locate, manifests, verify};
use crate::network::Tls;
use crate::values;
use go_text_template::Compat;
use go_text_template::template::Limits;

/// Which values the templates see.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Values")]
#[group(skip)]
pub(super) struct Values {
    /// YAML file with values, or -; later ones win
    #[arg(short = 'f', long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    values: Vec<List>,
    /// Set values: a=1,b.c=2,list[0]=x,list={a,b}
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<OsString>,
    /// Set values to the contents of files
    #[arg(long, value_name = "KEY=FILE")]
    set_file: Vec<OsString>,
    /// Set values given as JSON, or a whole object
    #[arg(long, value_name = "KEY=JSON")]
    set_json: Vec<OsString>,
    /// Set one value to the text behind =, as it stands
    #[arg(long, value_name = "KEY=TEXT")]
    set_literal: Vec<OsString>,
    /// Set values that are always strings
    #[arg(long, value_name = "KEY=VALUE")]
    set_string: Vec<OsString>,
}

impl Values {
    /// What the flags say, as `values` takes it.
    pub(super) fn flags(&self) -> values::Flags {
        let texts = |words: &[OsString]| words.iter().map(bytes).collect();
        values::Flags {
            files: self.values.iter().flat_map(|list| list.0.iter().cloned()).collect(),
            json: texts(&self.set_json),
            set: texts(&self.set),
            string: texts(&self.set_string),
            file: texts(&self.set_file),
            literal: texts(&self.set_literal),
            ..values::Flags::default()
        }
    }
}

/// How a server is verified, and what it is shown.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(super) struct Certificates {
    /// Certificates to verify the server with
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ca_file: Option<String>,
    /// Certificate that is shown to the server
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    cert_file: Option<String>,
    /// Private key of --cert-file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Option<String>,
}

impl Certificates {
    /// What the flags say; `insecure` lets the server be anyone.
    pub(super) fn tls(&self, insecure: bool) -> Tls {
        let file = |name: &Option<String>| name.clone().unwrap_or_default();
        Tls {
            cert_file: file(&self.cert_file),
            key_file: file(&self.key_file),
            ca_file: file(&self.ca_file),
            insecure,
        }
    }
}

/// How a registry or repository is reached, and who asks.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(super) struct Server {
    #[command(flatten)]
    certificates: Certificates,
    /// Do not verify the server
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    /// Talk to the server without TLS
    #[arg(long)]
    plain_http: bool,
    /// Password for the server
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
    /// User name for the server
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
}

impl Server {
    /// What the flags say.
    pub(super) fn registry(&self) -> RegistryArgs {
        RegistryArgs {
            tls: self.certificates.tls(self.insecure_skip_tls_verify),
            plain_http: self.plain_http,
            username: self.username.clone().unwrap_or_default(),
            password: self.password.clone().unwrap_or_default(),
        }
    }
}

/// How a registry is reached, where only Helm 4 reaches one.
#[derive(Clone, Debug)]
pub(super) struct ServerInHelm4(Server);

impl ServerInHelm4 {
    /// What the flags say.
    pub(super) fn registry(&self) -> RegistryArgs {
        self.0.registry()
    }

    fn flags() -> impl Iterator<Item = Arg> {
        let server = Server::augment_args(Command::new(""));
        let flags: Vec<Arg> = server.get_arguments().cloned().collect();
        flags.into_iter().map(|flag| flag.add(Only(Compat::Helm4)))
    }
}

impl Args for ServerInHelm4 {
    fn augment_args(command: Command) -> Command {
        command.args(Self::flags())
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.args(Self::flags())
    }
}

impl FromArgMatches for ServerInHelm4 {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Server::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// What a terminal is not shown.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(super) struct Secrets {
    /// Show values of secret-looking keys on a terminal
    #[arg(long)]
    show_secrets: bool,
}

impl Secrets {
    /// Whether secrets are masked.
    pub(super) fn are_masked(&self) -> bool {
        !self.show_secrets && std::io::stdout().is_terminal()
    }
}

/// A form for people, or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    Text,
    Json,
}

/// Where a chart comes from.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Where charts come from")]
#[group(skip)]
pub(super) struct Source {
    /// Consider development versions as well
    #[arg(long)]
    pub(super) devel: bool,
    /// URL of the repository that the chart is in
    #[arg(long, value_name = "URL")]
    repo: Option<String>,
    /// Version of the chart, or a range of versions
    #[arg(long, value_name = "VERSION", add = Kind::Version)]
    version: Option<String>,
    /// Public keys for --verify
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keyring: Option<String>,
    /// Verify the chart's signature before use
    #[arg(long)]
    verify: bool,
    /// Send the credentials to every host
    #[arg(long)]
    pass_credentials: bool,
    #[command(flatten)]
    server: Server,
}

impl Source {
    /// `--version`, as it was given.
    pub(super) fn version(&self) -> String {
        self.version.clone().unwrap_or_default()
    }

    /// What the flags say.
    pub(super) fn args(&self, session: &Session<'_>, notes_on_stdout: bool) -> locate::Source {
        let mut version = self.version();
        if version.is_empty() && self.devel {
            version = ">0.0.0-0".to_owned();
        }
        locate::Source {
            version,
            repository: self.repo.clone().unwrap_or_default(),
            pass_credentials: self.pass_credentials,
            registry: self.server.registry(),
            keyring: self.verify.then(|| keyring(self.keyring.clone(), session)),
            notes_on_stdout,
        }
    }
}

/// `given`, else the keyring of GnuPG.
pub(super) fn keyring(given: Option<String>, session: &Session<'_>) -> String {
    given.unwrap_or_else(|| verify::default_keyring(session.environment, session.compat))
}

/// How a chart is rendered.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What is rendered")]
#[group(skip)]
pub(super) struct Render {
    /// Further API versions that the cluster has
    #[arg(short, long, value_name = "VERSION")]
    api_versions: Vec<List>,
    /// Let getHostByName ask the name server
    #[arg(long)]
    enable_dns: bool,
    /// Render as for an upgrade
    #[arg(long)]
    is_upgrade: bool,
    /// Version of Kubernetes to render for
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Do not check values against schemas
    #[arg(long)]
    skip_schema_validation: bool,
    #[command(flatten)]
    limits: MostOf,
}

/// What a render may cost.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Most that a render may cost")]
#[group(skip)]
pub(super) struct MostOf {
    /// Nested template calls (default 110000)
    #[arg(long, value_name = "NUMBER", add = Ours)]
    max_depth: Option<i64>,
    /// Bytes of the values it makes (default 268435456)
    #[arg(long, value_name = "NUMBER", add = Ours)]
    max_memory: Option<i64>,
    /// Bytes of its output (default 536870912)
    #[arg(long, value_name = "NUMBER", add = Ours)]
    max_output: Option<i64>,
    /// Evaluation steps (default 100000000)
    #[arg(long, value_name = "NUMBER", add = Ours)]
    max_steps: Option<i64>,
}

impl MostOf {
    /// What the flags say.
    pub(super) fn limits(&self) -> Limits {
        let default = Limits::default();
        let given = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        let depth = given(self.max_depth).map(|most| u32::try_from(most).unwrap_or(u32::MAX));
        Limits {
            steps: given(self.max_steps).unwrap_or(default.steps),
            depth: depth.unwrap_or(default.depth),
            output: given(self.max_output).unwrap_or(default.output),
            memory: given(self.max_memory).unwrap_or(default.memory),
        }
    }
}

impl Render {
    /// What the flags say.
    pub(super) fn args(&self, values: values::Flags, line: &Line<'_>) -> manifests::Args {
        line.machine.ask_name_server(self.enable_dns);
        let versions = self.api_versions.iter().flat_map(|list| &list.0);
        manifests::Args {
            kube_version: self.kube_version.clone(),
            api_versions: versions.map(|version| version.to_str_lossy().into_owned()).collect(),
            is_upgrade: self.is_upgrade,
            skip_schema: self.skip_schema_validation,
            limits: self.limits.limits(),
            ..base(values, line)
        }
    }
}

/// How a chart is rendered if no flags say so.
pub(super) fn base(values: values::Flags, line: &Line<'_>) -> manifests::Args {
    manifests::Args {
        namespace: line.namespace(),
        values,
        kube_version: None,
        api_versions: Vec::new(),
        is_upgrade: false,
        skip_schema: false,
        labels: Vec::new(),
        limits: Limits::default(),
        post_renderer: None,
        cluster: manifests::ClusterUse::None,
    }
}

/// What the manifests are passed through.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
#[group(skip)]
pub(super) struct PostRenderer {
    /// Program that the manifests are passed through
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::CommandName)]
    pub(super) post_renderer: Vec<String>,
    /// Argument for the post-renderer
    #[arg(long, value_name = "WORD")]
    pub(super) post_renderer_args: Vec<String>,
}
