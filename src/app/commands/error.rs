//! Why a command failed, in the words of the Helm that is equalled.

use std::path::Path;

use crate::render::InvalidKubeVersion;
use crate::{manifest, model, network, registry, render, values};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};

/// Why a command failed.
#[derive(Debug)]
pub enum Error {
    /// `--kube-version` is none.
    KubeVersion(String, InvalidKubeVersion),
    /// The chart's path leads nowhere.
    PathNotFound(String),
    /// The chart cannot be loaded.
    Chart(model::Error),
    /// The chart has a format that Helm knows, but does not install.
    ApiVersion,
    /// A chart of this type has nothing to render on its own.
    NotInstallable(String),
    /// The values cannot be had.
    Values(values::Error),
    /// Dependencies are missing from charts/.
    Dependencies(values::Error),
    /// Dependencies cannot be enabled.
    ProcessDependencies(values::Error),
    /// The values do not fit the schemas.
    Schema(Failure),
    /// The release's name is none.
    ReleaseName(ReleaseNameError),
    /// The chart cannot be rendered.
    Render(Box<render::Error>),
    /// The output is not what Kubernetes takes.
    Manifest(Box<manifest::Error>),
    /// No manifest has this source.
    NoSuchTemplate(String),
    /// A file cannot be written.
    Write(model::PathError),
    /// A file of a command that makes no release cannot be read or written.
    File(model::PathError),
    /// The post-renderer failed, or what it was asked for cannot be had.
    PostRender(Failure),
    /// The command line, or what it leads to, asks for something that makes no sense.
    Usage(Failure),
    /// Releases of a list failed.
    Releases {
        /// How many of them.
        failed: usize,
        /// How many were tried.
        delivered: usize,
        /// How many there are.
        all: usize,
    },
    /// A request has no answer.
    Network(Box<network::Error>),
    /// A registry does not do what it is asked.
    Registry(Box<registry::Error>),
    /// What names the cluster for a release makes no sense.
    Kubeconfig(String),
    /// There is no cluster to talk to.
    Unreachable {
        /// Why.
        why: String,
    },
    /// The same, found before an installation began.
    ReachabilityCheck(Box<Self>),
    /// A failure with Helm's words in front of it, without a colon.
    Context(String, Box<Self>),
    /// Anything that is one sentence.
    Other(Failure),
    /// Standard output is gone.
    Stdout(std::io::Error),
}

/// Why a text is not the name of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseNameError(pub String);

/// The form of release names, as Helm's message has it.
const NAME_FORM: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

impl ReleaseNameError {
    fn message(&self) -> String {
        let Self(name) = self;
        if name.is_empty() {
            return "release name \"\": no name provided".to_owned();
        }
        format!(
            "release name {name:?}: invalid release name, must match regex {NAME_FORM} \
             and the length must not be longer than 53"
        )
    }
}

impl Error {
    /// The failure of `operation` on `path`, in Go's words, where no release is at stake.
    pub(super) fn path(operation: &'static str, path: &Path, error: &std::io::Error) -> Self {
        let path = path.to_string_lossy();
        Self::Chart(model::Error::Path(model::PathError::new(operation, path.as_bytes(), error)))
    }

    /// The text behind `Error: `, without the hint about `--debug`.
    pub fn message(&self, compat: Compat) -> String {
        match self {
            Self::KubeVersion(version, why) => format!("invalid kube version '{version}': {why}"),
            Self::PathNotFound(path) => format!("path {path:?} not found"),
            Self::Chart(error) => error.to_string(),
            Self::ApiVersion => "invalid chart apiVersion".to_owned(),
            Self::NotInstallable(kind) => format!("{kind} charts are not installable"),
            Self::Values(error) => error.to_string(),
            Self::Dependencies(error) => format!("{}{error}", missing_dependencies(compat)),
            Self::ProcessDependencies(error) if compat.is_helm3() => error.to_string(),
            Self::ProcessDependencies(error) => {
                format!("chart dependencies processing failed: {error}")
            }
            Self::ReleaseName(error) if compat.is_helm3() => error.message(),
            Self::ReleaseName(error) => format!("release name check failed: {}", error.message()),
            Self::Render(error) => error.message(compat),
            Self::Manifest(error) => error.message(compat),
            Self::NoSuchTemplate(name) => format!("could not find template {name} in chart"),
            Self::Schema(failure)
            | Self::PostRender(failure)
            | Self::Usage(failure)
            | Self::Other(failure) => failure.to_string(),
            Self::Releases { failed, delivered, all } if delivered < all => {
                format!(
                    "{failed} of {delivered} releases failed, {} were not tried",
                    all - delivered
                )
            }
            Self::Releases { failed, all, .. } => format!("{failed} of {all} releases failed"),
            Self::Write(error) | Self::File(error) => error.to_string(),
            Self::Network(error) => error.message(compat),
            Self::Registry(error) => error.message(compat),
            Self::Kubeconfig(why) => why.clone(),
            Self::Unreachable { why } if compat.is_helm3() => {
                format!("Kubernetes cluster unreachable: {why}")
            }
            Self::Unreachable { why } => format!("kubernetes cluster unreachable: {why}"),
            Self::ReachabilityCheck(error) => {
                format!("cluster reachability check failed: {}", error.message(compat))
            }
            Self::Context(context, error) => format!("{context}: {}", error.message(compat)),
            Self::Stdout(error) => error.to_string(),
        }
    }

    /// What Helm 4 logs before it fails, if it does.
    pub fn log_line(&self, compat: Compat) -> Option<Str> {
        let (what, error) = match self {
            _ if compat.is_helm3() => return None,
            Self::Context(_, error) => return error.log_line(compat),
            Self::ReachabilityCheck(_) => {
                return Some(model::log_line(b"ERROR", self.message(compat).as_bytes(), &[]));
            }
            Self::ReleaseName(error) => ("release name check failed", error.message()),
            Self::ProcessDependencies(error) => {
                ("chart dependencies processing failed", error.to_string())
            }
            _ => return None,
        };
        Some(model::log_line(b"ERROR", what.as_bytes(), &[(b"error", error.as_bytes())]))
    }

    /// The failure with Helm's words in front of it.
    pub(super) fn within(self, context: impl Into<String>) -> Self {
        Self::Context(context.into(), Box::new(self))
    }

    /// A failure that is one sentence.
    pub(super) fn said(text: impl Into<String>) -> Self {
        Self::Other(Failure::from(text.into()))
    }

    /// True for failures of a release that Helm could show with `--debug`.
    pub fn has_release(&self) -> bool {
        matches!(
            self,
            Self::Render(_)
                | Self::Manifest(_)
                | Self::Write(_)
                | Self::PostRender(_)
                | Self::Kubeconfig(_)
        )
    }
}

impl Error {
    /// True if the output is not YAML, or not what Kubernetes takes: `--debug` shows all of it.
    pub(super) fn is_of_yaml(&self) -> bool {
        matches!(self, Self::Manifest(_))
    }

    /// The failure of a command that Helm does not have: without the hint about `--debug`, unless
    /// that is of use.
    pub(super) fn without_hint(self, compat: Compat) -> Self {
        if self.has_release() && !self.is_of_yaml() {
            return Self::said(self.message(compat));
        }
        self
    }
}

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

impl From<model::Error> for Error {
    fn from(error: model::Error) -> Self {
        Self::Chart(error)
    }
}

impl From<values::Error> for Error {
    fn from(error: values::Error) -> Self {
        Self::Values(error)
    }
}

impl From<network::Error> for Error {
    fn from(error: network::Error) -> Self {
        Self::Network(Box::new(error))
    }
}

impl From<registry::Error> for Error {
    fn from(error: registry::Error) -> Self {
        Self::Registry(Box::new(error))
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

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}
