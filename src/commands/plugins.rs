//! Plugins on disk: found, listed, and run.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::table::Table;
use super::{Environment, Error, Session, Settings, post_render};
use crate::chart::{self, log_line};
use crate::compat::Compat;
use crate::data::{Failure, Str};
use crate::plugins::{self, Plugin, Runtime};
use crate::provenance;

/// The kind of plugins that are commands.
pub const COMMAND_KIND: &str = "cli/v1";
/// The kind of plugins that work on manifests.
pub(super) const POST_RENDERER_KIND: &str = "postrenderer/v1";

/// Plugins, and what is said while they are looked for.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The plugins, in the order of their folders.
    pub plugins: Vec<Plugin>,
    /// Lines for standard error.
    pub complaints: Vec<String>,
    /// Lines for standard output.
    pub warnings: Vec<String>,
    /// Why there may be more of them than were found.
    pub failure: Option<String>,
}

/// Makes the folder that Helm 4 makes for compiled WebAssembly as soon as there is a plugin of any
/// kind. Nothing here needs it, but whoever looks finds the same files.
fn make_wasm_cache(cache_home: &str) {
    let (architecture, system) = (plugins::ARCHITECTURE, plugins::SYSTEM);
    let folder = format!("{cache_home}/wazero-build/wazero-v1.12.0-{architecture}-{system}");
    let _ = std::fs::create_dir_all(folder);
}

/// The plugins that `settings` have folders for. Helm 3 stops at the first one that is broken, Helm
/// 4 goes on.
pub fn find(settings: &Settings, compat: Compat) -> Found {
    let mut found = Found::default();
    for base in settings.plugins.split(':').filter(|base| !base.is_empty()) {
        let before = found.plugins.len();
        for folder in plugin_folders(base) {
            match read(&folder, settings, compat) {
                Ok(plugin) => found.add(plugin),
                Err(why) if compat.is_helm3() => {
                    found.failure = Some(why);
                    return found;
                }
                Err(why) => found.complain(&folder, &why),
            }
        }
        if let Some(why) = duplicate(&found.plugins[before..]) {
            found.failure = Some(why);
            return found;
        }
    }
    found
}

impl Found {
    fn add(&mut self, mut plugin: Plugin) {
        self.warnings.append(&mut plugin.warnings);
        self.plugins.push(plugin);
    }

    fn complain(&mut self, folder: &str, why: &str) {
        let path = format!("{folder}/{}", plugins::FILE_NAME);
        let attributes: [(&[u8], &[u8]); 2] =
            [(b"plugin_yaml", path.as_bytes()), (b"error", why.as_bytes())];
        let line = log_line(b"WARN", b"failed to load plugin (ignoring)", &attributes);
        self.complaints.push(line.to_string());
    }
}

/// The folders in `base` that have a plugin.yaml, in byte order.
fn plugin_folders(base: &str) -> Vec<String> {
    let Ok(entries) = Path::new(base).read_dir() else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    let base = chart::clean_path(base);
    let folders = names.into_iter().map(|name| match &base[..] {
        "." => name,
        base => format!("{}/{name}", base.trim_end_matches('/')),
    });
    let has_file =
        |folder: &String| Path::new(folder).join(plugins::FILE_NAME).symlink_metadata().is_ok();
    folders.filter(has_file).collect()
}

fn read(folder: &str, settings: &Settings, compat: Compat) -> Result<Plugin, String> {
    let path = format!("{folder}/{}", plugins::FILE_NAME);
    let content = chart::read_file(path.as_bytes())
        .map_err(|error| format!("failed to read plugin at {path:?}: {error}"))?;
    if compat.is_helm3() {
        return plugins::read_helm3(&content, folder, &path);
    }
    let plugin = plugins::read_helm4(&content, folder)?;
    make_wasm_cache(&settings.cache_home);
    let program = Path::new(folder).join("plugin.wasm");
    if plugin.runtime == Runtime::Wasm && !program.exists() {
        let program = program.to_string_lossy();
        return Err(format!("wasm binary missing for extism/v1 plugin: {program:?}"));
    }
    Ok(plugin)
}

fn duplicate(plugins: &[Plugin]) -> Option<String> {
    plugins.iter().enumerate().find_map(|(at, plugin)| {
        let earlier = plugins[..at].iter().rev().find(|other| other.name == plugin.name)?;
        Some(format!(
            "two plugins claim the name {:?} at {:?} and {:?}",
            plugin.name.to_str_lossy(),
            earlier.folder,
            plugin.folder
        ))
    })
}

impl Session<'_> {
    /// The plugins, once what is to be said about them is said.
    pub(super) fn find_plugins(&mut self) -> Result<Vec<Plugin>, Error> {
        let found = find(&self.settings, self.compat);
        found.complaints.iter().for_each(|line| self.say(line));
        for line in &found.warnings {
            writeln!(self.out, "{line}").map_err(Error::Stdout)?;
        }
        match found.failure {
            Some(why) => Err(Failure::from(why).into()),
            None => Ok(found.plugins),
        }
    }

    /// Looks for plugins that fetch charts and values, as Helm does before it fetches any: what is
    /// wrong with plugins is said once more. None is used.
    pub(super) fn find_getters(&mut self) {
        let _ = self.find_plugins();
    }

    /// Writes what Helm 4 logs about a plugin that fails.
    fn debug_failure(&mut self, plugin: &Plugin, code: Option<i32>) {
        let name = plugin.name.to_str_lossy();
        let code = code.unwrap_or(-1).to_string();
        let attributes = [
            ("pluginName", &*name),
            ("error", &*format!("exit status {code}")),
            ("exitCode", &code),
            ("stderr", ""),
        ];
        self.debug("plugin execution failed", &attributes);
    }

    /// Writes what Helm 4 logs before it runs a plugin.
    fn debug_plugin(&mut self, plugin: &Plugin, command: &Command) {
        let program = command.get_program().to_string_lossy();
        let search_path = self.environment.get("PATH").unwrap_or_default();
        let program = post_render::find_program(&program, search_path)
            .map_or_else(|_| program.into_owned(), |path| path.to_string_lossy().into_owned());
        let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
        let text = std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ");
        let name = plugin.name.to_str_lossy();
        self.debug("executing plugin command", &[("pluginName", &name), ("command", &text)]);
    }
}

/// What `plugin list` was asked for.
#[derive(Clone, Debug, Default)]
pub struct ListArgs {
    /// `--type`: only plugins of this kind.
    pub kind: Option<String>,
}

/// Lists the plugins.
pub fn list(args: &ListArgs, session: &mut Session<'_>) -> Result<(), Error> {
    let folders = session.settings.plugins.clone();
    session.debug("pluginDirs", &[("directory", &folders)]);
    let plugins = session.find_plugins()?;
    let mut table = Table::new(0);
    if session.compat.is_helm3() {
        table.row(["NAME", "VERSION", "DESCRIPTION"]);
        for plugin in &plugins {
            table.row([&plugin.name, &plugin.version, &plugin.description]);
        }
    } else {
        table.row(["NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE"]);
        let wanted = args.kind.as_deref().filter(|kind| !kind.is_empty());
        let is_wanted = |plugin: &&Plugin| wanted.is_none_or(|kind| plugin.kind == kind);
        for plugin in plugins.iter().filter(is_wanted) {
            table.row(columns(plugin, &session.settings.data_home));
        }
    }
    writeln!(session.out, "{}", table.text()).map_err(Error::Stdout)
}

fn columns(plugin: &Plugin, data_home: &str) -> [String; 6] {
    let source = if plugin.source.is_empty() { "unknown".into() } else { plugin.source.clone() };
    let provenance = provenance_of(plugin, data_home).into();
    let Plugin { name, version, kind, api_version, .. } = plugin;
    [name, version, kind, api_version, &provenance, &source].map(Str::to_string)
}

/// Whether the archive that the plugin came in is there and signed; nobody looks by whom.
fn provenance_of(plugin: &Plugin, data_home: &str) -> &'static str {
    let base = format!("{data_home}/plugins");
    let installed = Path::new(&base).join(&*plugin.name.to_str_lossy());
    match installed.symlink_metadata() {
        Err(_) => return "unknown",
        Ok(found) if found.is_symlink() => return "local dev",
        Ok(_) => {}
    }
    let name = format!("{}-{}.tgz", plugin.name, plugin.version);
    let path = format!("{base}/{name}");
    let Ok(archive) = chart::read_file(path.as_bytes()) else { return "unsigned" };
    match chart::read_file(format!("{path}.prov").as_bytes()) {
        Err(error) if error.cause == "no such file or directory" => "unsigned",
        Err(_) => "unknown",
        Ok(text) => match provenance::lists(&archive, &text, &name) {
            None => "invalid provenance",
            Some(false) => "mismatched provenance",
            Some(true) => "signed",
        },
    }
}

/// What a plugin's command is run with.
#[derive(Clone, Debug, Default)]
pub struct RunArgs {
    /// The words behind its name.
    pub words: Vec<String>,
    /// Helm's variables.
    pub variables: Vec<(&'static str, String)>,
}

/// Runs a plugin's command and gives its exit status.
pub fn run(plugin: &Plugin, args: &RunArgs, session: &mut Session<'_>) -> Result<u8, Error> {
    session.out.flush().map_err(Error::Stdout)?;
    let words: &[String] = if plugin.ignores_flags { &[] } else { &args.words };
    let compat = session.compat;
    let prepared = prepare(plugin, words, &args.variables, session.environment);
    let mut command = match prepared {
        Err(why) if compat.is_helm3() && plugin.runtime != Runtime::Wasm => {
            let _ = write!(session.err, "{why}");
            return Err(exited(plugin));
        }
        Err(why) if plugin.runtime != Runtime::Wasm => {
            return Err(Failure::from(format!("failed to prepare plugin command: {why}")).into());
        }
        prepared => prepared?,
    };
    session.debug_plugin(plugin, &command);
    let status = command.status().map_err(|error| not_started(&command, &error))?;
    match status.code() {
        Some(0) => Ok(0),
        // A status beyond a byte cannot be passed on.
        code => {
            session.debug_failure(plugin, code);
            session.report(&exited(plugin));
            Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
        }
    }
}

fn exited(plugin: &Plugin) -> Error {
    Failure::from(format!("plugin {:?} exited with error", plugin.name.to_str_lossy())).into()
}

/// What goes wrong where a program is started, in Go's words.
fn not_started(command: &Command, error: &std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    let text = if error.kind() == std::io::ErrorKind::NotFound && !program.contains('/') {
        format!("exec: {program:?}: executable file not found in $PATH")
    } else {
        chart::PathError::new("fork/exec", program.as_bytes(), error).to_string()
    };
    Failure::from(text).into()
}

/// The process that `plugin` is, with `words` behind its own.
pub(super) fn prepare(
    plugin: &Plugin,
    words: &[String],
    variables: &[(&'static str, String)],
    environment: &Environment,
) -> Result<Command, Failure> {
    let Runtime::Process(commands) = &plugin.runtime else {
        let name = plugin.name.to_str_lossy();
        return Err(
            format!("the plugin {name:?} is WebAssembly, which this program does not run").into()
        );
    };
    let own =
        [("HELM_PLUGIN_NAME", plugin.name.to_string()), ("HELM_PLUGIN_DIR", plugin.folder.clone())];
    let variables: Vec<_> = own.iter().chain(variables).collect();
    let lookup = |name: &str| {
        let own = variables.iter().find(|(known, _)| *known == name);
        own.map(|(_, value)| value.clone())
            .unwrap_or_else(|| environment.get(name).unwrap_or_default().to_owned())
    };
    let (program, words) = plugins::prepare(commands, true, words, &lookup)
        .ok_or(Failure::new("no plugin command is applicable"))?;
    let mut command = Command::new(program);
    command.args(words);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    Ok(command)
}

/// What the post-renderer `plugin` makes of `manifests`.
pub(super) fn post_render(
    plugin: &Plugin,
    words: &[String],
    manifests: Vec<u8>,
    session: &mut Session<'_>,
) -> Result<Vec<u8>, Failure> {
    let name = plugin.name.to_str_lossy();
    let failed = |why: String| {
        Failure::from(format!("failed to invoke post-renderer plugin {name:?}: {why}"))
    };
    let mut command =
        prepare(plugin, words, &[], session.environment).map_err(|why| match why {
            why if plugin.runtime == Runtime::Wasm => why,
            why => failed(format!("failed to prepare plugin command: {why}")),
        })?;
    session.debug_plugin(plugin, &command);
    let output = piped(&mut command, manifests)
        .map_err(|error| failed(not_started(&command, &error).message(Compat::Helm4)))?;
    if !output.status.success() {
        session.debug_failure(plugin, output.status.code());
        return Err(failed(exited(plugin).message(Compat::Helm4)));
    }
    if output.stdout.trim_ascii().is_empty() {
        return Err(format!("post-renderer {name:?} produced empty output").into());
    }
    Ok(output.stdout)
}

/// Runs `command` with `input`, and gives what it writes.
pub(super) fn piped(
    command: &mut Command,
    input: Vec<u8>,
) -> std::io::Result<std::process::Output> {
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn()?;
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // Written from another thread: the program may write before it has read everything.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output();
    // A program that does not read to the end is not at fault.
    let _ = writer.join();
    output
}
