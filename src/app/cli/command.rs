//! What a command is: its name, its flags, what it does. This knows none of them.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Parser, value_parser};

use super::completion::kind::{Context, Kind};
use super::line::Line;
use super::process::Failed;
use super::program::Program;
use super::{flags, helm_commands, pflag};
use crate::commands::{Error, Session};
use go_text_template::Compat;

/// The flags of a command, and what it does with them.
pub(super) trait Flags: Parser {
    /// Runs the command.
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error>;
}

/// A command of the program.
pub(super) struct Command {
    /// Its name; empty for the program itself.
    pub(super) name: &'static str,
    /// Other names that Helm knows it by.
    pub(super) aliases: &'static [&'static str],
    /// What follows the name.
    pub(super) operands: &'static str,
    /// How many words it takes.
    pub(super) count: Count,
    /// The commands below it, in the order in which the help lists them.
    pub(super) commands: &'static [&'static Self],
    /// The names of the commands below it that only Helm has.
    pub(super) left_to_helm: &'static [&'static str],
    /// The one Helm that has it, if the other has not.
    pub(super) only: Option<Compat>,
    /// Flags of which Helm 4 takes only one, by their ids.
    pub(super) exclusive: &'static [[&'static str; 2]],
    /// What its next word may be.
    pub(super) completes: fn(usize, &Context) -> Kind,
    /// Examples of its use, a line each.
    pub(super) examples: &'static [&'static str],
    /// Variables of the environment that matter to it alone.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// The exit status when it is used wrongly; Helm's is 1.
    pub(super) usage_status: u8,
    /// What a group is for, in a line; other commands say it with their flags.
    pub(super) about: &'static str,
    /// Its flags, besides those of all commands, and what it does.
    pub(super) flags: fn() -> clap::Command,
    pub(super) run: Run,
}

/// What a command does once its words are understood.
pub(super) type Run = fn(ArgMatches, &Line<'_>, &mut Session<'_>) -> Result<(), Error>;

/// How many words a command takes besides its flags.
#[derive(Clone, Copy)]
pub(super) enum Count {
    Any,
    None,
    AtLeast(usize),
    /// So many at least for Helm 4, any for Helm 3.
    Helm4AtLeast(usize),
    AtMost(usize),
    Exactly(usize),
}

impl Command {
    /// The command `name` with the flags `F`.
    pub(super) const fn new<F: Flags>(
        name: &'static str,
        operands: &'static str,
        count: Count,
    ) -> Self {
        let run: Run = |mut matches, line, session| {
            let flags = F::from_arg_matches_mut(&mut matches);
            flags.expect("every flag has a value or can do without").run(line, session)
        };
        let completes = match count {
            Count::None => |_, _: &Context| Kind::NoMore,
            _ => |_, _: &Context| Kind::File,
        };
        Self { name, operands, count, flags: F::command, run, completes, ..Self::group(name, "") }
    }

    /// A command that only holds others; run by itself it shows its help.
    pub(super) const fn group(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            operands: "COMMAND",
            count: Count::Any,
            commands: &[],
            left_to_helm: &[],
            only: None,
            exclusive: &[],
            completes: |_, _| Kind::File,
            examples: &[],
            environment: &[],
            usage_status: 1,
            about,
            flags: || clap::Command::new(""),
            run: |_, _, _| Ok(()),
        }
    }

    /// True if the Helm that is equalled has the command.
    pub(super) fn is_in(&self, compat: Compat) -> bool {
        self.only.is_none_or(|only| only == compat)
    }

    /// The command below this one that `name` calls.
    pub(super) fn by_name(&self, name: &str) -> Option<&'static Self> {
        let is_called = |command: &&&Self| command.name == name || command.aliases.contains(&name);
        self.commands.iter().find(is_called).copied()
    }

    /// The command with its flags and those of every command, as their declarations have them.
    pub(super) fn declared(&self, program: &Program) -> clap::Command {
        let mut command = (self.flags)().name(self.name);
        if self.is_group() {
            command = command.about(self.about);
        }
        if self.name.is_empty() && !program.is_helm() {
            let version = Arg::new(VERSION).long(VERSION).short('V');
            let version = version.action(ArgAction::SetTrue).help("Show the version");
            command = command.arg(version.help_heading(flags::EVERY_COMMAND));
        }
        let words = Arg::new(WORDS).num_args(0..).hide(true);
        let words = words.value_parser(value_parser!(OsString));
        flags::with_global(command, program).arg(words)
    }

    /// The command as its words are read.
    pub(super) fn in_dialect(&self, program: &Program) -> clap::Command {
        pflag::dialect(self.declared(program), program.compat)
    }

    /// The names of the commands below it, and what they are for.
    pub(super) fn below(&self, program: &Program) -> Vec<(&'static str, String)> {
        let is_offered = |name: &str| {
            !program.is_helm() || !self.name.is_empty() || helm_commands::is_known(name)
        };
        let below = self.commands.iter().filter(|command| command.is_in(program.compat));
        let below = below.filter(|command| is_offered(command.name));
        let about = |command: &Self| command.declared(program).get_about().cloned();
        let about = |command| about(command).unwrap_or_default().to_string();
        let help = ("help", "Show the help of a command".to_owned());
        let help = self.name.is_empty().then_some(help);
        below.map(|command| (command.name, about(command))).chain(help).collect()
    }

    /// True for a command that only holds others.
    pub(super) fn is_group(&self) -> bool {
        !self.commands.is_empty()
    }

    /// Checks what can be told from the words alone.
    pub(super) fn check(
        &self,
        path: &str,
        count: usize,
        matches: &ArgMatches,
        compat: Compat,
    ) -> Result<(), Failed> {
        match self.count.complaint(count, compat) {
            None if compat.is_helm3() => Ok(()),
            None => self.check_exclusive(matches),
            Some(complaint) => {
                let usage = self.usage(path);
                Err(self.misused(format!("{path:?} {complaint}\n\nUsage:  {usage}")))
            }
        }
    }

    /// Refuses flags of which Helm 4 takes only one.
    fn check_exclusive(&self, matches: &ArgMatches) -> Result<(), Failed> {
        let is_given = |pair: &&[&str; 2]| pair.iter().all(|id| pflag::is_given(matches, id));
        let Some(pair) = self.exclusive.iter().find(is_given) else { return Ok(()) };
        let [first, second] = pair.map(|id| id.replace('_', "-"));
        let mut sorted = [&first, &second];
        sorted.sort_unstable();
        Err(format!(
            "if any flags in the group [{first} {second}] are set none of the others can be; \
             [{} {}] were all set",
            sorted[0], sorted[1]
        )
        .into())
    }

    /// Refuses a group's commands that only Helm has, and those that there are not. For the latter,
    /// Helm shows the help of the group.
    pub(super) fn check_group(
        &self,
        path: &str,
        words: &[OsString],
        program: &Program,
    ) -> Result<(), Failed> {
        let Some(word) = words.first() else { return Ok(()) };
        let first = word.to_string_lossy();
        if self.left_to_helm.contains(&&*first) {
            let name = self.name;
            return Err(
                format!("\"{name} {first}\" is Helm's: this program does not have it").into()
            );
        }
        match self.is_group() && !program.is_helm() {
            true => Err(self.unknown(word, path, program).into()),
            false => Ok(()),
        }
    }

    /// What is said about a command that is not below this one.
    pub(super) fn unknown(&self, name: &OsString, path: &str, program: &Program) -> String {
        let name = &*name.to_string_lossy();
        let mut text = format!("unknown command {name:?} for {path:?}\n");
        let below = self.commands.iter().map(|command| command.name);
        let known: Vec<&str> = match program.helps() {
            true => below.collect(),
            false => helm_commands::NAMES.to_vec(),
        };
        let similar: Vec<&str> =
            known.into_iter().filter(|known| helm_commands::is_meant(name, known)).collect();
        if !similar.is_empty() {
            text.push_str("\nDid you mean this?\n");
            similar.iter().for_each(|known| text.push_str(&format!("\t{known}\n")));
            text.push('\n');
        }
        text.push_str(&format!("Run '{path} --help' for usage."));
        text
    }

    /// The failure to understand what the command is asked for.
    pub(super) fn misused(&self, text: String) -> Failed {
        Failed::Saying(text, self.usage_status)
    }

    /// How the command is written.
    pub(super) fn usage(&self, path: &str) -> String {
        let space = if self.operands.is_empty() { "" } else { " " };
        format!("{path}{space}{} [flags]", self.operands)
    }

    /// Runs the command.
    pub(super) fn run(
        &self,
        matches: ArgMatches,
        line: &Line<'_>,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        (self.run)(matches, line, session)
    }
}

/// The flag of the program itself that Helm does not have.
pub(super) const VERSION: &str = "version";

/// What the words are called that are no flags.
pub(super) const WORDS: &str = "words";

/// The words that are neither flags nor their values.
pub(super) fn words(matches: &mut ArgMatches) -> Vec<OsString> {
    matches.remove_many(WORDS).map(Iterator::collect).unwrap_or_default()
}

impl Count {
    /// What is wrong with this number of words.
    fn complaint(self, count: usize, compat: Compat) -> Option<String> {
        match self {
            Self::Helm4AtLeast(_) if compat.is_helm3() => None,
            Self::Helm4AtLeast(least) => Self::AtLeast(least).complaint(count, compat),
            Self::None if count > 0 => Some("accepts no arguments".to_owned()),
            Self::AtLeast(least) if count < least => {
                Some(format!("requires at least {least} argument{}", plural(least)))
            }
            Self::AtMost(most) if count > most => {
                Some(format!("accepts at most {most} argument{}", plural(most)))
            }
            Self::Exactly(wanted) if count != wanted => {
                Some(format!("requires {wanted} argument{}", plural(wanted)))
            }
            _ => None,
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
