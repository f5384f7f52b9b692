//! Charts in directories.
//!
//! In: a directory. Out: its files in Helm's order, .helmignore obeyed and symbolic links followed.

use std::fs::Metadata;

use bstr::ByteSlice;

use super::disk;
use super::file::Open;
use super::ignore::Rules;
use super::limits::{
    MOST_CHART_BYTES, MOST_DIRECTORY_BYTES, MOST_ENTRIES, MOST_FILE_BYTES, MOST_LINKS,
};
use super::text::without_mark;
use super::{Error, File, Notice};
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::path::{PathError, child, join};

/// The files below the absolute path `directory`.
pub(super) fn files(
    directory: &Str,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Vec<File>, Error> {
    let rules = read_rules(directory)?;
    let left = Left { bytes: most_bytes(compat), entries: MOST_ENTRIES, links: MOST_LINKS };
    let mut walk = Walk { root: directory, rules, compat, notices, files: Vec::new(), left };
    // A chart directory that cannot be listed is as good as empty.
    if let Ok(entries) = disk::entries(directory) {
        walk.entries(directory, entries)?;
    }
    Ok(walk.files)
}

fn most_bytes(compat: Compat) -> u64 {
    if compat.is_helm3() { MOST_DIRECTORY_BYTES } else { MOST_CHART_BYTES }
}

fn read_rules(directory: &Str) -> Result<Rules, Error> {
    /// The longest line that Go's scanner takes.
    const MOST_LINE_BYTES: usize = 64 << 10;
    let path = join(directory, b".helmignore");
    if disk::stat(&path).is_err() {
        return Rules::parse(b"");
    }
    let text = disk::read(&path)?;
    let rules = Rules::parse(&text)?;
    if text.split(|&byte| byte == b'\n').any(|line| line.len() >= MOST_LINE_BYTES) {
        return Err(Error::IgnoreLineTooLong);
    }
    Ok(rules)
}

/// True for files that make up a chart or one of its subcharts, rather than being there for
/// templates to read.
fn is_read_by_loader(relative: &[u8]) -> bool {
    const PARTS: [&[u8]; 6] = [
        b"Chart.yaml",
        b"Chart.lock",
        b"values.yaml",
        b"values.schema.json",
        b"requirements.yaml",
        b"requirements.lock",
    ];
    let mut path = relative;
    while let Some(below) = path.strip_prefix(b"charts/") {
        let Some((_, inside)) = below.split_once_str("/") else { return true };
        path = inside;
    }
    path.starts_with(b"templates/") || PARTS.contains(&path)
}

struct Walk<'w> {
    root: &'w Str,
    rules: Rules,
    compat: Compat,
    notices: &'w mut Vec<Notice>,
    files: Vec<File>,
    left: Left,
}

/// How much the walk may still meet.
struct Left {
    bytes: u64,
    entries: usize,
    links: usize,
}

impl Left {
    /// Counts an entry. Without a bound a few links into each other's directories keep a walk busy
    /// for years.
    fn take(&mut self, is_link: bool) -> Result<(), Error> {
        let take = |left: &mut usize| left.checked_sub(1).map(|less| *left = less);
        take(&mut self.entries).ok_or(Error::TooManyEntries { most: MOST_ENTRIES })?;
        match is_link {
            true => take(&mut self.links).ok_or(Error::TooManyLinks { most: MOST_LINKS }),
            false => Ok(()),
        }
    }
}

/// What there is at a path.
enum Kind {
    Directory,
    Regular,
    Irregular,
}

impl Kind {
    fn of(kind: std::fs::FileType) -> Self {
        if kind.is_dir() {
            Self::Directory
        } else if kind.is_file() {
            Self::Regular
        } else {
            Self::Irregular
        }
    }
}

impl Walk<'_> {
    fn entries(&mut self, directory: &Str, entries: Vec<disk::Entry>) -> Result<(), Error> {
        for entry in entries {
            let path = child(directory, &entry.name);
            let kind = match entry.kind {
                Some(kind) => kind,
                None => disk::lstat(&path)?.file_type(),
            };
            self.count(kind.is_symlink())?;
            if kind.is_symlink() {
                self.link(&path)?;
            } else {
                self.visit(&path, Kind::of(kind), &entry.name)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, is_link: bool) -> Result<(), Error> {
        // Thousands of lines about links would hide what is wrong.
        self.left.take(is_link).inspect_err(|_| self.notices.clear())
    }

    /// Follows a symbolic link; what it leads to is taken under the link's own path.
    fn link(&mut self, path: &Str) -> Result<(), Error> {
        // The way to a link inside its own target gets longer and longer, until this fails.
        disk::lstat(path)?;
        let failed = |error| Error::Symlink { path: path.clone(), error };
        let resolved = disk::resolve(path).map_err(failed)?;
        self.notices.push(Notice::SymbolicLink { path: path.clone(), resolved: resolved.clone() });
        let kind = disk::lstat(&resolved)?.file_type();
        let name = resolved.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        self.visit(path, Kind::of(kind), name)
    }

    /// Takes the file or directory at `path`; `name` is what errors call it.
    fn visit(&mut self, path: &Str, kind: Kind, name: &[u8]) -> Result<(), Error> {
        let relative = path.slice(self.root.len() + 1..);
        if self.rules.ignore(&relative, matches!(kind, Kind::Directory)) {
            return Ok(());
        }
        match kind {
            Kind::Irregular => Err(Error::Irregular(path.clone())),
            Kind::Regular => self.file(path, relative, name),
            Kind::Directory => {
                let entries = disk::entries(path)?;
                self.entries(path, entries)
            }
        }
    }

    fn file(&mut self, path: &Str, relative: Str, name: &[u8]) -> Result<(), Error> {
        let unreadable = |error| Error::Unreadable { name: relative.clone(), error };
        let file = disk::open(path).map_err(unreadable)?;
        let metadata = file.metadata();
        let metadata =
            metadata.map_err(|error| unreadable(PathError::new("stat", path, &error)))?;
        self.check_size(&metadata, &relative, name)?;
        let file = match self.late(file, &metadata, path, &relative) {
            Ok(late) => late,
            Err(file) => {
                let content = disk::read_open(file, metadata.len(), self.left.bytes, path);
                File::new(relative.clone(), without_mark(content.map_err(unreadable)?))
            }
        };
        self.left.bytes -= file.size();
        self.files.push(file.changed_at(disk::modified(&metadata)));
        Ok(())
    }

    /// A large file that only templates can ask for, which they rarely do, is not read yet.
    fn late(
        &self,
        file: std::fs::File,
        metadata: &Metadata,
        path: &Str,
        relative: &Str,
    ) -> Result<File, std::fs::File> {
        const LARGE: u64 = 16 << 10;
        if metadata.len() < LARGE || is_read_by_loader(relative) {
            return Err(file);
        }
        Open::keep(file, path, metadata.len()).map(|open| File::late(relative.clone(), open))
    }

    fn check_size(&self, metadata: &Metadata, relative: &Str, name: &[u8]) -> Result<(), Error> {
        match metadata.len() {
            size if self.compat.is_helm3() && size > MOST_FILE_BYTES => {
                Err(Error::FileTooLarge { name: name.into() })
            }
            size if size > self.left.bytes => {
                let most = most_bytes(self.compat);
                Err(Error::DirectoryTooLarge { name: relative.clone(), most })
            }
            _ => Ok(()),
        }
    }
}
