//! Manifests to bytes: on standard output, or as files in a directory.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use super::broken::Broken;
use super::post_render::PostRenderer;
use super::{Error, Session};
use crate::batch::{Part, Parts};
use crate::files::{self, beside};
use crate::manifest::{self, Document, Hook};
use crate::model::{File, PathError};
use crate::pipeline::{Made, Partial, Prepared};
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::pattern;

/// What is written, and where.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// `--include-crds`.
    pub include_crds: bool,
    /// `--no-hooks`.
    pub no_hooks: bool,
    /// `--skip-tests`.
    pub skip_tests: bool,
    /// `--show-only`, in the order in which they were given.
    pub show_only: Vec<String>,
    /// `--output-dir`.
    pub output_dir: Option<PathBuf>,
    /// `--release-name`: a directory named after the release inside the output directory.
    pub release_directory: bool,
}

/// Writes what `args` asks for.
pub(super) fn write(
    made: &Made,
    args: &Args,
    post_renderer: Option<&PostRenderer>,
    session: &mut Session<'_>,
) -> Result<(), Broken> {
    let parts = parts(made, args)?;
    let folder = Folder::of(args, &made.prepared.release.name);
    if folder.is_none() && post_renderer.is_none() && args.show_only.is_empty() {
        return write_text(&parts, session.out).map_err(|error| Error::Stdout(error).into());
    }
    let broken = |error| Broken::with_hooks(error, &made.manifests.hooks);
    let mut text = match &folder {
        None => resources(&parts),
        Some(folder) => {
            write_resources(&parts, folder, session.out).map_err(broken)?;
            Vec::new()
        }
    };
    if let Some(post_renderer) = post_renderer {
        text = post_renderer.run_on_text(text).map_err(broken)?;
    }
    Ok(write_rest(text, &parts.hooks, args, folder.as_ref(), session)?)
}

/// Writes the text of the resources, the hooks behind it, and of all this only what is asked for.
fn write_rest(
    text: Vec<u8>,
    hooks: &[Part],
    args: &Args,
    folder: Option<&Folder>,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let mut text = finished(text);
    match folder {
        None => append_all(&mut text, hooks),
        Some(folder) => write_hooks(hooks, folder, session.out)?,
    }
    if !args.show_only.is_empty() {
        text = chosen(&text, &args.show_only, session.compat)?;
    }
    session.out.write_all(&text).map_err(Error::Stdout)
}

/// Everything that `args` lets be written of a release.
///
/// Here all has been read that anybody asks for, and nothing is written yet.
pub(super) fn parts(made: &Made, args: &Args) -> Result<Parts, Error> {
    let Made { manifests, prepared: Prepared { chart, .. }, .. } = made;
    let definitions = if args.include_crds { chart.crds() } else { Vec::new() };
    let of_file = |(path, file): (Str, &File)| Part { path, content: file.data().clone() };
    let parts = Parts {
        definitions: definitions.into_iter().map(of_file).collect(),
        resources: manifests.documents.iter().map(of_document).collect(),
        hooks: wanted(&manifests.hooks, args).collect(),
    };
    chart.check_read().map_err(Error::Chart)?;
    Ok(parts)
}

/// The hooks that `args` lets be written.
fn wanted(hooks: &[Hook], args: &Args) -> impl Iterator<Item = Part> {
    let wanted = |hook: &&Hook| !(args.no_hooks || args.skip_tests && hook.is_test());
    hooks.iter().filter(wanted).map(|hook| of_document(&hook.document))
}

fn of_document(document: &Document) -> Part {
    Part { path: document.path.clone(), content: document.content.clone() }
}

/// What is written of `parts` on standard output.
pub(super) fn text(parts: &Parts) -> Vec<u8> {
    let mut text = Vec::new();
    write_text(parts, &mut text).expect("memory takes all bytes");
    text
}

/// Writes `parts` one by one: put together first, they would need as much memory again.
fn write_text(parts: &Parts, out: &mut dyn Write) -> io::Result<()> {
    let mut resources: Vec<&Part> = parts.definitions.iter().chain(&parts.resources).collect();
    let last = resources.pop();
    let mut write_all = |pieces: &[&[u8]]| pieces.iter().try_for_each(|piece| out.write_all(piece));
    resources.iter().try_for_each(|part| write_all(&pieces(&part.path, &part.content)))?;
    // Space is taken off the ends of all resources; every one of them begins with a line of ours.
    let last = last.map(|part| pieces(&part.path, &part.content).concat());
    write_all(&[&finished(last.unwrap_or_default())])?;
    parts.hooks.iter().try_for_each(|part| write_all(&pieces(&part.path, &part.content)))
}

/// The definitions, if they are asked for, and the resources.
fn resources(parts: &Parts) -> Vec<u8> {
    let Parts { definitions, resources, .. } = parts;
    let size = definitions.iter().chain(resources);
    let size = size.map(|part| part.content.len() + part.path.len() + 16);
    let mut text = Vec::with_capacity(size.sum());
    append_all(&mut text, definitions);
    append_all(&mut text, resources);
    text
}

fn append_all(text: &mut Vec<u8>, parts: &[Part]) {
    parts.iter().for_each(|part| append(text, &part.path, &part.content));
}

fn append(text: &mut Vec<u8>, path: &[u8], content: &[u8]) {
    pieces(path, content).iter().for_each(|piece| text.extend_from_slice(piece));
}

/// A document with the line that says where it comes from.
fn pieces<'t>(path: &'t [u8], content: &'t [u8]) -> [&'t [u8]; 5] {
    [b"---\n# Source: ", path, b"\n", content, b"\n"]
}

/// The text trimmed on both ends, with one end of line.
fn finished(mut text: Vec<u8>) -> Vec<u8> {
    text.truncate(text.trim_end().len());
    let blank = text.len() - text.trim_start().len();
    text.drain(..blank);
    text.push(b'\n');
    text
}

/// The documents of `text` whose sources match, pattern by pattern.
fn chosen(text: &[u8], patterns: &[String], compat: Compat) -> Result<Vec<u8>, Error> {
    let ranges = manifest::split(text, compat);
    let documents: Vec<&[u8]> = ranges.into_iter().map(|range| &text[range]).collect();
    let mut out = Vec::new();
    for pattern in patterns {
        let matches = |document: &&&[u8]| {
            source(document).is_some_and(|source| {
                pattern::path_match(pattern.as_bytes(), source).unwrap_or(false)
            })
        };
        let before = out.len();
        for document in documents.iter().filter(matches) {
            out.extend_from_slice(b"---\n");
            out.extend_from_slice(document);
            out.push(b'\n');
        }
        if out.len() == before {
            return Err(Error::NoSuchTemplate(pattern.clone()));
        }
    }
    Ok(out)
}

/// The path in the first `# Source:` line, without the chart's name.
fn source(document: &[u8]) -> Option<&[u8]> {
    document.split_str("# Source: ").skip(1).find_map(|behind| {
        let line = behind.lines().next().unwrap_or_default();
        let (chart, path) = line.split_once_str("/")?;
        (!chart.is_empty() && !path.is_empty()).then_some(path)
    })
}

/// Where files are put.
pub(super) struct Folder {
    /// The folder for definitions.
    pub(super) definitions: PathBuf,
    /// The folder for everything else.
    pub(super) manifests: PathBuf,
}

impl Folder {
    /// The folder that `args` names, if it names one.
    fn of(args: &Args, release: &Str) -> Option<Self> {
        let folder = args.output_dir.clone().filter(|folder| !folder.as_os_str().is_empty())?;
        let manifests = if args.release_directory {
            folder.join(&*release.to_str_lossy())
        } else {
            folder.clone()
        };
        Some(Self { definitions: folder, manifests })
    }
}

/// Writes a file for each template: the first document of this run replaces what was there, the
/// following ones are appended. A hook is appended also to what an older run has left.
pub(super) fn write_files(
    parts: &Parts,
    folder: &Folder,
    out: &mut dyn Write,
) -> Result<(), Error> {
    write_resources(parts, folder, out)?;
    write_hooks(&parts.hooks, folder, out)
}

fn write_resources(parts: &Parts, folder: &Folder, out: &mut dyn Write) -> Result<(), Error> {
    for (base, parts) in
        [(&folder.definitions, &parts.definitions), (&folder.manifests, &parts.resources)]
    {
        let mut written: HashSet<&Str> = HashSet::new();
        for part in parts {
            let append = !written.insert(&part.path);
            write_file(base, part, append, out).map_err(Error::Write)?;
        }
    }
    Ok(())
}

/// Nothing that Helm could show is left when a hook cannot be written, so it gives no hint.
fn write_hooks(hooks: &[Part], folder: &Folder, out: &mut dyn Write) -> Result<(), Error> {
    let base = &folder.manifests;
    hooks.iter().try_for_each(|part| {
        let exists = file_path(base, &part.path).exists();
        write_file(base, part, exists, out).map_err(Error::File)
    })
}

fn file_path(base: &Path, path: &Str) -> PathBuf {
    [base.as_os_str().as_encoded_bytes(), b"/", path].concat().to_path_lossy().into_owned()
}

/// Writes `part` into its file, and to `out` that it did.
fn write_file(
    base: &Path,
    part: &Part,
    append: bool,
    out: &mut dyn Write,
) -> Result<(), PathError> {
    let Part { path, content } = part;
    let file = file_path(base, path);
    let parent = file.parent().unwrap_or(Path::new("."));
    make_folder(parent)?;
    let mut options = OpenOptions::new();
    options.write(true).create(!append).truncate(!append).append(append);
    let mut text = Vec::with_capacity(content.len() + path.len() + 16);
    self::append(&mut text, path, content);
    let write = |mut file: fs::File| file.write_all(&text);
    options.open(&file).and_then(write).map_err(|error| files::failed("open", &file, &error))?;
    let line = [b"wrote ", file.as_os_str().as_encoded_bytes(), b"\n"].concat();
    let _ = out.write_all(&line);
    Ok(())
}

/// Makes `folder` and what is above it; Helm looks at it first.
fn make_folder(folder: &Path) -> Result<(), PathError> {
    match folder.metadata() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = beside::make_folders(folder);
            made.map_err(|error| files::failed("mkdir", files::first_missing(folder), &error))
        }
        Err(error) => Err(files::failed("stat", folder, &error)),
    }
}

/// The failure of `operation` on `path`, in Go's words.
pub(super) fn failed(operation: &'static str, path: &Path, error: &io::Error) -> Error {
    Error::Write(files::failed(operation, path, error))
}

/// What is told of the release `name` that could not be made, behind what `--debug` shows of it.
pub(super) fn broken(broken: Broken, name: &Str, args: &Args, session: &mut Session<'_>) -> Error {
    let Broken { error, partial } = broken;
    let Some(partial) = partial.filter(|_| session.debug) else { return error };
    match show(&partial, name, args, session) {
        Ok(()) => error,
        // Helm 4 supposes that the template is not there because it is broken.
        Err(Error::NoSuchTemplate(_)) if !session.compat.is_helm3() => error,
        Err(other) => other,
    }
}

/// Writes what there is of a release.
fn show(
    partial: &Partial,
    name: &Str,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let mut text = Vec::new();
    for file in partial.files.iter().filter(|file| !file.text.trim().is_empty()) {
        append(&mut text, &file.path, &file.text);
    }
    let hooks: Vec<Part> = wanted(&partial.hooks, args).collect();
    write_rest(text, &hooks, args, Folder::of(args, name).as_ref(), session)
}

/// A closed pipe is how the reader says that it has enough.
pub fn is_closed_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
