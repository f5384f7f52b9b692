//! `chart images`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

use super::bundle::{HookFlags, Rendered};
use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::TextOrJson;
use crate::cli::line::Line;
use crate::commands::images::{self, Args};
use crate::commands::{Error, Session, bundle};

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart images ./web --why",
        "chart images bundle.yaml --rewrite registry.local -o json",
    ],
    completes: |_, _| Kind::File,
    ..Command::new::<Images>("images", "[NAME] CHART|BUNDLE", Count::AtLeast(1))
};

/// List the images that a chart or a bundle needs
///
/// Looks into pods, custom resources of well-known operators, annotations of charts, and texts that
/// can hardly be anything else. With --rewrite the name that each image has in the other registry
/// stands beside it.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is rendered")]
struct Images {
    #[command(flatten)]
    hooks: HookFlags,
    #[command(flatten)]
    chart: Rendered,
    /// Form of the list (default: text)
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output")]
    output: Option<TextOrJson>,
    /// Registry that all images are to be taken from
    #[arg(long, value_name = "REGISTRY", help_heading = "Output")]
    rewrite: Option<String>,
    /// Tell which object names each image, and in which field
    #[arg(long, help_heading = "Output")]
    why: bool,
}

impl Flags for Images {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = Args {
            file: file(&line.words),
            bundle: bundle::Args {
                hooks: self.hooks.hooks(),
                registry: self.rewrite.filter(|registry| !registry.is_empty()),
                template: self.chart.args(line, session),
                ..bundle::Args::default()
            },
            why: self.why,
            json: self.output == Some(TextOrJson::Json),
        };
        images::run(&args, session)
    }
}

/// The operand, if it is a file of documents.
fn file(words: &[OsString]) -> Option<PathBuf> {
    let [word] = words else { return None };
    let path = PathBuf::from(word);
    let ending = path.extension().unwrap_or_default();
    let is_yaml = ["yaml", "yml", "json"].iter().any(|known| ending == *known);
    (is_yaml && !path.is_dir()).then_some(path)
}
