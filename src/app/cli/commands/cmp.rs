//! `chart cmp`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::groups::{Render, Values};
use crate::cli::line::Line;
use crate::commands::{Error, Session, cmp};

pub(super) static COMMAND: Command = Command::new::<Cmp>("cmp", "", Count::None);

/// Render the chart in this folder as a plugin of Argo CD
///
/// As a config management plugin it takes name, namespace, version of the cluster, parameters and values from the variables that
/// Argo CD sets; docs/integration.md has the plugin's configuration.
#[derive(Debug, Parser)]
struct Cmp {
    #[command(flatten)]
    render: Render,
    #[command(flatten)]
    values: Values,
}

impl Flags for Cmp {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        cmp::run(self.render.args(self.values.flags(), line), session)
    }
}
