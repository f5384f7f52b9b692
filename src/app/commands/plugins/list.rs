//! `chart plugin list`.

use std::path::Path;

use super::super::table::Table;
use super::super::{Error, Session};
use crate::model;
use crate::plugins::Plugin;
use crate::provenance;
use go_text_template::data::Str;

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
    let Ok(archive) = model::read_file(path.as_bytes()) else { return "unsigned" };
    match model::read_file(format!("{path}.prov").as_bytes()) {
        Err(error) if error.is_missing() => "unsigned",
        Err(_) => "unknown",
        Ok(text) => match provenance::lists(&archive, &text, &name) {
            None => "invalid provenance",
            Some(false) => "mismatched provenance",
            Some(true) => "signed",
        },
    }
}
