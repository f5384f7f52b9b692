//! What the provenance file of a plugin says of it: Helm 4's own view of plugin.yaml, as YAML.

use super::fields::{list, size, text};
use super::helm4::{process_config, read_config, table};
use super::shapes::{API_VERSION, LEGACY, V1};
use go_text_template::data::{Str, Tree, TreeMap, Value};
use go_text_template::yaml;

/// The text for the plugin whose plugin.yaml is `content`, which is known to be valid.
pub fn metadata(content: &[u8]) -> Result<Vec<u8>, String> {
    let head = table(content, &API_VERSION, false)?;
    let tree = match text(&head, "apiVersion").is_empty() {
        true => legacy(&table(content, &LEGACY, false)?),
        false => v1(&table(content, &V1, true)?, content)?,
    };
    yaml::write(&Value::from(&tree), &mut |_| true)
        .map_err(|_| "the metadata cannot be written".to_owned())
}

fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::map(entries.map(|(key, value)| (Str::from_static(key), value)).into())
}

fn string(text: &str) -> Tree {
    Tree::String(Str::from(text))
}

/// The field, or the empty value of its type.
fn field(table: &TreeMap, name: &str, empty: Tree) -> Tree {
    table.get(name.as_bytes()).filter(|tree| !tree.is_null()).cloned().unwrap_or(empty)
}

fn text_field(table: &TreeMap, name: &str) -> Tree {
    field(table, name, string(""))
}

fn legacy(table: &TreeMap) -> Tree {
    let downloads = list(table, "downloaders");
    let (kind, config) = match downloads {
        [] => ("cli/v1", legacy_cli(table)),
        _ => ("getter/v1", map([("Protocols", all_protocols(downloads))])),
    };
    map([
        ("APIVersion", string("legacy")),
        ("Config", config),
        ("Name", text_field(table, "name")),
        ("Runtime", string("subprocess")),
        ("RuntimeConfig", legacy_process(table)),
        ("SourceURL", string("")),
        ("Type", string(kind)),
        ("Version", text_field(table, "version")),
    ])
}

fn legacy_cli(table: &TreeMap) -> Tree {
    map([
        ("IgnoreFlags", field(table, "ignoreFlags", Tree::Bool(false))),
        ("LongHelp", text_field(table, "description")),
        ("ShortHelp", string(&printable(&text(table, "usage").to_str_lossy()))),
        ("Usage", string("")),
    ])
}

/// The text on one line, without what cannot be seen.
fn printable(text: &str) -> String {
    let shown = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    shown.filter(|letter| !letter.is_control()).collect()
}

fn all_protocols(downloads: &[Tree]) -> Tree {
    let protocols = downloads.iter().filter_map(|download| match download.at(&["protocols"]) {
        Some(Tree::List(protocols)) => Some(protocols.to_vec()),
        _ => None,
    });
    Tree::list(protocols.flatten().collect())
}

fn legacy_process(table: &TreeMap) -> Tree {
    let command = text_field(table, "command");
    let commands = match list(table, "platformCommand") {
        [] if command != string("") => Tree::list(vec![command_of(command, Tree::Null)]),
        _ => commands(table.get(b"platformCommand")),
    };
    let downloads = list(table, "downloaders").iter().map(|download| {
        let command = download.at(&["command"]).cloned().unwrap_or_default();
        let commands = Tree::list(vec![command_of(command, Tree::Null)]);
        let protocols = download.at(&["protocols"]).cloned().unwrap_or_default();
        map([("PlatformCommand", commands), ("Protocols", protocols)])
    });
    let downloads: Vec<Tree> = downloads.collect();
    let downloads = if downloads.is_empty() { Tree::Null } else { Tree::list(downloads) };
    process(commands, legacy_hooks(table), downloads)
}

fn legacy_hooks(table: &TreeMap) -> Tree {
    if size(table, "platformHooks") > 0 || size(table, "hooks") == 0 {
        return hooks(table.get(b"platformHooks"));
    }
    let shell = |line: &Tree| {
        let arguments = Tree::list(vec![string("-c"), line.clone()]);
        Tree::list(vec![command_of(string("sh"), arguments)])
    };
    each(table.get(b"hooks"), &shell)
}

fn process(commands: Tree, hooks: Tree, downloads: Tree) -> Tree {
    map([("PlatformCommand", commands), ("PlatformHooks", hooks), ("ProtocolCommands", downloads)])
}

fn hooks(tree: Option<&Tree>) -> Tree {
    each(tree, &|list| commands(Some(list)))
}

/// A map with `change` done to its values; what is no map stays null.
fn each(tree: Option<&Tree>, change: &dyn Fn(&Tree) -> Tree) -> Tree {
    let Some(Tree::Map(entries)) = tree else { return Tree::Null };
    Tree::map(entries.iter().map(|(key, value)| (key.clone(), change(value))).collect())
}

fn commands(tree: Option<&Tree>) -> Tree {
    each_of(tree, &|command| {
        let field = |name: &str| command.at(&[name]).cloned().unwrap_or(string(""));
        map([
            ("Architecture", field("arch")),
            ("Args", command.at(&["args"]).cloned().unwrap_or_default()),
            ("Command", field("command")),
            ("OperatingSystem", field("os")),
        ])
    })
}

/// A list with `change` done to its items; what is no list stays null.
fn each_of(tree: Option<&Tree>, change: &dyn Fn(&Tree) -> Tree) -> Tree {
    let Some(Tree::List(items)) = tree else { return Tree::Null };
    Tree::list(items.iter().map(change).collect())
}

fn command_of(command: Tree, arguments: Tree) -> Tree {
    map([
        ("Architecture", string("")),
        ("Args", arguments),
        ("Command", command),
        ("OperatingSystem", string("")),
    ])
}

fn v1(table: &TreeMap, content: &[u8]) -> Result<Tree, String> {
    let kind = text(table, "type");
    let config = read_config(&kind, table)?;
    let is_process = text(table, "runtime") == "subprocess";
    let running = if is_process { v1_process(&process_config(table)?) } else { wasm(content) };
    Ok(map([
        ("APIVersion", text_field(table, "apiVersion")),
        ("Config", v1_config(&kind, &config)),
        ("Name", text_field(table, "name")),
        ("Runtime", text_field(table, "runtime")),
        ("RuntimeConfig", running),
        ("SourceURL", text_field(table, "sourceURL")),
        ("Type", Tree::String(kind)),
        ("Version", text_field(table, "version")),
    ]))
}

fn v1_config(kind: &Str, config: &TreeMap) -> Tree {
    match kind.as_bytes() {
        b"cli/v1" => map([
            ("IgnoreFlags", field(config, "ignoreFlags", Tree::Bool(false))),
            ("LongHelp", text_field(config, "longHelp")),
            ("ShortHelp", text_field(config, "shortHelp")),
            ("Usage", text_field(config, "usage")),
        ]),
        b"getter/v1" => map([("Protocols", field(config, "protocols", Tree::Null))]),
        _ => map([]),
    }
}

fn v1_process(config: &TreeMap) -> Tree {
    let downloads = each_of(config.get(b"protocolCommands"), &|download| {
        let protocols = download.at(&["protocols"]).cloned().unwrap_or_default();
        let commands = commands(download.at(&["platformCommand"]));
        map([("PlatformCommand", commands), ("Protocols", protocols)])
    });
    process(
        commands(config.get(b"platformCommand")),
        hooks(config.get(b"platformHooks")),
        downloads,
    )
}

/// What WebAssembly is run with. Its numbers matter, so the text is read once more.
fn wasm(content: &[u8]) -> Tree {
    let tree = yaml::read(&content.into()).unwrap_or_default();
    let at = |path: &[&str], empty: Tree| {
        let found = tree.at(&["runtimeConfig"]).and_then(|config| config.at(path));
        found.filter(|tree| !tree.is_null()).cloned().unwrap_or(empty)
    };
    let number = |name: &str| at(&["memory", name], Tree::Float(0.0));
    map([
        ("AllowedHosts", at(&["allowedHosts"], Tree::Null)),
        ("Config", at(&["config"], Tree::Null)),
        ("EntryFuncName", at(&["entryFuncName"], string(""))),
        (
            "FileSystem",
            map([("CreateTempDir", at(&["fileSystem", "createTempDir"], Tree::Bool(false)))]),
        ),
        ("HostFunctions", at(&["hostFunctions"], Tree::Null)),
        (
            "Memory",
            map([
                ("MaxHTTPResponseBytes", number("maxHttpResponseBytes")),
                ("MaxPages", number("maxPages")),
                ("MaxVarBytes", number("maxVarBytes")),
            ]),
        ),
        ("Timeout", at(&["timeout"], Tree::Float(0.0))),
    ])
}
