//! The commands: one file each, with its flags and how they become its arguments.

mod batch;
mod bundle;
mod cluster;
mod cmp;
mod completion;
mod create;
mod dependency;
pub(super) mod env;
mod explain;
mod images;
mod install;
mod krm;
mod lint;
mod man;
mod package;
mod plugin;
mod show;
mod pull;
mod push;
mod registry;
mod repo;
mod rules;
mod search;
mod template;
mod values;
mod verify;
mod verify_bundle;
mod version;

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Parser, value_parser};

use super::completion::{Context, Kind};
use super::{Failed, Line, Program, flags, help, pflag};
use crate::commands::{Error, Session};
use go_text_template::Compat;
use go_text_template::diagnostics::edit_distance;

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
    count: Count,
    /// The commands below it, in the order in which the help lists them.
    pub(super) commands: &'static [&'static Self],
    /// The names of the commands below it that only Helm has.
    left_to_helm: &'static [&'static str],
    /// The one Helm that has it, if the other has not.
    only: Option<Compat>,
    /// Flags of which Helm 4 takes only one, by their ids.
    exclusive: &'static [[&'static str; 2]],
    /// What its next word may be.
    pub(super) completes: fn(usize, &Context) -> Kind,
    /// Examples of its use, a line each.
    pub(super) examples: &'static [&'static str],
    /// Variables of the environment that matter to it alone.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// The exit status when it is used wrongly; Helm's is 1.
    pub(super) usage_status: u8,
    /// What a group is for, in a line; other commands say it with their flags.
    about: &'static str,
    /// Its flags, besides those of all commands, and what it does.
    flags: fn() -> clap::Command,
    run: Run,
}

/// What a command does once its words are understood.
type Run = fn(ArgMatches, &Line<'_>, &mut Session<'_>) -> Result<(), Error>;

/// How many words a command takes besides its flags.
#[derive(Clone, Copy)]
enum Count {
    Any,
    None,
    AtLeast(usize),
    /// So many at least for Helm 4, any for Helm 3.
    Helm4AtLeast(usize),
    AtMost(usize),
    Exactly(usize),
}

/// The program itself.
pub(super) static ROOT: Command = Command {
    commands: &[
        &template::COMMAND,
        &batch::COMMAND,
        &values::COMMAND,
        &explain::COMMAND,
        &rules::COMMAND,
        &create::COMMAND,
        &lint::COMMAND,
        &show::COMMAND,
        &dependency::COMMAND,
        &package::COMMAND,
        &verify::COMMAND,
        &repo::COMMAND,
        &search::COMMAND,
        &pull::COMMAND,
        &push::COMMAND,
        &registry::COMMAND,
        &bundle::COMMAND,
        &verify_bundle::COMMAND,
        &images::COMMAND,
        &cmp::COMMAND,
        &krm::COMMAND,
        &plugin::COMMAND,
        &completion::COMMAND,
        &env::COMMAND,
        &man::COMMAND,
        &version::COMMAND,
        &install::COMMAND,
        &cluster::GET,
        &cluster::HISTORY,
        &cluster::LIST,
        &cluster::ROLLBACK,
        &cluster::STATUS,
        &cluster::TEST,
        &cluster::UNINSTALL,
        &cluster::UPGRADE,
    ],
    examples: &[
        "chart create web           # a chart to start from",
        "chart template web         # its manifests",
        "chart help template        # all about a command",
    ],
    environment: &[
        ("CHART_TIMEOUT", "seconds that a request may take"),
        ("HTTP_PROXY", "and HTTPS_PROXY, NO_PROXY: how servers are reached"),
        ("KUBECONFIG", "files whose current context has the namespace"),
    ],
    ..Command::group("", "Renders Helm charts to plain Kubernetes manifests")
};

/// The commands of the program in the groups in which the help lists them.
pub(super) static GROUPS: [(&str, &[&Command]); 7] = [
    ("Render", &[&template::COMMAND, &batch::COMMAND]),
    ("Explain", &[&values::COMMAND, &explain::COMMAND, &rules::COMMAND]),
    (
        "Charts",
        &[
            &create::COMMAND,
            &lint::COMMAND,
            &show::COMMAND,
            &dependency::COMMAND,
            &package::COMMAND,
            &verify::COMMAND,
        ],
    ),
    (
        "Repositories",
        &[&repo::COMMAND, &search::COMMAND, &pull::COMMAND, &push::COMMAND, &registry::COMMAND],
    ),
    ("Offline", &[&bundle::COMMAND, &verify_bundle::COMMAND, &images::COMMAND]),
    (
        "For other tools",
        &[
            &cmp::COMMAND,
            &krm::COMMAND,
            &plugin::COMMAND,
            &completion::COMMAND,
            &env::COMMAND,
            &man::COMMAND,
            &version::COMMAND,
        ],
    ),
    (
        "Helm's for clusters (none is changed)",
        &[
            &install::COMMAND,
            &cluster::GET,
            &cluster::HISTORY,
            &cluster::LIST,
            &cluster::ROLLBACK,
            &cluster::STATUS,
            &cluster::TEST,
            &cluster::UNINSTALL,
            &cluster::UPGRADE,
        ],
    ),
];

/// Helm's commands in the order in which it suggests them.
static HELM_COMMANDS: &[&str] = &[
    "create",
    "dependency",
    "pull",
    "show",
    "lint",
    "package",
    "repo",
    "search",
    "verify",
    "get",
    "history",
    "install",
    "list",
    "test",
    "rollback",
    "status",
    "template",
    "uninstall",
    "upgrade",
    "completion",
    "env",
    "plugin",
    "version",
    "registry",
    "push",
];

/// A command that was found among the words of the command line.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) command: &'static Command,
    /// Its name behind those of the commands above it, the program's first.
    pub(super) path: String,
    /// The names behind the program's.
    pub(super) names: Vec<&'static str>,
    /// The words that are left.
    pub(super) words: Vec<OsString>,
}

/// The command among `words`, and the other words.
pub(super) fn find(words: &[OsString], program: &Program) -> Result<Found, Failed> {
    let mut found = below(Found::root(words, program), program);
    let Some(at) = command_position(&found.words, program).filter(|_| found.is_root()) else {
        return Ok(found);
    };
    let name = found.words.remove(at);
    if name == "help" {
        help_wanted(found, program)
    } else {
        Err(unknown(&name, &ROOT, &program.name, program).into())
    }
}

/// What `--version` stands for.
pub(super) fn version(program: &Program) -> Found {
    below(Found::root(&["version".into()], program), program)
}

/// The first word that is neither a flag nor the value of one, and the other words.
pub(super) fn first_word(
    words: &[OsString],
    program: &Program,
) -> Option<(OsString, Vec<OsString>)> {
    let at = command_position(words, program)?;
    let mut words = words.to_vec();
    let word = words.remove(at);
    Some((word, words))
}

/// True for the names of Helm's commands, whether the program has them or not.
pub(super) fn is_helms(name: &str) -> bool {
    HELM_COMMANDS.contains(&name)
}

/// True if the program has a command that `name` calls.
pub(super) fn is_known(name: &str) -> bool {
    ROOT.by_name(name).is_some() || name == "help"
}

/// Follows the words from command to command as long as they name one.
pub(super) fn below(mut found: Found, program: &Program) -> Found {
    while found.command.is_group()
        && let Some(at) = command_position(&found.words, program)
        && let Some(command) = found.words[at].to_str().and_then(|word| found.command.by_name(word))
        && command.is_in(program.compat)
    {
        found.words.remove(at);
        found.path = format!("{} {}", found.path, command.name);
        found.names.push(command.name);
        found.command = command;
    }
    found
}

/// The command among words that may not be complete, and the other words. That of `help COMMAND` is
/// the command.
pub(super) fn found(words: &[OsString], program: &Program) -> Found {
    let mut found = below(Found::root(words, program), program);
    match command_position(&found.words, program) {
        Some(at) if found.is_root() && found.words[at] == "help" => {
            found.words.remove(at);
            below(found, program)
        }
        _ => found,
    }
}

/// What `help COMMAND` stands for: the command with `--help`. A command that there is not is an error
/// here, where Helm shows the help of those above it.
fn help_wanted(found: Found, program: &Program) -> Result<Found, Failed> {
    let mut found = below(found, program);
    match command_position(&found.words, program) {
        Some(at) if found.command.is_group() && !program.is_helm() => {
            Err(unknown(&found.words[at], found.command, &found.path, program).into())
        }
        _ => {
            found.words = vec!["--help".into()];
            Ok(found)
        }
    }
}

impl Found {
    /// The program itself, before any word was looked at.
    pub(super) fn root(words: &[OsString], program: &Program) -> Self {
        let (path, words) = (program.name.clone(), words.to_vec());
        Self { command: &ROOT, path, names: Vec::new(), words }
    }

    pub(super) fn is_root(&self) -> bool {
        self.command.name.is_empty()
    }
}

/// Where the first word is that is neither a flag nor the value of one. A flag that is not one of
/// every command counts as one with a value.
fn command_position(words: &[OsString], program: &Program) -> Option<usize> {
    let mut known = None;
    let mut at = 0;
    while let Some(word) = words.get(at).map(|word| word.as_encoded_bytes()) {
        match word {
            b"--" => return None,
            b"" => at += 1,
            [b'-', ..] => {
                let known = known.get_or_insert_with(|| ROOT.in_dialect(program));
                at += if pflag::takes_next(known, word) { 2 } else { 1 };
            }
            _ => return Some(at),
        }
    }
    None
}

/// What is said about a command that is not below `group`.
fn unknown(name: &OsString, group: &Command, path: &str, program: &Program) -> String {
    let name = &*name.to_string_lossy();
    let mut text = format!("unknown command {name:?} for {path:?}\n");
    let below = group.commands.iter().map(|command| command.name);
    let known: Vec<&str> = match program.helps() {
        true => below.collect(),
        false => HELM_COMMANDS.to_vec(),
    };
    let similar: Vec<&str> = known.into_iter().filter(|known| is_meant(name, known)).collect();
    if !similar.is_empty() {
        text.push_str("\nDid you mean this?\n");
        similar.iter().for_each(|known| text.push_str(&format!("\t{known}\n")));
        text.push('\n');
    }
    text.push_str(&format!("Run '{path} --help' for usage."));
    text
}

/// True for a command that was perhaps meant: one or two typing errors away, or only begun, or
/// called so in earlier times.
fn is_meant(typed: &str, known: &str) -> bool {
    let typed = typed.to_lowercase();
    edit_distance(&typed, known) <= 2
        || known.starts_with(&typed)
        || known == "uninstall" && ["remove", "rm"].contains(&&*typed)
}

impl Command {
    /// The command `name` with the flags `F`.
    const fn new<F: Flags>(name: &'static str, operands: &'static str, count: Count) -> Self {
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
    const fn group(name: &'static str, about: &'static str) -> Self {
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
    fn by_name(&self, name: &str) -> Option<&'static Self> {
        let is_called = |command: &&&Self| command.name == name || command.aliases.contains(&name);
        self.commands.iter().find(is_called).copied()
    }

    /// The command with its flags and those of every command, as their declarations have them.
    pub(super) fn declared(&self, program: &Program) -> clap::Command {
        let mut command = (self.flags)().name(self.name);
        if self.is_group() {
            command = command.about(self.about);
        }
        if self.name == ROOT.name && !program.is_helm() {
            let version = Arg::new(help::VERSION).long(help::VERSION).short('V');
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
        let is_offered = |name: &str| !program.is_helm() || !self.name.is_empty() || is_helms(name);
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
            true => Err(unknown(word, self, path, program).into()),
            false => Ok(()),
        }
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
