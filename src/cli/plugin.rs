//! Commands that plugins add.

use super::commands::{self, env};
use super::flags;
use super::parse::{self, Parsed};
use super::{Failed, Process, Program, settings, with_session};
use crate::chart::log_line;
use crate::commands::plugins::{self, COMMAND_KIND, RunArgs};
use crate::compat::Compat;
use crate::plugins::Plugin;

/// The plugins that are commands. What is wrong with others is said before anything else is.
pub(super) fn load(program: &Program, process: &mut Process<'_>) -> Vec<Plugin> {
    if process.environment.get("HELM_NO_PLUGINS") == Some("1") {
        return Vec::new();
    }
    let settings = settings::of(&Parsed::default(), &process.environment);
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
    for plugin in plugins.into_iter().filter(|plugin| plugin.kind == COMMAND_KIND) {
        let is_taken = commands::is_helms(&plugin.command.to_str_lossy())
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
    words: Vec<String>,
}

/// The plugin among `plugins` that `words` call, unless they call a command of the program.
pub(super) fn called(plugins: Vec<Plugin>, words: &[String], program: &Program) -> Option<Call> {
    if plugins.is_empty() {
        return None;
    }
    let (name, words) = commands::first_word(words, program.compat)?;
    if commands::is_known(&name) {
        return None;
    }
    let plugin = plugins.into_iter().find(|plugin| plugin.command == *name)?;
    Some(Call { plugin, words })
}

impl Call {
    /// Runs the plugin's command.
    pub(super) fn run(self, program: &Program, process: &mut Process<'_>) -> Result<(), Failed> {
        let (known, words) = split_words(self.words);
        let parsed = parse::parse(&known, &flags::GLOBAL.iter().collect::<Vec<_>>())
            .map_err(|error| error.to_string())?;
        with_session(&parsed, program, process, |session| {
            let (settings, environment) = (&session.settings, session.environment);
            let variables = env::variables(&parsed, program, settings, environment, session.debug);
            match plugins::run(&self.plugin, &RunArgs { words, variables }, session) {
                Ok(0) => Ok(()),
                Ok(status) => Err(Failed::Quietly(status)),
                Err(error) => {
                    session.report(&error);
                    Err(Failed::Quietly(1))
                }
            }
        })
    }
}

/// Helm's own flags among `words`, and what the plugin gets.
fn split_words(words: Vec<String>) -> (Vec<String>, Vec<String>) {
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
    let (mut known, mut others) = (Vec::new(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let name = word.split_once('=').map(|(name, _)| name);
        if WITH_VALUE.contains(&word.as_str()) {
            known.push(word);
            known.extend(words.next());
        } else if word == "--debug" || name.is_some_and(|name| WITH_VALUE.contains(&name)) {
            known.push(word);
        } else if word.starts_with("--compat=") {
            // Ours, and understood already.
        } else {
            others.push(word);
        }
    }
    (known, others)
}
