//! Paths with slashes. The functions for the system's own paths do the same: Helm runs on Unix.

use bstr::ByteSlice;

use crate::data::Str;
use crate::template::{Function, function};

pub(super) static TABLE: &[Function] = &[
    ("base", &function(base)),
    ("clean", &function(clean)),
    ("dir", &function(dir)),
    ("ext", &function(ext)),
    ("isAbs", &function(is_abs)),
    ("osBase", &function(base)),
    ("osClean", &function(clean)),
    ("osDir", &function(dir)),
    ("osExt", &function(ext)),
    ("osIsAbs", &function(is_abs)),
];

/// The last element of `path`.
///
/// ```text
/// {{ base "a/b/c.txt" }}   -> c.txt
/// {{ base "a/b/" }}        -> b
/// {{ base "" }}            -> .
/// {{ osBase "//" }}        -> /
/// ```
fn base(path: Str) -> Str {
    if path.is_empty() {
        return Str::from_static(".");
    }
    let trimmed = path.trim_end_with(|char| char == '/');
    let last = &trimmed[trimmed.rfind_byte(b'/').map_or(0, |slash| slash + 1)..];
    if last.is_empty() { Str::from_static("/") } else { path.slice_ref(last) }
}

/// All but the last element of `path`, cleaned.
///
/// ```text
/// {{ dir "a/b/c.txt" }}   -> a/b
/// {{ dir "a" }}           -> .
/// {{ osDir "/a" }}        -> /
/// ```
fn dir(path: Str) -> Str {
    let end = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    clean(path.slice(..end))
}

/// The shortest path that names the same.
///
/// ```text
/// {{ clean "a//b/../c/." }}   -> a/c
/// {{ clean "/../a" }}         -> /a
/// {{ osClean "../../a/.." }}  -> ../..
/// ```
fn clean(path: Str) -> Str {
    let rooted = path.starts_with(b"/");
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split_str("/") {
        match (element, elements.last()) {
            (b"" | b".", _) => {}
            (b"..", Some(last)) if *last != b".." => {
                elements.pop();
            }
            (b"..", _) if rooted => {}
            _ => elements.push(element),
        }
    }
    let root: &[u8] = if rooted { b"/" } else { b"" };
    let cleaned = [root, elements.join(&b'/').as_slice()].concat();
    if cleaned.is_empty() { Str::from_static(".") } else { cleaned.into() }
}

/// The last element of `path` from its last dot on.
///
/// ```text
/// {{ ext "a/b.tar.gz" }}   -> .gz
/// {{ osExt "a.b/c" | quote }}   -> ""
/// ```
fn ext(path: Str) -> Str {
    let start = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    match path[start..].rfind_byte(b'.') {
        Some(dot) => path.slice(start + dot..),
        None => Str::EMPTY,
    }
}

/// True if `path` starts at the root.
///
/// ```text
/// {{ isAbs "/a" }}   -> true
/// {{ osIsAbs "a" }}  -> false
/// ```
fn is_abs(path: Str) -> bool {
    path.starts_with(b"/")
}
