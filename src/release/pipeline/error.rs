//! Why a chart did not become a release, in the words of the Helm that is equalled.

use crate::faults::{Kind, kind};
use crate::render::InvalidKubeVersion;
use crate::{manifest, model, render, values};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};

/// Why a chart did not become a release.
#[derive(Debug)]
pub enum Error {
    /// What is to be the version of Kubernetes is none.
    KubeVersion(String, InvalidKubeVersion),
    /// The chart cannot be loaded.
    Chart(model::Error),
    /// A chart of this type has nothing to render on its own.
    NotInstallable(String),
    /// Dependencies are missing from charts/.
    Dependencies(values::Error),
    /// The chart has a format that Helm knows, but does not install.
    ApiVersion,
    /// The release's name is none.
    ReleaseName(ReleaseNameError),
    /// Dependencies cannot be enabled.
    ProcessDependencies(values::Error),
    /// The values cannot be had.
    Values(values::Error),
    /// The values do not fit the schemas.
    Schema(Failure),
    /// Labels that Helm writes itself cannot be given.
    ReservedLabel,
    /// The chart cannot be rendered.
    Render(Box<render::Error>),
    /// The output is not what Kubernetes takes.
    Manifest(Box<manifest::Error>),
}

impl Error {
    /// The text behind `Error: `, without the hint about `--debug`.
    pub fn message(&self, compat: Compat) -> String {
        match self {
            Self::KubeVersion(version, why) => format!("invalid kube version '{version}': {why}"),
            Self::Chart(error) => error.to_string(),
            Self::NotInstallable(kind) => format!("{kind} charts are not installable"),
            Self::Dependencies(error) => format!("{}{error}", missing_dependencies(compat)),
            Self::ApiVersion => "invalid chart apiVersion".to_owned(),
            Self::ReleaseName(error) if compat.is_helm3() => error.message(),
            Self::ReleaseName(error) => format!("release name check failed: {}", error.message()),
            Self::ProcessDependencies(error) if compat.is_helm3() => error.to_string(),
            Self::ProcessDependencies(error) => {
                format!("chart dependencies processing failed: {error}")
            }
            Self::Values(error) => error.to_string(),
            Self::ReservedLabel => format!(
                "user supplied labels contains system reserved label name. System labels: [{}]",
                RESERVED_LABELS.join(" ")
            ),
            Self::Render(error) => error.message(compat),
            Self::Manifest(error) => error.message(compat),
            Self::Schema(failure) => failure.to_string(),
        }
    }

    /// What sort of fault it is, and what helps.
    pub fn kind(&self) -> (&'static Kind, Option<&'static str>) {
        use values::Error::{File, Missing, Read, Set, SetJson, TypeMismatch};
        let (code, help) = match self {
            Self::KubeVersion(..) => ("E0207", None),
            Self::Chart(_) | Self::NotInstallable(_) | Self::ApiVersion => ("E0601", None),
            Self::Values(error) | Self::ProcessDependencies(error) | Self::Dependencies(error) => {
                match error {
                    Missing(_) => ("E0602", Some(MISSING_DEPENDENCY)),
                    Set { flag: "set" | "set-string", .. } => ("E0502", Some(COMMA)),
                    Set { .. } | SetJson { .. } => ("E0502", None),
                    Read(_) => ("E0503", None),
                    File { .. } | TypeMismatch { .. } => ("E0501", None),
                }
            }
            Self::Schema(_) => ("E0401", None),
            Self::Render(_) => ("E0201", None),
            Self::Manifest(_) => ("E0301", None),
            Self::ReleaseName(_) | Self::ReservedLabel => ("E0001", None),
        };
        (kind(code), help)
    }

    /// What Helm 4 logs before it fails, if it does.
    pub fn log_line(&self, compat: Compat) -> Option<Str> {
        let (what, error) = match self {
            _ if compat.is_helm3() => return None,
            Self::ReleaseName(error) => ("release name check failed", error.message()),
            Self::ProcessDependencies(error) => {
                ("chart dependencies processing failed", error.to_string())
            }
            _ => return None,
        };
        Some(model::log_line(b"ERROR", what.as_bytes(), &[(b"error", error.as_bytes())]))
    }
}

/// What helps when charts/ lacks something.
const MISSING_DEPENDENCY: &str =
    "`chart dependency build` fetches what Chart.yaml asks for; so does --dependency-update";

/// What helps when a value has a comma, the most common reason for an argument that makes no sense.
const COMMA: &str = "a comma begins another `key=value`; write `\\,` for one that belongs to the value, or \
                     use --set-literal";

fn missing_dependencies(compat: Compat) -> &'static str {
    match compat {
        Compat::Helm3 => {
            "An error occurred while checking for chart dependencies. You may need to run \
             `helm dependency build` to fetch missing dependencies: "
        }
        Compat::Helm4 => {
            "an error occurred while checking for chart dependencies. You may need to run \
             'helm dependency build' to fetch missing dependencies: "
        }
    }
}

impl From<render::Error> for Error {
    fn from(error: render::Error) -> Self {
        Self::Render(Box::new(error))
    }
}

impl From<manifest::Error> for Error {
    fn from(error: manifest::Error) -> Self {
        Self::Manifest(Box::new(error))
    }
}

const RESERVED_LABELS: [&str; 6] =
    ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// Checks the keys of the labels that a user gives a release.
pub(super) fn check_labels(labels: &[String]) -> Result<(), Error> {
    let is_reserved = |label: &String| RESERVED_LABELS.contains(&label.as_str());
    if labels.iter().any(is_reserved) { Err(Error::ReservedLabel) } else { Ok(()) }
}

/// Why a text is not the name of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseNameError(pub String);

/// The form of release names, as Helm's message has it.
const NAME_FORM: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
/// The longest name: room for what Kubernetes' own names add.
const LONGEST_NAME: usize = 53;

impl ReleaseNameError {
    /// Helm's sentence.
    pub fn message(&self) -> String {
        let Self(name) = self;
        if name.is_empty() {
            return "release name \"\": no name provided".to_owned();
        }
        format!(
            "release name {name:?}: invalid release name, must match regex {NAME_FORM} \
             and the length must not be longer than {LONGEST_NAME}"
        )
    }
}

/// Checks that `name` can be part of Kubernetes' names.
pub fn check_release_name(name: &Str) -> Result<(), ReleaseNameError> {
    let parts = name.split(|&byte| byte == b'.');
    if name.len() <= LONGEST_NAME && parts.into_iter().all(is_label) {
        return Ok(());
    }
    Err(ReleaseNameError(name.to_string()))
}

/// True for lower-case letters, digits and dashes that neither begin nor end with a dash.
fn is_label(part: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    part.first().is_some_and(is_letter)
        && part.last().is_some_and(is_letter)
        && part.iter().all(|byte| is_letter(byte) || *byte == b'-')
}
