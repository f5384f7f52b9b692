//! Why a chart cannot be rendered.

use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::template::{self, ParseError};

use super::wording;

/// Why a chart cannot be rendered.
#[derive(Debug)]
pub enum Error {
    /// The chart asks for another version of Kubernetes.
    KubeVersion {
        /// The constraint in Chart.yaml.
        wanted: Str,
        /// The version of the cluster.
        actual: Str,
    },
    /// A file is not a template: its path, its text, and why it is none.
    Parse(Box<(Str, Str, ParseError)>),
    /// A template failed.
    Execute(template::Error),
}

impl Error {
    /// The sentence of the Helm that `compat` stands for.
    pub fn message(&self, compat: Compat) -> String {
        match self {
            Self::KubeVersion { wanted, actual } => format!(
                "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {actual}"
            ),
            Self::Parse(parse) => wording::parse_error(&parse.2, &parse.0),
            Self::Execute(error) => wording::execution_error(error, compat),
        }
    }
}
