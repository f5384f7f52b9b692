//! What plugin.yaml says, in the dialects of both Helms, and how a plugin's command becomes words.
//!
//! In: the text of plugin.yaml. Out: a [`Plugin`], checked in Helm's order, or why it is none.
//! Nothing here looks for plugins or runs one.

mod command;
mod helm3;
mod helm4;
mod shapes;

pub use command::{ARCHITECTURE, PlatformCommand, SYSTEM, expand, prepare};
pub use helm3::read as read_helm3;
pub use helm4::read as read_helm4;

use crate::data::{Str, Tree, TreeMap};

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
    /// What Helm 3 says about it on standard output.
    pub warnings: Vec<String>,
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
    let tables = list(table, field).iter().map(|item| match item {
        Tree::Map(table) => PlatformCommand::read(table),
        _ => PlatformCommand::default(),
    });
    tables.collect()
}
