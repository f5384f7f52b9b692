//! The indexes of repositories: fetched into the cache, and read there.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::download::Access;
use super::plugins::Fetcher;
use super::{Error, Session};
use crate::files;
use crate::network;
use crate::repository::{self, Index, IndexError, Notice, Repository};
use go_text_template::Compat;
use go_text_template::data::Str;

/// Indexes up to here are read as a whole, with everything that Helm finds to say about them.
const SMALL: u64 = 1 << 20;
/// The largest index that is fetched, in bytes.
const MOST: u64 = 1 << 30;

/// Where the index of the repository `name` is.
pub(super) fn path(cache: &str, name: &str) -> PathBuf {
    in_cache(cache, name, "index.yaml")
}

/// Where the names of its charts are.
pub(super) fn charts_path(cache: &str, name: &str) -> PathBuf {
    in_cache(cache, name, "charts.txt")
}

fn in_cache(cache: &str, name: &str, kind: &str) -> PathBuf {
    let file = if name.is_empty() { kind.to_owned() } else { format!("{name}-{kind}") };
    PathBuf::from(crate::model::clean_path(&format!("{cache}/{file}")))
}

/// An index that was fetched.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// Entries that are not valid.
    pub(super) notices: Vec<Notice>,
}

/// How closely an index is looked at when it is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Every entry is checked.
    Everything,
    /// Of a large index only the names.
    Names,
}

/// Fetches the index of `repository` into the cache.
pub(super) fn refresh(
    repository: &Repository,
    cache: &str,
    access: &Access,
    care: Care,
    fetcher: &Fetcher<'_>,
    compat: Compat,
) -> Result<Fresh, Error> {
    let url = network::resolve(&repository.url, "index.yaml").map_err(Error::said)?;
    let target = path(cache, &repository.name);
    let mut response = access.get(&url, None, fetcher)?;
    if let Some(folder) = target.parent() {
        // What cannot be made is said when the file is written.
        let _ = std::fs::create_dir_all(folder);
    }
    let mut file = files::begin(&target, 0o644)?;
    response.copy(&mut file, MOST)?;
    let (names, notices) = look(file.path(), care, compat)?;
    let list: String = names.iter().map(|name| format!("{name}\n")).collect();
    files::write(&charts_path(cache, &repository.name), list.as_bytes(), 0o644)?;
    files::finish(file)?;
    Ok(Fresh { notices })
}

/// The names in the index at `path`, and what is wrong with its entries.
fn look(path: &Path, care: Care, compat: Compat) -> Result<(BTreeSet<String>, Vec<Notice>), Error> {
    let failed = |error: &std::io::Error| files::failed("read", path, error);
    let mut names = BTreeSet::new();
    let mut notices = Vec::new();
    if size(path) > SMALL {
        let mut is_good = true;
        let mut text = open(path).map_err(|error| failed(&error))?;
        let complete =
            repository::visit(&mut text, &|_| care == Care::Everything, &mut |name, section| {
                is_good &= names.insert(name.to_owned());
                if care == Care::Everything {
                    let read = Index::read(&section.into(), compat, &mut notices);
                    is_good &= read.is_ok();
                }
                if is_good { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        if complete.map_err(|error| failed(&error))? && is_good {
            return Ok((names, notices));
        }
    }
    names.clear();
    notices.clear();
    let text = files::read(path).map_err(Error::File)?;
    let index = Index::read(&text, compat, &mut notices).map_err(index_error)?;
    names.extend(index.charts.keys().map(Str::to_string));
    Ok((names, notices))
}

fn index_error(error: IndexError) -> Error {
    Error::said(error.to_string())
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |found| found.len())
}

#[expect(clippy::disallowed_methods, reason = "indexes in the cache are what commands read")]
fn open(path: &Path) -> std::io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(1 << 16, File::open(path)?))
}

/// Reads the index at `path` and tells what is wrong with its entries. Of a large index only the
/// charts `wanted` are read, if there are such.
pub(super) fn load(
    path: &Path,
    wanted: Option<&BTreeSet<&str>>,
    session: &mut Session<'_>,
) -> Result<Index, Error> {
    let compat = session.compat;
    let mut notices = Vec::new();
    let read = read(path, wanted, compat, &mut notices);
    say(&notices, &path.to_string_lossy(), session);
    read
}

/// The names in the index at `path`; none if it cannot be read.
pub(super) fn names(path: &Path, compat: Compat) -> Vec<String> {
    look(path, Care::Names, compat)
        .map(|(names, _)| names.into_iter().collect())
        .unwrap_or_default()
}

/// Reads the index at `path`, and notes what is wrong with its entries.
pub(super) fn read(
    path: &Path,
    wanted: Option<&BTreeSet<&str>>,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Index, Error> {
    if let Some(wanted) = wanted
        && size(path) > SMALL
    {
        let streamed = open(path)
            .and_then(|mut text| repository::read_wanted(&mut text, wanted, compat))
            .map_err(|error| files::failed("read", path, &error))?;
        if let Some(streamed) = streamed {
            notices.extend(streamed.notices);
            return Ok(streamed.index);
        }
    }
    let text = files::read(path).map_err(Error::File)?;
    let read = Index::read(&text, compat, notices);
    read.map_err(|error| index_error(error).within(format!("error loading {}", path.display())))
}

/// Writes what Helm says about entries of the index `source`.
pub(super) fn say(notices: &[Notice], source: &str, session: &mut Session<'_>) {
    for notice in notices {
        let line = notice.line(source, session.compat);
        session.say(line);
    }
}
