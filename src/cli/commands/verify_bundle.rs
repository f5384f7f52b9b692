//! `chart verify-bundle`.

use std::path::Path;

use super::{Command, Count, bundle};
use crate::bundle::Receipt;
use crate::cli::Program;
use crate::cli::flags;
use crate::cli::parse::{self, Parsed};
use crate::commands::{Error, Session, verify_bundle};
use crate::data::Failure;

pub(super) static COMMAND: Command = Command {
    name: "verify-bundle",
    operands: "BUNDLE [[NAME] CHART]",
    summary: "check a bundle against its receipt, and against its chart",
    description: "Without a chart the digests are checked. With the chart, and with the same values, the\n\
                  bundle is made again and compared; all other flags are taken from the receipt.",
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
    let remake = |receipt: &Receipt, session: &Session<'_>| {
        let words = words(receipt, &parsed.arguments[1..]);
        let known = COMMAND.flags(session.compat);
        let stated =
            parse::parse(&words, &known).map_err(|error| Failure::from(error.to_string()))?;
        bundle::args(&stated.with(parsed), session)
    };
    verify_bundle::run(path, Some(&remake), session)
}

/// The words with which the bundle was made, as far as the receipt tells, for `chart`.
fn words(receipt: &Receipt, chart: &[String]) -> Vec<String> {
    let [name, namespace] = &receipt.release;
    let mut words = receipt.flags.clone();
    words.push(format!("--namespace={namespace}"));
    words.push(format!("--kube-version={}", receipt.kube_version));
    words.extend(receipt.api_versions.iter().map(|version| format!("--api-versions={version}")));
    if chart.len() == 1 {
        words.push(name.clone());
    }
    words.extend_from_slice(chart);
    words
}
