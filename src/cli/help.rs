//! The help texts, printed from the tables of commands and flags.

use std::fmt::Write;

use super::Program;
use super::commands::Command;
use super::flags::{self, Flag, Takes};

/// The help of `command`, which is reached by the words of `path`.
pub(super) fn command(command: &Command, path: &str, program: &Program) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", sentence(&program.name, command));
    if !command.description.is_empty() {
        let _ = writeln!(text, "\n{}", command.description);
    }
    let _ = writeln!(text, "\nUsage:\n  {}", command.usage(path));
    if !command.aliases.is_empty() {
        let _ = writeln!(text, "\nAlso called: {}", command.aliases.join(", "));
    }
    if command.is_group() {
        commands(&mut text, command, program);
    }
    for table in command.flags {
        flag_table(&mut text, "Flags", table, program);
    }
    flag_table(&mut text, "Flags of every command", flags::GLOBAL, program);
    text
}

fn sentence(name: &str, command: &Command) -> String {
    let mut summary = command.summary.to_owned();
    if command.name.is_empty() {
        return format!("{name} {summary}.");
    }
    summary[..1].make_ascii_uppercase();
    format!("{summary}.")
}

/// The commands below `group`.
fn commands(text: &mut String, group: &Command, program: &Program) {
    text.push_str(
        "
Commands:
",
    );
    for command in group.commands.iter().filter(|command| command.is_known(program.compat)) {
        let _ = writeln!(text, "  {:<12} {}", command.name, command.summary);
    }
    if group.name.is_empty() {
        let _ = writeln!(text, "  {:<12} show the help of a command", "help");
    }
}

/// The flags of `table` that have a help text; of two with one name, the one of this mode.
fn flag_table(text: &mut String, title: &str, table: &[Flag], program: &Program) {
    let shown: Vec<(String, &str)> = table
        .iter()
        .filter(|flag| !flag.help.is_empty() && flag.is_known(program.compat))
        .map(|flag| (spelled(flag), flag.help))
        .collect();
    let Some(width) = shown.iter().map(|(flag, _)| flag.len()).max() else { return };
    let _ = writeln!(text, "\n{title}:");
    for (flag, help) in shown {
        let _ = writeln!(text, "  {flag:<width$}   {help}");
    }
}

/// `-f, --values FILES`.
fn spelled(flag: &Flag) -> String {
    let short = flag.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    let value = match flag.takes {
        Takes::Bool => "",
        Takes::Text | Takes::Texts => " TEXT",
        Takes::TextOr(_) => "[=TEXT]",
        Takes::List => " LIST",
        Takes::Pairs => " KEY=VALUE",
        Takes::Format => " FORMAT",
        Takes::Duration => " DURATION",
        Takes::Int | Takes::Uint | Takes::Float => " NUMBER",
        Takes::Wait => "[=TEXT]",
    };
    format!("{short}--{}{value}", flag.name)
}
