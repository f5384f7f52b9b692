//! Go's `path/filepath` and the failures of its `io/fs`: paths by their text, and what the system says
//! of them.

#[cfg(target_os = "linux")]
mod errno;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use crate::data::Str;

/// A call to the operating system that failed; its `Display` is that of Go's `fs.PathError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// What was tried: `open`, `lstat`, …
    pub operation: &'static str,
    /// On what.
    pub path: Str,
    /// What the system answered, in Go's words.
    pub cause: String,
    /// The kind of that answer.
    pub kind: io::ErrorKind,
}

impl PathError {
    /// The failure of `operation` on `path`.
    pub fn new(operation: &'static str, path: &[u8], error: &io::Error) -> Self {
        Self { operation, path: path.into(), cause: error_text(error), kind: error.kind() }
    }

    /// True if nothing has that path.
    pub fn is_missing(&self) -> bool {
        self.kind == io::ErrorKind::NotFound
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.operation, self.path, self.cause)
    }
}

impl std::error::Error for PathError {}

/// The text of a system's error as Go prints it; of any other error, its own.
pub fn error_text(error: &io::Error) -> String {
    let known = error.raw_os_error().and_then(known_text);
    known.map_or_else(|| shown_text(error), str::to_owned)
}

#[cfg(target_os = "linux")]
fn known_text(number: i32) -> Option<&'static str> {
    errno::text(number)
}

/// Elsewhere the system's own texts are those that Go prints.
#[cfg(not(target_os = "linux"))]
fn known_text(_number: i32) -> Option<&'static str> {
    None
}

/// What Rust says, without the number; C libraries begin it with a capital letter, Go does not.
fn shown_text(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if cfg!(unix) => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The path of the entry `name` of the clean path `directory`.
pub fn child(directory: &[u8], name: &[u8]) -> Str {
    let separator: &[u8] = if directory == b"/" { b"" } else { b"/" };
    [directory, separator, name].concat().into()
}

/// `path` below `directory`, cleaned, as `filepath.Join` makes it.
pub fn join(directory: &[u8], path: &[u8]) -> Str {
    clean(&[directory, b"/", path].concat()).into()
}

/// The shortest path that names the same file lexically, as Go's `filepath.Clean` finds it.
pub fn clean_path(path: &str) -> String {
    String::from_utf8_lossy(&clean(path.as_bytes())).into_owned()
}

/// The shortest path that names the same file as `path` lexically.
pub fn cleaned(path: &Path) -> PathBuf {
    clean(path.as_os_str().as_encoded_bytes()).to_path_lossy().into_owned()
}

/// The shortest path that names the same file lexically, as Go's `path.Clean` finds it.
pub fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(&last) if last != b".." => drop(parts.pop()),
                _ if rooted => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let cleaned = parts.join(&b'/');
    match (rooted, cleaned.is_empty()) {
        (true, _) => [b"/", &cleaned[..]].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => cleaned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_does() {
        for (path, cleaned) in [
            ("", "."),
            (".", "."),
            ("/", "/"),
            ("//a", "/a"),
            ("a/", "a"),
            ("a/../b", "b"),
            ("a/../..", ".."),
            ("../a", "../a"),
            ("/../a", "/a"),
            ("a//b/./c", "a/b/c"),
            ("../../x/../y", "../../y"),
        ] {
            assert_eq!(clean(path.as_bytes()), cleaned.as_bytes(), "{path}");
        }
    }

    #[test]
    fn errors_are_worded_as_go_does() {
        let missing = io::Error::from_raw_os_error(2);
        if cfg!(unix) {
            assert_eq!(error_text(&missing), "no such file or directory");
        }
        assert_eq!(error_text(&io::Error::other("a pipe")), "a pipe");
    }
}
