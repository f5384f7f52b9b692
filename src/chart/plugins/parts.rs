//! Parts of plugin.yaml that both dialects have.

use super::command::PlatformCommand;
use super::fields::{list, tables, text, texts};
use super::plugin::{Download, Hook};
use go_text_template::data::{Str, Tree, TreeMap};

/// True for names that plugins may have.
pub(super) fn is_name(name: &[u8]) -> bool {
    !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The commands in the list `field`.
pub(super) fn commands(table: &TreeMap, field: &str) -> Vec<PlatformCommand> {
    commands_of(list(table, field))
}

pub(super) fn commands_of(items: &[Tree]) -> Vec<PlatformCommand> {
    let tables = items.iter().map(|item| match item {
        Tree::Map(table) => PlatformCommand::read(table),
        _ => PlatformCommand::default(),
    });
    tables.collect()
}

/// The hooks with a command for each platform, in `platformHooks`.
pub(super) fn platform_hooks(table: &TreeMap, expands: bool) -> Vec<Hook> {
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
pub(super) fn shell_hooks(table: &TreeMap, field: &str) -> Vec<Hook> {
    let Some(Tree::Map(hooks)) = table.get(field.as_bytes()) else { return Vec::new() };
    let hook = |(event, line): (&Str, &Tree)| Hook {
        event: event.clone(),
        commands: vec![PlatformCommand::shell(line.as_str().cloned().unwrap_or_default())],
        expands: false,
    };
    hooks.iter().map(hook).collect()
}

/// The commands of `downloaders`.
pub(super) fn downloaders(table: &TreeMap) -> Vec<Download> {
    let download = |table: &TreeMap| Download {
        protocols: texts(table, "protocols"),
        commands: vec![PlatformCommand::everywhere(text(table, "command"))],
    };
    tables(table, "downloaders").into_iter().map(download).collect()
}

/// All schemes of `downloads`.
pub(super) fn protocols(downloads: &[Download]) -> Vec<Str> {
    downloads.iter().flat_map(|download| &download.protocols).cloned().collect()
}
