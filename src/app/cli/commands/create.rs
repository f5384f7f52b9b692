//! `chart create`.

use clap::Parser;
use clap::builder::ValueHint;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::line::Line;
use crate::cli::marks::Only;
use crate::commands::{Error, Session, create};
use go_text_template::Compat::Helm4;

pub(super) static COMMAND: Command = Command {
    examples: &["chart create web"],
    completes: |at, _| if at == 0 { Kind::File } else { Kind::NoMore },
    ..Command::new::<Create>("create", "NAME", Count::Exactly(1))
};

/// Create a new chart to start from
///
/// Writes a chart into the folder NAME: a web service with a service account, an ingress, a gateway
/// route, autoscaling and a test, each of which can be switched in values.yaml.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Create {
    #[arg(long, hide = true, add = Only(Helm4))]
    chart_api_version: Option<String>,
    /// Chart to start from: a name in Helm's starters, or a path
    #[arg(short = 'p', long, value_name = "CHART", value_hint = ValueHint::DirPath)]
    starter: Option<String>,
}

impl Flags for Create {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = create::Args {
            path: line.path(0),
            starter: self.starter.filter(|text| !text.is_empty()),
            api_version: self.chart_api_version.filter(|text| !text.is_empty()),
        };
        create::run(&args, session)
    }
}
