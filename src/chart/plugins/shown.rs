//! A plugin as Go prints it: Helm 4 names one so where it fetches and fails.

use super::command::PlatformCommand;
use super::plugin::{Download, Hook, Plugin, Runtime};
use go_text_template::data::{Str, quoted};

/// The plugin as Go's `%q` shows Helm's value of it.
pub fn shown(plugin: &Plugin) -> String {
    let Plugin { name, version, kind, api_version, source, .. } = plugin;
    let texts = [api_version, name, kind, &Str::from_static("subprocess"), version, source];
    let quotes = Style { quotes: true };
    let texts = texts.map(|text| quotes.text(text)).join(" ");
    let config = format!("%!q(*schema.ConfigGetterV1=&{{{}}})", PLAIN.list(&plugin.protocols));
    let runtime = format!("%!q(*plugin.RuntimeConfigSubprocess=&{{{}}})", PLAIN.runtime(plugin));
    let folder = quoted(plugin.folder.as_bytes());
    let again = quotes.runtime(plugin);
    format!("&{{{{{texts} {config} {runtime}}} {folder} {{{again}}} map[]}}")
}

/// How texts are shown.
#[derive(Clone, Copy)]
struct Style {
    quotes: bool,
}

const PLAIN: Style = Style { quotes: false };

impl Style {
    fn text(self, text: &Str) -> String {
        if self.quotes { quoted(text) } else { text.to_string() }
    }

    fn flag(self, flag: bool) -> String {
        if self.quotes { format!("%!q(bool={flag})") } else { flag.to_string() }
    }

    fn list(self, texts: &[Str]) -> String {
        in_brackets(texts.iter().map(|text| self.text(text)))
    }

    fn runtime(self, plugin: &Plugin) -> String {
        let commands = match &plugin.runtime {
            Runtime::Process(commands) => self.commands(commands),
            Runtime::Wasm => self.commands(&[]),
        };
        let hooks = in_brackets(plugin.hooks.iter().map(|hook| self.hook(hook)));
        let downloads = in_brackets(plugin.downloads.iter().map(|item| self.download(item)));
        // Only plugins of the older format ever have it set.
        let expands =
            plugin.api_version == "legacy" && plugin.hooks.iter().all(|hook| hook.expands);
        format!("{commands} map{hooks} {downloads} {}", self.flag(expands))
    }

    fn commands(self, commands: &[PlatformCommand]) -> String {
        in_brackets(commands.iter().map(|command| self.command(command)))
    }

    fn command(self, command: &PlatformCommand) -> String {
        let PlatformCommand { system, architecture, command, arguments } = command;
        let [system, architecture, command] =
            [system, architecture, command].map(|text| self.text(text));
        format!("{{{system} {architecture} {command} {}}}", self.list(arguments))
    }

    fn hook(self, hook: &Hook) -> String {
        format!("{}:{}", self.text(&hook.event), self.commands(&hook.commands))
    }

    fn download(self, download: &Download) -> String {
        format!("{{{} {}}}", self.list(&download.protocols), self.commands(&download.commands))
    }
}

fn in_brackets(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(" "))
}
