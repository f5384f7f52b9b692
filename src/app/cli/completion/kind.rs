//! What a word may be.

use clap::Arg;
use clap::builder::{ArgExt, ValueHint};

/// What a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app::cli) enum Kind {
    /// A text that nobody can guess.
    Text,
    /// Nothing that is here.
    Nothing,
    /// Nothing, for there are words enough.
    NoMore,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A chart: on this machine, or in a repository.
    Chart,
    /// A chart in a repository.
    RemoteChart,
    /// The version of the chart that the words name.
    Version,
    /// A template of the chart that the words name.
    Template,
    /// A repository that the words do not name yet.
    Repository,
    /// The beginning of an address that charts are pushed to.
    Scheme,
    /// A shell.
    Shell,
    /// A variable of `chart env`.
    Variable,
    /// A context of the kubeconfig.
    KubeContext,
}

impl ArgExt for Kind {}

impl Kind {
    /// What the values of `arg` may be.
    pub(super) fn of(arg: &Arg) -> Self {
        match (arg.get::<Self>(), arg.get_value_hint()) {
            (Some(kind), _) => *kind,
            (None, ValueHint::FilePath) => Self::File,
            (None, ValueHint::DirPath) => Self::Folder,
            (None, _) => Self::Text,
        }
    }
}

/// What the words so far say.
#[derive(Debug)]
pub(in crate::app::cli) struct Context {
    /// Those that are no flags.
    pub(in crate::app::cli) words: Vec<String>,
    /// Whether the program stands in for Helm.
    pub(in crate::app::cli) is_helm: bool,
    /// Whether the name of the release is not among the words.
    pub(in crate::app::cli) generates_name: bool,
}
