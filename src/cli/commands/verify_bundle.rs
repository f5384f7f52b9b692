//! `chart verify-bundle`.

use std::path::Path;

use super::{Command, Count, bundle};
use crate::cli::Program;
use crate::cli::flags;
use crate::cli::parse::Parsed;
use crate::commands::bundle::Typed;
use crate::commands::{Error, Session, verify_bundle};

pub(super) static COMMAND: Command = Command {
    name: "verify-bundle",
    operands: "BUNDLE [[NAME] CHART]",
    summary: "check a bundle against its receipt, and against its chart",
    description: "Without a chart the digests are checked. With the chart, and with the same values, the\n\
                  bundle is made again and compared. How it was rendered is taken from the receipt and\n\
                  told; charts, files and servers are not.",
    flags: &[bundle::FLAGS, flags::RENDER, flags::LIMITS, flags::VALUES, flags::CHART],
    operand_count: Count::AtLeast(1),
    run,
    ..Command::NEW
};

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let path = Path::new(&parsed.arguments[0]);
    if parsed.arguments.len() == 1 {
        return verify_bundle::run(path, None, session);
    }
    let mut args = bundle::args(parsed, session)?;
    args.template.words.remove(0);
    verify_bundle::run(path, Some(Typed { args, is_given: &|name| parsed.has(name) }), session)
}
