//! Why a command failed, in the words of the Helm that is equalled.

use crate::faults::{Fault, Kind, kind};
use crate::model::PathError;
use crate::{files, model, network, pipeline, registry, sources, values};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str};

/// Why a command failed.
#[derive(Debug)]
pub enum Error {
    /// The chart does not become a release.
    Release(pipeline::Error),
    /// The chart's path leads nowhere.
    PathNotFound(String),
    /// The chart cannot be loaded.
    Chart(model::Error),
    /// No manifest has this source.
    NoSuchTemplate(String),
    /// A file cannot be written.
    Write(PathError),
    /// A file of a command that makes no release cannot be read or written.
    File(PathError),
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

impl Error {
    /// The text behind `Error: `, without the hint about `--debug`.
    pub fn message(&self, compat: Compat) -> String {
        match self {
            Self::Release(error) => error.message(compat),
            Self::PathNotFound(path) => format!("path {path:?} not found"),
            Self::Chart(error) => error.to_string(),
            Self::NoSuchTemplate(name) => format!("could not find template {name} in chart"),
            Self::PostRender(failure) | Self::Usage(failure) | Self::Other(failure) => {
                failure.to_string()
            }
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

    /// The failure as a fault without a place.
    pub fn fault(&self, compat: Compat) -> Fault {
        let (kind, help) = self.kind();
        Fault::new(kind, self.message(compat)).helped(help.map(str::to_owned))
    }

    /// What sort of fault it is, and what helps.
    fn kind(&self) -> (&'static Kind, Option<&'static str>) {
        match self {
            Self::Release(error) => error.kind(),
            Self::Context(_, error) | Self::ReachabilityCheck(error) => error.kind(),
            Self::Chart(_) | Self::PathNotFound(_) => (kind("E0601"), None),
            _ => (kind("E0001"), None),
        }
    }

    /// What Helm 4 logs before it fails, if it does.
    pub fn log_line(&self, compat: Compat) -> Option<Str> {
        match self {
            Self::Context(_, error) => error.log_line(compat),
            Self::Release(error) => error.log_line(compat),
            Self::ReachabilityCheck(_) if !compat.is_helm3() => {
                Some(model::log_line(b"ERROR", self.message(compat).as_bytes(), &[]))
            }
            _ => None,
        }
    }

    /// The failure with Helm's words in front of it.
    pub fn within(self, context: impl Into<String>) -> Self {
        Self::Context(context.into(), Box::new(self))
    }

    /// A failure that is one sentence.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Other(Failure::from(text.into()))
    }

    /// True for failures of a release that Helm could show with `--debug`.
    pub fn has_release(&self) -> bool {
        use pipeline::Error::{Manifest, Render};
        matches!(
            self,
            Self::Release(Render(_) | Manifest(_))
                | Self::Write(_)
                | Self::PostRender(_)
                | Self::Kubeconfig(_)
        )
    }
}

impl Error {
    /// True if the output is not YAML, or not what Kubernetes takes: `--debug` shows all of it.
    pub fn is_of_yaml(&self) -> bool {
        matches!(self, Self::Release(pipeline::Error::Manifest(_)))
    }

    /// The failure of a command that Helm does not have: without the hint about `--debug`, unless
    /// that is of use.
    pub fn without_hint(self, compat: Compat) -> Self {
        if self.has_release() && !self.is_of_yaml() {
            return Self::said(self.message(compat));
        }
        self
    }
}

impl From<pipeline::Error> for Error {
    fn from(error: pipeline::Error) -> Self {
        Self::Release(error)
    }
}

impl From<model::Error> for Error {
    fn from(error: model::Error) -> Self {
        Self::Chart(error)
    }
}

impl From<values::Error> for Error {
    fn from(error: values::Error) -> Self {
        Self::Release(pipeline::Error::Values(error))
    }
}

impl From<sources::Error> for Error {
    fn from(error: sources::Error) -> Self {
        match error {
            sources::Error::PathNotFound(path) => Self::PathNotFound(path),
            sources::Error::Here(error) => Self::Write(error),
            sources::Error::File(error) => error.into(),
            sources::Error::Network(error) => Self::Network(error),
            sources::Error::Registry(error) => Self::Registry(error),
            sources::Error::Context(context, error) => Self::from(*error).within(context),
            sources::Error::Other(failure) => Self::Other(failure),
            sources::Error::Stdout(error) => Self::Stdout(error),
        }
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

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::File(error)
    }
}

impl From<files::Error> for Error {
    fn from(error: files::Error) -> Self {
        match error {
            files::Error::Path(error) => Self::File(error),
            error @ files::Error::Rename { .. } => Self::said(error.to_string()),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}
