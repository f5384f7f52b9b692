//! `chart show` and the commands below it.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::groups::Source;
use crate::cli::line::Line;
use crate::commands::show::{self, Part};
use crate::commands::{Error, Session};

pub(super) static COMMAND: Command = Command {
    aliases: &["inspect"],
    commands: &[&ALL, &CHART, &CRDS, &README, &VALUES],
    ..Command::group("show", "Show what a chart says of itself")
};

static ALL: Command = Command {
    completes: |at, _| if at == 0 { Kind::Chart } else { Kind::NoMore },
    ..Command::new::<All>("all", OPERANDS, ONE)
};
static CHART: Command = Command {
    completes: |at, _| if at == 0 { Kind::Chart } else { Kind::NoMore },
    ..Command::new::<Chart>("chart", OPERANDS, ONE)
};
static CRDS: Command = Command {
    completes: |at, _| if at == 0 { Kind::Chart } else { Kind::NoMore },
    ..Command::new::<Crds>("crds", OPERANDS, ONE)
};
static README: Command = Command {
    completes: |at, _| if at == 0 { Kind::Chart } else { Kind::NoMore },
    ..Command::new::<Readme>("readme", OPERANDS, ONE)
};
static VALUES: Command = Command {
    examples: &["chart show values ./web", "chart show values ./web --jsonpath '{.image.tag}'"],
    completes: |at, _| if at == 0 { Kind::Chart } else { Kind::NoMore },
    ..Command::new::<Values>("values", OPERANDS, ONE)
};

const OPERANDS: &str = "[CHART]";
const ONE: Count = Count::Exactly(1);

/// Show everything that the other commands show
#[derive(Debug, Parser)]
struct All {
    #[command(flatten)]
    source: Source,
}

/// Show Chart.yaml
#[derive(Debug, Parser)]
struct Chart {
    #[command(flatten)]
    source: Source,
}

/// Show the custom resource definitions of crds/
#[derive(Debug, Parser)]
struct Crds {
    #[command(flatten)]
    source: Source,
}

/// Show the README
#[derive(Debug, Parser)]
struct Readme {
    #[command(flatten)]
    source: Source,
}

/// Show values.yaml, or what a path in it leads to
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Values {
    /// Show what this JSONPath template makes of the values
    #[arg(long, value_name = "TEMPLATE")]
    jsonpath: Option<String>,
    #[command(flatten)]
    source: Source,
}

impl Flags for All {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        run(Part::All, &self.source, None, line, session)
    }
}

impl Flags for Chart {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        run(Part::Chart, &self.source, None, line, session)
    }
}

impl Flags for Crds {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        run(Part::Crds, &self.source, None, line, session)
    }
}

impl Flags for Readme {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        run(Part::Readme, &self.source, None, line, session)
    }
}

impl Flags for Values {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        run(Part::Values, &self.source, self.jsonpath, line, session)
    }
}

fn run(
    part: Part,
    source: &Source,
    json_path: Option<String>,
    line: &Line<'_>,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let args = show::Args {
        part,
        chart: line.words[0].clone(),
        json_path,
        version: source.version(),
        devel: source.devel,
        source: source.args(session, false),
    };
    show::run(&args, session)
}
