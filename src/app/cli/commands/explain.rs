//! `chart explain`.

use clap::Parser;

use super::bundle::Rendered;
use super::template::chart;
use crate::cli::command::{Command, Count, Flags};
use crate::cli::groups::{Secrets, TextOrJson};
use crate::cli::line::Line;
use crate::commands::explain::{self, Args};
use crate::commands::{Error, Session};

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart explain ./web deployment/web .spec.replicas -f prod.yaml",
        "chart explain ./web --line 12",
        "chart explain ./web --from templates/service.yaml:4",
        "chart explain ./web --value image.tag -o json",
    ],
    completes: chart,
    ..Command::new::<Explain>("explain", "[NAME] CHART [OBJECT [FIELD]]", Count::AtLeast(1))
};

/// Tell where a part of the output came from
///
/// For an object such as deployment/web (or namespace/deployment/web), a field of it such as
/// .spec.replicas, or a line of what `template` prints: the node of the template that wrote it, the
/// calls that led there, the values they read with who set them, and the conditions that had to
/// hold. The other way round, --from lists what a line of a template writes, and --value what a
/// value reaches.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is explained")]
struct Explain {
    /// Line of what `template` prints with the same flags
    #[arg(long, value_name = "NUMBER")]
    line: Option<usize>,
    /// Line of a template, as in templates/service.yaml:4
    #[arg(long, value_name = "FILE:LINE")]
    from: Option<String>,
    /// Value, as in image.tag
    #[arg(long, value_name = "PATH")]
    value: Option<String>,
    /// Form: text or json (default: text)
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<TextOrJson>,
    #[command(flatten)]
    secrets: Secrets,
    #[command(flatten)]
    chart: Rendered,
}

impl Flags for Explain {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = Args {
            line: self.line,
            from: self.from,
            value: self.value,
            json: self.output == Some(TextOrJson::Json),
            masks: self.secrets.are_masked(),
            template: self.chart.args(line, session),
        };
        explain::run(&args, session)
    }
}
