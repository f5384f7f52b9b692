//! `chart batch`.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::ValueHint;

use super::template::Wanted;
use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::Render;
use crate::cli::line::Line;
use crate::commands::{Error, Session, batch};
use crate::values;

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart batch releases.yaml --output-dir manifests",
        "chart batch releases.yaml --shard 2/4 --report report.jsonl",
    ],
    usage_status: 2,
    completes: |at, _| if at == 0 { Kind::File } else { Kind::NoMore },
    ..Command::new::<Batch>("batch", "[FILE]", Count::AtMost(1))
};

/// Render many releases in one process
///
/// Renders every release of a list as the command template would render it, on all cores. FILE is
/// a YAML list or has a JSON object on each line; - or nothing is standard input. The keys of a
/// release and everything else is told in docs/batch.md.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Batch {
    /// Folder, or URL of a Bazel remote cache, with earlier results
    #[arg(long, value_name = "DIR|URL", value_hint = ValueHint::DirPath)]
    cache: Option<String>,
    /// Begin no other release when one has failed
    #[arg(long)]
    fail_fast: bool,
    /// Releases rendered at the same time (default: one a core)
    #[arg(short, long, value_name = "NUMBER")]
    jobs: Option<i64>,
    /// Write a folder for each release into this directory
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,
    /// File that gets a line of JSON for each release
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report: Option<PathBuf>,
    /// Only part i of n of the list: i/n, or auto to take i and n from the environment
    #[arg(long, value_name = "PART")]
    shard: Option<String>,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    render: Render,
}

impl Flags for Batch {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let path = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        let jobs = self.jobs.and_then(|jobs| u64::try_from(jobs).ok()).unwrap_or_default();
        let args = batch::Args {
            list: line.texts().into_iter().next().unwrap_or_else(|| "-".to_owned()),
            jobs: usize::try_from(jobs).unwrap_or(usize::MAX),
            output_dir: path(self.output_dir),
            report: path(self.report),
            fail_fast: self.fail_fast,
            shard: self.shard,
            cache: self.cache.filter(|path| !path.is_empty()),
            render: self.render.args(values::Flags::default(), line),
            output: self.wanted.output(),
        };
        batch::run(&args, session)
    }
}
