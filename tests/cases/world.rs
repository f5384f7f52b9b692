//! The folder in which a case runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::format::{Case, replaced_bytes};
use super::tar::Archive;

/// Larger files are known by their name only.
const LARGE: u64 = 1 << 20;

/// A folder of its own for a case, gone when the case is.
pub(super) struct World {
    pub(super) root: PathBuf,
    pub(super) work: PathBuf,
    pub(super) home: PathBuf,
}

impl World {
    /// Lays out what the sections of `case` ask for.
    pub(super) fn new(case: &Case) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("chart-test-{}-{number}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let world = Self { work: root.join("work"), home: root.join("home"), root };
        fs::create_dir_all(&world.work).expect("the temporary folder can be written");
        fs::create_dir_all(&world.home).expect("the temporary folder can be written");
        world.lay_out(case);
        world
    }

    fn lay_out(&self, case: &Case) {
        let mut archives: BTreeMap<&str, Archive> = BTreeMap::new();
        for section in &case.sections {
            let (kind, rest) = section.header.split_once(' ').unwrap_or((&section.header, ""));
            let body =
                replaced_bytes(&section.body, b"$WORK", self.work.as_os_str().as_encoded_bytes());
            if kind == "archive" {
                archives.insert(rest, Archive::default());
            } else if let Some((name, member)) = section.header.split_once(": ")
                && let Some(archive) = archives.get_mut(name)
            {
                archive.add(member, body);
            } else {
                self.lay_out_file(kind, rest, &body);
            }
        }
        for (name, archive) in archives {
            self.write(name, &archive.into_bytes());
        }
    }

    fn lay_out_file(&self, kind: &str, rest: &str, body: &[u8]) {
        match kind {
            "file" => self.write(rest, body),
            "program" => {
                self.write(rest, body);
                start("chmod", &["+x".as_ref(), self.place(rest).as_ref()]);
            }
            "folder" => fs::create_dir_all(self.place(rest)).expect("the folder is ours"),
            "fill" => {
                let (name, size) = rest.rsplit_once(' ').expect("a fill has a size");
                self.write(name, &vec![b'#'; size.parse().expect("the size is a number")]);
            }
            "link" => {
                let (name, target) = rest.split_once(" -> ").expect("a link has a target");
                self.write(name, b"");
                let place = self.place(name);
                fs::remove_file(&place).expect("just written");
                start("ln", &["-s".as_ref(), self.shown(target).as_ref(), place.as_ref()]);
            }
            "fifo" => start("mkfifo", &[self.place(rest).as_ref()]),
            _ => {}
        }
    }

    fn write(&self, name: &str, body: &[u8]) {
        let place = self.place(name);
        fs::create_dir_all(place.parent().expect("inside the world")).expect("the folder is ours");
        fs::write(place, body).expect("the folder is ours");
    }

    fn place(&self, name: &str) -> PathBuf {
        name.strip_prefix("$HOME/")
            .map_or_else(|| self.work.join(name), |name| self.home.join(name))
    }

    /// `text` with the folders of this world in the place of `$WORK` and `$HOME`.
    pub(super) fn shown(&self, text: &str) -> String {
        let folder = |path: &Path| path.display().to_string();
        text.replace("$WORK", &folder(&self.work)).replace("$HOME", &folder(&self.home))
    }

    /// `text` as cases have it: folders hidden, bytes that are no UTF-8 as `\xff`.
    pub(super) fn hidden(&self, text: &[u8]) -> String {
        let mut out = String::new();
        for chunk in text.utf8_chunks() {
            out.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
        }
        let folder = |path: &Path| path.display().to_string();
        out.replace(&folder(&self.work), "$WORK").replace(&folder(&self.home), "$HOME")
    }

    /// Every file with its bytes; the name of an empty folder ends in `/`.
    pub(super) fn listing(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        list(&self.work, "", &mut files);
        list(&self.home, "$HOME/", &mut files);
        files
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn list(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the folder is ours") {
        let path = entry.expect("the folder is ours").path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().display());
        let about = fs::symlink_metadata(&path).expect("the file is ours");
        if about.is_dir() {
            let before = files.len();
            list(&path, &format!("{name}/"), files);
            if files.len() == before
                && fs::read_dir(&path).is_ok_and(|mut inside| inside.next().is_none())
            {
                files.insert(format!("{name}/"), Vec::new());
            }
        } else if about.is_file() {
            let large = about.len() > LARGE;
            files
                .insert(name, if large { Vec::new() } else { fs::read(&path).unwrap_or_default() });
        }
    }
}

fn start(program: &str, arguments: &[&std::ffi::OsStr]) {
    let status = Command::new(program).args(arguments).status().expect("the program is there");
    assert!(status.success(), "{program} failed");
}
