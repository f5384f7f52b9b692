//! `chart bundle`.

use std::path::PathBuf;

use super::{Command, Count, template};
use crate::bundle::Hooks;
use crate::cli::Program;
use crate::cli::arguments;
use crate::cli::flags::{self, Flag, Takes};
use crate::cli::parse::Parsed;
use crate::commands::bundle::{Args, Clock, Randomness};
use crate::commands::{Error, Session, bundle};
use crate::data::Failure;

pub(super) static COMMAND: Command = Command {
    name: "bundle",
    operands: "[NAME] CHART",
    summary: "make one file of a chart, for clusters that have no Helm",
    description: "Writes a file that kubectl apply takes: definitions of custom resources first, then\n\
                  namespaces, then the rest in the order of installation, every object with its\n\
                  namespace. The same inputs give the same bytes, and the head of the file says what\n\
                  it was made from; docs/bundle.md has the details.",
    flags: &[FLAGS, flags::RENDER, flags::LIMITS, flags::VALUES, flags::CHART],
    operand_count: Count::AtLeast(1),
    run,
    ..Command::NEW
};

/// Flags that shape a bundle.
pub(super) static FLAGS: &[Flag] = &[
    Flag::new(
        "allow-duplicate-objects",
        Takes::Bool,
        "let different objects of one name in: a cluster keeps the last",
    ),
    Flag::new("applyset", Takes::Text, "make it fit for kubectl apply --prune --applyset=TEXT"),
    Flag::new(
        "clock",
        Takes::Text,
        "time that templates see: seconds since 1970, or 2026-01-31T12:00:00Z",
    ),
    Flag::new("create-namespace", Takes::Bool, "make the namespace as well"),
    Flag::new(
        "deny",
        Takes::List,
        "warnings that are errors: duplicate-keys, for keys that a map has twice",
    ),
    Flag::new("dependency-update", Takes::Bool, ""),
    Flag::new("freeze", Takes::Text, "make random values once, and keep in this file what from"),
    Flag::new("generate-name", Takes::Bool, "").short('g'),
    Flag::new("hooks", Takes::Text, "which hooks are in it: none, install (default) or all"),
    Flag::new("images", Takes::Text, "file to list the images in"),
    Flag::new("include-crds", Takes::Bool, ""),
    Flag::new("label", Takes::Pairs, "label of all objects: key=value; may be repeated"),
    Flag::new("name-template", Takes::Text, "template that makes the release's name"),
    Flag::new("no-hooks", Takes::Bool, "the same as --hooks none"),
    Flag::new("output", Takes::Text, "file to write, with a .lock beside it").short('o'),
    Flag::new("random", Takes::Bool, "leave random values and the time to chance"),
    Flag::new("rewrite", Takes::Text, "registry that all images are taken from instead"),
    Flag::new("seed", Takes::Text, "make random values from this text"),
    Flag::new("split", Takes::Text, "folder to write a file for each object into"),
    Flag::new("skip-crds", Takes::Bool, "leave the definitions of crds/ out"),
    Flag::new("skip-tests", Takes::Bool, ""),
];

fn run(parsed: &Parsed, _program: &Program, session: &mut Session<'_>) -> Result<(), Error> {
    bundle::run(&args(parsed, session)?, session)
}

/// What the flags of a bundle ask for.
pub(super) fn args(parsed: &Parsed, session: &Session<'_>) -> Result<Args, Error> {
    let clock = parsed.text("clock").or_else(|| session.environment.get("SOURCE_DATE_EPOCH"));
    let pairs = parsed.texts("label").iter().filter_map(|pair| pair.split_once('='));
    Ok(Args {
        template: template::args(parsed, session),
        output: parsed.text("output").filter(|path| *path != "-").map(PathBuf::from),
        hooks: hooks(parsed)?,
        skip_crds: parsed.bool("skip-crds"),
        create_namespace: parsed.bool("create-namespace"),
        labels: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        applyset: arguments::text(parsed, "applyset"),
        randomness: randomness(parsed)?,
        clock: Clock(clock.map(str::to_owned)),
        registry: arguments::text(parsed, "rewrite").filter(|registry| !registry.is_empty()),
        split: arguments::text(parsed, "split").map(PathBuf::from),
        images: arguments::text(parsed, "images").map(PathBuf::from),
        deny_duplicate_keys: denies_duplicate_keys(parsed)?,
        allow_duplicate_objects: parsed.bool("allow-duplicate-objects"),
        head_name: None,
    })
}

fn denies_duplicate_keys(parsed: &Parsed) -> Result<bool, Error> {
    let denied = parsed.texts("deny");
    match denied.iter().find(|word| *word != "duplicate-keys") {
        None => Ok(!denied.is_empty()),
        Some(other) => {
            let text = format!("invalid value {other:?} of --deny: it must be duplicate-keys");
            Err(Failure::from(text).into())
        }
    }
}

fn hooks(parsed: &Parsed) -> Result<Hooks, Error> {
    match parsed.text("hooks") {
        _ if parsed.bool("no-hooks") => Ok(Hooks::None),
        None | Some("install") => Ok(Hooks::Install),
        Some("none") => Ok(Hooks::None),
        Some("all") => Ok(Hooks::All),
        Some(other) => {
            let text =
                format!("invalid value {other:?} of --hooks: it must be none, install or all");
            Err(Failure::from(text).into())
        }
    }
}

fn randomness(parsed: &Parsed) -> Result<Randomness, Error> {
    let given = [
        parsed.text("seed").map(|seed| Randomness::Seed(seed.to_owned())),
        parsed.text("freeze").map(|path| Randomness::Freeze(path.into())),
        parsed.bool("random").then_some(Randomness::Machine),
    ];
    let mut given = given.into_iter().flatten();
    let first = given.next().unwrap_or_default();
    if given.next().is_some() {
        return Err(Failure::new("only one of --seed, --freeze and --random can be given").into());
    }
    if first == Randomness::Seed(String::new()) {
        return Err(
            Failure::new("--seed is empty: a text that others cannot guess is needed").into()
        );
    }
    Ok(first)
}
