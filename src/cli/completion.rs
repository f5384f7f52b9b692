//! Shell completions, printed from the tables of commands and flags.

use std::fmt::Write;

use super::Program;
use super::commands::{Command, ROOT};
use super::flags::Flag;

/// The shells for which there is a script.
pub(super) const SHELLS: [&str; 4] = ["bash", "fish", "powershell", "zsh"];

/// The completion script for `shell`, if there is one.
pub(super) fn script(shell: &str, program: &Program) -> Option<String> {
    match shell {
        "bash" => Some(bash(program)),
        "fish" => Some(fish(program)),
        "powershell" => Some(powershell(program)),
        "zsh" => Some(zsh(program)),
        _ => None,
    }
}

/// The flags of `command` that its help shows.
fn shown_flags(command: &Command, program: &Program) -> Vec<&'static Flag> {
    let flags = command.flags(program.compat).into_iter();
    flags.filter(|flag| !flag.help.is_empty()).collect()
}

fn flag_words(command: &Command, program: &Program) -> String {
    let words = shown_flags(command, program).into_iter().map(|flag| format!("--{}", flag.name));
    words.collect::<Vec<_>>().join(" ")
}

fn command_words() -> String {
    let names = ROOT.commands.iter().map(|command| command.name).chain(["help"]);
    names.collect::<Vec<_>>().join(" ")
}

fn bash(program: &Program) -> String {
    let name = &program.name;
    let mut text = format!("# bash completion for {name}\n_{name}() {{\n");
    text.push_str("    local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} flags=\n");
    text.push_str("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n");
    let _ =
        writeln!(text, "        COMPREPLY=($(compgen -W '{}' -- \"$current\"))", command_words());
    text.push_str("        return\n    fi\n    case $command in\n");
    for command in ROOT.commands {
        let _ =
            writeln!(text, "        {}) flags='{}' ;;", command.name, flag_words(command, program));
    }
    text.push_str("    esac\n    case $current in\n");
    text.push_str("        -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$current\")) ;;\n");
    text.push_str("        *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n    esac\n}\n");
    let _ = writeln!(text, "complete -o filenames -F _{name} {name}");
    text
}

fn zsh(program: &Program) -> String {
    let name = &program.name;
    let mut text =
        format!("#compdef {name}\n_{name}() {{\n    local -a commands\n    commands=(\n");
    for command in ROOT.commands {
        let _ = writeln!(text, "        '{}:{}'", command.name, command.summary);
    }
    text.push_str("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n");
    text.push_str("        return\n    fi\n    case $words[2] in\n");
    for command in ROOT.commands {
        let _ = writeln!(text, "        {})\n            _arguments \\", command.name);
        for flag in shown_flags(command, program) {
            let _ = writeln!(text, "                '--{}[{}]' \\", flag.name, zsh_text(flag.help));
        }
        text.push_str("                '*:file:_files'\n            ;;\n");
    }
    let _ = writeln!(text, "    esac\n}}\ncompdef _{name} {name}");
    text
}

/// A help text inside the brackets of an `_arguments` specification.
fn zsh_text(help: &str) -> String {
    help.replace('\'', "'\\''").replace('[', "\\[").replace(']', "\\]")
}

fn fish(program: &Program) -> String {
    let name = &program.name;
    let mut text = format!("# fish completion for {name}\n");
    for command in ROOT.commands {
        let (command, summary) = (command.name, command.summary);
        let _ = writeln!(
            text,
            "complete -c {name} -n __fish_use_subcommand -a {command} -d '{summary}'"
        );
    }
    for command in ROOT.commands {
        for flag in shown_flags(command, program) {
            let seen = format!("__fish_seen_subcommand_from {}", command.name);
            let help = flag.help.replace('\'', "\\'");
            let _ = writeln!(text, "complete -c {name} -n '{seen}' -l {} -d '{help}'", flag.name);
        }
    }
    text
}

fn powershell(program: &Program) -> String {
    let name = &program.name;
    let mut text = format!("# PowerShell completion for {name}\n");
    let _ =
        writeln!(text, "Register-ArgumentCompleter -Native -CommandName '{name}' -ScriptBlock {{");
    text.push_str(
        "    param($word, $ast, $position)\n    $command = $ast.CommandElements[1].Value\n",
    );
    text.push_str("    $words = switch ($command) {\n");
    for command in ROOT.commands {
        let words = flag_words(command, program);
        let _ = writeln!(text, "        '{}' {{ '{words}' -split ' ' }}", command.name);
    }
    let words = format!("{} {}", command_words(), flag_words(&ROOT, program));
    let _ = writeln!(text, "        default {{ '{words}' -split ' ' }}\n    }}");
    text.push_str("    $words | Where-Object { $_ -like \"$word*\" } | ForEach-Object {\n");
    text.push_str("        [System.Management.Automation.CompletionResult]::new($_)\n    }\n}\n");
    text
}
