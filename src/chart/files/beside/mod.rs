//! Files and folders that are written beside their place and take it when they are complete: the
//! one way in which this program writes what others read, or may be interrupted at.
//!
//! Whatever happens on the way, the place is as it was or all new. What is beside it goes with the
//! value that stands for it; with the process, if that is told to end; and with a later run, if the
//! process had no chance. See `claim` for how, and [`crate::model::is_passing`] for the names.

mod claim;
mod ending;
mod lock;
#[cfg_attr(not(unix), path = "no_signals.rs")]
mod signals;
mod stale;

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use claim::Claim;
pub use ending::undisturbed;

use crate::system;

/// Who may read and write a file that takes its place.
#[derive(Clone, Debug)]
pub enum Access {
    /// Whom the system lets, as for any file.
    Usual,
    /// The owner alone.
    Owner,
    /// So and not otherwise, whatever the system's habit is.
    Exactly(u32),
    /// Those who could before.
    As(Permissions),
}

/// A file that takes its place once it is complete; until then nobody sees it.
#[derive(Debug)]
pub struct Beside {
    file: File,
    claim: Claim,
    place: PathBuf,
    access: Access,
}

impl Beside {
    /// Begins a file that will be at `place`, in the same folder.
    pub fn begin(place: &Path, access: Access) -> Result<Self, Failed> {
        Self::begin_at(place, place, access)
    }

    /// Begins a file that will be at `place`, with a name like `near` and in that folder.
    pub fn begin_at(near: &Path, place: &Path, access: Access) -> Result<Self, Failed> {
        let mode = if matches!(access, Access::Usual) { 0o666 } else { 0o600 };
        let (claim, file) = Claim::file(near, mode).map_err(|(path, error)| Failed {
            step: Step::Open,
            path,
            error,
        })?;
        Ok(Self { file, claim, place: place.to_owned(), access })
    }

    /// Where the file is until it takes its place.
    pub fn path(&self) -> &Path {
        self.claim.path()
    }

    /// Waits until what was written is on the disk, however the machine ends.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Moves the file to its place.
    pub fn finish(self) -> Result<(), Failed> {
        let path = self.path();
        let failed = |step, error| Failed { step, path: path.to_owned(), error };
        let permissions = match &self.access {
            Access::Usual | Access::Owner => None,
            Access::Exactly(mode) => system::permissions(*mode),
            Access::As(permissions) => Some(permissions.clone()),
        };
        if let Some(permissions) = permissions {
            self.file
                .set_permissions(permissions)
                .map_err(|error| failed(Step::Permissions, error))?;
        }
        fs::rename(path, &self.place)
            .map_err(|error| failed(Step::Rename(self.place.clone()), error))?;
        self.claim.release();
        Ok(())
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes `bytes` to `place` by way of a file with a name like `near`, for those to read whom the
/// system lets.
pub fn write(near: &Path, place: &Path, bytes: &[u8]) -> io::Result<()> {
    let cause = |fault: Failed| fault.error;
    let mut file = Beside::begin_at(near, place, Access::Usual).map_err(cause)?;
    file.write_all(bytes)?;
    file.finish().map_err(cause)
}

/// Makes `folder` and what is above it; but what is removed because the process ends stays so.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    undisturbed(|| fs::create_dir_all(folder))
}

/// Which step failed, and on what.
#[derive(Debug)]
pub struct Failed {
    /// The step.
    pub step: Step,
    /// The path beside the place.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// The steps of a file to its place.
#[derive(Debug)]
pub enum Step {
    /// It is made.
    Open,
    /// It gets its permissions.
    Permissions,
    /// To this place.
    Rename(PathBuf),
}

/// A folder for things on their way, gone with everything in it when nobody needs it any more.
#[derive(Debug)]
pub struct Temporary(Claim);

impl Temporary {
    /// Makes a folder, which only its owner may enter, with a name like `near` and in that folder.
    pub fn near(near: &Path) -> Result<Self, Failed> {
        let made = Claim::folder(near);
        made.map(Self).map_err(|(path, error)| Failed { step: Step::Open, path, error })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_when_it_is_complete() {
        let folder = Temporary::near(&std::env::temp_dir().join("chart-test-")).unwrap();
        let place = folder.path().join("a.yaml");
        write(&place, &place, b"old").unwrap();
        let mut file = Beside::begin(&place, Access::Exactly(0o640)).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(crate::model::read_file(place.as_os_str().as_encoded_bytes()).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!(crate::model::read_file(place.as_os_str().as_encoded_bytes()).unwrap(), "new");
        let mode = system::mode(&place.metadata().unwrap());
        assert!(mode == 0o640 || cfg!(not(unix)));
        assert_eq!(names(folder.path()), ["a.yaml"]);
    }

    #[test]
    fn what_is_not_finished_goes() {
        let folder = Temporary::near(&std::env::temp_dir().join("chart-test-")).unwrap();
        let mut file = Beside::begin(&folder.path().join("a.yaml"), Access::Usual).unwrap();
        file.write_all(b"half").unwrap();
        let inner = Temporary::near(&folder.path().join("inner-")).unwrap();
        fs::create_dir(inner.path().join("x")).unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        drop((file, inner));
        assert_eq!(names(folder.path()), [""; 0]);
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn what_nobody_holds_is_cleared() {
        let folder = Temporary::near(&std::env::temp_dir().join("chart-test-")).unwrap();
        let held = folder.path().join("held.tgz000000000000000200000054");
        let left = folder.path().join("left.tgz000000000000000200000054");
        let left_folder = folder.path().join("tmpcharts-000000000000000000010001");
        fs::create_dir_all(left_folder.join("x")).unwrap();
        let [lock, _] = [&held, &left].map(|path| File::create(path).unwrap());
        lock.lock().unwrap();
        File::create(folder.path().join("own.tgz1234567890")).unwrap();
        write(&folder.path().join("a"), &folder.path().join("a"), b"").unwrap();
        assert_eq!(
            names(folder.path()),
            ["a", "held.tgz000000000000000200000054", "own.tgz1234567890"]
        );
    }
}
