//! A plugin as it is handed on.

use super::command::PlatformCommand;
use go_text_template::data::Str;

/// A plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plugin {
    /// The folder that it is in.
    pub folder: String,
    /// Its name.
    pub name: Str,
    /// The word that it is called by.
    pub command: Str,
    /// Its version.
    pub version: Str,
    /// What it does, in a line; Helm 3 shows it in its list.
    pub description: Str,
    /// `cli/v1`, `getter/v1` or `postrenderer/v1`.
    pub kind: Str,
    /// The format of its plugin.yaml: `legacy` or `v1`.
    pub api_version: Str,
    /// Where it comes from.
    pub source: Str,
    /// Whether Helm's flags are kept from it.
    pub ignores_flags: bool,
    /// How it is run.
    pub runtime: Runtime,
    /// What is run when it is installed, updated or deleted, in byte order of the events.
    pub hooks: Vec<Hook>,
    /// The schemes of the addresses that it fetches.
    pub protocols: Vec<Str>,
    /// The commands that fetch.
    pub downloads: Vec<Download>,
    /// What Helm 3 says about it on standard output.
    pub warnings: Vec<String>,
}

/// What is run when something happened to the plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hook {
    /// `install`, `update` or `delete`.
    pub event: Str,
    /// A command for each platform.
    pub commands: Vec<PlatformCommand>,
    /// Whether the words of the command have variables.
    pub expands: bool,
}

/// A command that fetches addresses of some schemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Download {
    /// The schemes.
    pub protocols: Vec<Str>,
    /// A command for each platform.
    pub commands: Vec<PlatformCommand>,
}

impl Plugin {
    /// The hook for `event`, if there is one.
    pub fn hook(&self, event: &str) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.event == event)
    }

    /// The command that fetches addresses with this scheme.
    pub fn download(&self, scheme: &str) -> Option<&Download> {
        self.downloads.iter().find(|download| download.protocols.iter().any(|own| own == scheme))
    }
}

/// How a plugin is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// As a process; a command for each platform.
    Process(Vec<PlatformCommand>),
    /// In WebAssembly.
    Wasm,
}

impl Default for Runtime {
    fn default() -> Self {
        Self::Process(Vec::new())
    }
}

/// The name of the file that describes a plugin.
pub const FILE_NAME: &str = "plugin.yaml";
