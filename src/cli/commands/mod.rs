//! The commands: one file each, with its flags and how they become its arguments.

mod batch;
mod bundle;
mod cluster;
mod cmp;
mod completion;
mod create;
mod dependency;
pub(super) mod env;
mod images;
mod install;
mod krm;
mod lint;
mod package;
mod plugin;
mod show;
mod pull;
mod push;
mod registry;
mod repo;
mod search;
mod template;
mod verify;
mod verify_bundle;
mod version;

use super::flags::{self, Flag, In};
use super::parse::Parsed;
use super::{Failed, Program};
use crate::commands::{Error, Session};
use crate::compat::Compat;

/// A command of the program.
pub(super) struct Command {
    /// Its name; empty for the program itself.
    pub(super) name: &'static str,
    /// Other names that Helm knows it by.
    pub(super) aliases: &'static [&'static str],
    /// What follows the name.
    pub(super) operands: &'static str,
    /// What it does, in a line.
    pub(super) summary: &'static str,
    /// What it does, in full, behind the summary.
    pub(super) description: &'static str,
    /// Its flags, besides those of all commands.
    pub(super) flags: &'static [&'static [Flag]],
    /// The commands below it, in the order in which the help lists them.
    pub(super) commands: &'static [&'static Self],
    /// The names of the commands below it that only Helm has.
    left_to_helm: &'static [&'static str],
    /// Which Helm has it.
    known_in: In,
    /// How many words it takes.
    operand_count: Count,
    /// The exit status when it is used wrongly; Helm's is 1.
    pub(super) usage_status: u8,
    /// The values that its first word may have, if they can be listed.
    pub(super) first_words: &'static [&'static str],
    run: Run,
}

/// What a command does once its words are understood.
type Run = fn(&Parsed, &Program, &mut Session<'_>) -> Result<(), Error>;

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

/// The program itself, with all commands in the order in which the help lists them.
pub(super) static ROOT: Command = Command {
    summary: "renders Helm charts to plain Kubernetes manifests",
    commands: &[
        &template::COMMAND,
        &batch::COMMAND,
        &bundle::COMMAND,
        &cmp::COMMAND,
        &completion::COMMAND,
        &create::COMMAND,
        &dependency::COMMAND,
        &env::COMMAND,
        &images::COMMAND,
        &install::COMMAND,
        &krm::COMMAND,
        &lint::COMMAND,
        &package::COMMAND,
        &plugin::COMMAND,
        &show::COMMAND,
        &verify::COMMAND,
        &verify_bundle::COMMAND,
        &pull::COMMAND,
        &push::COMMAND,
        &registry::COMMAND,
        &repo::COMMAND,
        &search::COMMAND,
        &cluster::GET,
        &cluster::HISTORY,
        &cluster::LIST,
        &cluster::ROLLBACK,
        &cluster::STATUS,
        &cluster::TEST,
        &cluster::UNINSTALL,
        &cluster::UPGRADE,
        &version::COMMAND,
    ],
    ..Command::NEW
};

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
    /// The words that are left.
    pub(super) words: Vec<String>,
}

/// The command among `words`, and the other words.
pub(super) fn find(words: &[String], program: &Program) -> Result<Found, Failed> {
    let root = Found { command: &ROOT, path: program.name.clone(), words: words.to_vec() };
    let found = below(root, program);
    let first_word = || command_position(&found.words, found.command, program.compat);
    match first_word().map(|at| found.words[at].as_str()) {
        Some("help") if found.is_root() => Ok(help_wanted(found, program)),
        Some(name) if found.is_root() => Err(unknown(name, program).into()),
        _ => Ok(found),
    }
}

/// The first word that is neither a flag nor the value of one, and the other words.
pub(super) fn first_word(words: &[String], compat: Compat) -> Option<(String, Vec<String>)> {
    let at = command_position(words, &ROOT, compat)?;
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
    while let Some(at) = command_position(&found.words, found.command, program.compat) {
        let command = found.command.by_name(&found.words[at]);
        let Some(command) = command.filter(|command| command.is_known(program.compat)) else {
            break;
        };
        found.words.remove(at);
        found.path = format!("{} {}", found.path, command.name);
        found.command = command;
    }
    found
}

/// What `help COMMAND` stands for: the command with `--help`.
fn help_wanted(mut found: Found, program: &Program) -> Found {
    found.words.retain(|word| !word.starts_with('-'));
    found.words.remove(0);
    let mut found = below(found, program);
    found.words = vec!["--help".to_owned()];
    found
}

impl Found {
    fn is_root(&self) -> bool {
        self.command.name.is_empty()
    }
}

/// Where the first word is that is neither a flag nor the value of one. A flag that `command` does
/// not have counts as one with a value.
fn command_position(words: &[String], command: &Command, compat: Compat) -> Option<usize> {
    let known = command.flags(compat);
    let is_bare = |word: &str| {
        let flag = match (word.strip_prefix("--"), word.strip_prefix('-')) {
            (Some(name), _) => known.iter().find(|flag| flag.name == name),
            (None, Some(short)) => known.iter().find(|flag| short.chars().eq(flag.short)),
            (None, None) => None,
        };
        flag.is_some_and(|flag| flag.takes.when_bare().is_some())
    };
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_str();
        let takes_next = !word.contains('=') && (word.starts_with("--") || word.len() == 2);
        match word {
            "--" => return None,
            word if !word.starts_with('-') && !word.is_empty() => return Some(at),
            word if word.starts_with('-') && takes_next && !is_bare(word) => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// What is said about a command that there is not.
fn unknown(name: &str, program: &Program) -> String {
    let helm = &program.name;
    let mut text = format!("unknown command {name:?} for {helm:?}\n");
    let similar: Vec<&str> = suggestions(name).collect();
    if !similar.is_empty() {
        text.push_str("\nDid you mean this?\n");
        similar.iter().for_each(|known| text.push_str(&format!("\t{known}\n")));
        text.push('\n');
    }
    text.push_str(&format!("Run '{helm} --help' for usage."));
    text
}

/// The commands that were perhaps meant by `name`.
fn suggestions(name: &str) -> impl Iterator<Item = &'static str> {
    let is_old_name = ["remove", "rm"].iter().any(|old| name.eq_ignore_ascii_case(old));
    HELM_COMMANDS
        .iter()
        .copied()
        .filter(move |known| is_similar(name, known) || is_old_name && *known == "uninstall")
}

/// True for names that are one or two typing errors apart, or where one begins the other.
fn is_similar(typed: &str, known: &str) -> bool {
    crate::diagnostics::edit_distance(&typed.to_lowercase(), known) <= 2
        || known.starts_with(&typed.to_lowercase())
}

impl Command {
    /// A command that takes any words and shows its help: what the others are variations of.
    const NEW: Self = Self {
        name: "",
        aliases: &[],
        operands: "",
        summary: "",
        description: "",
        flags: &[],
        commands: &[],
        left_to_helm: &[],
        known_in: In::Both,
        operand_count: Count::Any,
        usage_status: 1,
        first_words: &[],
        run: |_, _, _| Ok(()),
    };

    /// The command below this one that `name` calls.
    fn by_name(&self, name: &str) -> Option<&'static Self> {
        let is_called = |command: &&&Self| command.name == name || command.aliases.contains(&name);
        self.commands.iter().find(is_called).copied()
    }

    /// True if the Helm that is equalled has the command.
    pub(super) fn is_known(&self, compat: Compat) -> bool {
        self.known_in.has(compat)
    }

    /// All flags that the command takes in this mode.
    pub(super) fn flags(&self, compat: Compat) -> Vec<&'static Flag> {
        let tables = self.flags.iter().chain(std::iter::once(&flags::GLOBAL));
        tables.flat_map(|table| table.iter()).filter(|flag| flag.is_known(compat)).collect()
    }

    /// True if a word more may follow so many.
    pub(super) fn takes_more_than(&self, count: usize) -> bool {
        match self.operand_count {
            Count::None => false,
            Count::AtMost(most) | Count::Exactly(most) => count < most,
            Count::Any | Count::AtLeast(_) | Count::Helm4AtLeast(_) => true,
        }
    }

    /// True for a command that only holds others; run by itself it shows its help.
    pub(super) fn is_group(&self) -> bool {
        !self.commands.is_empty()
    }

    /// Checks what can be told from the words alone.
    pub(super) fn check(&self, path: &str, parsed: &Parsed, compat: Compat) -> Result<(), Failed> {
        match self.operand_count.complaint(parsed.arguments.len(), compat) {
            None => exclusive_flags(parsed, compat),
            Some(complaint) => {
                let usage = self.usage(path);
                Err(self.misused(format!("{path:?} {complaint}\n\nUsage:  {usage}")))
            }
        }
    }

    /// Refuses the commands below this one that only Helm has. Asked for any other that there is
    /// not, Helm shows the help.
    pub(super) fn check_group(&self, parsed: &Parsed) -> Result<(), Failed> {
        let first = parsed.arguments.first().map_or("", String::as_str);
        if self.left_to_helm.contains(&first) {
            let name = self.name;
            return Err(
                format!("\"{name} {first}\" is Helm's: this program does not have it").into()
            );
        }
        Ok(())
    }

    /// The failure to understand what the command is asked for.
    pub(super) fn misused(&self, text: String) -> Failed {
        Failed::Saying(text, self.usage_status)
    }

    /// How the command is written.
    pub(super) fn usage(&self, path: &str) -> String {
        let operands = if self.is_group() { "COMMAND" } else { self.operands };
        let space = if operands.is_empty() { "" } else { " " };
        format!("{path}{space}{operands} [flags]")
    }

    /// Runs the command.
    pub(super) fn run(
        &self,
        parsed: &Parsed,
        program: &Program,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        (self.run)(parsed, program, session)
    }
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

/// Flags of which Helm 4 takes only one.
fn exclusive_flags(parsed: &Parsed, compat: Compat) -> Result<(), Failed> {
    const GROUPS: [[&str; 2]; 3] = [
        ["force", "force-conflicts"],
        ["force-replace", "force-conflicts"],
        ["validate", "dry-run"],
    ];
    if compat.is_helm3() {
        return Ok(());
    }
    for [first, second] in GROUPS {
        if parsed.has(first) && parsed.has(second) {
            let mut sorted = [first, second];
            sorted.sort_unstable();
            return Err(format!(
                "if any flags in the group [{first} {second}] are set none of the others can be; \
                 [{} {}] were all set",
                sorted[0], sorted[1]
            )
            .into());
        }
    }
    Ok(())
}
