//! `chart images`.

use std::path::PathBuf;

use super::{Command, Count, bundle};
use crate::cli::Program;
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::images::{self, Args};
use crate::commands::{Error, Session};
use crate::data::Failure;

pub(super) static COMMAND: Command = Command {
    name: "images",
    operands: "[NAME] CHART|BUNDLE",
    summary: "list the images that a chart or a bundle needs",
    description: "Looks into pods, custom resources of well-known operators, annotations of charts, and\n\
                  texts that can hardly be anything else. With --rewrite the name that each image has in\n\
                  the other registry stands beside it.",
    flags: &[FLAGS, flags::RENDER, flags::LIMITS, flags::VALUES, flags::CHART],
    operand_count: Count::AtLeast(1),
    run,
    ..Command::NEW
};

/// Flags that `images` has alone.
static FLAGS: &[Flag] = &[
    Flag::new("generate-name", Takes::Bool, "").short('g'),
    Flag::new("hooks", Takes::Text, "whose images count: none, install (default) or all hooks"),
    Flag::new("name-template", Takes::Text, "template that makes the release's name"),
    Flag::new("no-hooks", Takes::Bool, "the same as --hooks none"),
    Flag::new("output", Takes::Text, "text (default) or json").short('o'),
    Flag::new("rewrite", Takes::Text, "registry that all images are to be taken from"),
    Flag::new("why", Takes::Bool, "tell which object names each image, and in which field"),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    let json = match parsed.text("output") {
        None | Some("text") => false,
        Some("json") => true,
        Some(other) => {
            let text = format!("invalid value {other:?} of --output: it must be text or json");
            return Err(Failure::from(text).into());
        }
    };
    let args = Args {
        file: file(parsed),
        bundle: crate::commands::bundle::Args {
            output: None,
            split: None,
            ..bundle::args(parsed, session)?
        },
        why: parsed.bool("why"),
        json,
    };
    images::run(&args, session)
}

/// The operand, if it is a file of documents.
fn file(parsed: &Parsed) -> Option<PathBuf> {
    let [word] = parsed.arguments.as_slice() else { return None };
    let path = PathBuf::from(word);
    let is_yaml = [".yaml", ".yml", ".json"].iter().any(|extension| word.ends_with(extension));
    (is_yaml && !path.is_dir()).then_some(path)
}
