//! The program that manifests are passed through before they are written.

use std::path::PathBuf;
use std::process::Command;

use super::programs::find_program;
use super::{Error, Session, plugins};
use crate::manifest;
use crate::plugins::Plugin;
use crate::render::Rendered;
use go_text_template::data::Failure;

/// What reads manifests and writes others.
#[derive(Clone, Debug)]
pub enum PostRenderer {
    /// Helm 3's: a program that gets the finished text.
    Program(PathBuf, Vec<String>),
    /// Helm 4's: a plugin that gets all files, hooks included, before they are sorted.
    Plugin(Box<Plugin>, Vec<String>),
}

/// The post-renderer of these `names`, found on disk; it is given `arguments`. The last one counts for
/// Helm 3, Helm 4 wants one only.
pub(super) fn find(
    names: &[String],
    arguments: &[String],
    session: &mut Session<'_>,
) -> Result<Option<PostRenderer>, Error> {
    let mut found = None;
    for name in names.iter().filter(|name| !name.is_empty()) {
        let arguments = arguments.to_vec();
        found = Some(if session.compat.is_helm3() {
            let search_path = session.environment.get("PATH").unwrap_or_default();
            let path = find_program(name, search_path)
                .map_err(|why| invalid(name, format!("unable to find binary at {name}: {why}")))?;
            PostRenderer::Program(path, arguments)
        } else if found.is_some() {
            let why = "cannot specify --post-renderer flag more than once";
            return Err(invalid(name, why.to_owned()));
        } else {
            PostRenderer::Plugin(Box::new(find_plugin(name, session)?), arguments)
        });
    }
    Ok(found)
}

fn find_plugin(name: &str, session: &mut Session<'_>) -> Result<Plugin, Error> {
    let kind = plugins::kinds::POST_RENDERER;
    let found = session.find_plugins().map_err(|why| invalid(name, why.message(session.compat)))?;
    let plugin = found.into_iter().find(|plugin| plugin.name == name && plugin.kind == kind);
    plugin.ok_or_else(|| invalid(name, format!("plugin: {{Name:{name} Type:{kind}}} not found")))
}

fn invalid(name: &str, why: String) -> Error {
    Failure::from(format!("invalid argument {name:?} for \"--post-renderer\" flag: {why}")).into()
}

/// Puts what was being done in front of what went wrong.
fn within(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Error {
    move |why| Error::PostRender(Failure::from(format!("{what}: {why}")))
}

impl PostRenderer {
    /// What Helm 3's program makes of the finished text; Helm 4's has done its work before.
    pub(super) fn run_on_text(&self, manifests: Vec<u8>) -> Result<Vec<u8>, Error> {
        let Self::Program(path, arguments) = self else { return Ok(manifests) };
        let failed = within("error while running post render on files");
        let output = plugins::piped(Command::new(path).args(arguments), manifests)
            .map_err(|error| failed(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(failed(&format!(
            "error while running command {}. error output:\n{}: {}",
            path.display(),
            String::from_utf8_lossy(&output.stderr),
            status_text(output.status)
        )))
    }

    /// What Helm 4's plugin makes of the files; Helm 3's program works later.
    pub(super) fn run_on_files(
        &self,
        files: Vec<Rendered>,
        session: &mut Session<'_>,
    ) -> Result<Vec<Rendered>, Error> {
        let Self::Plugin(plugin, arguments) = self else { return Ok(files) };
        let merged =
            manifest::merge(&files).map_err(|error| within("error merging manifests")(&error))?;
        let output = plugins::post_render(plugin, arguments, merged, session)
            .map_err(|why| within("error while running post render on files")(&why))?;
        manifest::unmerge(&output)
            .map_err(|error| within("error while parsing post rendered output")(&error))
    }
}

fn status_text(status: std::process::ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}
