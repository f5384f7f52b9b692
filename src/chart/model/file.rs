//! A file of a chart, which is perhaps not read before somebody asks for its content.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Error;
use super::disk::read_open;
use super::moment::Moment;
use super::text::without_mark;
use go_text_template::data::Str;
use go_text_template::path::PathError;

/// A file of a chart.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Path inside the chart, with `/` between its parts.
    pub name: Str,
    content: Content,
    /// When it was changed last; nothing for what was never a file.
    pub modified: Option<Moment>,
}

#[derive(Clone, Debug)]
enum Content {
    Read(Str),
    Late(Arc<Late>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Read(Str::EMPTY)
    }
}

impl File {
    /// The file `name` with the content `data`.
    pub fn new(name: impl Into<Str>, data: impl Into<Str>) -> Self {
        Self { name: name.into(), content: Content::Read(data.into()), modified: None }
    }

    /// The file `name` whose content will be read of `open` when it is asked for.
    pub(super) fn late(name: Str, open: Open) -> Self {
        let late = Late { name: name.clone(), size: open.size, open, text: OnceLock::new() };
        Self { name, content: Content::Late(Arc::new(late)), modified: None }
    }

    /// The file, changed last at `modified`.
    pub fn changed_at(self, modified: Option<Moment>) -> Self {
        Self { modified, ..self }
    }

    /// The same content under another name.
    pub(super) fn renamed(&self, name: Str) -> Self {
        Self { name, content: self.content.clone(), modified: self.modified }
    }

    /// The content, without a byte order mark; nothing if it cannot be read, which `File::fault`
    /// tells then.
    pub fn data(&self) -> &Str {
        static NOTHING: Str = Str::EMPTY;
        match &self.content {
            Content::Read(text) => text,
            Content::Late(late) => late.text().as_ref().unwrap_or(&NOTHING),
        }
    }

    /// How many bytes the file has, which needs no reading.
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Read(text) => text.len() as u64,
            Content::Late(late) => late.size,
        }
    }

    /// Why the content could not be read, if somebody has asked for it.
    pub(super) fn fault(&self) -> Option<Error> {
        let Content::Late(late) = &self.content else { return None };
        let error = late.text.get()?.as_ref().err()?;
        Some(Error::Unreadable { name: late.name.clone(), error: error.clone() })
    }
}

impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.data() == other.data()
    }
}

impl Eq for File {}

/// What is still to be read.
struct Late {
    /// The path in the chart that was loaded.
    name: Str,
    size: u64,
    open: Open,
    text: OnceLock<Result<Str, PathError>>,
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.size, self.name)
    }
}

impl Late {
    fn text(&self) -> &Result<Str, PathError> {
        self.text.get_or_init(|| self.open.read().map(without_mark))
    }
}

/// A file that is open, so that it stays readable whatever happens to its name.
#[derive(Debug)]
pub(super) struct Open {
    file: Mutex<Option<std::fs::File>>,
    path: Str,
    size: u64,
}

/// How many files may be open at a time; systems allow some hundreds in a process.
const MOST_OPEN: usize = 128;
static OPEN: AtomicUsize = AtomicUsize::new(0);

impl Open {
    /// Keeps `file`, opened as `path` and `size` bytes long; gives it back if too many are kept.
    pub(super) fn keep(file: std::fs::File, path: &Str, size: u64) -> Result<Self, std::fs::File> {
        if OPEN.fetch_add(1, Ordering::Relaxed) < MOST_OPEN {
            return Ok(Self { file: Mutex::new(Some(file)), path: path.clone(), size });
        }
        OPEN.fetch_sub(1, Ordering::Relaxed);
        Err(file)
    }

    fn read(&self) -> Result<Str, PathError> {
        match self.take() {
            Some(file) => read_open(file, self.size, self.size, &self.path),
            None => Ok(Str::EMPTY),
        }
    }

    fn take(&self) -> Option<std::fs::File> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner).take();
        OPEN.fetch_sub(usize::from(file.is_some()), Ordering::Relaxed);
        file
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_late_is_read_once_and_faults_are_kept() {
        let path = Str::from(concat!(env!("CARGO_MANIFEST_DIR"), "/", file!()));
        let late = |path: &Str, size| {
            let file = super::super::disk::open(path).expect("it is there");
            File::late("f".into(), Open::keep(file, path, size).expect("few are open"))
        };
        let file = late(&path, 21);
        assert_eq!((file.size(), file.fault()), (21, None));
        let renamed = file.renamed("g".into());
        assert_eq!(*renamed.data(), "//! A file of a chart");
        assert_eq!(file.data().as_bytes().as_ptr(), renamed.data().as_bytes().as_ptr());
        let directory = late(&Str::from(env!("CARGO_MANIFEST_DIR")), 20);
        assert_eq!(directory.fault(), None);
        assert_eq!(*directory.data(), "");
        assert!(
            directory.fault().is_some_and(|fault| fault.to_string().contains("is a directory"))
        );
    }
}
