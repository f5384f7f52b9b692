//! `chart lint`: what is wrong, or could be better, with charts.

mod report;
mod subject;
mod subcharts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::expand::expand;
use super::rule_settings::Settings;
use super::rules::{Findings, Release};
use super::value_files::ValueFiles;
use super::{Error, Session, manifests};
use crate::files::beside::Temporary;
use crate::lint::{Message, Severity};
use crate::model;
use crate::pipeline;
use crate::render::KubeVersion;
use crate::rules::Choice;
use crate::session::Surroundings;
use crate::values::{self, ReadFile, Remembered};
use go_text_template::data::{Failure, Str, TreeMap};
use go_text_template::path::error_text;
use go_text_template::template::Limits;

pub use report::Format;

/// What `lint` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The charts: folders and archives.
    pub paths: Vec<PathBuf>,
    /// `--strict`: warnings are failures.
    pub strict: bool,
    /// `--quiet`: only warnings and errors are told.
    pub quiet: bool,
    /// `--with-subcharts`: the charts in charts/ as well.
    pub with_subcharts: bool,
    /// `--all-values`: once for each of the values files in ci/.
    pub all_values: bool,
    /// `--skip-schema-validation`.
    pub skip_schema: bool,
    /// `--kube-version`.
    pub kube_version: Option<String>,
    /// `--namespace`, or what stands for it.
    pub namespace: String,
    /// `--values` and the families of `--set`.
    pub values: values::Flags,
    /// `--output`.
    pub format: Format,
    /// What a render may cost.
    pub limits: Limits,
    /// The rules that are looked at besides.
    pub rules: Choice,
    /// Whether files beside charts say which rules are looked at.
    pub reads_rules: bool,
}

/// A chart to look at, with what the user says its values are.
#[derive(Clone, Debug)]
struct Run {
    path: PathBuf,
    /// The file of ci/ that the values begin with.
    values_file: Option<String>,
    supplied: Arc<TreeMap>,
}

impl Run {
    /// The path, for people.
    fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

/// What was found in a chart.
#[derive(Clone, Debug)]
struct Verdict {
    run: Run,
    messages: Vec<Message>,
    /// Why there was nothing to look at.
    refusal: Option<String>,
    failed: bool,
}

impl Verdict {
    fn has_warnings(&self) -> bool {
        self.failed || self.messages.iter().any(|message| message.severity > Severity::Info)
    }
}

/// Looks at all charts and tells what was found.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let kube_version = kube_version(args, session)?;
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    if args.with_subcharts {
        subcharts::add(&mut paths);
    }
    session.find_getters();
    let mut local = ValueFiles::new(session);
    let mut files = Remembered::new(&mut local);
    let supplied = values::supplied(&args.values, &mut files, session.compat)?;
    let runs = runs(&paths, &supplied, args, session)?;
    let verdicts: Vec<Verdict> =
        runs.into_iter().map(|run| verdict(run, &kube_version, args, session)).collect();
    tell(&verdicts, args, session);
    let text = report::report(&verdicts, args);
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)?;
    let has_denied = look(&verdicts, args, &mut files, session)?;
    let failed = verdicts.iter().filter(|verdict| verdict.failed).count();
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", verdicts.len());
    if failed > 0 {
        return Err(Failure::from(summary).into());
    }
    let says_so =
        args.format == Format::Text && (!args.quiet || verdicts.iter().any(Verdict::has_warnings));
    if says_so {
        writeln!(session.out, "{summary}").map_err(Error::Stdout)?;
    }
    has_denied.map_or(Ok(()), Err)
}

/// Tells what rules find in the charts that can be rendered, and gives the failure if that is denied.
fn look(
    verdicts: &[Verdict],
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<Option<Error>, Error> {
    let mut denied = None;
    for Verdict { run, .. } in verdicts {
        let settings = Settings::of(&run.path, args.reads_rules)?;
        let rules = settings.rules(&args.rules, session);
        if rules.is_empty() {
            continue;
        }
        let mut flags = args.values.clone();
        if let Some(file) = &run.values_file {
            flags.files.insert(0, Str::from(run.path.join(file).as_os_str().as_encoded_bytes()));
        }
        let findings = findings(run, &rules, &flags, args, files, session)?.without(&settings);
        match findings.check(session) {
            Ok(()) => findings.tell(session),
            Err(error) => denied = Some(error),
        }
    }
    Ok(denied)
}

/// What rules find in a chart; nothing in one that is no release, which is told already.
fn findings(
    run: &Run,
    rules: &Choice,
    flags: &values::Flags,
    args: &Args,
    files: &mut dyn ReadFile,
    session: &mut Session<'_>,
) -> Result<Findings, Error> {
    let mut silence = std::io::sink();
    let around = Surroundings { diagnostics: false, ..session.surroundings() };
    let mut inner = Session::new(around, session.out, &mut silence);
    let Ok(chart) = pipeline::load_any(&run.path, &mut inner.log()) else {
        return Ok(Findings::default());
    };
    let render = manifests::Args {
        namespace: args.namespace.clone(),
        values: flags.clone(),
        kube_version: args.kube_version.clone(),
        skip_schema: args.skip_schema,
        limits: args.limits,
        ..manifests::Args::default()
    };
    let capabilities = manifests::capabilities(&render, inner.compat)?;
    let name = Str::from_static("test-release");
    let made = manifests::make(&chart, &run.supplied, name, capabilities, &render, &mut inner);
    let Ok(made) = made else { return Ok(Findings::default()) };
    let release = Release {
        chart: &chart,
        path: &run.path,
        flags,
        supplied: &run.supplied,
        made: &made,
        documents_are_checked: false,
    };
    Findings::of(rules, &release, files, session)
}

/// Tells machines what was found, or shows people where it is.
fn tell(verdicts: &[Verdict], args: &Args, session: &mut Session<'_>) {
    match session.told {
        Some(told) => told.add(None, report::faults(verdicts, args)),
        None if session.diagnostics && args.format == Format::Text => {
            let pictures = report::faults(verdicts, args);
            pictures.iter().for_each(|fault| session.show(&fault.to_string()));
        }
        None => {}
    }
}

fn kube_version(args: &Args, session: &Session<'_>) -> Result<KubeVersion, Error> {
    let version = args.kube_version.as_deref();
    Ok(pipeline::capabilities(version, Vec::new(), session.compat)?.kube_version)
}

/// A run for each chart, or for each of its values files if those are wanted.
fn runs(
    paths: &[PathBuf],
    supplied: &Arc<TreeMap>,
    args: &Args,
    session: &Session<'_>,
) -> Result<Vec<Run>, Error> {
    let mut runs = Vec::new();
    for path in paths {
        let files = if args.all_values { values_files(path) } else { Vec::new() };
        let plain = || Run { path: path.clone(), values_file: None, supplied: supplied.clone() };
        if files.is_empty() {
            runs.push(plain());
        }
        for file in files {
            let mut flags = args.values.clone();
            flags.files.insert(0, Str::from(path.join(&file).as_os_str().as_encoded_bytes()));
            let mut files = ValueFiles::new(session);
            let supplied = values::supplied(&flags, &mut files, session.compat)?;
            runs.push(Run { supplied, values_file: Some(file), ..plain() });
        }
    }
    Ok(runs)
}

/// The values files in ci/ of the chart at `path`, in byte order.
fn values_files(path: &Path) -> Vec<String> {
    let Ok(entries) = path.join("ci").read_dir() else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut files: Vec<String> = names
        .filter(|name| name.ends_with("-values.yaml"))
        .map(|name| format!("ci/{name}"))
        .collect();
    files.sort_unstable();
    files
}

fn verdict(
    run: Run,
    kube_version: &KubeVersion,
    args: &Args,
    session: &mut Session<'_>,
) -> Verdict {
    match messages(&run, kube_version, args, session) {
        Ok(messages) => {
            let least = if args.strict { Severity::Warning } else { Severity::Error };
            let failed = messages.iter().any(|message| message.severity >= least);
            Verdict { run, messages, refusal: None, failed }
        }
        Err(refusal) => Verdict { run, messages: Vec::new(), refusal: Some(refusal), failed: true },
    }
}

/// What is found in the chart; archives are looked at as the folders they stand for.
fn messages(
    run: &Run,
    kube_version: &KubeVersion,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Vec<Message>, String> {
    let name = run.path.as_os_str().as_encoded_bytes();
    if !name.ends_with(b".tgz") && !name.ends_with(b".tar.gz") {
        return subject::lint(&run.path, &run.supplied, kube_version, args, session);
    }
    let (temporary, chart) = unpacked(&run.path, session)?;
    let messages = subject::lint(&chart, &run.supplied, kube_version, args, session);
    drop(temporary);
    messages
}

fn unpacked(path: &Path, session: &Session<'_>) -> Result<(Temporary, PathBuf), String> {
    let parent = session.environment.get("TMPDIR").unwrap_or("/tmp");
    let folder = Temporary::near(&Path::new(parent).join("helm-lint")).map_err(|fault| {
        format!("unable to create temp dir to extract tarball: {}", error_text(&fault.error))
    })?;
    let archive = model::read_archive(path, session.compat).map_err(|fault| match fault {
        model::ArchiveFault::Open(error) => format!("unable to open tarball: {error}"),
        fault => format!("unable to extract tarball: {fault}"),
    })?;
    expand(&archive, folder.path())
        .map_err(|error| format!("unable to extract tarball: {error}"))?;
    let chart = folder.path().join(&*archive.name.to_str_lossy());
    Ok((folder, chart))
}
