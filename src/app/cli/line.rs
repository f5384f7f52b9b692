//! What a command is run with.

use std::ffi::OsString;
use std::path::PathBuf;

use super::flags::Global;
use super::kubeconfig;
use super::program::Program;
use super::world::Machine;
use crate::commands::write_man::Page;
use crate::session::Environment;

/// What a command is run with, besides its own flags.
pub(super) struct Line<'l> {
    pub(super) program: &'l Program,
    pub(super) global: &'l Global,
    pub(super) machine: &'l Machine,
    pub(super) environment: &'l Environment,
    /// The words that are neither flags nor their values.
    pub(super) words: Vec<OsString>,
    /// All words behind the command's name.
    pub(super) all: &'l [OsString],
    /// The manual pages of all commands, of which no command knows.
    pub(super) manual: fn(&Program) -> Vec<Page>,
}

impl Line<'_> {
    /// The words that are no flags, as texts.
    pub(super) fn texts(&self) -> Vec<String> {
        self.words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    /// The words that are no flags, as paths.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.words.iter().map(PathBuf::from).collect()
    }

    /// One of the words that are no flags, as a path; there have to be so many.
    pub(super) fn path(&self, at: usize) -> PathBuf {
        PathBuf::from(&self.words[at])
    }

    /// One of the words that are no flags; there have to be so many.
    pub(super) fn text(&self, at: usize) -> String {
        self.words[at].to_string_lossy().into_owned()
    }

    /// `--namespace`, else the environment's, else the current one of the kubeconfig, else
    /// `default`.
    pub(super) fn namespace(&self) -> String {
        let given = self.global.namespace.as_deref().filter(|name| !name.is_empty());
        let given = given.or_else(|| self.environment.get("HELM_NAMESPACE")).map(str::to_owned);
        given
            .or_else(|| kubeconfig::namespace(self.global, self.environment))
            .unwrap_or_else(|| "default".to_owned())
    }
}
