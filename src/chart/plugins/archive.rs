//! What an archive of a plugin holds: every name and size is checked before anybody sees it.
//!
//! Who made the archive is not known, so a name that leads anywhere but below the plugin's own folder
//! is an error, as is anything but files and folders. Nothing is written here.

use std::io::BufRead;

use super::plugin::{FILE_NAME, Plugin};
use super::read_helm4_unplaced;
use crate::model::{ArchiveError, Member, Members, clean_path};
use go_text_template::data::Str;

/// The most bytes that an archive may unpack to.
pub const MOST_BYTES: u64 = 1 << 30;
/// The most files and folders that it may hold.
const MOST_MEMBERS: usize = 100_000;
/// The largest plugin.yaml that is read.
const MOST_DESCRIPTION: usize = 16 << 20;
/// The endings of archives.
const ENDINGS: [&str; 2] = [".tar.gz", ".tgz"];

/// Something in an archive.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'e> {
    /// A folder, by its path below the archive's root.
    Folder(&'e str),
    /// A file with its permissions; its content follows.
    File(&'e str, u32),
    /// The next bytes of the file.
    Bytes(&'e [u8]),
}

/// Calls `visit` with everything in the archive `input`, in its order there.
pub fn each_entry(
    input: impl BufRead,
    visit: &mut dyn FnMut(Entry<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let mut left = MOST_BYTES;
    let mut members = Members::new(input, &mut left).map_err(text)?;
    let mut buffer = vec![0; 1 << 16];
    for _ in 0..MOST_MEMBERS {
        let Some(member) = members.next_member().map_err(text)? else { return Ok(()) };
        let path = path_below_root(&member.name.to_str_lossy())?;
        match member.kind {
            b'5' => visit(Entry::Folder(&path))?,
            b'0' => {
                visit(Entry::File(&path, permissions(&member)))?;
                loop {
                    let count = members.read(&mut buffer).map_err(text)?;
                    if count == 0 {
                        break;
                    }
                    visit(Entry::Bytes(&buffer[..count]))?;
                }
            }
            b'g' | b'x' => {}
            kind => return Err(format!("unknown type: {kind:b} in {}", member.name)),
        }
    }
    Err(too_many())
}

fn text(error: ArchiveError) -> String {
    match error {
        ArchiveError::TooMuchInflated => too_much(),
        error => error.to_string(),
    }
}

fn too_much() -> String {
    "the archive unpacks to more bytes than are taken".to_owned()
}

fn too_many() -> String {
    format!("the archive has more than {MOST_MEMBERS} files and folders, which are not taken")
}

/// The permissions, without the bits that make a program somebody else.
fn permissions(member: &Member) -> u32 {
    u32::try_from(member.mode & 0o777).unwrap_or(0)
}

/// The path that `name` means below the archive's root; empty for the root.
fn path_below_root(name: &str) -> Result<String, String> {
    if name.contains(':') {
        return Err("path contains ':', which is illegal".to_owned());
    }
    let name = name.replace('\\', "/");
    if name.split('/').any(|part| part == "..") {
        return Err("path contains '..', which is illegal".to_owned());
    }
    if name.starts_with('/') {
        return Err("path is absolute, which is illegal".to_owned());
    }
    let path = clean_path(&name);
    Ok(if path == "." { String::new() } else { path })
}

/// The plugin that the first plugin.yaml of the archive `bytes` describes.
pub fn described(bytes: &[u8]) -> Result<Plugin, String> {
    let mut left = MOST_BYTES;
    let mut members = Members::new(bytes, &mut left).map_err(text)?;
    while let Some(member) = members.next_member().map_err(text)? {
        if is_description(&member.name) {
            return read_helm4_unplaced(&content(&mut members)?);
        }
    }
    Err(format!("{FILE_NAME} not found in tarball"))
}

fn is_description(name: &Str) -> bool {
    let name = name.to_str_lossy();
    name.trim_end_matches('/').rsplit('/').next() == Some(FILE_NAME)
}

fn content(members: &mut Members<'_, &[u8]>) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = members.read(&mut buffer).map_err(text)?;
        if count == 0 {
            return Ok(content);
        }
        content.extend_from_slice(&buffer[..count]);
        if content.len() > MOST_DESCRIPTION {
            return Err(too_much());
        }
    }
}

/// The name of the plugin whose archive is called `file_name`: `NAME-VERSION.tgz`; none if that is no
/// name of an archive.
pub fn name_of_archive(file_name: &str) -> Option<&str> {
    let bare = ENDINGS.iter().find_map(|ending| file_name.strip_suffix(ending))?;
    Some(without_version(bare))
}

/// `name` up to the last `-` that digits and a point follow.
fn without_version(name: &str) -> &str {
    let is_version = |rest: &str| {
        let behind = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        behind.len() < rest.len() && behind.starts_with('.')
    };
    let dashes = name.rmatch_indices('-').map(|(at, _)| at);
    let mut versions = dashes.filter(|&at| is_version(&name[at + 1..]));
    versions.next().map_or(name, |at| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_archives_lose_their_versions() {
        for (file, name) in [
            ("x-1.0.0.tgz", Some("x")),
            ("x-y-0.1.0.tar.gz", Some("x-y")),
            ("x.tgz", Some("x")),
            ("x-1-2.0-rc.1.tgz", Some("x-1")),
            ("x-1.0-2.0.tgz", Some("x-1.0")),
            ("x-v1.0.tgz", Some("x-v1.0")),
            ("x-1.zip", None),
            (".tgz", Some("")),
        ] {
            assert_eq!(name_of_archive(file), name, "{file}");
        }
    }

    #[test]
    fn paths_stay_below_the_root() {
        for (name, expected) in [
            ("a/b", Ok("a/b")),
            ("./a//b/", Ok("a/b")),
            ("./", Ok("")),
            ("a\\b", Ok("a/b")),
            ("..a/b", Ok("..a/b")),
            ("a/../b", Err("path contains '..', which is illegal")),
            ("a\\..\\b", Err("path contains '..', which is illegal")),
            ("/a", Err("path is absolute, which is illegal")),
            ("\\a", Err("path is absolute, which is illegal")),
            ("c:a", Err("path contains ':', which is illegal")),
        ] {
            let found = path_below_root(name);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{name}");
        }
    }
}
