//! plugin.yaml as Helm 4 reads it: Helm 3's format, called legacy, and one with an apiVersion.

use bstr::ByteSlice;

use super::command::PlatformCommand;
use super::fields::{flag, list, size, tables, text, texts};
use super::parts::{commands, downloaders, is_name, platform_hooks, protocols, shell_hooks};
use super::plugin::{Download, Hook, Plugin, Runtime};
use super::shapes::{
    API_VERSION, CLI_CONFIG, GETTER_CONFIG, LEGACY, POST_RENDERER_CONFIG, PROCESS_CONFIG,
    TEST_CONFIG, V1,
};
use go_text_template::data::{Str, Tree, TreeMap, Value};
use go_text_template::semver::Version;
use go_text_template::yaml::{self, Shape};

/// The plugin that `content`, the text of plugin.yaml in `folder`, describes.
pub fn read(content: &[u8], folder: &str) -> Result<Plugin, String> {
    let plugin =
        read_unplaced(content).map_err(|why| format!("failed to load plugin {folder:?}: {why}"))?;
    Ok(Plugin { folder: folder.to_owned(), ..plugin })
}

/// The plugin that `content`, the text of a plugin.yaml that is nowhere yet, describes.
pub fn read_unplaced(content: &[u8]) -> Result<Plugin, String> {
    let head = table(content, &API_VERSION, false)
        .map_err(|why| format!("failed to peek plugin.yaml API version: {why}"))?;
    match text(&head, "apiVersion").as_bytes() {
        b"" => read_legacy(&table(content, &LEGACY, false)?),
        b"v1" => read_v1(&table(content, &V1, true)?),
        other => Err(format!("invalid plugin apiVersion: {:?}", String::from_utf8_lossy(other))),
    }
}

/// The fields of a struct in go-yaml's way.
pub(super) fn table(content: &[u8], shape: &Shape, known_only: bool) -> Result<TreeMap, String> {
    let tree = yaml::read_typed(content, shape, known_only);
    match tree.map_err(|error| error.go_yaml_3_text())? {
        None => Err("EOF".to_owned()),
        Some(Tree::Map(table)) => Ok((*table).clone()),
        Some(_) => Ok(TreeMap::default()),
    }
}

fn invalid_name(name: &Str) -> String {
    let name = name.to_str_lossy();
    format!("invalid plugin name {name:?}: must contain only a-z, A-Z, 0-9, _ and -")
}

fn is_version(version: &Str) -> bool {
    Version::parse_strict(version).is_ok()
}

fn read_legacy(table: &TreeMap) -> Result<Plugin, String> {
    let (name, version) = (text(table, "name"), text(table, "version"));
    if !is_name(&name) {
        return Err(invalid_name(&name));
    }
    if !version.is_empty() && !is_version(&version) {
        let version = version.to_str_lossy();
        return Err(format!("invalid plugin version {version:?}: must be valid semver"));
    }
    let mut platform = commands(table, "platformCommand");
    let command = text(table, "command");
    if !platform.is_empty() && !command.is_empty() {
        return Err("both platformCommand and command are set".to_owned());
    }
    if size(table, "platformHooks") > 0 && size(table, "hooks") > 0 {
        return Err("both platformHooks and hooks are set".to_owned());
    }
    for (index, downloader) in list(table, "downloaders").iter().enumerate() {
        check_downloader(downloader, index)?;
    }
    let downloads = downloaders(table);
    if platform.is_empty() && !command.is_empty() {
        platform.push(PlatformCommand::everywhere(command));
    }
    Ok(Plugin {
        command: name.clone(),
        name,
        version,
        kind: if downloads.is_empty() { "cli/v1" } else { "getter/v1" }.into(),
        api_version: "legacy".into(),
        ignores_flags: flag(table, "ignoreFlags"),
        runtime: Runtime::Process(platform),
        hooks: legacy_hooks(table),
        protocols: protocols(&downloads),
        downloads,
        ..Plugin::default()
    })
}

fn legacy_hooks(table: &TreeMap) -> Vec<Hook> {
    let hooks = platform_hooks(table, true);
    if hooks.is_empty() { shell_hooks(table, "hooks") } else { hooks }
}

fn check_downloader(downloader: &Tree, index: usize) -> Result<(), String> {
    let empty = TreeMap::default();
    let table = match downloader {
        Tree::Map(table) => table,
        _ => &empty,
    };
    if text(table, "command").is_empty() {
        return Err(format!("downloader {index} has empty command"));
    }
    let protocols = list(table, "protocols");
    if protocols.is_empty() {
        return Err(format!("downloader {index} has no protocols"));
    }
    match empty_text(protocols) {
        Some(at) => Err(format!("downloader {index} has empty protocol at index {at}")),
        None => Ok(()),
    }
}

/// Where the first empty text of `items` is.
fn empty_text(items: &[Tree]) -> Option<usize> {
    items.iter().position(|item| !matches!(item, Tree::String(text) if !text.is_empty()))
}

fn read_v1(table: &TreeMap) -> Result<Plugin, String> {
    let field = |name: &str| text(table, name);
    let (name, version, kind, runtime) =
        (field("name"), field("version"), field("type"), field("runtime"));
    if !is_name(&name) {
        return Err("invalid plugin `name`".to_owned());
    }
    if version.is_empty() {
        return Err("plugin `version` is required".to_owned());
    }
    if !is_version(&version) {
        let version = version.to_str_lossy();
        return Err(format!("invalid plugin `version` {version:?}: must be valid semver"));
    }
    if kind.is_empty() {
        return Err("`type` missing".to_owned());
    }
    if runtime.is_empty() {
        return Err("`runtime` missing".to_owned());
    }
    let within = |why| format!("failed to convert MetadataV1 to Metadata: {why}");
    let config = read_config(&kind, table).map_err(within)?;
    let running = read_runtime(&runtime, table).map_err(within)?;
    if kind == "getter/v1" {
        check_getter(&config)?;
    }
    let usage = text(&config, "usage");
    let word = usage.split_str(" ").next().filter(|_| !usage.is_empty());
    Ok(Plugin {
        command: word.map_or_else(|| name.clone(), Str::from),
        name,
        version,
        kind,
        api_version: "v1".into(),
        source: field("sourceURL"),
        ignores_flags: flag(&config, "ignoreFlags"),
        protocols: texts(&config, "protocols"),
        ..running
    })
}

pub(super) fn read_config(kind: &Str, table: &TreeMap) -> Result<TreeMap, String> {
    let shape = match kind.as_bytes() {
        b"cli/v1" => &CLI_CONFIG,
        b"getter/v1" => &GETTER_CONFIG,
        b"postrenderer/v1" => &POST_RENDERER_CONFIG,
        b"test/v1" => &TEST_CONFIG,
        _ => return Err(format!("unknown plugin type {:?}", kind.to_str_lossy())),
    };
    self::table(&rewritten(table.get(b"config")), shape, true)
}

/// A plugin of which only is known how it is run.
fn read_runtime(runtime: &Str, table: &TreeMap) -> Result<Plugin, String> {
    match runtime.as_bytes() {
        b"subprocess" => {
            let config = process_config(table).map_err(|why| {
                format!("failed to unmarshal runtimeConfig for subprocess runtime: {why}")
            })?;
            Ok(Plugin {
                runtime: Runtime::Process(commands(&config, "platformCommand")),
                // Helm 4 meant to put variables into the words of these hooks, too.
                hooks: platform_hooks(&config, false),
                downloads: tables(&config, "protocolCommands").into_iter().map(download).collect(),
                ..Plugin::default()
            })
        }
        b"extism/v1" => Ok(Plugin { runtime: Runtime::Wasm, ..Plugin::default() }),
        _ => Err(format!("unsupported plugin runtime type: {:?}", runtime.to_str_lossy())),
    }
}

/// The `runtimeConfig` of a plugin that is run as a process.
pub(super) fn process_config(table: &TreeMap) -> Result<TreeMap, String> {
    self::table(&rewritten(table.get(b"runtimeConfig")), &PROCESS_CONFIG, false)
}

fn download(table: &TreeMap) -> Download {
    Download { protocols: texts(table, "protocols"), commands: commands(table, "platformCommand") }
}

/// A map as Helm writes it to read it again.
fn rewritten(map: Option<&Tree>) -> Vec<u8> {
    let map = match map {
        Some(map @ Tree::Map(_)) => map.clone(),
        _ => Tree::Map(Default::default()),
    };
    yaml::write_pretty(&Value::from(&map), &mut |_| true).unwrap_or_default()
}

fn check_getter(config: &TreeMap) -> Result<(), String> {
    let protocols = list(config, "protocols");
    let why = match empty_text(protocols) {
        _ if protocols.is_empty() => "getter has no protocols".to_owned(),
        Some(at) => format!("getter has empty protocol at index {at}"),
        None => return Ok(()),
    };
    Err(format!("config validation failed: {why}"))
}
