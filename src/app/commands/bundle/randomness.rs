//! Where the random values and the time of a bundle come from.

use std::fmt::Write;

use super::args::{Args, Randomness};
use crate::bundle::{Asked, DEFAULT_MOMENT, Origin, Repeatable, read_records, write_records};
use crate::commands::{Error, Session};
use crate::files;
use go_text_template::data::{Failure, Str};

/// Another world than that of [`world`], to see whether the difference shows.
pub(super) fn other_world(args: &Args, name: &Str) -> Result<Repeatable<'static>, Error> {
    let moment = args.clock.moment()?.unwrap_or(DEFAULT_MOMENT + 40_000_000);
    let namespace = args.template.render.namespace.as_bytes();
    Ok(Repeatable::new(Origin::Seed { seed: "other".to_owned(), moment }, name, namespace))
}

/// The world of the render; `None` if that is the machine.
pub(super) fn world<'s>(
    args: &Args,
    name: &Str,
    session: &Session<'s>,
) -> Result<Option<Repeatable<'s>>, Error> {
    let moment = args.clock.moment()?;
    let from = |seed: &str| Origin::Seed {
        seed: seed.to_owned(),
        moment: moment.unwrap_or(DEFAULT_MOMENT),
    };
    let origin = match &args.randomness {
        Randomness::Machine => return Ok(None),
        Randomness::Refused => from(""),
        Randomness::Seed(seed) => from(seed),
        Randomness::Freeze(path) => {
            let known = match files::read_if_there(path)? {
                None => Some(std::collections::BTreeMap::new()),
                Some(text) => read_records(&text),
            };
            let wrong = || Failure::from(format!("{} is no file of --freeze", path.display()));
            Origin::Record { known: known.ok_or_else(wrong)?, machine: session.world }
        }
    };
    let namespace = args.template.render.namespace.as_bytes();
    Ok(Some(Repeatable::new(origin, name, namespace)))
}

/// The calls that nothing was said about, although they give something else every time.
pub(super) fn unsettled(args: &Args, world: &Repeatable<'_>) -> Vec<Asked> {
    if args.randomness != Randomness::Refused {
        return Vec::new();
    }
    let mut asked = world.asked();
    asked.retain(|asked| !(asked.time && args.clock.0.is_some()));
    asked
}

/// A certificate is valid from a moment on; the one that stands for none may be long ago.
pub(super) fn warn_of_certificates(args: &Args, world: &Repeatable<'_>, session: &mut Session<'_>) {
    if args.clock.0.is_some() || !matches!(args.randomness, Randomness::Seed(_)) {
        return;
    }
    let asked = world.asked();
    let certificates = asked.iter().filter(|asked| asked.time && asked.function.starts_with("gen"));
    for Asked { place, function, .. } in certificates {
        session.say(format_args!(
            "warning: {place}: the certificate of {function} is valid from 2026-01-01 on; --clock \
             says from when instead"
        ));
    }
}

/// Why a bundle that would differ every time is not made.
pub(super) fn refusal(asked: &[Asked]) -> Failure {
    let mut text = String::from("this chart makes something else every time it is rendered:");
    for Asked { place, function, time } in asked {
        let what = if *time { "the time" } else { "random" };
        let _ = write!(text, "\n  {place}: {function} ({what})");
    }
    text.push_str(
        "\nSay where that comes from: --seed TEXT makes all of it from a text, --freeze FILE makes it \
         once and keeps it in a file, --clock TIME sets the time, --random leaves it to chance. Or \
         set the values that the chart would otherwise make up.",
    );
    Failure::from(text)
}

/// What the file of `--freeze` is to hold.
pub(super) fn records(args: &Args, world: &Repeatable<'_>) -> Option<String> {
    matches!(args.randomness, Randomness::Freeze(_)).then(|| write_records(&world.records()))
}

/// The flag that sets the clock to what it showed, if somebody looked.
pub(super) fn clock_flag(args: &Args, world: &Repeatable<'_>) -> Option<String> {
    let looked = world.asked().iter().any(|asked| asked.time);
    let moment = args.clock.moment().ok().flatten().filter(|_| looked)?;
    Some(format!("--clock={moment}"))
}

/// What the receipt says about it.
pub(super) fn origin(args: &Args, world: Option<&Repeatable<'_>>) -> String {
    let is_random = world.is_none_or(|world| world.asked().iter().any(|asked| !asked.time));
    match args.randomness {
        Randomness::Machine => "left to chance",
        Randomness::Freeze(_) => "from --freeze",
        Randomness::Seed(_) if is_random => "from --seed",
        Randomness::Seed(_) | Randomness::Refused => "nothing",
    }
    .to_owned()
}
