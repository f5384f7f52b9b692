//! `chart template`: a chart on disk to manifests on standard output.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ReleaseNameError;
use super::replay::Replay;
use super::schema_files::{SchemaFiles, unresolved_urn};
use super::{Error, Session, diagnosis, output, post_render, release_name};
use crate::chart::{self, Chart, Notice};
use crate::data::{Failure, Str, TreeMap};
use crate::manifest::{self, Manifests};
use crate::render::{self, Capabilities, Input, KubeVersion, Release, Rendered};
use crate::template::{Limits, World};
use crate::values::{self, LocalFiles, schema};

/// What `template` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The words that are no flags: `[NAME] CHART`.
    pub words: Vec<String>,
    /// `--name-template`.
    pub name_template: Option<String>,
    /// `--generate-name`.
    pub generate_name: bool,
    /// `--namespace`, or what stands for it.
    pub namespace: String,
    /// `--version`.
    pub version: String,
    /// Where the chart comes from, if not from a path: `--repo`.
    pub repository: Option<String>,
    /// `--values` and the families of `--set`.
    pub values: values::Flags,
    /// `--kube-version`.
    pub kube_version: Option<String>,
    /// `--api-versions`.
    pub api_versions: Vec<String>,
    /// `--is-upgrade`.
    pub is_upgrade: bool,
    /// `--skip-schema-validation`.
    pub skip_schema: bool,
    /// `--dry-run`, if it was given.
    pub dry_run: Option<String>,
    /// `--validate`.
    pub validate: bool,
    /// `--verify`.
    pub verify: bool,
    /// `--dependency-update`.
    pub dependency_update: bool,
    /// The keys of `--labels`.
    pub labels: Vec<String>,
    /// The program that the manifests are passed through, with its arguments.
    pub post_renderer: Option<(String, Vec<String>)>,
    /// What is written, and where.
    pub output: output::Args,
    /// What the render may cost.
    pub limits: Limits,
}

/// Renders the chart and writes its manifests.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let compat = session.compat;
    let capabilities = capabilities(args, session)?;
    needs_no_cluster(args, session)?;
    let post_renderer = post_render::find(args, session)?;
    session.debug("Original chart version", &[("version", &args.version)]);
    let (name, chart_path) = release_name::name_and_chart(args, session)?;
    let path = locate(chart_path, args)?;
    session.debug("Chart path", &[("path", &path.to_string_lossy())]);
    let supplied = values::supplied(&args.values, &mut LocalFiles, compat)?;
    let chart = load(&path, session)?;
    check_dry_run(args, session)?;
    if chart.metadata.api_version == "v3" && !compat.is_helm3() {
        return Err(Error::ApiVersion);
    }
    release_name::check(&name).map_err(Error::ReleaseName)?;
    let chart = enable_dependencies(&chart, &supplied, session)?;
    let values = final_values(&chart, &supplied, args, session)?;
    check_labels(&args.labels)?;
    let release =
        Release { name, namespace: Str::from(&*args.namespace), is_upgrade: args.is_upgrade };
    let (chart, values, limits) = (&chart, &values, args.limits);
    let input =
        Input { chart, values, release: &release, capabilities: &capabilities, limits, compat };
    let manifests = manifests(&input, session)?;
    output::write(&manifests, chart, &release.name, &args.output, post_renderer.as_ref(), session)
}

/// Renders and sorts; a failure leaves its picture in the session when that is wanted.
fn manifests(input: &Input<'_>, session: &mut Session<'_>) -> Result<Manifests, Error> {
    let replay = Replay::new(session.world);
    let world: &dyn World = if session.diagnostics { &replay } else { session.world };
    let mut texts = render::render(input, world).inspect_err(|error| {
        if session.diagnostics {
            session.picture = diagnosis::of_render(error, input.compat);
        }
    })?;
    texts.retain(|text| !is_notes(text));
    let manifests = manifest::assemble(&texts, input.compat).map_err(|error| {
        if session.diagnostics {
            session.picture = diagnosis::of_manifest(&error, &texts, input, &replay);
        }
        output::broken(&texts, error, session)
    })?;
    let unknown = manifests.unknown_hooks.iter();
    unknown.for_each(|hook| session.say(output::unknown_hook(hook, input.compat)));
    Ok(manifests)
}

fn capabilities(args: &Args, session: &Session<'_>) -> Result<Capabilities, Error> {
    let compat = session.compat;
    let kube_version = match args.kube_version.as_deref() {
        None | Some("") => KubeVersion::default_of(compat),
        Some(text) => KubeVersion::parse(text, compat)
            .map_err(|error| Error::KubeVersion(text.to_owned(), error))?,
    };
    let extra_api_versions =
        args.api_versions.iter().map(|version| version.as_str().into()).collect();
    Ok(Capabilities { kube_version, extra_api_versions, compat })
}

/// Says which flags would need a cluster or a network, which this program does not talk to yet.
fn needs_no_cluster(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    if !session.compat.is_helm3() {
        check_helm4_dry_run(args, session)?;
    }
    let refused = [
        (args.validate, "--validate needs a cluster"),
        (
            args.dry_run.as_deref() == Some("server") && !session.compat.is_helm3(),
            "--dry-run=server needs a cluster",
        ),
        (args.dependency_update, "--dependency-update needs a network"),
        (args.repository.is_some(), "--repo needs a network"),
    ];
    match refused.iter().find(|(given, _)| *given) {
        Some((_, what)) => {
            Err(Failure::from(format!("{what}, which this program does not use")).into())
        }
        None => Ok(()),
    }
}

/// Helm 4 takes `client` and `server`, and older spellings of `client` with a warning.
fn check_helm4_dry_run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let invalid = |value: &str, wanted: &str| {
        Err(Failure::from(format!("invalid dry-run value ({value:?}). Must be {wanted}")).into())
    };
    match args.dry_run.as_deref() {
        None | Some("client" | "server") => {}
        Some("unset") => session.say(
            "level=WARN msg=\"--dry-run is deprecated and should be replaced with '--dry-run=client'\"",
        ),
        Some(value @ ("1" | "t" | "T" | "true" | "TRUE" | "True")) => session.say(format_args!(
            "level=WARN msg=\"boolean '--dry-run={value}' flag is deprecated and must be replaced \
             with '--dry-run=client'\""
        )),
        Some(value @ ("none" | "0" | "f" | "F" | "false" | "FALSE" | "False")) => {
            return invalid(value, "\"server\" or \"client\"");
        }
        Some(value) => return invalid(value, "\"none\", \"server\", or \"client\""),
    }
    Ok(())
}

/// Helm 3 looks at `--dry-run` late, and takes more.
fn check_dry_run(args: &Args, session: &Session<'_>) -> Result<(), Error> {
    let value = args.dry_run.as_deref().unwrap_or_default();
    if !session.compat.is_helm3()
        || ["", "false", "true", "none", "client", "server"].contains(&value)
    {
        return Ok(());
    }
    Err(Failure::new(
        "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server",
    )
    .into())
}

/// The chart's path, made absolute, as Helm's messages have it.
fn locate(chart: &str, args: &Args) -> Result<PathBuf, Error> {
    let chart = chart.trim();
    let path = Path::new(chart);
    if path.exists() {
        let absolute = std::path::absolute(path);
        let path = clean(absolute.map_err(|error| output::failed("getwd", path, &error))?);
        return if args.verify { Err(unverified(&path)) } else { Ok(path) };
    }
    if path.is_absolute() || chart.starts_with('.') {
        return Err(Error::PathNotFound(chart.to_owned()));
    }
    Err(Failure::from(match chart.split_once('/') {
        None => {
            format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {chart}")
        }
        Some((repository, _)) if !chart.contains("://") => format!("repo {repository} not found"),
        Some(_) => format!("{chart:?} is on the network, which this program does not use"),
    })
    .into())
}

/// Why the chart at `path` is not what its signature says.
fn unverified(path: &Path) -> Error {
    let provenance = format!("{}.prov", path.display());
    Failure::from(match () {
        () if path.is_dir() => "unpacked charts cannot be verified".to_owned(),
        () if !Path::new(&provenance).exists() => format!(
            "could not load provenance file {provenance}: stat {provenance}: no such file or directory"
        ),
        () => "signatures are not verified by this program".to_owned(),
    })
    .into()
}

/// The path without `.` and `..`, as Go cleans it: by its text, not by the disk.
fn clean(path: PathBuf) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

fn load(path: &Path, session: &mut Session<'_>) -> Result<Chart, Error> {
    let compat = session.compat;
    let mut notices = Vec::new();
    let loaded = chart::load(path, compat, &mut notices);
    session.say_all(&mut notices);
    let chart = loaded?;
    let kind = &chart.metadata.chart_type;
    if !kind.is_empty() && kind != "application" {
        return Err(Error::NotInstallable(kind.to_string()));
    }
    if chart.metadata.deprecated {
        session.say(match compat {
            crate::Compat::Helm3 => "WARNING: This chart is deprecated",
            crate::Compat::Helm4 => "level=WARN msg=\"this chart is deprecated\"",
        });
    }
    values::check_presence(&chart, compat).map_err(Error::Dependencies)?;
    Ok(chart)
}

fn enable_dependencies(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    session: &mut Session<'_>,
) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let enabled = values::process_dependencies(chart, supplied, session.compat, &mut notices);
    session.say_all(&mut notices);
    enabled.map_err(Error::ProcessDependencies)
}

/// The values that the templates see, checked against the schemas of the charts.
fn final_values(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Arc<TreeMap>, Error> {
    let mut notices: Vec<Notice> = Vec::new();
    let values = values::coalesce(chart, supplied, session.compat, &mut notices);
    session.say_all(&mut notices);
    let values = values?;
    if !args.skip_schema {
        let loader = SchemaFiles::default();
        let checked = schema::validate(chart, &values, &loader);
        loader
            .unresolved
            .take()
            .iter()
            .for_each(|urn| session.say(unresolved_urn(urn, session.compat)));
        checked.map_err(Error::Schema)?;
        session.debug_dependencies(chart);
    }
    Ok(values)
}

/// Labels that Helm writes itself cannot be given.
fn check_labels(labels: &[String]) -> Result<(), Error> {
    const RESERVED: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];
    if !labels.iter().any(|label| RESERVED.contains(&label.as_str())) {
        return Ok(());
    }
    Err(Failure::from(format!(
        "user supplied labels contains system reserved label name. System labels: [{}]",
        RESERVED.join(" ")
    ))
    .into())
}

/// Notes are for people, not for the cluster; they are rendered, but not written.
fn is_notes(text: &Rendered) -> bool {
    text.path.ends_with(b"NOTES.txt")
}

impl From<ReleaseNameError> for Error {
    fn from(error: ReleaseNameError) -> Self {
        Self::ReleaseName(error)
    }
}
