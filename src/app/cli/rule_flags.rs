//! Which rules are looked at: `--warn` and `--deny`, of which the later one counts.

use bstr::ByteSlice;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::go_values::List;
use super::marks::Ours;
use crate::commands::Error;
use crate::rules::{Choice, Severity};
use go_text_template::data::Failure;

/// The names of rules, in the order of the command line.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleFlags(Vec<(Severity, String)>);

/// The flags, with what they make of a finding.
const FLAGS: [(&str, Severity, &str); 2] = [
    ("warn", Severity::Warning, "Tell what these rules find: names, or all (see `chart rules`)"),
    ("deny", Severity::Error, "Fail if these rules find something"),
];

impl RuleFlags {
    /// What the flags say.
    pub(super) fn choice(&self) -> Result<Choice, Error> {
        let mut choice = Choice::default();
        for (severity, name) in &self.0 {
            let unknown = choice.set(name, *severity).err();
            if let Some(unknown) = unknown {
                return Err(Failure::from(unknown.message()).into());
            }
        }
        Ok(choice)
    }
}

fn with_flags(command: Command) -> Command {
    let flag = |(name, _, help): (&'static str, Severity, &'static str)| {
        let flag = Arg::new(name).long(name).value_name("RULES").action(ArgAction::Append);
        let flag = flag.value_parser(value_parser!(List)).help(help);
        flag.help_heading("Rules").add(Ours)
    };
    command.args(FLAGS.map(flag))
}

impl Args for RuleFlags {
    fn augment_args(command: Command) -> Command {
        with_flags(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        with_flags(command)
    }
}

impl FromArgMatches for RuleFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given: Vec<(usize, Severity, &List)> = Vec::new();
        for (name, severity, _) in FLAGS {
            let lists = matches.get_many::<List>(name).into_iter().flatten();
            let places = matches.indices_of(name).into_iter().flatten();
            given.extend(places.zip(lists).map(|(place, list)| (place, severity, list)));
        }
        given.sort_by_key(|(place, ..)| *place);
        let names = given.into_iter().flat_map(|(_, severity, list)| {
            list.0.iter().map(move |name| (severity, name.trim().to_str_lossy().into_owned()))
        });
        Ok(Self(names.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
