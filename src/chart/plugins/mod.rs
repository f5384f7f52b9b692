//! What plugin.yaml says, in the dialects of both Helms, and how a plugin's command becomes words;
//! what an archive of a plugin holds, and where plugins come from.
//!
//! In: the text of plugin.yaml. Out: a [`Plugin`], checked in Helm's order, or why it is none.
//! Nothing here looks for plugins, runs one or writes one.

mod archive;
mod command;
mod helm3;
mod helm4;
mod metadata;
mod pack;
mod shapes;
mod shown;
mod source;

pub use archive::{Entry, MOST_BYTES, described, each_entry, name_of_archive};
pub use command::{ARCHITECTURE, PlatformCommand, SYSTEM, expand, prepare};
pub use helm3::read as read_helm3;
pub use helm4::{read as read_helm4, read_unplaced as read_helm4_unplaced};
pub use metadata::metadata;
pub use pack::Pack;
pub use shown::shown;
pub use source::{Control, cache_key, control_of_page, control_of_url};

use go_text_template::data::{Str, Tree, TreeMap};

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

/// True for names that plugins may have.
fn is_name(name: &[u8]) -> bool {
    !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The text of the field, if there is one.
fn text(table: &TreeMap, field: &str) -> Str {
    match table.get(field.as_bytes()) {
        Some(Tree::String(text)) => text.clone(),
        _ => Str::EMPTY,
    }
}

fn flag(table: &TreeMap, field: &str) -> bool {
    matches!(table.get(field.as_bytes()), Some(Tree::Bool(true)))
}

fn list<'t>(table: &'t TreeMap, field: &str) -> &'t [Tree] {
    match table.get(field.as_bytes()) {
        Some(Tree::List(items)) => items,
        _ => &[],
    }
}

/// The number of entries of a map.
fn size(table: &TreeMap, field: &str) -> usize {
    match table.get(field.as_bytes()) {
        Some(Tree::Map(map)) => map.iter().count(),
        _ => 0,
    }
}

/// The commands in the list `field`.
fn commands(table: &TreeMap, field: &str) -> Vec<PlatformCommand> {
    commands_of(list(table, field))
}

fn commands_of(items: &[Tree]) -> Vec<PlatformCommand> {
    let tables = items.iter().map(|item| match item {
        Tree::Map(table) => PlatformCommand::read(table),
        _ => PlatformCommand::default(),
    });
    tables.collect()
}

/// The texts in the list `field`.
fn texts(table: &TreeMap, field: &str) -> Vec<Str> {
    let text = |item: &Tree| item.as_str().cloned().unwrap_or_default();
    list(table, field).iter().map(text).collect()
}

/// The maps in the list `field`.
fn tables<'t>(table: &'t TreeMap, field: &str) -> Vec<&'t TreeMap> {
    list(table, field).iter().filter_map(Tree::as_map).map(|table| &**table).collect()
}

/// The hooks with a command for each platform, in `platformHooks`.
fn platform_hooks(table: &TreeMap, expands: bool) -> Vec<Hook> {
    let Some(Tree::Map(hooks)) = table.get(b"platformHooks") else { return Vec::new() };
    let hook = |(event, commands): (&Str, &Tree)| Hook {
        event: event.clone(),
        commands: match commands {
            Tree::List(items) => commands_of(items),
            _ => Vec::new(),
        },
        expands,
    };
    hooks.iter().map(hook).collect()
}

/// The hooks in the map `field` that are a line for a shell.
fn shell_hooks(table: &TreeMap, field: &str) -> Vec<Hook> {
    let Some(Tree::Map(hooks)) = table.get(field.as_bytes()) else { return Vec::new() };
    let hook = |(event, line): (&Str, &Tree)| Hook {
        event: event.clone(),
        commands: vec![PlatformCommand::shell(line.as_str().cloned().unwrap_or_default())],
        expands: false,
    };
    hooks.iter().map(hook).collect()
}

/// The commands of `downloaders`.
fn downloaders(table: &TreeMap) -> Vec<Download> {
    let download = |table: &TreeMap| Download {
        protocols: texts(table, "protocols"),
        commands: vec![PlatformCommand::everywhere(text(table, "command"))],
    };
    tables(table, "downloaders").into_iter().map(download).collect()
}

/// All schemes of `downloads`.
fn protocols(downloads: &[Download]) -> Vec<Str> {
    downloads.iter().flat_map(|download| &download.protocols).cloned().collect()
}
