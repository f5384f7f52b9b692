//! `chart install`.

use clap::{Arg, Parser};

use super::cluster::{FORCES, Release};
use super::template::{ReleaseName, chart};
use crate::cli::command::{Command, Count, Flags};
use crate::cli::flags::{Accepted, Ignored, switch};
use crate::cli::groups::MostOf;
use crate::cli::line::Line;
use crate::cli::marks::Only;
use crate::commands::repo::Format;
use crate::commands::{Error, Session, install, template};
use go_text_template::Compat::Helm4;

pub(super) static COMMAND: Command = Command {
    examples: &["chart install shop ./web --dry-run=client"],
    exclusive: FORCES,
    completes: chart,
    ..Command::new::<Install>("install", "[NAME] [CHART]", Count::AtLeast(1))
};

/// Show the release that a chart would make (--dry-run=client)
///
/// Shows with --dry-run=client what Helm 4 would install: state, hooks, manifests and notes. This
/// program changes no cluster: without the flag, and for Helm 3 in any case, the cluster counts as
/// unreachable.
#[derive(Debug, Parser)]
#[command(next_help_heading = "Output")]
struct Install {
    /// Form of the release (default: table)
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<Format>,
    #[command(flatten)]
    name: ReleaseName,
    #[command(flatten)]
    release: Release,
    #[command(flatten)]
    limits: MostOf,
    #[command(flatten)]
    _others: Ignored<OfInstall>,
}

#[derive(Debug)]
struct OfInstall;

impl Accepted for OfInstall {
    fn flags() -> Vec<Arg> {
        vec![switch("replace"), switch("server-side").add(Only(Helm4))]
    }
}

impl Flags for Install {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let mut template = template::Args {
            is_installed: true,
            generate_name: self.name.generate_name,
            name_template: self.name.name_template,
            ..self.release.args(self.limits.limits(), line, session)
        };
        template.source.notes_on_stdout = !session.compat.is_helm3();
        let args = install::Args {
            template,
            format: self.output.unwrap_or(Format::Table),
            hide_secret: self.release.hide_secret,
            hide_notes: self.release.hide_notes,
            subchart_notes: self.release.render_subchart_notes,
            color: line.program.colors.out,
        };
        install::run(&args, session)
    }
}
