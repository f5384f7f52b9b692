//! The help texts, printed from the tables of commands and flags.

use std::fmt::Write;

use super::Program;
use super::commands::{COMMANDS, Command};
use super::flags::{self, Flag, Takes};

/// The help of `command`.
pub(super) fn command(command: &Command, program: &Program) -> String {
    let mut text = String::new();
    let name = &program.name;
    let _ = writeln!(text, "{}", sentence(name, command));
    if !command.description.is_empty() {
        let _ = writeln!(text, "\n{}", command.description);
    }
    let words: Vec<&str> = [name.as_str(), command.name, command.operands]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    let operands = if command.name.is_empty() { " COMMAND" } else { "" };
    let _ = writeln!(text, "\nUsage:\n  {}{operands} [flags]", words.join(" "));
    if command.name.is_empty() {
        commands(&mut text);
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

fn commands(text: &mut String) {
    text.push_str("\nCommands:\n");
    for command in COMMANDS {
        let _ = writeln!(text, "  {:<12} {}", command.name, command.summary);
    }
    let _ = writeln!(text, "  {:<12} show the help of a command", "help");
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
        Takes::Duration => " DURATION",
        Takes::Int | Takes::Float => " NUMBER",
    };
    format!("{short}--{}{value}", flag.name)
}
