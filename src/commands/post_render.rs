//! The program that manifests are passed through before they are written.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::template::Args;
use super::{Error, Session};
use crate::data::Failure;

/// A program that reads manifests and writes others.
#[derive(Clone, Debug)]
pub(super) struct PostRenderer {
    path: PathBuf,
    arguments: Vec<String>,
}

/// The post-renderer of `args`, found on disk.
pub(super) fn find(args: &Args, session: &Session<'_>) -> Result<Option<PostRenderer>, Error> {
    let Some((name, arguments)) = &args.post_renderer else { return Ok(None) };
    if !session.compat.is_helm3() {
        return Err(invalid(
            name,
            format!("plugin: {{Name:{name} Type:postrenderer/v1}} not found"),
        ));
    }
    let path = find_program(name, session.environment.get("PATH").unwrap_or_default())
        .map_err(|why| invalid(name, format!("unable to find binary at {name}: {why}")))?;
    Ok(Some(PostRenderer { path, arguments: arguments.clone() }))
}

fn invalid(name: &str, why: String) -> Error {
    Failure::from(format!("invalid argument {name:?} for \"--post-renderer\" flag: {why}")).into()
}

/// The program `name`: a path if it holds a slash, otherwise somewhere in `search_path`.
fn find_program(name: &str, search_path: &str) -> Result<PathBuf, String> {
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
        Ok(found) if !has_execute_bit(&found) => Err("permission denied".to_owned()),
        Ok(_) => Ok(()),
    }
}

#[cfg(unix)]
fn has_execute_bit(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn has_execute_bit(_found: &std::fs::Metadata) -> bool {
    true
}

impl PostRenderer {
    /// What the program makes of `manifests`.
    pub(super) fn run(&self, manifests: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = |text: String| {
            Error::PostRender(Failure::from(format!(
                "error while running post render on files: {text}"
            )))
        };
        let output = self.output(manifests).map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(failed(format!(
            "error while running command {}. error output:\n{}: {}",
            self.path.display(),
            String::from_utf8_lossy(&output.stderr),
            status_text(output.status)
        )))
    }

    fn output(&self, manifests: &[u8]) -> std::io::Result<std::process::Output> {
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        let manifests = manifests.to_vec();
        // Written from another thread: the program may write before it has read everything.
        let writer = std::thread::spawn(move || stdin.write_all(&manifests));
        let output = child.wait_with_output();
        // A program that does not read to the end is not at fault.
        let _ = writer.join();
        output
    }
}

fn status_text(status: std::process::ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}
