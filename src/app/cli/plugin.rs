//! Commands that plugins add.

use std::ffi::OsString;

use bstr::ByteSlice;

use super::commands::{ROOT, env};
use super::flags::{self, Global};
use super::line::Line;
use super::process::{Failed, Process};
use super::program::Program;
use super::world::Machine;
use super::{find, helm_commands, help, pflag, settings};
use crate::commands::plugins::{self, RunArgs, kinds};
use crate::model::log_line;
use crate::plugins::Plugin;
use crate::session::Session;
use go_text_template::Compat;

/// The plugins that are commands. What is wrong with others is said before anything else is.
pub(super) fn load(program: &Program, process: &mut Process<'_>) -> Vec<Plugin> {
    if process.environment.get("HELM_NO_PLUGINS") == Some("1") {
        return Vec::new();
    }
    let settings = settings::of(&Global::default(), &process.environment);
    let found = plugins::find(&settings, program.compat);
    for line in &found.warnings {
        let _ = writeln!(process.out, "{line}");
    }
    for line in &found.complaints {
        let _ = writeln!(process.err, "{line}");
    }
    match (found.failure, program.compat) {
        (None, Compat::Helm3) => found.plugins,
        (None, Compat::Helm4) => without_conflicts(found.plugins, process),
        (Some(why), Compat::Helm3) => {
            let _ = writeln!(process.err, "failed to load plugins: {why}");
            Vec::new()
        }
        (Some(why), Compat::Helm4) => {
            let line = log_line(b"ERROR", b"failed to load plugins", &[(b"error", why.as_bytes())]);
            let _ = writeln!(process.err, "{line}");
            Vec::new()
        }
    }
}

/// The plugins up to the first that is called like a command that there is already.
fn without_conflicts(plugins: Vec<Plugin>, process: &mut Process<'_>) -> Vec<Plugin> {
    let mut kept: Vec<Plugin> = Vec::new();
    for plugin in plugins.into_iter().filter(|plugin| plugin.kind == kinds::COMMAND) {
        let is_taken = helm_commands::is_known(&plugin.command.to_str_lossy())
            || kept.iter().any(|other| other.command == plugin.command);
        if is_taken {
            let text = b"failed to load plugins: name conflicts";
            let line = log_line(b"ERROR", text, &[(b"name", &plugin.command)]);
            let _ = writeln!(process.err, "{line}");
            return kept;
        }
        kept.push(plugin);
    }
    kept
}

/// A plugin that was called, and the words behind its name.
pub(super) struct Call {
    plugin: Plugin,
    words: Vec<OsString>,
}

/// The plugin among `plugins` that `words` call, unless they call a command of the program.
pub(super) fn called(plugins: Vec<Plugin>, words: &[OsString], program: &Program) -> Option<Call> {
    if plugins.is_empty() {
        return None;
    }
    let (name, words) = find::first_word(words, program)?;
    if name.to_str().is_some_and(find::is_known) {
        return None;
    }
    let is_called = |plugin: &Plugin| plugin.command.as_bytes() == name.as_encoded_bytes();
    let plugin = plugins.into_iter().find(is_called)?;
    Some(Call { plugin, words })
}

/// A call whose flags are understood.
pub(super) struct Understood {
    /// The flags of every command among its words.
    pub(super) global: Global,
    plugin: Plugin,
    known: Vec<OsString>,
    words: Vec<OsString>,
}

impl Call {
    /// Reads Helm's own flags.
    pub(super) fn understood(self, program: &Program) -> Result<Understood, Failed> {
        let (known, words) = split_words(self.words);
        let mut command = ROOT.in_dialect(program);
        let mut matches = pflag::read(&mut command, &known).map_err(|fault| fault.text)?;
        let global = flags::of(&mut matches);
        Ok(Understood { global, plugin: self.plugin, known, words })
    }
}

impl Understood {
    /// Runs the plugin's command.
    pub(super) fn run(
        &self,
        program: &Program,
        machine: &Machine,
        session: &mut Session<'_>,
    ) -> Result<(), Failed> {
        let words = self.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let line = Line {
            program,
            global: &self.global,
            machine,
            environment: session.environment,
            words: Vec::new(),
            all: &self.known,
            manual: help::pages,
        };
        let variables = env::variables(&line, &session.settings, session.debug);
        match plugins::run(&self.plugin, &RunArgs { words, variables }, session) {
            Ok(0) => Ok(()),
            Ok(status) => Err(Failed::Quietly(status)),
            Err(error) => {
                session.report(&error);
                Err(Failed::Quietly(1))
            }
        }
    }
}

/// Helm's own flags among `words`, and what the plugin gets.
fn split_words(words: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let bytes = word.as_encoded_bytes();
        let (name, value) = match bytes.split_once_str("=") {
            Some((name, value)) => (name, Some(value)),
            None => (bytes, None),
        };
        let has_value = WITH_VALUE.iter().any(|flag| flag.as_bytes() == name);
        if has_value && value.is_none() {
            known.push(word);
            known.extend(words.next());
        } else if has_value || word == "--debug" {
            known.push(word);
        } else if !bytes.starts_with(b"--compat=") {
            // That one is ours, and understood already.
            others.push(word);
        }
    }
    (known, others)
}

const WITH_VALUE: [&str; 14] = [
    "--kube-context",
    "--namespace",
    "-n",
    "--kubeconfig",
    "--kube-apiserver",
    "--kube-token",
    "--kube-as-user",
    "--kube-as-group",
    "--kube-ca-file",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--kube-insecure-skip-tls-verify",
    "--kube-tls-server-name",
];
