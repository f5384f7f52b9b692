//! `chart verify`.

use super::{Command, Count};
use crate::cli::flags::{Flag, Takes};
use crate::cli::parse::Parsed;
use crate::cli::{Program, arguments};
use crate::commands::{Error, Session, verify};

pub(super) static COMMAND: Command = Command {
    name: "verify",
    operands: "PATH",
    summary: "check who has signed a chart's archive",
    description: "Looks for the provenance file PATH.prov beside the archive, checks that a key of the keyring\n\
                  has signed it and that the archive is the one that it names.",
    flags: &[FLAGS],
    operand_count: Count::Exactly(1),
    run,
    ..Command::NEW
};

/// Flags of `verify`.
static FLAGS: &[Flag] = &[Flag::new(
    "keyring",
    Takes::Text,
    "public keys (default: the ones of GnuPG, which may have to be exported first)",
)];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let path = parsed.arguments[0].clone();
    verify::run(&verify::Args { path, keyring: arguments::keyring(parsed, session) }, session)
}
