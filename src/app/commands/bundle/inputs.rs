//! What a bundle was made from: the receipt's part that comes before the documents.

use std::path::Path;

use super::args::{Args, Randomness};
use crate::bundle::{Hooks, Receipt, digest};
use crate::commands::subject::Subject;
use crate::commands::{Error, Session};
use crate::model;
use crate::pipeline::Made;
use crate::values::ReadFile;
use go_text_template::data::{Failure, Str};

/// Reads the files that flags name, and notes their digests.
pub(super) struct Recorder<'f> {
    files: &'f mut dyn ReadFile,
    pub(super) read: Vec<(String, String)>,
}

impl<'f> Recorder<'f> {
    /// A recorder of what is read from `files`.
    pub(super) fn new(files: &'f mut dyn ReadFile) -> Self {
        Self { files, read: Vec::new() }
    }
}

impl ReadFile for Recorder<'_> {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        let text = self.files.read(name)?;
        // The folder does not matter, and differs from machine to machine.
        let name = name.to_str_lossy();
        let base = Path::new(&*name).file_name().unwrap_or_default().to_string_lossy();
        self.read.push((format!("file {base}"), digest(&text)));
        Ok(text)
    }
}

/// The receipt, without documents.
pub(super) fn receipt(
    args: &Args,
    subject: &Subject,
    made: &Made,
    read: Vec<(String, String)>,
    clock: Option<String>,
    session: &Session<'_>,
) -> Result<Receipt, Error> {
    let metadata = &made.prepared.chart.metadata;
    let texts = |texts: &[Str]| texts.iter().map(Str::to_string).collect();
    Ok(Receipt {
        engine: concat!("chart ", env!("CARGO_PKG_VERSION")).to_owned(),
        compat: if session.compat.is_helm3() { "helm3" } else { "helm4" }.to_owned(),
        chart: [
            metadata.name.to_string(),
            metadata.version.to_string(),
            metadata.app_version.to_string(),
            chart_digest(&subject.path, session)?,
        ],
        release: [
            made.prepared.release.name.to_string(),
            made.prepared.release.namespace.to_string(),
        ],
        values: [read, value_flags(args)].concat(),
        schemas: schemas(session),
        flags: flags(args, clock),
        kube_version: made.prepared.capabilities.kube_version.version.to_string(),
        api_versions: texts(&made.prepared.capabilities.extra_api_versions),
        file: args.file_name(),
        ..Receipt::default()
    })
}

/// The digest of all files of the chart by their names: neither times nor the order on the disk
/// matter.
fn chart_digest(path: &Path, session: &Session<'_>) -> Result<String, Error> {
    let mut files = model::files(path, session.compat, &mut Vec::new())?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let lines = files.iter().map(|file| format!("{} {}\n", digest(file.data()), file.name));
    Ok(digest(lines.collect::<String>().as_bytes()))
}

/// What the values were checked against that is not in the chart.
fn schemas(session: &Session<'_>) -> Vec<(String, String)> {
    let schemas = session.outside.schemas().into_iter();
    schemas.map(|(address, digest)| (address, format!("sha256:{digest}"))).collect()
}

/// The flags that set values; they may hold secrets, so only their digests are told.
fn value_flags(args: &Args) -> Vec<(String, String)> {
    let flags = &args.template.render.values;
    let families = [
        ("--set-json", &flags.json),
        ("--set", &flags.set),
        ("--set-string", &flags.string),
        ("--set-file", &flags.file),
        ("--set-literal", &flags.literal),
    ];
    let all =
        families.into_iter().flat_map(|(flag, words)| words.iter().map(move |word| (flag, word)));
    all.map(|(flag, word)| (flag.to_owned(), digest(word))).collect()
}

/// The other flags that shape the bundle, as they can be typed.
fn flags(args: &Args, clock: Option<String>) -> Vec<String> {
    let render = &args.template.render;
    let mut flags: Vec<String> = Vec::new();
    let mut add = |given: bool, flag: &str| flags.extend(given.then(|| flag.to_owned()));
    add(render.is_upgrade, "--is-upgrade");
    add(render.skip_schema, "--skip-schema-validation");
    add(args.skip_crds, "--skip-crds");
    add(args.create_namespace, "--create-namespace");
    add(args.allow_duplicate_objects, "--allow-duplicate-objects");
    add(args.hooks == Hooks::None, "--hooks=none");
    add(args.hooks == Hooks::All, "--hooks=all");
    add(args.randomness == Randomness::Machine, "--random");
    flags.extend(clock);
    flags.extend(args.labels.iter().map(|(key, value)| format!("--label={key}={value}")));
    flags.extend(args.registry.iter().map(|registry| format!("--rewrite={registry}")));
    flags.extend(args.applyset.iter().map(|name| format!("--applyset={name}")));
    flags
}
