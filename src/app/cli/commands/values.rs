//! `chart values`.

use clap::{Parser, ValueEnum};

use super::bundle::Rendered;
use super::template::chart;
use crate::cli::command::{Command, Count, Flags};
use crate::cli::groups::Secrets;
use crate::cli::line::Line;
use crate::commands::values::{self, Args};
use crate::commands::{Error, Session};

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart values ./web -f prod.yaml",
        "chart values ./web image.tag -f prod.yaml --set image.tag=1.2 --origin",
        "chart values ./web --origin -o json",
    ],
    completes: chart,
    ..Command::new::<Values>("values", "[NAME] CHART [PATH]", Count::AtLeast(1))
};

/// Show the values that templates see, and who set them
///
/// Writes the final values of the chart and its subcharts as YAML: the defaults of all charts with
/// what -f and --set say over them, globals and imports included. PATH, such as image.tag or
/// hosts[0].name, asks for a part of them. With --origin each value has a comment with the place
/// that set it, and those that were overridden.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is shown")]
struct Values {
    /// Tell who set each value, and who was overridden
    #[arg(long)]
    origin: bool,
    /// Form: yaml, or json with origins (default: yaml)
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<Format>,
    #[command(flatten)]
    secrets: Secrets,
    #[command(flatten)]
    chart: Rendered,
}

/// The form of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

impl Flags for Values {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = Args {
            origin: self.origin,
            json: self.output == Some(Format::Json),
            masks: self.secrets.are_masked(),
            template: self.chart.args(line, session),
        };
        values::run(&args, session)
    }
}
