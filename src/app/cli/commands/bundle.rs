//! `chart bundle`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, ValueHint};
use clap::{Args, Parser, ValueEnum};

use super::template::{ReleaseName, chart};
use crate::bundle::Hooks;
use crate::cli::command::{Command, Count, Flags};
use crate::cli::go_values::Pairs;
use crate::cli::groups::{Render, Source, Values};
use crate::cli::line::Line;
use crate::cli::rule_flags::RuleFlags;
use crate::commands::bundle::{self, Clock, Randomness};
use crate::commands::{Error, Session, template};
use crate::rules::Severity;
use go_text_template::data::Failure;

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart bundle shop ./web -n shop -o bundle.yaml",
        "chart bundle shop ./web --seed \"$SECRET\" --rewrite registry.local",
    ],
    environment: &[("SOURCE_DATE_EPOCH", "as --clock")],
    completes: chart,
    ..Command::new::<Bundle>("bundle", "[NAME] CHART", Count::AtLeast(1))
};

/// Make one file of a chart, for clusters that have no Helm
///
/// Writes a file that kubectl apply takes: definitions of custom resources first, then namespaces,
/// then the rest in the order of installation, every object with its namespace. The same inputs
/// give the same bytes, and the head of the file says what it was made from; docs/bundle.md has the
/// details.
#[derive(Debug, Parser)]
#[command(next_help_heading = "What is rendered")]
pub(super) struct Bundle {
    #[command(flatten)]
    hooks: HookFlags,
    /// Leave the definitions of crds/ out
    #[arg(long)]
    skip_crds: bool,
    /// Make the namespace as well
    #[arg(long)]
    create_namespace: bool,
    /// Label of all objects; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    label: Vec<Pairs>,
    /// Let different objects of one name in: a cluster keeps the last
    #[arg(long)]
    allow_duplicate_objects: bool,
    #[command(flatten)]
    rules: RuleFlags,
    /// Make it fit for kubectl apply --prune --applyset=NAME
    #[arg(long, value_name = "NAME")]
    applyset: Option<String>,
    #[arg(id = "include-crds", long = "include-crds")]
    _include_crds: bool,
    #[arg(id = "skip-tests", long = "skip-tests")]
    _skip_tests: bool,
    #[command(flatten)]
    chance: Chance,
    #[command(flatten)]
    chart: Rendered,
    #[command(flatten)]
    output: Output,
    #[arg(long)]
    dependency_update: bool,
}

/// Which hooks count.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct HookFlags {
    /// Which hooks count (default: install)
    #[arg(long, value_name = "HOOKS")]
    hooks: Option<Hooks>,
    /// The same as --hooks none
    #[arg(long)]
    no_hooks: bool,
}

impl HookFlags {
    /// What the flags say.
    pub(super) fn hooks(&self) -> Hooks {
        if self.no_hooks { Hooks::None } else { self.hooks.unwrap_or_default() }
    }
}

/// The chart and how it is rendered.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Rendered {
    #[command(flatten)]
    name: ReleaseName,
    #[command(flatten)]
    render: Render,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    source: Source,
}

impl Rendered {
    /// What the flags say.
    pub(super) fn args(self, line: &Line<'_>, session: &Session<'_>) -> template::Args {
        template::Args {
            words: line.words.clone(),
            name_template: self.name.name_template,
            generate_name: self.name.generate_name,
            version: self.source.version(),
            source: self.source.args(session, false),
            render: self.render.args(self.values.flags(), line),
            ..template::Args::default()
        }
    }
}

/// What is left to chance, and what not.
#[derive(Debug, Args)]
#[command(next_help_heading = "Chance and time")]
#[group(skip)]
struct Chance {
    /// Time that templates see: seconds since 1970, or 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    clock: Option<String>,
    /// Make random values once, and keep in this file what from
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    freeze: Option<PathBuf>,
    /// Leave random values and the time to chance
    #[arg(long)]
    random: bool,
    /// Make random values from this text
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
}

impl Chance {
    fn randomness(&self) -> Result<Randomness, Error> {
        let given = [
            self.seed.clone().map(Randomness::Seed),
            self.freeze.clone().map(Randomness::Freeze),
            self.random.then_some(Randomness::Machine),
        ];
        let mut given = given.into_iter().flatten();
        let first = given.next().unwrap_or_default();
        if given.next().is_some() {
            let text = "only one of --seed, --freeze and --random can be given";
            return Err(Failure::new(text).into());
        }
        if first == Randomness::Seed(String::new()) {
            let text = "--seed is empty: a text that others cannot guess is needed";
            return Err(Failure::new(text).into());
        }
        Ok(first)
    }

    fn clock(&self, session: &Session<'_>) -> Clock {
        let of_environment = || session.environment.get("SOURCE_DATE_EPOCH").map(str::to_owned);
        Clock(self.clock.clone().or_else(of_environment))
    }
}

/// Where the bundle goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
#[group(skip)]
struct Output {
    /// File to list the images in
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    images: Option<PathBuf>,
    /// File to write, with a .lock beside it
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Registry that all images are taken from instead
    #[arg(long, value_name = "REGISTRY")]
    rewrite: Option<String>,
    /// Folder to write a file for each object into
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    split: Option<PathBuf>,
}

impl Flags for Bundle {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        bundle::run(&self.args(line, session)?, session)
    }
}

impl Bundle {
    /// What the flags say.
    pub(super) fn args(
        self,
        line: &Line<'_>,
        session: &Session<'_>,
    ) -> Result<bundle::Args, Error> {
        let rules = self.rules.choice()?;
        let deny_duplicate_keys = rules.of("duplicate-keys") == Some(Severity::Error);
        let template = template::Args {
            dependency_update: self.dependency_update,
            rules,
            reads_rules: true,
            ..self.chart.args(line, session)
        };
        Ok(bundle::Args {
            template,
            output: self.output.output.filter(|path| path.as_os_str() != "-"),
            hooks: self.hooks.hooks(),
            skip_crds: self.skip_crds,
            create_namespace: self.create_namespace,
            labels: self.label.into_iter().flat_map(|pairs| pairs.0).collect(),
            applyset: self.applyset,
            randomness: self.chance.randomness()?,
            clock: self.chance.clock(session),
            registry: self.output.rewrite.filter(|registry| !registry.is_empty()),
            split: self.output.split,
            images: self.output.images,
            deny_duplicate_keys,
            allow_duplicate_objects: self.allow_duplicate_objects,
            head_name: None,
        })
    }
}

impl ValueEnum for Hooks {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::None, Self::Install, Self::All]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::None => "none",
            Self::Install => "install",
            Self::All => "all",
        }))
    }
}
