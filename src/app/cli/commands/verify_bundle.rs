//! `chart verify-bundle`.

use std::path::Path;

use clap::Parser;

use super::bundle::Bundle;
use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::line::Line;
use crate::cli::pflag;
use crate::commands::bundle::Typed;
use crate::commands::{Error, Session, verify_bundle};

pub(super) static COMMAND: Command = Command {
    examples: &[
        "chart verify-bundle bundle.yaml",
        "chart verify-bundle bundle.yaml ./web -f prod.yaml",
    ],
    completes: |at, _| if at == 0 { Kind::File } else { Kind::Chart },
    ..Command::new::<VerifyBundle>("verify-bundle", "BUNDLE [[NAME] CHART]", Count::AtLeast(1))
};

/// Check a bundle against its receipt, and against its chart
///
/// Without a chart the digests are checked. With the chart, and with the same values, the bundle is
/// made again and compared. How it was rendered is taken from the receipt and told; charts, files
/// and servers are not.
#[derive(Debug, Parser)]
struct VerifyBundle {
    #[command(flatten)]
    bundle: Bundle,
}

impl Flags for VerifyBundle {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let path = Path::new(&line.words[0]);
        if line.words.len() == 1 {
            return verify_bundle::run(path, None, session);
        }
        let mut args = self.bundle.args(line, session)?;
        args.template.words.remove(0);
        let given = pflag::given(&mut COMMAND.in_dialect(line.program), line.all);
        let is_given = |name: &str| given.iter().any(|flag| flag.strip_prefix("--") == Some(name));
        verify_bundle::run(path, Some(Typed { args, is_given: &is_given }), session)
    }
}
