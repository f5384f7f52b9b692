//! The help texts: clap's, in groups, with examples, variables and exit statuses below.

use std::fmt::Write;
use std::io;

use clap::builder::StyledStr;
use clap::builder::styling::{AnsiColor, Styles};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::command::Command;
use super::commands::{GROUPS, ROOT};
use super::marks::WhenBare;
use super::pflag;
use super::program::Program;
use crate::commands::write_man::Page;

/// The colours of help texts.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// How wide a help text may be.
const WIDTH: usize = 80;

/// The help of `command`, which is reached by the words of `path`.
pub(super) fn command(command: &Command, path: &str, program: &Program) -> StyledStr {
    let shown = shown(command, program);
    let about = shown.get_long_about().or(shown.get_about()).cloned().unwrap_or_default();
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{}{}\n{{all-args}}\n{}",
        also_called(command),
        commands(command, program),
        footer(command)
    );
    shown
        .about(about)
        .override_usage(command.usage(path))
        .help_template(template)
        .styles(STYLES)
        .term_width(WIDTH)
        .render_help()
}

/// The command with those of its flags that have a text, and that the Helm that is equalled has.
pub(super) fn shown(command: &Command, program: &Program) -> clap::Command {
    let command = command.declared(program);
    command.disable_help_flag(true).mut_args(|arg| {
        let is_shown = arg.get_help().is_some() && pflag::is_in(&arg, program.compat);
        let arg = arg.hide(!is_shown);
        match arg.get::<WhenBare>() {
            Some(_) => arg.num_args(0..=1).require_equals(true),
            None => arg,
        }
    })
}

fn also_called(command: &Command) -> String {
    match command.aliases {
        [] => String::new(),
        aliases => format!("\n{}Also called:{0:#} {}\n", STYLES.get_header(), aliases.join(", ")),
    }
}

/// The commands below `command`; those of the program in groups.
fn commands(command: &Command, program: &Program) -> String {
    if command.name == ROOT.name {
        return GROUPS
            .iter()
            .map(|(title, group)| section(title, &lines(group, program)))
            .collect();
    }
    match command.commands {
        [] => String::new(),
        below => section("Commands", &lines(below, program)),
    }
}

fn lines(commands: &[&Command], program: &Program) -> Lines {
    let about = |command: &Command| command.declared(program).get_about().cloned();
    commands
        .iter()
        .map(|command| (command.name, about(command).unwrap_or_default().to_string()))
        .collect()
}

fn section(title: &str, lines: &[(&str, String)]) -> String {
    let (header, literal) = (STYLES.get_header(), STYLES.get_literal());
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = format!("\n{header}{title}:{header:#}\n");
    for (name, help) in lines {
        let _ = writeln!(text, "  {literal}{name:<width$}{literal:#}  {help}");
    }
    text
}

/// Examples, variables and exit statuses.
fn footer(command: &Command) -> String {
    let header = STYLES.get_header();
    let mut text = String::new();
    if !command.examples.is_empty() {
        let _ = writeln!(text, "\n{header}Examples:{header:#}");
        command.examples.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    text.push_str(&section("Environment", &variables(command)));
    text.push_str(&section("Exit status", &exit_statuses(command)));
    text
}

type Lines = Vec<(&'static str, String)>;

fn variables(command: &Command) -> Lines {
    let all = command.environment.iter().chain(ENVIRONMENT);
    all.map(|(name, help)| (*name, (*help).to_owned())).collect()
}

/// Variables that matter to every command.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("CHART_COMPAT", "helm4 or helm3: as --compat"),
    ("CHART_OFFLINE", "1: as --offline"),
    ("HELM_NAMESPACE", "as --namespace; else the current one of KUBECONFIG"),
    ("HELM_*_HOME", "CACHE, CONFIG, DATA: where Helm's files are; see chart env"),
    ("NO_COLOR", "no colours"),
];

fn exit_statuses(command: &Command) -> Lines {
    let mut statuses = vec![("0", "all went well"), ("1", "something failed")];
    if command.usage_status != 1 {
        statuses.push(("2", "the command line, or what it leads to, is wrong"));
    }
    statuses.into_iter().map(|(status, help)| (status, help.to_owned())).collect()
}

/// The manual pages of all commands.
pub(super) fn pages(program: &Program) -> Vec<Page> {
    let mut tree = tree(&ROOT, program).name("chart");
    tree.build();
    let mut pages = Vec::new();
    add_pages(&mut pages, &tree, &ROOT, "chart").expect("memory can be written");
    pages
}

/// The command with all commands below it.
fn tree(command: &Command, program: &Program) -> clap::Command {
    let below = command.commands.iter().map(|command| tree(command, program).name(command.name));
    shown(command, program).disable_help_subcommand(true).subcommands(below)
}

fn add_pages(
    pages: &mut Vec<Page>,
    page: &clap::Command,
    command: &Command,
    path: &str,
) -> io::Result<()> {
    let man = Man::new(page.clone());
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    synopsis(command, path).to_writer(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.is_group() {
        man.render_subcommands_section(&mut text)?;
    }
    sections(command).to_writer(&mut text)?;
    pages.push((man.get_filename(), text));
    for (page, command) in page.get_subcommands().zip(command.commands) {
        add_pages(pages, page, command, &format!("{path} {}", command.name))?;
    }
    Ok(())
}

fn synopsis(command: &Command, path: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]).text([roman(command.usage(path))]);
    roff
}

/// What stands below the options.
fn sections(command: &Command) -> Roff {
    let mut roff = Roff::new();
    if !command.examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        for line in command.examples {
            roff.text([roman(*line)]);
        }
        roff.control("fi", []);
    }
    for (title, lines) in
        [("ENVIRONMENT", variables(command)), ("EXIT STATUS", exit_statuses(command))]
    {
        roff.control("SH", [title]);
        for (name, help) in lines {
            roff.control("TP", []).text([bold(name)]).text([roman(help)]);
        }
    }
    roff
}
