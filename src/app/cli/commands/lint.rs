//! `chart lint`.

use clap::builder::PossibleValue;
use clap::{Parser, ValueEnum};

use crate::cli::command::{Command, Count, Flags};
use crate::cli::groups::Values;
use crate::cli::line::Line;
use crate::cli::marks::Ours;
use crate::cli::rule_flags::RuleFlags;
use crate::commands::lint::{self, Format};
use crate::commands::{Error, Session};
use go_text_template::template::Limits;

pub(super) static COMMAND: Command = Command {
    examples: &["chart lint ./web --strict", "chart lint ./web --all-values --output github"],
    ..Command::new::<Lint>("lint", "PATH", Count::Helm4AtLeast(1))
};

/// Look for what is wrong with charts
///
/// Looks at each chart, a directory or an archive, and renders it. An ERROR makes the exit status
/// 1; a WARNING does so with --strict.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is looked at")]
struct Lint {
    /// Lint once for each ci/*-values.yaml of a chart
    #[arg(long, add = Ours)]
    all_values: bool,
    /// Version of Kubernetes that the charts have to work with
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Do not check the values against schemas
    #[arg(long)]
    skip_schema_validation: bool,
    /// Let warnings fail, too
    #[arg(long)]
    strict: bool,
    /// Lint the charts in charts/ as well
    #[arg(long)]
    with_subcharts: bool,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    rules: RuleFlags,
    /// How to tell what is found (default: text)
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output", add = Ours)]
    output: Option<Format>,
    /// Tell warnings and errors only
    #[arg(long, help_heading = "Output")]
    quiet: bool,
}

impl Flags for Lint {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let args = lint::Args {
            paths: line.paths(),
            strict: self.strict,
            quiet: self.quiet,
            with_subcharts: self.with_subcharts,
            all_values: self.all_values,
            skip_schema: self.skip_schema_validation,
            kube_version: self.kube_version,
            namespace: line.namespace(),
            values: self.values.flags(),
            format: self.output.unwrap_or_default(),
            limits: Limits::default(),
            rules: self.rules.choice()?,
            reads_rules: !line.program.is_helm(),
        };
        lint::run(&args, session)
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Text, Self::Json, Self::Sarif, Self::Github, Self::Junit]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Junit => "junit",
        }))
    }
}
