//! Flags that several commands share, and what they ask for.

use std::ffi::OsString;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::path::PathBuf;

use clap::builder::{Resettable, ValueHint};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum, value_parser};

use super::completion::Kind;
use super::go_values::{List, bytes};
use super::pflag::{Only, Ours, WhenBare};
use super::{Line, Program};
use crate::commands::registry::RegistryArgs;
use crate::commands::{Session, locate, manifests, verify};
use crate::faults::forms::Form;
use crate::network::Tls;
use crate::values;
use go_text_template::Compat;
use go_text_template::template::Limits;

/// The title above flags of every command.
pub(super) const EVERY_COMMAND: &str = "Every command";

/// Flags of every command. Those without a text are not shown.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = EVERY_COMMAND)]
#[group(skip)]
pub(super) struct Global {
    /// Equal this Helm
    #[arg(long, value_name = "HELM", add = Ours)]
    pub(super) compat: Option<Helm>,
    /// Tell more, and show output that is not YAML
    #[arg(long)]
    pub(super) debug: bool,
    /// Show where a fault is (default: on a terminal)
    #[arg(long, value_name = "WHEN", add = Ours)]
    pub(super) diagnostics: Option<Diagnostics>,
    /// Write diagnostics for machines to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, add = Ours)]
    pub(super) diagnostics_file: Option<PathBuf>,
    /// Colour what is for people (default: on a terminal)
    #[arg(long, value_name = "WHEN")]
    pub(super) color: Option<Color>,
    #[arg(long, add = Only(Compat::Helm4))]
    pub(super) colour: Option<Color>,
    /// Show this help
    #[arg(short, long)]
    pub(super) help: bool,
    /// Namespace of the release
    #[arg(short, long, value_name = "NAME")]
    pub(super) namespace: Option<String>,
    /// Fail where something would be fetched
    #[arg(long, add = Ours)]
    pub(super) offline: bool,
    #[arg(long)]
    pub(super) burst_limit: Option<i64>,
    #[arg(long, value_hint = ValueHint::DirPath, add = Only(Compat::Helm4))]
    pub(super) content_cache: Option<String>,
    #[arg(long)]
    pub(super) kube_apiserver: Option<String>,
    #[arg(long)]
    pub(super) kube_as_group: Vec<String>,
    #[arg(long)]
    pub(super) kube_as_user: Option<String>,
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(super) kube_ca_file: Option<String>,
    #[arg(long, add = Kind::KubeContext)]
    pub(super) kube_context: Option<String>,
    #[arg(long, add = WhenBare("true"))]
    pub(super) kube_insecure_skip_tls_verify: Option<bool>,
    #[arg(long)]
    pub(super) kube_tls_server_name: Option<String>,
    #[arg(long)]
    pub(super) kube_token: Option<String>,
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(super) kubeconfig: Option<String>,
    #[arg(long)]
    pub(super) qps: Option<f64>,
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(super) registry_config: Option<String>,
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(super) repository_cache: Option<String>,
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(super) repository_config: Option<String>,
    #[command(flatten)]
    _logging: Ignored<Logging>,
}

/// The flags of every command among `matches`.
pub(super) fn of(matches: &mut ArgMatches) -> Global {
    Global::from_arg_matches_mut(matches).expect("every flag has a value or can do without")
}

/// `command` with the flags of every command. Helm 3 has no `--color`; this program always has.
pub(super) fn with_global(command: Command, program: &Program) -> Command {
    // The text of flags of their own would take the place of the command's.
    let (about, long) = (command.get_about().cloned(), command.get_long_about().cloned());
    let command = Global::augment_args(command);
    let command = command.about(Resettable::from(about)).long_about(Resettable::from(long));
    match program.is_helm() {
        true => command.mut_arg("color", |arg| arg.add(Only(Compat::Helm4))),
        false => command,
    }
}

/// Whether faults are shown in their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Diagnostics {
    /// Always.
    Full,
    /// Never.
    Off,
    /// On a terminal.
    Auto,
    /// As JSON, one object a line, and nothing else.
    Json,
    /// As SARIF 2.1.0.
    Sarif,
    /// As commands of a workflow of GitHub's.
    Github,
    /// As the XML of suites of tests.
    Junit,
}

impl Global {
    /// The form in which machines are told of faults, if they are.
    pub(super) fn form(&self) -> Option<Form> {
        match self.diagnostics {
            Some(Diagnostics::Json) => Some(Form::Json),
            Some(Diagnostics::Sarif) => Some(Form::Sarif),
            Some(Diagnostics::Github) => Some(Form::Github),
            Some(Diagnostics::Junit) => Some(Form::Junit),
            _ => None,
        }
    }
}

/// Whether what is for people has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// Never.
    Never,
    /// On a terminal.
    Auto,
    /// Always.
    Always,
}

/// The Helm that is to be equalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Helm {
    /// Helm 4.
    Helm4,
    /// Helm 3.
    Helm3,
}

/// Flags that are accepted, without effect, and not shown.
pub(super) trait Accepted: Debug {
    /// The flags.
    fn flags() -> Vec<Arg>;
}

/// Takes the place of such flags among those of a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ignored<A>(PhantomData<A>);

impl<A: Accepted> Args for Ignored<A> {
    fn augment_args(command: Command) -> Command {
        command.args(A::flags())
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.args(A::flags())
    }
}

impl<A> Default for Ignored<A> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<A> FromArgMatches for Ignored<A> {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(PhantomData))
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), clap::Error> {
        Ok(())
    }
}

/// A flag that is on without a value.
pub(super) fn switch(name: &'static str) -> Arg {
    let arg = Arg::new(name).long(name).action(ArgAction::Append);
    arg.value_parser(value_parser!(bool)).add(WhenBare("true"))
}

/// A flag with a text.
pub(super) fn text(name: &'static str) -> Arg {
    Arg::new(name).long(name)
}

/// A flag with a whole number.
pub(super) fn number(name: &'static str) -> Arg {
    Arg::new(name).long(name).value_parser(value_parser!(i64))
}

/// The logging flags of Kubernetes' libraries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logging;

impl Accepted for Logging {
    fn flags() -> Vec<Arg> {
        let flags = [
            switch("add_dir_header"),
            switch("alsologtostderr"),
            text("log_backtrace_at"),
            text("log_dir"),
            text("log_file"),
            number("log_file_max_size"),
            switch("logtostderr"),
            switch("one_output"),
            switch("skip_headers"),
            switch("skip_log_headers"),
            text("stderrthreshold"),
            number("v").short('v'),
            text("vmodule"),
        ];
        flags.into_iter().map(|flag| flag.hide(true)).collect()
    }
}

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
