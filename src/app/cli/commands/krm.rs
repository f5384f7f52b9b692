//! `chart krm`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::groups::{Render, Values};
use crate::cli::line::Line;
use crate::commands::{Error, Session, krm};

pub(super) static COMMAND: Command = Command {
    examples: &["kustomize build --enable-alpha-plugins --enable-exec docs/kustomize"],
    ..Command::new::<Krm>("krm", "", Count::None)
};

/// Render a chart as a function of kustomize and others
///
/// As a function of the Kubernetes resource model it reads a ResourceList from standard input and writes it with the objects of the chart that its
/// functionConfig names; docs/integration.md has an example for kustomize.
#[derive(Debug, Parser)]
struct Krm {
    #[command(flatten)]
    render: Render,
    #[command(flatten)]
    values: Values,
}

impl Flags for Krm {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        krm::run(self.render.args(self.values.flags(), line), session)
    }
}
