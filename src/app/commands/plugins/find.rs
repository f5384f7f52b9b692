//! Plugins on disk: where they are, and what is said while they are looked for.

use std::path::Path;

use super::super::{Error, Session, Settings};
use crate::model::{self, log_line};
use crate::plugins::{self, Plugin, Runtime};
use go_text_template::Compat;
use go_text_template::data::Failure;

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
    let _ = crate::system::folders(0o700).recursive(true).create(folder);
}

/// The plugins that `settings` have folders for. Helm 3 stops at the first one that is broken, Helm
/// 4 goes on.
pub fn find(settings: &Settings, compat: Compat) -> Found {
    let folders: Vec<&str> = settings.plugins.split(':').collect();
    find_in(&folders, settings, compat)
}

/// The plugins in `folders`.
pub(super) fn find_in(folders: &[&str], settings: &Settings, compat: Compat) -> Found {
    let mut found = Found::default();
    for base in folders.iter().filter(|base| !base.is_empty()) {
        let before = found.plugins.len();
        for folder in plugin_folders(base) {
            match load(&folder, &folder, settings, compat) {
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
    let base = model::clean_path(base);
    let folders = names.into_iter().map(|name| match &base[..] {
        "." => name,
        base => format!("{}/{name}", base.trim_end_matches('/')),
    });
    let has_file =
        |folder: &String| Path::new(folder).join(plugins::FILE_NAME).symlink_metadata().is_ok();
    folders.filter(has_file).collect()
}

/// The plugin in `folder`, which messages call `shown`.
pub(super) fn load(
    folder: &str,
    shown: &str,
    settings: &Settings,
    compat: Compat,
) -> Result<Plugin, String> {
    let path = plugin_file(shown);
    let content = model::read_file(plugin_file(folder).as_bytes()).map_err(|error| {
        let error = model::PathError { path: path.as_str().into(), ..error };
        format!("failed to read plugin at {path:?}: {error}")
    })?;
    if compat.is_helm3() {
        return plugins::read_helm3(&content, shown, &path);
    }
    let plugin = plugins::read_helm4(&content, shown)?;
    make_wasm_cache(&settings.cache_home);
    let program = Path::new(folder).join("plugin.wasm");
    if plugin.runtime == Runtime::Wasm && !program.exists() {
        let program = format!("{shown}/plugin.wasm");
        return Err(format!("wasm binary missing for extism/v1 plugin: {program:?}"));
    }
    Ok(plugin)
}

fn plugin_file(folder: &str) -> String {
    format!("{}/{}", folder.trim_end_matches('/'), plugins::FILE_NAME)
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
    pub(in crate::app::commands) fn find_plugins(&mut self) -> Result<Vec<Plugin>, Error> {
        let found = find(&self.settings, self.compat);
        self.say_found(found)
    }

    /// The plugin in `folder`, once what is to be said about it is said.
    pub(super) fn load_plugin(&mut self, folder: &Path) -> Result<Result<Plugin, String>, Error> {
        let path = folder.to_string_lossy();
        self.debug("loading plugin", &[("path", &path)]);
        let mut loaded = load(&path, &path, &self.settings, self.compat);
        if let Ok(plugin) = &mut loaded {
            let warnings = std::mem::take(&mut plugin.warnings);
            warnings
                .iter()
                .try_for_each(|line| writeln!(self.out, "{line}"))
                .map_err(Error::Stdout)?;
        }
        Ok(loaded)
    }

    /// Says what is to be said about plugins, and gives them.
    pub(super) fn say_found(&mut self, found: Found) -> Result<Vec<Plugin>, Error> {
        found.complaints.iter().for_each(|line| self.say(line));
        for line in &found.warnings {
            writeln!(self.out, "{line}").map_err(Error::Stdout)?;
        }
        match found.failure {
            Some(why) => Err(Failure::from(why).into()),
            None => Ok(found.plugins),
        }
    }
}
