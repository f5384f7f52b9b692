//! Time zones that the environment names, by the rules of Go: `TZ` and `ZONEINFO`.

use std::path::Path;

use go_text_template::dates::Zone;

/// The file of the machine's own zone.
const OWN: &str = "/etc/localtime";
/// Where other systems keep what they know of zones.
const SYSTEM: &str = "/usr/share/zoneinfo";
/// No file of a zone is anywhere near so large.
const MOST_BYTES: u64 = 10 << 20;

/// The local zone for this value of `TZ`: without one it is the machine's, and UTC if it leads
/// nowhere.
pub(super) fn local(variable: Option<&str>) -> Zone {
    let Some(name) = variable else { return read(OWN, "Local").unwrap_or(Zone::UTC) };
    let name = name.strip_prefix(':').unwrap_or(name);
    let found = match name {
        OWN => read(OWN, "Local"),
        name if name.starts_with('/') => read(name, name),
        name => Zone::named(name).or_else(|| read(&format!("{SYSTEM}/{name}"), name)),
    };
    found.unwrap_or(Zone::UTC)
}

/// The zone `name`: from the folder that `ZONEINFO` names if there is one, else from those that
/// come with the program.
pub(super) fn named(name: &str, folder: Option<&str>) -> Option<Zone> {
    let is_path = name.starts_with(['/', '\\']) || name.contains("..");
    let from_folder = |folder: &str| read(&format!("{folder}/{name}"), name);
    match folder {
        Some(folder) if !is_path && !["", "UTC"].contains(&name) => from_folder(folder),
        _ => None,
    }
    .or_else(|| Zone::named(name))
}

/// The zone in the file at `path`.
#[expect(clippy::disallowed_methods, reason = "the time zone is part of the environment")]
fn read(path: &str, name: &str) -> Option<Zone> {
    let about = Path::new(path).metadata().ok()?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return None;
    }
    Zone::read(name, &std::fs::read(path).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_knows_its_zone_calls_it_local() {
        let name = if Path::new(OWN).exists() { "Local" } else { "UTC" };
        for variable in [None, Some(OWN), Some(":/etc/localtime")] {
            assert_eq!(local(variable).name(), name);
        }
    }

    #[test]
    fn an_empty_name_is_utc_whatever_the_machine_thinks() {
        [Some(""), Some(":"), Some("UTC")].iter().for_each(|name| {
            assert_eq!(local(*name), Zone::UTC);
        });
    }
}
