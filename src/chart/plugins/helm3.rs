//! plugin.yaml as Helm 3 reads it.

use super::command::PlatformCommand;
use super::fields::{flag, size, text};
use super::parts::{commands, downloaders, is_name, platform_hooks, protocols, shell_hooks};
use super::plugin::{Hook, Plugin, Runtime};
use super::shapes::HELM3;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::yaml::{self};

/// The plugin that `content`, the text of the file `path` in `folder`, describes.
pub fn read(content: &Str, folder: &str, path: &str) -> Result<Plugin, String> {
    let tree = yaml::read_strictly(content, &HELM3)
        .map_err(|error| format!("failed to load plugin at {path:?}: {error}"))?;
    let table = match tree {
        Tree::Map(table) => table,
        _ => Default::default(),
    };
    let name = text(&table, "name");
    if !is_name(&name) {
        return Err(format!("invalid plugin name at {path:?}"));
    }
    let mut warnings = Vec::new();
    let mut warn = |platform: &str, other: &str| {
        warnings.push(format!(
            "WARNING: both '{platform}' and '{other}' are set in {path:?} (this will become an \
             error in a future Helm version)"
        ));
    };
    let mut platform = commands(&table, "platformCommand");
    let command = text(&table, "command");
    if !platform.is_empty() && !command.is_empty() {
        warn("platformCommand", "command");
    }
    if size(&table, "platformHooks") > 0 && size(&table, "Hooks") > 0 {
        warn("platformHooks", "hooks");
    }
    if platform.is_empty() && !command.is_empty() {
        platform.push(PlatformCommand::everywhere(command));
    }
    let downloads = downloaders(&table);
    Ok(Plugin {
        folder: folder.to_owned(),
        command: name.clone(),
        name,
        version: text(&table, "version"),
        description: text(&table, "description"),
        ignores_flags: flag(&table, "ignoreFlags"),
        runtime: Runtime::Process(platform),
        hooks: hooks(&table),
        protocols: protocols(&downloads),
        downloads,
        warnings,
        ..Plugin::default()
    })
}

/// For each event the commands for platforms, or else the line for a shell.
fn hooks(table: &TreeMap) -> Vec<Hook> {
    let has_line = |hook: &Hook| {
        let mut lines = hook.commands.iter().filter_map(|command| command.arguments.last());
        lines.any(|line| !line.is_empty())
    };
    let mut hooks = platform_hooks(table, true);
    hooks.retain(|hook| !hook.commands.is_empty());
    for hook in shell_hooks(table, "Hooks").into_iter().filter(has_line) {
        if hooks.iter().all(|known| known.event != hook.event) {
            hooks.push(hook);
        }
    }
    hooks
}
