//! The flags of every command, and those that are only accepted.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::path::PathBuf;

use clap::builder::{Resettable, ValueHint};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum, value_parser};

use super::completion::kind::Kind;
use super::marks::{Only, Ours, WhenBare};
use super::program::Program;
use crate::faults::forms::Form;
use go_text_template::Compat;

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
