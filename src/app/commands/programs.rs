//! Programs of this machine, found as Go finds them.

use std::path::{Path, PathBuf};

/// The program `name`: a path if it holds a slash, otherwise somewhere in `search_path`.
pub(super) fn find_program(name: &str, search_path: &str) -> Result<PathBuf, String> {
    if name.contains('/') {
        return match is_executable(Path::new(name)) {
            Ok(()) => std::path::absolute(name).map_err(|error| error.to_string()),
            Err(why) => Err(format!("exec: {name:?}: {why}")),
        };
    }
    let candidates = search_path.split(':').map(|folder| Path::new(folder).join(name));
    let mut found = candidates.filter(|path| is_executable(path).is_ok());
    found.next().ok_or_else(|| format!("exec: {name:?}: executable file not found in $PATH"))
}

/// Go's sentence on why `path` cannot be executed.
fn is_executable(path: &Path) -> Result<(), String> {
    let stat = || format!("stat {}", path.display());
    match path.metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(format!("{}: no such file or directory", stat()))
        }
        Err(error) => Err(format!("{}: {error}", stat())),
        Ok(found) if found.is_dir() => Err("is a directory".to_owned()),
        Ok(found) if !crate::system::is_executable(&found) => Err("permission denied".to_owned()),
        Ok(_) => Ok(()),
    }
}
